-- Who published which revision and when: the same files published again later are another line.
-- `published_by` stays sealed as it was: bound to the revision's name.

create table publishing (
    id integer primary key autoincrement,
    revision text not null references revision (name),
    published_by blob not null,
    published_at integer not null
) strict;

create index publishing_revision on publishing (revision, id);

-- What is current becomes the newest line, also where the clock went back.
insert into publishing (revision, published_by, published_at)
select name, published_by, published_at from revision
order by name = (select cast(value as text) from setting where name = 'current_revision'), published_at, name;

alter table revision drop column published_by;
alter table revision drop column published_at;
