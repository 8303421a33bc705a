-- name: lock_contacts(contacts)
-- Say which of these contacts are there; nothing happens to them until the transaction ends.
select c.id from json_each(:contacts) j join contact c on c.id = j.value order by c.id;

-- name: free_contacts(contacts)
-- Say which of these contacts are there and not being worked on; nothing happens to them until the transaction ends.
select c.id from json_each(:contacts) j join contact c on c.id = j.value order by c.id;

-- name: drop_contact_keys(contacts)!
-- Take away the keys of these contacts: from here on nothing of theirs can be read.
delete from contact_key where contact in (select value from json_each(:contacts));

-- name: tickets_of(contacts)
-- Find the questions of these contacts.
select t.id from json_each(:contacts) c join ticket t on t.contact = c.value;

-- name: keep_counted(tickets, why, day, at)!
-- Keep what is counted of questions: days instead of moments, and nothing that leads to a person.
insert into past_ticket (
    id, topic, closed_topic, urgency, language, opened_on, answered_after, outcome, rating, why, gone_on
)
select
    t.id, t.topic, t.closed_topic, t.urgency, t.language, t.opened_at - t.opened_at % :day,
    (select min(e.at) from ticket_event e where e.ticket = t.id and e.kind = 'answered') - t.opened_at,
    case when t.state = 'closed' then t.outcome else 'withdrawn' end,
    coalesce((select f.rating from feedback f where f.ticket = t.id order by f.id desc limit 1), ''),
    :why, :at - :at % :day
from json_each(:tickets) n join ticket t on t.id = n.value
where true
on conflict (id) do nothing;

-- name: drop_ratings(tickets)!
-- Forget what parents said of how these questions were answered.
delete from feedback where ticket in (select value from json_each(:tickets));

-- name: drop_lines(tickets)!
-- Forget the threads of these questions.
delete from message where ticket in (select value from json_each(:tickets));

-- name: drop_events(tickets)!
-- Forget what happened to these questions.
delete from ticket_event where ticket in (select value from json_each(:tickets));

-- name: drop_tickets(tickets)!
-- Forget these questions.
delete from ticket where id in (select value from json_each(:tickets));

-- name: drop_feedback(contacts)!
-- Forget all ratings of these contacts.
delete from feedback where contact in (select value from json_each(:contacts));

-- name: reminders_of(contacts)
-- Find the reminders of these contacts.
select r.id from json_each(:contacts) c join reminder r on r.contact = c.value;

-- name: drop_reminded(reminders)!
-- Forget of which days was reminded.
delete from reminded where reminder in (select value from json_each(:reminders));

-- name: drop_reminders(reminders)!
-- Forget these reminders.
delete from reminder where id in (select value from json_each(:reminders));

-- name: drop_outbox(contacts)!
-- Forget what was said to these contacts, and what still waits to be said.
delete from outbox where contact in (select value from json_each(:contacts));

-- name: keep_ids_of(contacts)!
-- Keep of these contacts' fragments what tells a repetition, without them.
insert into past_inbound (account, external, at)
select i.account, i.external, i.at
from json_each(:contacts) c join inbound i on i.contact = c.value
where true
on conflict (account, external) do nothing;

-- name: drop_inbound(contacts)!
-- Forget what these contacts sent.
delete from inbound where contact in (select value from json_each(:contacts));

-- name: drop_sessions(contacts)!
-- Forget the talks of these contacts.
delete from session where contact in (select value from json_each(:contacts));

-- name: drop_consents(contacts)!
-- Forget that these contacts went on.
delete from consent where contact in (select value from json_each(:contacts));

-- name: drop_newcomers(contacts)!
-- Forget that these contacts have only just come.
delete from newcomer where contact in (select value from json_each(:contacts));

-- name: drop_addresses(contacts)!
-- Forget how these contacts are reached.
delete from address where contact in (select value from json_each(:contacts));

-- name: drop_contacts(contacts)!
-- Forget these contacts.
delete from contact where id in (select value from json_each(:contacts));

-- name: put_erased(contacts, at)!
-- Note which contacts were erased, so that no copy from before brings them back.
insert into erased (contact, at) select value, :at from json_each(:contacts) where true
on conflict (contact) do nothing;

-- name: erased_since(since)
-- Read which contacts were erased since a moment.
select contact, at from erased where at >= :since order by at, contact;

-- name: put_consents(contact, version, at)*!
-- Note that contacts went on, and which wording of the notice they had read.
insert into consent (contact, version, at) values (:contact, :version, :at)
on conflict (contact) do nothing;

-- name: put_newcomers(contacts, at)!
-- Note that these contacts have only just come.
insert into newcomer (contact, since)
select c.id, :at from json_each(:contacts) n join contact c on c.id = n.value where true
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
