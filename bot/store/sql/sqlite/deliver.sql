-- name: heads(account, now, limit)
-- Find each contact's first message that is due, or waits over 6 h by a wrong clock; answers first; none is being sent.
select
    o.id, o.contact, o.token, o.message, o.attempts, o.queued_at, o.until, k.wrapped,
    a.account as address_account, a.external as address_external, a.readable as address_readable
from outbox o
join address a on a.id = o.address
left join contact_key k on k.contact = o.contact
where o.account = :account and o.state = 'queued' and (coalesce(o.next_at, 0) <= :now or o.next_at > :now + 21600000000)
    and not exists (
        select 1 from outbox e
        where e.contact = o.contact and e.account = o.account and e.state in ('queued', 'sending')
            and (e.state = 'sending' or (e.position, e.id) < (o.position, o.id))
    )
order by o.until is not null, o.id limit :limit;

-- name: mark_sending(ids)
-- Mark messages as being sent, and say which; not where another of the contact's is being sent.
update outbox set state = 'sending', attempts = attempts + 1
where id in (select value from json_each(:ids)) and state = 'queued'
    and not exists (
        select 1 from outbox e
        where e.contact = outbox.contact and e.account = outbox.account and e.state in ('queued', 'sending')
            and e.state = 'sending'
    )
returning id;

-- name: recover(account)
-- What was being sent waits again.
update outbox set state = 'queued'
where state in ('sending', 'aside', 'dead') and state = 'sending' and account = :account
returning id;

-- name: end_items(state, at, reason, id)*!
-- Note that messages are sent, or given up, and why.
update outbox set state = :state, ended_at = :at, reason = :reason where id = :id and state = 'sending';

-- name: postpone(next_at, excused, id)*!
-- Let messages wait for their next attempt; one that was excused does not count.
update outbox set state = 'queued', next_at = :next_at, attempts = attempts - :excused
where id = :id and state = 'sending';

-- name: lose_addresses(at, id)*!
-- Note that these messages' addresses are gone; not what is said a second time, of one that may have come back meanwhile.
update address set gone_at = :at
where id = (select address from outbox where id = :id and state || '' = 'sending');

-- name: set_aside(reason, id)*!
-- Set aside all that waits for these messages' addresses; the reason is sealed for its own message.
update outbox set state = 'aside', reason = case when id = :id then :reason end
where address = (select address from outbox where id = :id and state || '' = 'sending')
    and account = (select account from outbox where id = :id)
    and contact = (select contact from outbox where id = :id)
    and state in ('queued', 'sending');

-- name: next_due(account)$
-- Say when the first waiting message of this account is due: since it was queued, or when its next attempt is.
select min(moment) from (
    select (
        select o.queued_at from outbox o
        where o.account = :account and o.state = 'queued' and o.next_at is null
            and not exists (
                select 1 from outbox e
                where e.contact = o.contact and e.account = o.account and e.state in ('queued', 'sending')
                    and (e.state = 'sending' or (e.position, e.id) < (o.position, o.id))
            )
        order by o.until is not null, o.id limit 1
    ) as moment
    union all
    select (
        select o.next_at from outbox o
        where o.account = :account and o.state = 'queued' and o.next_at is not null
            and not exists (
                select 1 from outbox e
                where e.contact = o.contact and e.account = o.account and e.state in ('queued', 'sending')
                    and (e.state = 'sending' or (e.position, e.id) < (o.position, o.id))
            )
        order by o.next_at limit 1
    )
) d;
