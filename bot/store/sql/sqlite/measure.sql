-- name: database_time()$
-- Say what time it is by the database's clock.
select cast((julianday('now') - 2440587.5) * 86400000000 as integer);

-- name: unread_now()^
-- Count the fragments that nobody has read yet, and say when the first of them came.
select count(*) as number, min(at) as since from inbound where state = 'unread';

-- name: due_now(accounts, now)
-- Count what is due for each account and not behind what waits for its next attempt, or is being sent; and since when.
select account, count(*) as number, min(since) as since
from (
    select o.account, coalesce(o.next_at, o.queued_at) as since from outbox o
    where o.account in (select value from json_each(:accounts)) and o.state = 'queued' and coalesce(o.next_at, o.queued_at) <= :now
        and not exists (
            select 1 from outbox e
            where e.contact = o.contact and e.account = o.account and e.state in ('queued', 'sending')
                and e.state = 'queued' and e.next_at > :now and (e.position, e.id) < (o.position, o.id)
        )
    union all
    select account, coalesce(next_at, queued_at) as since from outbox
    where account in (select value from json_each(:accounts)) and state in ('sending', 'aside', 'dead') and state = 'sending'
) waiting
group by account;

-- name: dead_now()
-- Count the messages that were given up, for each account.
select account, count(*) as number from outbox
where state in ('sending', 'aside', 'dead') and state = 'dead' group by account;

-- name: set_aside_now()
-- Count the fragments that the program could not handle, and those that concern nobody.
select state, count(*) as number from inbound where state in ('failed', 'aside') group by state;

-- name: open_now(now)
-- Count the questions that are not closed, by state and by the hours since they came; and how many promises are over.
select state, max(0, :now - opened_at) / 3600000000 as hours, count(*) as number,
    sum(state in ('open', 'claimed') and promise_at < :now) as late
from ticket where state <> 'closed' group by 1, 2;
