-- How these queries keep to their indexes, whatever the planner last saw of a queue that was empty just then:
-- `state || ''` lets no index of a queue serve where rows are found by id; a subquery with `offset 0` is looked up row by
-- row; `id > 0` names the one index of all that wait.

-- name: waiting(limit)
-- Claim contacts with unread fragments, whose oldest waits longest first, until the transaction ends; not those of others.
select i.contact, i.id as first
from inbound i
join contact c on c.id = i.contact
where i.state = 'unread' and i.contact is not null and i.id > 0
    and not exists (
        select 1 from inbound e where e.state = 'unread' and e.contact = i.contact and e.id < i.id offset 0
    )
order by i.id limit :limit
for no key update of c skip locked;

-- name: standing(contacts)
-- Read where each talk stands: key, session, newest ticket, and the address last heard from.
select
    c.contact, k.wrapped,
    s.version, s.owner, s.wakes_at, s.body,
    a.id as address, a.account as address_account,
    (select max(t.id) from ticket t where t.contact = c.contact) as ticket, w.since as newcomer_since
from unnest(:contacts::bigint[]) c (contact)
left join contact_key k on k.contact = c.contact
left join newcomer w on w.contact = c.contact
left join session s on s.contact = c.contact
left join address a on a.id = coalesce(
    (
        select i.address from inbound i
        where i.contact = c.contact and i.address is not null order by i.id desc limit 1
    ),
    (select max(o.id) from address o where o.contact = c.contact)
);

-- name: tickets(ids)
-- Read tickets without their trails.
select t.id, t.contact, t.state, t.version, t.topic, t.urgency, t.language, t.adviser,
    t.opened_at, t.changed_at, t.promise_at
from unnest(:ids::bigint[]) i (id) join ticket t on t.id = i.id;

-- name: unread(contacts, most)
-- Read the unread fragments of these contacts, so many of each at most, in the order they came.
select
    i.id, i.contact, i.account, i.external, i.body, i.at,
    a.account as address_account, a.external as address_external, a.readable as address_readable
from unnest(:contacts::bigint[]) c (contact)
cross join lateral (
    select u.id, u.contact, u.account, u.external, u.body, u.at, u.address
    from inbound u where u.state = 'unread' and u.contact = c.contact order by u.id limit :most
) i
left join address a on a.id = i.address
order by i.id;

-- name: replies(asked)
-- Read the references of messages, asked for as pairs of contact and token: each of its own contact only.
select o.contact, o.token, o.reply, k.wrapped
from jsonb_array_elements(:asked::jsonb) a (pair)
join outbox o on o.contact = (a.pair ->> 0)::bigint and o.token = a.pair ->> 1
join contact_key k on k.contact = o.contact;

-- name: contact_keys(contacts)
-- Read the wrapped keys of these contacts.
select k.contact, k.wrapped
from unnest(:contacts::bigint[]) c (contact) join contact_key k on k.contact = c.contact;

-- name: addresses_of(contacts)
-- Read the addresses of these contacts.
select
    a.id as address, a.contact,
    a.account as address_account, a.external as address_external, a.readable as address_readable
from unnest(:contacts::bigint[]) c (contact) join address a on a.contact = c.contact;

-- name: versions(contacts)
-- Say which version each talk and its newest ticket have now (0 where there is none), of contacts that are still there; so it stays until the transaction ends.
select id from contact where id = any(:contacts::bigint[]) order by id for no key update;
select
    c.contact, coalesce(s.version, 0) as version,
    coalesce(t.id, 0) as ticket, coalesce(t.version, 0) as ticket_version
from unnest(:contacts::bigint[]) c (contact)
join contact k on k.id = c.contact
left join session s on s.contact = c.contact
left join ticket t on t.id = (select max(n.id) from ticket n where n.contact = c.contact);

-- name: foremost(contacts)
-- Say where each contact's queue begins, so that something can be put before it.
select c.contact, coalesce(
    (
        select min(o.position) from outbox o
        where o.contact = c.contact and o.state in ('queued', 'sending')
    ), 0
) as position
from unnest(:contacts::bigint[]) c (contact);

-- name: put_contact_keys(contact, wrapped)*!
-- Keep the keys of contacts that had none.
insert into contact_key (contact, wrapped)
select contact, wrapped from unnest(:contact::bigint[], :wrapped::bytea[]) n (contact, wrapped);

-- name: reseal_addresses(readable, id)*!
-- Keep addresses as sealed with their contact's key.
update address set readable = n.readable
from unnest(:readable::bytea[], :id::bigint[]) n (readable, id)
where address.id = n.id;

-- name: put_sessions(contact, version, owner, wakes_at, body, at)*!
-- Write where the talks stand now.
insert into session (contact, version, owner, wakes_at, body, changed_at)
select contact, version, owner, wakes_at, body, at
from unnest(
    :contact::bigint[], :version::bigint[], :owner::text[], :wakes_at::bigint[], :body::bytea[], :at::bigint[]
) n (contact, version, owner, wakes_at, body, at)
on conflict (contact) do update set
    version = excluded.version, owner = excluded.owner, wakes_at = excluded.wakes_at,
    body = excluded.body, changed_at = excluded.changed_at;

-- name: put_tickets(contact, topic, urgency, language, at, promise_at, trail)*!
-- Bring new questions to the queue.
insert into ticket (contact, state, version, topic, urgency, language, opened_at, changed_at, promise_at, trail)
select contact, 'open', 1, topic, urgency, language, at, at, promise_at, trail
from unnest(
    :contact::bigint[], :topic::text[], :urgency::text[], :language::text[], :at::bigint[], :promise_at::bigint[],
    :trail::bytea[]
) with ordinality n (contact, topic, urgency, language, at, promise_at, trail, place)
order by place;

-- name: change_tickets(state, version, topic, urgency, language, adviser, changed_at, promise_at, id, contact)*!
-- Write the new states of tickets whose versions were compared in this transaction.
update ticket t set
    state = n.state, version = n.version, topic = n.topic, urgency = n.urgency, language = n.language,
    adviser = n.adviser, changed_at = n.changed_at, promise_at = n.promise_at
from unnest(
    :state::text[], :version::bigint[], :topic::text[], :urgency::text[], :language::text[], :adviser::bigint[],
    :changed_at::bigint[], :promise_at::bigint[], :id::bigint[], :contact::bigint[]
) n (state, version, topic, urgency, language, adviser, changed_at, promise_at, id, contact)
where t.id = n.id and t.contact = n.contact;

-- name: put_events(ticket, contact, kind, at, adviser, detail)*!
-- Add what happened to tickets; without an id it is the contact's newest.
insert into ticket_event (ticket, kind, at, adviser, detail)
select
    coalesce(n.ticket, (select max(t.id) from ticket t where t.contact = n.contact)), n.kind, n.at, n.adviser, n.detail
from unnest(
    :ticket::bigint[], :contact::bigint[], :kind::text[], :at::bigint[], :adviser::bigint[], :detail::bytea[]
) with ordinality n (ticket, contact, kind, at, adviser, detail, place)
order by n.place;

-- name: put_lines(ticket, contact, side, at, part, adviser, text)*!
-- Add lines to threads; without an id it is the contact's newest ticket.
insert into message (ticket, side, at, part, adviser, text)
select
    coalesce(n.ticket, (select max(t.id) from ticket t where t.contact = n.contact)),
    n.side, n.at, n.part, n.adviser, n.text
from unnest(
    :ticket::bigint[], :contact::bigint[], :side::text[], :at::bigint[], :part::bigint[], :adviser::bigint[],
    :text::bytea[]
) with ordinality n (ticket, contact, side, at, part, adviser, text, place)
order by n.place;

-- name: put_feedback(contact, rating, at)*!
-- Keep how the parents say it was, beside their newest question.
insert into feedback (contact, ticket, rating, at)
select n.contact, (select max(t.id) from ticket t where t.contact = n.contact), n.rating, n.at
from unnest(:contact::bigint[], :rating::text[], :at::bigint[]) n (contact, rating, at);

-- name: put_outbox(contact, address, account, token, message, reply, position, at, until)*!
-- Put messages into the outbox; for an address that is gone they are set aside at once, also if it comes back just now.
select id from address where id = any(:address::bigint[]) and gone_at is not null order by id for share;
insert into outbox (contact, address, account, token, message, reply, state, position, queued_at, until)
select
    n.contact, n.address, n.account, n.token, n.message, n.reply,
    case when (select a.gone_at from address a where a.id = n.address) is null then 'queued' else 'aside' end,
    n.position, n.at, n.until
from unnest(
    :contact::bigint[], :address::bigint[], :account::text[], :token::text[], :message::bytea[], :reply::bytea[],
    :position::bigint[], :at::bigint[], :until::bigint[]
) with ordinality n (contact, address, account, token, message, reply, position, at, until, place)
order by n.place;

-- name: mark_read(ids, at)!
-- Mark fragments as read.
update inbound set state = 'read', read_at = :at where id = any(:ids::bigint[]) and state || '' = 'unread';

-- name: mark_failed(at, error, id)*!
-- Mark fragments that could not be understood, with what went wrong.
update inbound i set state = 'failed', read_at = n.at, error = n.error
from unnest(:at::bigint[], :error::bytea[], :id::bigint[]) n (at, error, id)
where i.id = n.id and i.state || '' = 'unread';
