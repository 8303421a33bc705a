-- name: contact_of(account, external)$
-- Find the contact behind an address.
select contact from address where account = :account and external = :external;

-- name: parent_lines(contact, after, limit)
-- Read what the parent sent after a fragment, in order.
select
    i.id, i.account, i.external, i.body, i.at,
    a.account as address_account, a.external as address_external, a.readable as address_readable
from inbound i join address a on a.id = i.address
where i.contact = :contact and i.id > :after order by i.id limit :limit;

-- name: newest_parent_lines(contact, limit)
-- Read the newest that the parent sent, newest first.
select
    i.id, i.account, i.external, i.body, i.at,
    a.account as address_account, a.external as address_external, a.readable as address_readable
from inbound i join address a on a.id = i.address
where i.contact = :contact order by i.id desc limit :limit;

-- name: house_lines(contact, after, limit)
-- Read what the house said after a message, in order.
select id, contact, token, message, queued_at from outbox
where contact = :contact and id > :after and state <> 'withdrawn' order by id limit :limit;

-- name: newest_house_lines(contact, limit)
-- Read the newest that the house said, newest first.
select id, contact, token, message, queued_at from outbox
where contact = :contact and state <> 'withdrawn' order by id desc limit :limit;

-- name: mark_seen(contact, tokens, at)!
-- Note that a page has shown these messages.
update outbox set state = 'sent', ended_at = :at
where contact = :contact and token = any(:tokens::text[]) and state || '' = 'queued';
