-- Reminders that parents asked for, and how often the arrows of the flows were taken.
-- What each column holds, and why it may stand in plain: docs/reference/store.md.

-- `name` is the HMAC of flow, calendar and `before`: said again it is the same row. `calendar` is the calendar's HMAC.
create table reminder (
    id integer primary key autoincrement,
    contact integer not null references contact (id),
    name text not null,
    calendar text not null,
    before text not null,
    flow blob not null,
    since integer not null,
    ended_at integer,
    unique (contact, name)
) strict;

create index reminder_standing on reminder (calendar, before, since) where ended_at is null;

-- One row a reminder and day of which was reminded, for as long as the contact is kept: never twice.
-- `day` is the HMAC of the calendar and its day.
create table reminded (
    reminder integer not null references reminder (id),
    day text not null,
    at integer not null,
    primary key (reminder, day)
) strict, without rowid;

-- From `until` on a message is of no use any more: it is withdrawn where it still waits.
alter table outbox add column until integer;

-- Thousands of reminders fall on one morning: an answer does not wait behind those of others.
drop index outbox_due;
create index outbox_due on outbox (account, until is not null, id) where state = 'queued';

create index outbox_until on outbox (until) where state = 'queued' and until is not null;

-- How often an arrow of a flow was taken, over all talks. No contact and no time: it says nothing about anybody.
create table visit (
    flow text not null,
    step text not null,
    way text not null,
    count integer not null,
    primary key (flow, step, way)
) strict, without rowid;
