-- name: inbound_state(most)
-- Find fragments whose state is none, or does not fit what else is said of them.
select id from inbound
where state not in ('unread', 'read', 'failed', 'aside')
    or (state = 'aside') <> (contact is null)
    or (contact is null and address is not null)
    or (state = 'unread' and (read_at is not null or error is not null))
    or (state in ('read', 'failed') and read_at is null)
    or (state = 'failed' and error is null)
order by id limit :most;

-- name: inbound_order(most)
-- Find fragments that came a minute or more before the one that was stored before them.
select id from (
    select id, at, lag(at) over (partition by contact order by id) as earlier from inbound where contact is not null
) as fragment
where at < earlier - 60000000
order by id limit :most;

-- name: contact_lost(most)
-- Find contacts whom nothing can reach: they have no address.
select id from contact c
where not exists (select 1 from address a where a.contact = c.id)
order by id limit :most;

-- name: erased_back(most)
-- Find contacts that were erased and are here all the same.
select c.id from erased e join contact c on c.id = e.contact
where c.made_at <= e.at
order by c.id limit :most;

-- name: key_lost(most)
-- Find contacts for whom something is sealed although their key is gone.
select id from contact c
where not exists (select 1 from contact_key k where k.contact = c.id)
    and (
        exists (select 1 from session s where s.contact = c.id)
        or exists (select 1 from outbox o where o.contact = c.id)
        or exists (select 1 from ticket t where t.contact = c.id)
        or exists (select 1 from reminder r where r.contact = c.id)
    )
order by id limit :most;

-- name: session_version(most)
-- Find talks whose version or owner cannot be.
select contact as id from session where version < 1 or owner not in ('bot', 'desk') order by contact limit :most;

-- name: ticket_state(most)
-- Find questions whose state, version or adviser cannot be.
select id from ticket
where state not in ('open', 'claimed', 'waiting', 'closed')
    or (state in ('claimed', 'waiting')) <> (adviser is not null)
    or version < 1
order by id limit :most;

-- name: ticket_twice(most)
-- Find contacts that have more than one question at a time.
select contact as id from ticket where state <> 'closed' group by contact having count(*) > 1 order by contact limit :most;

-- name: event_order(most)
-- Find events of questions that happened a minute or more before the one that was noted before them.
select id from (
    select id, at, lag(at) over (partition by ticket order by id) as earlier from ticket_event
) as event
where at < earlier - 60000000
order by id limit :most;

-- name: feedback_other(most)
-- Find ratings of another contact's question.
select f.id from feedback f join ticket t on t.id = f.ticket where t.contact <> f.contact order by f.id limit :most;

-- name: revision_unpublished(most)
-- Find revisions of which nobody knows who published them.
select name as id from revision r
where not exists (select 1 from publishing p where p.revision = r.name)
order by name limit :most;
