-- name: past_fragments(before, most)
-- Find what was taken long enough ago, oldest first: its words are not needed any more.
select id from inbound where state <> 'unread' and at < :before order by at limit :most;

-- name: keep_ids(ids)!
-- Keep of these fragments what tells a repetition.
insert into past_inbound (account, external, at)
select i.account, i.external, i.at
from json_each(:ids) n join inbound i on i.id = n.value
where i.state <> 'unread'
on conflict (account, external) do nothing;

-- name: drop_fragments(ids)
-- Forget these fragments, and say which; not what waits to be taken.
delete from inbound where id in (select value from json_each(:ids)) and state <> 'unread'
returning id;

-- name: past_ids(before, most)
-- Find what is left of fragments that are so old that nobody repeats them.
select account, external from past_inbound where at < :before order by at limit :most;

-- name: drop_ids(ids)!
-- Forget these, given as pairs of account and alias.
delete from past_inbound
where (account, external) in (select value ->> 0, value ->> 1 from json_each(:ids));

-- name: past_messages(before, most)
-- Find what was sent, shown or given up long enough ago, oldest first.
select id from outbox where ended_at is not null and ended_at < :before order by ended_at limit :most;

-- name: unsaid(before, most)
-- Find what has waited in vain for so long that it is of no use any more.
select id from outbox indexed by outbox_due where state = 'queued' and queued_at < :before
union all
select id from outbox where state in ('sending', 'aside', 'dead') and state = 'aside' and queued_at < :before
order by id limit :most;

-- name: drop_messages(ids)
-- Forget these messages, and say which; not what is being sent.
delete from outbox where id in (select value from json_each(:ids)) and state <> 'sending'
returning id;

-- name: past_tickets(before, most)
-- Find questions that were closed long enough ago, with whose they are.
select id, contact from ticket where state = 'closed' and changed_at < :before order by changed_at limit :most;

-- name: still_past(tickets, before)
-- Say which of these questions are still closed, and have been for so long.
select t.id from json_each(:tickets) n join ticket t on t.id = n.value
where t.state = 'closed' and t.changed_at < :before;

-- name: past_reminders(before, most)
-- Find reminders that were ended long enough ago.
select id from reminder where ended_at is not null and ended_at < :before order by ended_at limit :most;

-- name: still_ended(reminders, before)
-- Say which of these reminders are still ended, and have been for so long; so it stays until the transaction ends.
select r.id from json_each(:reminders) n join reminder r on r.id = n.value
where r.ended_at is not null and r.ended_at < :before;

-- name: past_days(before, most)
-- Find of which days was reminded so long ago that they are over whatever the calendar.
select reminder, day from reminded where at < :before order by at limit :most;

-- name: drop_days(days)!
-- Forget that these reminders' days were said.
delete from reminded where (reminder, day) in (select value ->> 0, value ->> 1 from json_each(:days));

-- name: past_links(before, most)
-- Find logins and links that ended long enough ago.
select hash from login where until < :before
union all
select hash from invitation where until < :before
limit :most;

-- name: drop_logins_before(before)!
-- Forget logins that ended so long ago.
delete from login where until < :before;

-- name: drop_invitations_before(before)!
-- Forget links that ended so long ago.
delete from invitation where until < :before;

-- name: strangers(before, most)
-- Find contacts that have not gone on since they read what is kept of them, nor in so long; not where something waits.
select n.contact from newcomer n left join session s on s.contact = n.contact
where n.since < :before and coalesce(s.changed_at, n.since) < :before
    and not exists (select 1 from inbound i where i.contact = n.contact and i.state = 'unread')
    and not exists (select 1 from ticket t where t.contact = n.contact and t.state <> 'closed')
order by n.since limit :most;

-- name: still_strangers(contacts, before)
-- Say which of these contacts still have not gone on.
select n.contact from json_each(:contacts) c
join newcomer n on n.contact = c.value
left join session s on s.contact = n.contact
where coalesce(s.changed_at, n.since) < :before
    and not exists (select 1 from inbound i where i.contact = n.contact and i.state = 'unread')
    and not exists (select 1 from ticket t where t.contact = n.contact and t.state <> 'closed');

-- name: said_goodbye(most)
-- Find those who only stand for somebody that was erased, once they were told so.
select n.contact from newcomer n
where not exists (select 1 from session s where s.contact = n.contact)
    and not exists (select 1 from inbound i where i.contact = n.contact)
    and not exists (
        select 1 from outbox o where o.contact = n.contact and o.state in ('queued', 'sending')
    )
order by n.since limit :most;

-- name: still_gone(contacts)
-- Say which of these still only stand for somebody that was erased.
select n.contact from json_each(:contacts) c
join newcomer n on n.contact = c.value
where not exists (select 1 from session s where s.contact = n.contact)
    and not exists (select 1 from inbound i where i.contact = n.contact)
    and not exists (
        select 1 from outbox o where o.contact = n.contact and o.state in ('queued', 'sending')
    );

-- name: talks_since(after, most)
-- Read when talks were last used, in the order of their contacts.
select contact, changed_at from session where contact > :after order by contact limit :most;

-- name: still_idle(contacts, before)
-- Say which of these contacts have not been heard of for so long, have no open question and want no reminder.
select s.contact from json_each(:contacts) c
join session s on s.contact = c.value
where s.changed_at < :before
    and not exists (select 1 from inbound i where i.contact = s.contact and i.state = 'unread')
    and not exists (select 1 from ticket t where t.contact = s.contact and t.state <> 'closed')
    and not exists (select 1 from reminder r where r.contact = s.contact and r.ended_at is null);
