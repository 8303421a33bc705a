-- name: open_tickets()
-- Read every ticket that is not closed, with the first line of its thread.
select
    t.id, t.contact, t.state, t.version, t.topic, t.urgency, t.language, t.adviser,
    t.opened_at, t.changed_at, t.promise_at, k.wrapped,
    m.side, m.at, m.part, m.adviser as line_adviser, m.text
from ticket t
join contact_key k on k.contact = t.contact
left join message m on m.id = (select min(id) from message where ticket = t.id)
where t.state <> 'closed';

-- name: open_versions()
-- Read which tickets are not closed, and how often each has changed.
select id, version from ticket where state <> 'closed';

-- name: first_lines(tickets)
-- Read the first line of each of these tickets.
select t.id, t.contact, k.wrapped, m.side, m.at, m.part, m.adviser as line_adviser, m.text
from json_each(:tickets) n join ticket t on t.id = n.value
join contact_key k on k.contact = t.contact
join message m on m.id = (select min(f.id) from message f where f.ticket = t.id);

-- name: ticket(id)^
-- Read one ticket with its trail.
select
    t.id, t.contact, t.state, t.version, t.topic, t.urgency, t.language, t.adviser,
    t.opened_at, t.changed_at, t.promise_at, t.trail, k.wrapped
from ticket t join contact_key k on k.contact = t.contact
where t.id = :id;

-- name: events(tickets)
-- Read what happened to these tickets, in order.
select e.ticket, e.kind, e.at, e.adviser, e.detail
from json_each(:tickets) t join ticket_event e on e.ticket = t.value
order by e.id;

-- name: lines(ticket)
-- Read a ticket's thread, in order.
select side, at, part, adviser, text from message where ticket = :ticket order by id;

-- name: change_ticket(id, contact, version, state, topic, urgency, language, adviser, changed_at, promise_at, closed_topic, outcome)
-- Write an adviser's action if nobody was faster, and say so.
update ticket set
    state = :state, version = :version, topic = :topic, urgency = :urgency, language = :language,
    adviser = :adviser, changed_at = :changed_at, promise_at = :promise_at,
    closed_topic = coalesce(nullif(:closed_topic, ''), closed_topic),
    outcome = coalesce(nullif(:outcome, ''), outcome)
where id = :id and contact = :contact and version = :version - 1
returning id;

-- name: undelivered(contact, since)$
-- Say when a message to this contact that was written since then was given up last.
select max(coalesce(ended_at, queued_at)) from outbox
where contact = :contact and state in ('dead', 'aside') and queued_at >= :since;
