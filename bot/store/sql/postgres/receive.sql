-- name: addresses(wanted)
-- Find which of these addresses (pairs of account and alias, as JSON) are known, and whether they were given up.
select a.id, a.contact, a.account, a.external, a.gone_at
from jsonb_array_elements(:wanted::jsonb) w (pair)
join address a on a.account = w.pair ->> 0 and a.external = w.pair ->> 1;

-- name: new_contacts(moments)
-- Make one contact for each of these moments, and say their ids.
insert into contact (made_at) select moment from unnest(:moments::bigint[]) moment
returning id;

-- name: put_addresses(contact, account, external, readable, at)*!
-- Keep new addresses; where another program was faster, the contact that was made for one in vain goes again.
insert into address (contact, account, external, readable, made_at)
select contact, account, external, readable, at
from unnest(:contact::bigint[], :account::text[], :external::text[], :readable::bytea[], :at::bigint[])
    n (contact, account, external, readable, at)
order by account, external
on conflict (account, external) do nothing;
delete from contact c using unnest(:contact::bigint[]) n (id)
where c.id = n.id and not exists (select 1 from address a where a.contact = c.id);

-- name: last_inbound()$
-- Say the newest fragment's id, so that what comes after it can be told from repetitions.
select coalesce(max(id), 0) from inbound;

-- name: put_inbound(account, external, contact, address, body, at, state)*!
-- Keep fragments; one that is or was there already stays as it is. A contact's ids grow in the order in which rows are committed.
select pg_advisory_xact_lock(contact)
from (select distinct contact from unnest(:contact::bigint[]) n (contact) where contact is not null order by contact) n;
insert into inbound (account, external, contact, address, body, at, state)
select n.account, n.external, n.contact, n.address, n.body, n.at, n.state
from unnest(
    :account::text[], :external::text[], :contact::bigint[], :address::bigint[], :body::bytea[], :at::bigint[],
    :state::text[]
) with ordinality n (account, external, contact, address, body, at, state, place)
where not exists (select 1 from past_inbound p where p.account = n.account and p.external = n.external)
order by place
on conflict (account, external) do nothing;

-- name: return_addresses(gone, last)!
-- Take back that these addresses are gone, where something new has come from them.
update address set gone_at = null
where id = any(:gone::bigint[])
    and exists (select 1 from inbound i where i.contact = address.contact and i.id > :last and i.address = address.id);

-- name: return_outbox(gone)!
-- What was set aside for these addresses waits again, where they have come back.
update outbox set state = 'queued', next_at = null
where state = 'aside'
    and address = any(array(select a.id from address a where a.id = any(:gone::bigint[]) and a.gone_at is null));
