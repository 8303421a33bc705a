-- name: lock_contacts(contacts)
-- Say which of these contacts are there; nothing happens to them until the transaction ends.
select id from contact where id = any(:contacts::bigint[]) order by id for update;

-- name: free_contacts(contacts)
-- Say which of these contacts are there and not being worked on; nothing happens to them until the transaction ends.
select id from contact where id = any(:contacts::bigint[]) order by id for update skip locked;

-- name: drop_contact_keys(contacts)!
-- Take away the keys of these contacts: from here on nothing of theirs can be read.
delete from contact_key where contact = any(:contacts::bigint[]);

-- name: tickets_of(contacts)
-- Find the questions of these contacts.
select t.id from unnest(:contacts::bigint[]) c (value) join ticket t on t.contact = c.value;

-- name: keep_counted(tickets, why, day, at)!
-- Keep what is counted of questions: days instead of moments, and nothing that leads to a person.
insert into past_ticket (
    id, topic, closed_topic, urgency, language, opened_on, answered_after, outcome, rating, why, gone_on
)
select
    t.id, t.topic, t.closed_topic, t.urgency, t.language, t.opened_at - t.opened_at % :day::bigint,
    (select min(e.at) from ticket_event e where e.ticket = t.id and e.kind = 'answered') - t.opened_at,
    case when t.state = 'closed' then t.outcome else 'withdrawn' end,
    coalesce((select f.rating from feedback f where f.ticket = t.id order by f.id desc limit 1), ''),
    :why::text, :at::bigint - :at::bigint % :day::bigint
from unnest(:tickets::bigint[]) n (value) join ticket t on t.id = n.value
on conflict (id) do nothing;

-- name: drop_ratings(tickets)!
-- Forget what parents said of how these questions were answered.
delete from feedback where ticket = any(:tickets::bigint[]);

-- name: drop_lines(tickets)!
-- Forget the threads of these questions.
delete from message where ticket = any(:tickets::bigint[]);

-- name: drop_events(tickets)!
-- Forget what happened to these questions.
delete from ticket_event where ticket = any(:tickets::bigint[]);

-- name: drop_tickets(tickets)!
-- Forget these questions.
delete from ticket where id = any(:tickets::bigint[]);

-- name: drop_feedback(contacts)!
-- Forget all ratings of these contacts.
delete from feedback where contact = any(:contacts::bigint[]);

-- name: reminders_of(contacts)
-- Find the reminders of these contacts.
select r.id from unnest(:contacts::bigint[]) c (value) join reminder r on r.contact = c.value;

-- name: drop_reminded(reminders)!
-- Forget of which days was reminded.
delete from reminded where reminder = any(:reminders::bigint[]);

-- name: drop_reminders(reminders)!
-- Forget these reminders.
delete from reminder where id = any(:reminders::bigint[]);

-- name: drop_outbox(contacts)!
-- Forget what was said to these contacts, and what still waits to be said.
delete from outbox where contact = any(:contacts::bigint[]);

-- name: keep_ids_of(contacts)!
-- Keep of these contacts' fragments what tells a repetition, without them.
insert into past_inbound (account, external, at)
select i.account, i.external, i.at
from unnest(:contacts::bigint[]) c (value) join inbound i on i.contact = c.value
on conflict (account, external) do nothing;

-- name: drop_inbound(contacts)!
-- Forget what these contacts sent.
delete from inbound where contact = any(:contacts::bigint[]);

-- name: drop_sessions(contacts)!
-- Forget the talks of these contacts.
delete from session where contact = any(:contacts::bigint[]);

-- name: drop_consents(contacts)!
-- Forget that these contacts went on.
delete from consent where contact = any(:contacts::bigint[]);

-- name: drop_newcomers(contacts)!
-- Forget that these contacts have only just come.
delete from newcomer where contact = any(:contacts::bigint[]);

-- name: drop_addresses(contacts)!
-- Forget how these contacts are reached.
delete from address where contact = any(:contacts::bigint[]);

-- name: drop_contacts(contacts)!
-- Forget these contacts.
delete from contact where id = any(:contacts::bigint[]);

-- name: put_erased(contacts, at)!
-- Note which contacts were erased, so that no copy from before brings them back.
insert into erased (contact, at) select contact, :at::bigint from unnest(:contacts::bigint[]) contact
on conflict (contact) do nothing;

-- name: erased_since(since)
-- Read which contacts were erased since a moment.
select contact, at from erased where at >= :since order by at, contact;

-- name: put_consents(contact, version, at)*!
-- Note that contacts went on, and which wording of the notice they had read.
insert into consent (contact, version, at)
select contact, version, at from unnest(:contact::bigint[], :version::text[], :at::bigint[]) n (contact, version, at)
on conflict (contact) do nothing;

-- name: put_newcomers(contacts, at)!
-- Note that these contacts have only just come.
insert into newcomer (contact, since)
select c.id, :at::bigint from unnest(:contacts::bigint[]) n (value) join contact c on c.id = n.value
on conflict (contact) do nothing;

-- name: spare(contact, heir, address, after)!
-- Let what a contact sent after its last word to us go to the one that takes its place.
update inbound set contact = :heir, address = null
where contact = :contact and state = 'unread' and id > :after and address = :address;

-- name: move_address(id, heir, readable)!
-- Let an address that nothing hangs on any more go to the one that takes its place.
update address set contact = :heir, readable = :readable, gone_at = null where id = :id;

-- name: come_along(heir, address)!
-- What was let go comes from this address again.
update inbound set address = :address where contact = :heir;

-- name: past_ticket(id)^
-- Read what is left of a question.
select
    id, topic, closed_topic, urgency, language, opened_on, answered_after, outcome, rating, why, gone_on
from past_ticket where id = :id;
