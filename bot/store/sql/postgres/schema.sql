-- name: tables()
-- Say which tables are here already.
select tablename as name from pg_tables where schemaname = current_schema();

-- name: make_migration_table()!
-- Keep which migrations were applied, and what they said then.
create table if not exists migration (
    number bigint primary key,
    name text not null,
    hash text not null,
    at bigint not null
);

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
