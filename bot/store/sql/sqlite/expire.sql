-- name: silent(now, most)
-- Find sessions whose silence is over, longest over first.
select contact, wakes_at from session where wakes_at is not null and wakes_at <= :now order by wakes_at limit :most;

-- name: stop_waiting(contacts, now)
-- Clear the waits that are over, and say whose; a session that moved meanwhile waits on.
update session set wakes_at = null, version = version + 1
where contact in (select value ->> 0 from json_each(:contacts))
    and wakes_at = (select value ->> 1 from json_each(:contacts) where value ->> 0 = session.contact)
    and wakes_at <= :now
returning contact;
