-- name: waiting(limit)
-- Find the contacts with unread fragments, whose oldest waits longest first.
select i.contact, i.id as first from inbound i
where i.state = 'unread' and i.contact is not null
    and not exists (select 1 from inbound e where e.state = 'unread' and e.contact = i.contact and e.id < i.id)
order by i.id limit :limit;

-- name: standing(contacts)
-- Read where each talk stands: key, session, newest ticket, and the address last heard from.
select
    c.value as contact, k.wrapped,
    s.version, s.owner, s.wakes_at, s.body,
    a.id as address, a.account as address_account,
    t.id as ticket, n.since as newcomer_since
from json_each(:contacts) c
left join contact_key k on k.contact = c.value
left join newcomer n on n.contact = c.value
left join session s on s.contact = c.value
left join ticket t on t.id = (select max(id) from ticket where contact = c.value)
left join address a on a.id = coalesce(
    (select i.address from inbound i where i.contact = c.value and i.address is not null order by i.id desc limit 1),
    (select max(id) from address where contact = c.value)
);

-- name: tickets(ids)
-- Read tickets without their trails.
select t.id, t.contact, t.state, t.version, t.topic, t.urgency, t.language, t.adviser,
    t.opened_at, t.changed_at, t.promise_at
from json_each(:ids) i join ticket t on t.id = i.value;

-- name: unread(contacts, most)
-- Read the unread fragments of these contacts, so many of each at most, in the order they came.
select
    i.id, i.contact, i.account, i.external, i.body, i.at,
    a.account as address_account, a.external as address_external, a.readable as address_readable
from json_each(:contacts) c
cross join inbound i on i.id in (
    select u.id from inbound u indexed by inbound_unread where u.state = 'unread' and u.contact = c.value order by u.id limit :most
)
left join address a on a.id = i.address
order by i.id;

-- name: replies(asked)
-- Read the references of messages, asked for as pairs of contact and token: each of its own contact only.
select o.contact, o.token, o.reply, k.wrapped
from json_each(:asked) a
join outbox o on o.contact = a.value ->> 0 and o.token = a.value ->> 1
join contact_key k on k.contact = o.contact;

-- name: contact_keys(contacts)
-- Read the wrapped keys of these contacts.
select k.contact, k.wrapped from json_each(:contacts) c join contact_key k on k.contact = c.value;

-- name: addresses_of(contacts)
-- Read the addresses of these contacts.
select
    a.id as address, a.contact,
    a.account as address_account, a.external as address_external, a.readable as address_readable
from json_each(:contacts) c join address a on a.contact = c.value;

-- name: versions(contacts)
-- Say which version each talk and its newest ticket have now (0 where there is none), of contacts that are still there.
select
    c.value as contact, coalesce(s.version, 0) as version,
    coalesce(t.id, 0) as ticket, coalesce(t.version, 0) as ticket_version
from json_each(:contacts) c
join contact k on k.id = c.value
left join session s on s.contact = c.value
left join ticket t on t.id = (select max(id) from ticket where contact = c.value);

-- name: foremost(contacts)
-- Say where each contact's queue begins, so that something can be put before it.
select c.value as contact, coalesce(min(o.position), 0) as position
from json_each(:contacts) c
left join outbox o on o.contact = c.value and o.state in ('queued', 'sending')
group by c.value;

-- name: put_contact_keys(contact, wrapped)*!
-- Keep the keys of contacts that had none.
insert into contact_key (contact, wrapped) values (:contact, :wrapped);

-- name: reseal_addresses(readable, id)*!
-- Keep addresses as sealed with their contact's key.
update address set readable = :readable where id = :id;

-- name: put_sessions(contact, version, owner, wakes_at, body, at)*!
-- Write where the talks stand now.
insert into session (contact, version, owner, wakes_at, body, changed_at)
values (:contact, :version, :owner, :wakes_at, :body, :at)
on conflict (contact) do update set
    version = excluded.version, owner = excluded.owner, wakes_at = excluded.wakes_at,
    body = excluded.body, changed_at = excluded.changed_at;

-- name: put_tickets(contact, topic, urgency, language, at, promise_at, trail)*!
-- Bring new questions to the queue.
insert into ticket (contact, state, version, topic, urgency, language, opened_at, changed_at, promise_at, trail)
values (:contact, 'open', 1, :topic, :urgency, :language, :at, :at, :promise_at, :trail);

-- name: change_tickets(state, version, topic, urgency, language, adviser, changed_at, promise_at, id, contact)*!
-- Write the new states of tickets whose versions were compared in this transaction.
update ticket set
    state = :state, version = :version, topic = :topic, urgency = :urgency, language = :language,
    adviser = :adviser, changed_at = :changed_at, promise_at = :promise_at
where id = :id and contact = :contact;

-- name: put_events(ticket, contact, kind, at, adviser, detail)*!
-- Add what happened to tickets; without an id it is the contact's newest.
insert into ticket_event (ticket, kind, at, adviser, detail)
values (coalesce(:ticket, (select max(id) from ticket where contact = :contact)), :kind, :at, :adviser, :detail);

-- name: put_lines(ticket, contact, side, at, part, adviser, text)*!
-- Add lines to threads; without an id it is the contact's newest ticket.
insert into message (ticket, side, at, part, adviser, text)
values (coalesce(:ticket, (select max(id) from ticket where contact = :contact)), :side, :at, :part, :adviser, :text);

-- name: put_feedback(contact, rating, at)*!
-- Keep how the parents say it was, beside their newest question.
insert into feedback (contact, ticket, rating, at)
values (:contact, (select max(id) from ticket where contact = :contact), :rating, :at);

-- name: put_outbox(contact, address, account, token, message, reply, position, at, until)*!
-- Put messages into the outbox; for an address that is gone they are set aside at once.
insert into outbox (contact, address, account, token, message, reply, state, position, queued_at, until)
values (
    :contact, :address, :account, :token, :message, :reply,
    case when (select gone_at from address where id = :address) is null then 'queued' else 'aside' end,
    :position, :at, :until
);

-- name: mark_read(ids, at)!
-- Mark fragments as read.
update inbound set state = 'read', read_at = :at where id in (select value from json_each(:ids)) and state = 'unread';

-- name: mark_failed(at, error, id)*!
-- Mark fragments that could not be understood, with what went wrong.
update inbound set state = 'failed', read_at = :at, error = :error where id = :id and state = 'unread';
