-- name: next_adviser()$
-- Say the next person's id.
select nextval(pg_get_serial_sequence('adviser', 'id'));

-- name: put_adviser(id, name, role, teams, languages, interface, disabled_at, at)!
-- Keep a new person.
insert into adviser (id, name, role, teams, languages, interface, disabled_at, made_at)
values (:id, :name, :role, :teams, :languages, :interface, :disabled_at, :at);

-- name: change_adviser(id, name, role, teams, languages, interface, disabled_at)!
-- Write a person's settings.
update adviser set
    name = :name, role = :role, teams = :teams, languages = :languages, interface = :interface,
    disabled_at = :disabled_at
where id = :id;

-- name: advisers()
-- Read everybody.
select id, name, role, teams, languages, interface, disabled_at from adviser;

-- name: put_invitation(hash, adviser, at, until)!
-- Keep a link's hash.
insert into invitation (hash, adviser, made_at, until) values (:hash, :adviser, :at, :until);

-- name: drop_invitations(adviser)!
-- End a person's unused links; two who invite somebody at once do it one after the other.
select id from adviser where id = :adviser for no key update;
delete from invitation where adviser = :adviser and used_at is null;

-- name: invited(hash, now)^
-- Find whose link this is while it is valid; two who use it at once do so one after the other.
select a.id, a.name, a.role, a.teams, a.languages, a.interface, a.disabled_at
from invitation i join adviser a on a.id = i.adviser
where i.hash = :hash and i.used_at is null and i.until > :now and a.disabled_at is null
for no key update of i;

-- name: use_invitation(hash, now)!
-- Use a link up.
update invitation set used_at = :now where hash = :hash;

-- name: drop_old_logins(now)!
-- Forget logins that are over.
delete from login where until <= :now;

-- name: put_login(hash, adviser, now, until)!
-- Begin a login.
insert into login (hash, adviser, made_at, until, used_at) values (:hash, :adviser, :now, :until, :now);

-- name: logged_in(hash, now, idle_since)^
-- Find who is logged in and has not been idle, and when it was last used.
select a.id, a.name, a.role, a.teams, a.languages, a.interface, a.disabled_at, l.used_at
from login l join adviser a on a.id = l.adviser
where l.hash = :hash and l.until > :now and l.used_at >= :idle_since and a.disabled_at is null;

-- name: use_login(hash, now)!
-- Note that a login was used.
update login set used_at = :now where hash = :hash;

-- name: drop_login(hash)!
-- End one login.
delete from login where hash = :hash;

-- name: drop_logins(adviser, role, disabled_at)!
-- End a person's logins when their role changes or they are disabled.
delete from login
where adviser = :adviser
    and (:disabled_at::bigint is not null or :role <> (select role from adviser where id = :adviser));
