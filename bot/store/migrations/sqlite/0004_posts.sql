-- Work that one program at a time may do, such as sending for an account: who does it, and until when.
-- `epoch` grows each time somebody else takes it over.

create table post (
    name text primary key,
    holder text not null,
    epoch integer not null,
    until integer not null
) strict, without rowid;
