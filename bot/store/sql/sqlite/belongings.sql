-- name: goodbye(contact)^
-- Read the goodbye of one who only stands for somebody that was erased; nothing of anybody else.
select o.contact, o.token, o.message, o.queued_at, k.wrapped
from outbox o join contact_key k on k.contact = o.contact
where o.contact = :contact
    and not exists (select 1 from session s where s.contact = o.contact)
    and not exists (select 1 from inbound i where i.contact = o.contact)
order by o.id limit 1;

-- name: house_line(contact, token)^
-- Read one message to a contact.
select o.contact, o.token, o.message, o.queued_at, k.wrapped
from outbox o join contact_key k on k.contact = o.contact
where o.contact = :contact and o.token = :token order by o.id limit 1;

-- name: own_contact(contact)^
-- Read who a contact is to us: since when, whether they went on, and where their talk stands.
select
    c.id, c.made_at, k.wrapped, n.since, a.version as agreed_version, a.at as agreed_at,
    s.contact, s.version, s.owner, s.wakes_at, s.body, s.changed_at
from contact c
left join contact_key k on k.contact = c.id
left join newcomer n on n.contact = c.id
left join consent a on a.contact = c.id
left join session s on s.contact = c.id
where c.id = :contact;

-- name: own_addresses(contact)
-- Read how a contact is reached.
select
    account as address_account, external as address_external, readable as address_readable, made_at, gone_at
from address where contact = :contact order by id;

-- name: own_inbound(contact)
-- Read all that a contact sent, and what the house had to say to their talk, in order.
select account, external, body, at, state, read_at from inbound where contact = :contact order by id;

-- name: own_outbox(contact)
-- Read all that was said to a contact, in order.
select contact, account, token, message, state, attempts, queued_at, ended_at, until
from outbox where contact = :contact order by id;

-- name: own_tickets(contact)
-- Read all questions of a contact, in order.
select
    id, contact, state, topic, urgency, language, opened_at, changed_at, promise_at, trail, closed_topic, outcome
from ticket where contact = :contact order by id;

-- name: own_events(contact)
-- Read what happened to a contact's questions, in order.
select e.ticket, e.kind, e.at, e.adviser, e.detail
from ticket t join ticket_event e on e.ticket = t.id
where t.contact = :contact order by e.id;

-- name: own_lines(contact)
-- Read the threads of a contact's questions in order, without the notes of the house.
select m.ticket, m.side, m.at, m.part, m.adviser, m.text
from ticket t join message m on m.ticket = t.id
where t.contact = :contact and m.side <> 'note' order by m.id;

-- name: own_feedback(contact)
-- Read what a contact said of how they were answered.
select ticket, rating, at from feedback where contact = :contact order by id;

-- name: own_reminders(contact)
-- Read of what a contact wants to be reminded.
select id, contact, name, before, flow, since, ended_at from reminder where contact = :contact order by id;

-- name: own_reminded(contact)
-- Read when a contact was reminded.
select d.reminder, d.at
from reminder r join reminded d on d.reminder = r.id
where r.contact = :contact order by d.at;
