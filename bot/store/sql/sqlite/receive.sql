-- name: addresses(wanted)
-- Find which of these addresses (pairs of account and alias, as JSON) are known, and whether they were given up.
select a.id, a.contact, a.account, a.external, a.gone_at
from json_each(:wanted) w
join address a on a.account = w.value ->> 0 and a.external = w.value ->> 1;

-- name: new_contacts(moments)
-- Make one contact for each of these moments, and say their ids.
insert into contact (made_at) select value from json_each(:moments) where true
returning id;

-- name: put_addresses(contact, account, external, readable, at)*!
-- Keep new addresses.
insert into address (contact, account, external, readable, made_at)
values (:contact, :account, :external, :readable, :at);

-- name: last_inbound()$
-- Say the newest fragment's id, so that what comes after it can be told from repetitions.
select coalesce(max(id), 0) from inbound;

-- name: put_inbound(account, external, contact, address, body, at, state)*!
-- Keep fragments; one that is there already stays as it is, and one that was there once does not come back.
insert into inbound (account, external, contact, address, body, at, state)
select :account, :external, :contact, :address, :body, :at, :state
where not exists (select 1 from past_inbound p where p.account = :account and p.external = :external)
on conflict (account, external) do nothing;

-- name: return_addresses(gone, last)!
-- Take back that these addresses are gone, where something new has come from them.
update address set gone_at = null
where id in (select value from json_each(:gone))
    and exists (select 1 from inbound i where i.contact = address.contact and i.id > :last and i.address = address.id);

-- name: return_outbox(gone)!
-- What was set aside for these addresses waits again, where they have come back.
update outbox set state = 'queued', next_at = null
where state in ('sending', 'aside', 'dead') and state = 'aside'
    and address in (
        select a.id from json_each(:gone) g join address a on a.id = g.value where a.gone_at is null
    );
