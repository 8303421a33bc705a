-- Forgetting: who has only just come, who said yes, what is left of fragments and questions, and whose data were erased.
-- What each column holds, and why it may stand in plain: docs/reference/store.md.

-- Contacts that have not gone on yet since they read what is kept of them. They are erased after a day.
create table newcomer (
    contact integer primary key references contact (id),
    since integer not null
) strict;

create index newcomer_since on newcomer (since);

-- Contacts that went on, which wording of the notice they had read, and when they did.
create table consent (
    contact integer primary key references contact (id),
    version text not null,
    at integer not null
) strict;

-- Fragments whose words are gone: enough to tell a repetition. It names no contact.
create table past_inbound (
    account text not null,
    external text not null,
    at integer not null,
    primary key (account, external)
) strict, without rowid;

create index past_inbound_at on past_inbound (at);

-- Questions whose words are gone: what is counted of them. It names no contact and no adviser.
-- `why`: wish (the parent had everything erased), time (it was closed long enough ago)
create table past_ticket (
    id integer primary key,
    topic text not null,
    closed_topic text not null,
    urgency text not null,
    language text not null,
    opened_on integer not null,
    answered_after integer,
    outcome text not null,
    rating text not null,
    why text not null,
    gone_on integer not null
) strict;

-- Contacts that were erased: what a copy of the database from before must not bring back.
create table erased (
    contact integer primary key,
    at integer not null
) strict;

create index erased_at on erased (at);

-- An address belongs to the contact beside it. To let one go nothing has to be walked through.
drop index address_contact;
create unique index address_contact on address (contact, id);

create table inbound_new (
    id integer primary key autoincrement,
    account text not null,
    external text not null,
    contact integer references contact (id),
    address integer,
    body blob not null,
    at integer not null,
    state text not null,
    read_at integer,
    error blob,
    unique (account, external),
    foreign key (contact, address) references address (contact, id)
) strict;

insert into inbound_new select id, account, external, contact, address, body, at, state, read_at, error from inbound;
drop table inbound;
alter table inbound_new rename to inbound;

create index inbound_unread on inbound (contact, id) where state = 'unread';
create index inbound_contact on inbound (contact, id);
create index inbound_failed on inbound (state, id) where state in ('failed', 'aside');
create index inbound_past on inbound (at) where state <> 'unread';

create table outbox_new (
    id integer primary key autoincrement,
    contact integer not null references contact (id),
    address integer not null,
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
    reason blob,
    until integer,
    foreign key (contact, address) references address (contact, id)
) strict;

insert into outbox_new
select
    id, contact, address, account, token, message, reply, state, position, attempts, queued_at, next_at, ended_at,
    reason, until
from outbox;
drop table outbox;
alter table outbox_new rename to outbox;

create index outbox_contact on outbox (contact, id);
create index outbox_token on outbox (contact, token);
create index outbox_line on outbox (contact, account, position, id) where state in ('queued', 'sending');
create index outbox_stuck on outbox (state, address) where state in ('sending', 'aside', 'dead');
create index outbox_due on outbox (account, until is not null, id) where state = 'queued';
create index outbox_until on outbox (until) where state = 'queued' and until is not null;
create index outbox_ended on outbox (ended_at) where ended_at is not null;

create index ticket_past on ticket (changed_at) where state = 'closed';
create index feedback_ticket on feedback (ticket) where ticket is not null;
create index reminder_ended on reminder (ended_at) where ended_at is not null;
create index reminded_at on reminded (at);
create index login_until on login (until);
create index invitation_until on invitation (until);

-- Who has talked with us before has gone on; who has not, has only just come.
insert into consent (contact, version, at) select contact, '', changed_at from session;
insert into newcomer (contact, since)
select id, made_at from contact c where not exists (select 1 from session s where s.contact = c.id);
