-- name: outbox_state(most)
-- Find messages whose state is none, or does not fit what else is said of them.
select id from outbox
where state not in ('queued', 'sending', 'sent', 'aside', 'dead', 'withdrawn')
    or (state in ('sent', 'dead', 'withdrawn')) <> (ended_at is not null)
    or (state = 'dead' and reason is null)
    or attempts < 0
order by id limit :most;

-- name: outbox_position(most)
-- Find messages behind all others: below zero stands what goes first, and nothing stands above.
select id from outbox where position > 0 order by id limit :most;

-- name: outbox_twice(most)
-- Find messages of one contact that share their random name: a button would mean either.
select max(id) as id from outbox group by contact, token having count(*) > 1 order by max(id) limit :most;

-- name: outbox_at_once(most)
-- Find messages that are being sent to a contact at the same time as another of the same account.
select max(id) as id from outbox where state = 'sending'
group by contact, account having count(*) > 1 order by max(id) limit :most;

-- name: outbox_gone(most)
-- Find messages that wait for an address at which nobody is any more.
select o.id from outbox o join address a on a.id = o.address
where o.state in ('queued', 'sending') and a.gone_at is not null
order by o.id limit :most;

-- name: outbox_forgotten(most)
-- Find messages that were set aside for an address at which somebody is: nothing would send them.
select o.id from outbox o join address a on a.id = o.address
where o.state = 'aside' and a.gone_at is null
order by o.id limit :most;

-- name: outbox_astray(most)
-- Find messages for an address of another contact or another account.
select o.id from outbox o join address a on a.id = o.address
where a.contact <> o.contact or a.account <> o.account
order by o.id limit :most;
