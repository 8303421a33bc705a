-- name: failed_fragments(after, most)
-- Read fragments at which the program failed, in order.
select id, contact, account, at, error from inbound
where state in ('failed', 'aside') and state = 'failed' and id > :after order by id limit :most;

-- name: dead_messages(after, most)
-- Read messages that were given up, in order.
select id, contact, account, queued_at, attempts, reason from outbox
where state in ('sending', 'aside', 'dead') and state = 'dead' and id > :after order by id limit :most;

-- name: replay_fragments(ids)
-- Let fragments at which the program failed be unread again, and say which.
update inbound set state = 'unread', read_at = null, error = null
where id in (select value from json_each(:ids)) and state = 'failed'
returning id;

-- name: replay_messages(ids)
-- Let messages that were given up wait again, as if never tried, and say which; where the address is gone, aside.
update outbox set
    state = case when (select a.gone_at from address a where a.id = outbox.address) is null then 'queued' else 'aside' end,
    attempts = 0, next_at = null, ended_at = null, reason = null
where id in (select value from json_each(:ids)) and state = 'dead'
returning id;
