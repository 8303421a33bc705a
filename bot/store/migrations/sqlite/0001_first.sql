-- The first schema. What each column holds, and with which key it is sealed: docs/reference/store.md.
-- Times are UTC in microseconds. `external` is the HMAC of an id that is somebody else's. Sealed values are blobs.

create table setting (
    name text primary key,
    value blob not null
) strict, without rowid;

create table contact (
    id integer primary key autoincrement,
    made_at integer not null
) strict;

create table contact_key (
    contact integer primary key references contact (id),
    wrapped blob not null
) strict;

create table address (
    id integer primary key autoincrement,
    contact integer not null references contact (id),
    account text not null,
    external text not null,
    readable blob not null,
    made_at integer not null,
    gone_at integer,
    unique (account, external)
) strict;

create index address_contact on address (contact);

-- state: unread, read, failed (a bug; the error says where), aside (it concerns no contact)
create table inbound (
    id integer primary key autoincrement,
    account text not null,
    external text not null,
    contact integer references contact (id),
    address integer references address (id),
    body blob not null,
    at integer not null,
    state text not null,
    read_at integer,
    error blob,
    unique (account, external)
) strict;

create index inbound_unread on inbound (contact, id) where state = 'unread';
create index inbound_contact on inbound (contact, id);
create index inbound_failed on inbound (state, id) where state in ('failed', 'aside');

create table session (
    contact integer primary key references contact (id),
    version integer not null,
    owner text not null,
    wakes_at integer,
    body blob not null,
    changed_at integer not null
) strict;

create index session_wakes on session (wakes_at) where wakes_at is not null;

-- state: queued, sending, sent, aside (the contact is gone), dead (given up; the reason says why)
create table outbox (
    id integer primary key autoincrement,
    contact integer not null references contact (id),
    address integer not null references address (id),
    account text not null,
    token text not null,
    message blob not null,
    reply blob not null,
    state text not null,
    position integer not null,
    attempts integer not null default 0,
    queued_at integer not null,
    next_at integer,
    ended_at integer,
    reason blob
) strict;

create index outbox_contact on outbox (contact, id);
create index outbox_token on outbox (contact, token);
create index outbox_due on outbox (account, id) where state = 'queued';
create index outbox_line on outbox (contact, account, position, id) where state in ('queued', 'sending');
create index outbox_stuck on outbox (state, address) where state in ('sending', 'aside', 'dead');

create table adviser (
    id integer primary key autoincrement,
    name blob not null,
    role text not null,
    teams text not null,
    languages text not null,
    interface text not null,
    made_at integer not null,
    disabled_at integer
) strict;

create table invitation (
    hash blob primary key,
    adviser integer not null references adviser (id),
    made_at integer not null,
    until integer not null,
    used_at integer
) strict, without rowid;

create index invitation_adviser on invitation (adviser);

create table login (
    hash blob primary key,
    adviser integer not null references adviser (id),
    made_at integer not null,
    until integer not null,
    used_at integer not null
) strict, without rowid;

create index login_adviser on login (adviser);

create table ticket (
    id integer primary key autoincrement,
    contact integer not null references contact (id),
    state text not null,
    version integer not null,
    topic text not null,
    urgency text not null,
    language text not null,
    adviser integer references adviser (id),
    opened_at integer not null,
    changed_at integer not null,
    promise_at integer not null,
    trail blob not null,
    closed_topic text not null default '',
    outcome text not null default ''
) strict;

create index ticket_contact on ticket (contact, id);
create index ticket_open on ticket (id) where state <> 'closed';

create table ticket_event (
    id integer primary key autoincrement,
    ticket integer not null references ticket (id),
    kind text not null,
    at integer not null,
    adviser integer references adviser (id),
    detail blob not null
) strict;

create index ticket_event_ticket on ticket_event (ticket, id);

create table message (
    id integer primary key autoincrement,
    ticket integer not null references ticket (id),
    side text not null,
    at integer not null,
    part integer not null,
    adviser integer references adviser (id),
    text blob not null
) strict;

create index message_ticket on message (ticket, id);

create table feedback (
    id integer primary key autoincrement,
    contact integer not null references contact (id),
    ticket integer references ticket (id),
    rating text not null,
    at integer not null
) strict;

create index feedback_contact on feedback (contact);

create table revision (
    name text primary key,
    files blob not null,
    published_by blob not null,
    published_at integer not null
) strict;
