-- name: tables()
-- Say whether this database has been set up before.
select name from sqlite_schema where type = 'table' and name = 'migration';

-- name: make_migration_table()!
-- Keep which migrations were applied, and what they said then.
create table if not exists migration (
    number integer primary key,
    name text not null,
    hash text not null,
    at integer not null
) strict;

-- name: applied()
-- Read which migrations were applied, in order.
select number, name, hash from migration order by number;

-- name: put_migration(number, name, hash, at)!
-- Note that a migration was applied.
insert into migration (number, name, hash, at) values (:number, :name, :hash, :at);

-- name: setting(name)$
-- Read one setting.
select value from setting where name = :name;

-- name: put_setting(name, value)!
-- Write one setting.
insert into setting (name, value) values (:name, :value)
on conflict (name) do update set value = excluded.value;
