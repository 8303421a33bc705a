-- name: silent(now, most)
-- Find sessions whose silence is over, longest over first.
select contact, wakes_at from session where wakes_at is not null and wakes_at <= :now order by wakes_at limit :most;

-- name: stop_waiting(contacts, now)
-- Clear the waits that are over, and say whose; a session that moved meanwhile, or is being worked on, waits on.
with free as materialized (
    select c.id, (w.pair ->> 1)::bigint as wakes_at
    from jsonb_array_elements(:contacts::jsonb) w (pair) join contact c on c.id = (w.pair ->> 0)::bigint
    order by c.id for no key update of c skip locked
)
update session s set wakes_at = null, version = s.version + 1
from free f
where s.contact = f.id and s.wakes_at = f.wakes_at and s.wakes_at <= :now
returning s.contact;
