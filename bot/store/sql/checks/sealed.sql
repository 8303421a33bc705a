-- name: contact_key_values(after, step, place, most)
-- Read contacts' keys, some of them or all.
select k.contact as id, k.contact, k.wrapped from contact_key k
where k.contact > :after and k.contact % :step = :place order by k.contact limit :most;

-- name: address_values(after, step, place, most)
-- Read addresses.
select
    a.id, a.contact, a.account as address_account, a.external as address_external, a.readable as address_readable,
    k.wrapped
from address a left join contact_key k on k.contact = a.contact
where a.id > :after and a.id % :step = :place order by a.id limit :most;

-- name: inbound_values(after, step, place, most)
-- Read fragments.
select i.id, i.account, i.external, i.body, i.error from inbound i
where i.id > :after and i.id % :step = :place order by i.id limit :most;

-- name: session_values(after, step, place, most)
-- Read talks.
select s.contact as id, s.contact, s.body, s.owner, s.wakes_at, k.wrapped
from session s left join contact_key k on k.contact = s.contact
where s.contact > :after and s.contact % :step = :place order by s.contact limit :most;

-- name: outbox_values(after, step, place, most)
-- Read messages.
select o.id, o.contact, o.token, o.message, o.reply, o.reason, k.wrapped
from outbox o left join contact_key k on k.contact = o.contact
where o.id > :after and o.id % :step = :place order by o.id limit :most;

-- name: adviser_values(after, step, place, most)
-- Read people.
select a.id, a.name, a.role, a.teams, a.languages, a.interface, a.disabled_at from adviser a
where a.id > :after and a.id % :step = :place order by a.id limit :most;

-- name: ticket_values(after, step, place, most)
-- Read questions.
select t.id, t.contact, t.trail, t.opened_at, k.wrapped
from ticket t left join contact_key k on k.contact = t.contact
where t.id > :after and t.id % :step = :place order by t.id limit :most;

-- name: ticket_event_values(after, step, place, most)
-- Read what happened to questions.
select e.id, e.kind, e.at, e.adviser, e.detail, t.contact, k.wrapped
from ticket_event e join ticket t on t.id = e.ticket left join contact_key k on k.contact = t.contact
where e.id > :after and e.id % :step = :place order by e.id limit :most;

-- name: message_values(after, step, place, most)
-- Read lines of threads.
select m.id, m.side, m.at, m.part, m.adviser, m.text, t.contact, k.wrapped
from message m join ticket t on t.id = m.ticket left join contact_key k on k.contact = t.contact
where m.id > :after and m.id % :step = :place order by m.id limit :most;

-- name: reminder_values(after, step, place, most)
-- Read reminders.
select r.id, r.contact, r.name, r.before, r.flow, k.wrapped
from reminder r left join contact_key k on k.contact = r.contact
where r.id > :after and r.id % :step = :place order by r.id limit :most;

-- name: publishing_values(after, step, place, most)
-- Read who published what.
select p.id, p.revision as name, p.published_by, p.published_at from publishing p
where p.id > :after and p.id % :step = :place order by p.id limit :most;

-- name: revision_files(after)
-- Read the next revision's files.
select r.name, r.files from revision r where r.name > :after order by r.name limit 1;
