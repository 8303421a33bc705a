-- name: put_reminders(contact, name, calendar, before, flow, at)*!
-- Keep what parents want to be reminded of; said again it changes nothing, after an end it begins anew.
insert into reminder (contact, name, calendar, before, flow, since)
values (:contact, :name, :calendar, :before, :flow, :at)
on conflict (contact, name) do update set since = excluded.since, ended_at = null where ended_at is not null;

-- name: end_reminders(contacts, at)!
-- End all reminders of these contacts.
update reminder set ended_at = :at
where contact in (select value from json_each(:contacts)) and ended_at is null;

-- name: withdraw_reminders(contacts, at)!
-- Take back the reminders of these contacts that still wait to be sent.
update outbox set state = 'withdrawn', ended_at = :at
where contact in (select value from json_each(:contacts))
    and state in ('queued', 'sending') and state = 'queued' and until is not null;

-- name: past_use(now, most)
-- Find messages that still wait and are of no use any more.
select id from outbox where state = 'queued' and until is not null and until <= :now order by until limit :most;

-- name: withdraw(ids, at)
-- Take back messages that are of no use any more, and say which.
update outbox set state = 'withdrawn', ended_at = :at
where id in (select value from json_each(:ids)) and state = 'queued'
returning id;

-- name: wanted_of(contacts)
-- Read the flows of which these contacts want to be reminded.
select r.contact, r.name, r.flow, k.wrapped
from json_each(:contacts) c
join reminder r on r.contact = c.value and r.ended_at is null
join contact_key k on k.contact = r.contact;

-- name: leads(calendars)
-- Say how long before parents want to be reminded of these calendars: from each lead to the next one, whoever wants it.
with recursive lead (calendar, before) as (
    select c.value, (select min(r.before) from reminder r where r.calendar = c.value and r.ended_at is null)
    from json_each(:calendars) c
    union all
    select lead.calendar, (
        select min(r.before) from reminder r
        where r.calendar = lead.calendar and r.before > lead.before and r.ended_at is null
    )
    from lead where lead.before is not null
)
select calendar, before from lead where before is not null;

-- name: near(days, now, most)
-- Find who is to be reminded now of days (calendar, before, day, said before) and was not yet; not who is gone.
select r.id, r.contact, r.name, r.flow, w.key as place, k.wrapped
from json_each(:days) w
cross join reminder r on r.calendar = w.value ->> 0 and r.before = w.value ->> 1 and r.ended_at is null
    and (r.since < w.value ->> 3 or r.since > :now) -- a time that lies ahead is the clock's fault, not the parent's
left join contact_key k on k.contact = r.contact
where not exists (select 1 from reminded d where d.reminder = r.id and d.day = w.value ->> 2)
    and exists (
        select 1 from address a
        where a.gone_at is null and a.id = coalesce(
            (select i.address from inbound i
                where i.contact = r.contact and i.address is not null order by i.id desc limit 1),
            (select max(id) from address where contact = r.contact)
        )
    )
limit :most;

-- name: put_reminded(said, at)
-- Note of which days (pairs of reminder and day) is reminded now, and say which are new; not where it was ended meanwhile.
insert into reminded (reminder, day, at)
select s.value ->> 0, s.value ->> 1, :at
from json_each(:said) s join reminder r on r.id = s.value ->> 0 and r.ended_at is null
where true
on conflict do nothing
returning reminder, day;

-- name: count_visits(passed)!
-- Count the arrows that were taken: flow, step, way, and how often.
insert into visit (flow, step, way, count)
select p.value ->> 0, p.value ->> 1, p.value ->> 2, p.value ->> 3 from json_each(:passed) p where true
on conflict (flow, step, way) do update set count = count + excluded.count;

-- name: visits()
-- Read how often each arrow was taken.
select flow, step, way, count from visit order by flow, step, way;
