-- name: put_reminders(contact, name, calendar, before, flow, at)*!
-- Keep what parents want to be reminded of; said again it changes nothing, after an end it begins anew.
insert into reminder (contact, name, calendar, before, flow, since)
select distinct on (contact, name) contact, name, calendar, before, flow, at
from unnest(
    :contact::bigint[], :name::text[], :calendar::text[], :before::text[], :flow::bytea[], :at::bigint[]
) n (contact, name, calendar, before, flow, at)
order by contact, name
on conflict (contact, name) do update set since = excluded.since, ended_at = null where reminder.ended_at is not null;

-- name: end_reminders(contacts, at)!
-- End all reminders of these contacts.
update reminder set ended_at = :at where contact = any(:contacts::bigint[]) and coalesce(ended_at, 0) = 0;

-- name: withdraw_reminders(contacts, at)!
-- Take back the reminders of these contacts that still wait to be sent.
update outbox set state = 'withdrawn', ended_at = :at
where contact = any(:contacts::bigint[])
    and state in ('queued', 'sending') and state = 'queued' and until is not null;

-- name: past_use(now, most)
-- Find messages that still wait and are of no use any more.
select id from outbox where state = 'queued' and until is not null and until <= :now order by until limit :most;

-- name: withdraw(ids, at)
-- Take back messages that are of no use any more, and say which.
update outbox set state = 'withdrawn', ended_at = :at where id = any(:ids::bigint[]) and state || '' = 'queued'
returning id;

-- name: wanted_of(contacts)
-- Read the flows of which these contacts want to be reminded.
select r.contact, r.name, r.flow, k.wrapped
from reminder r
join contact_key k on k.contact = r.contact
where r.contact = any(:contacts::bigint[]) and coalesce(r.ended_at, 0) = 0;

-- name: leads(calendars)
-- Say how long before parents want to be reminded of these calendars: from each lead to the next one, whoever wants it.
with recursive lead (calendar, before) as (
    select c.name, (select min(r.before) from reminder r where r.calendar = c.name and r.ended_at is null)
    from unnest(:calendars::text[]) c (name)
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
select r.id, r.contact, r.name, r.flow, w.nth - 1 as place, k.wrapped
from jsonb_array_elements(:days::jsonb) with ordinality w (day, nth)
cross join lateral (
    select t.id, t.contact, t.name, t.flow from reminder t
    where t.calendar = w.day ->> 0 and t.before = w.day ->> 1 and t.ended_at is null
        and (t.since < (w.day ->> 3)::bigint or t.since > :now) -- a time that lies ahead is the clock's fault, not theirs
    offset 0
) r
left join contact_key k on k.contact = r.contact
where not exists (select 1 from reminded d where d.reminder = r.id and d.day = w.day ->> 2 offset 0)
    and exists (
        select 1 from address a
        where a.gone_at is null and a.id = coalesce(
            (
                select i.address from inbound i
                where i.contact = r.contact and i.address is not null order by i.id desc limit 1
            ),
            (select max(o.id) from address o where o.contact = r.contact)
        )
    )
limit :most;

-- name: put_reminded(said, at)
-- Note of which days (pairs of reminder and day) is reminded now, and say which are new; not where it was ended meanwhile.
insert into reminded (reminder, day, at)
select r.id, s.pair ->> 1, :at
from jsonb_array_elements(:said::jsonb) s (pair)
cross join lateral (
    select t.id from reminder t where t.id = (s.pair ->> 0)::bigint and coalesce(t.ended_at, 0) = 0 offset 0
) r
order by r.id, s.pair ->> 1
on conflict do nothing
returning reminder, day;

-- name: count_visits(passed)!
-- Count the arrows that were taken: flow, step, way, and how often. In one order, so that nobody waits for each other.
insert into visit (flow, step, way, count)
select p.arrow ->> 0, p.arrow ->> 1, p.arrow ->> 2, (p.arrow ->> 3)::bigint
from jsonb_array_elements(:passed::jsonb) p (arrow)
order by (p.arrow ->> 0) collate "C", (p.arrow ->> 1) collate "C", (p.arrow ->> 2) collate "C"
on conflict (flow, step, way) do update set count = visit.count + excluded.count;

-- name: visits()
-- Read how often each arrow was taken.
select flow, step, way, count from visit order by flow, step, way;
