-- However much waits, what comes next is found without looking at all of it.

create index inbound_waiting on inbound (id) where state = 'unread' and contact is not null;
create index outbox_later on outbox (account, next_at) where state = 'queued' and next_at is not null;
