-- name: put_revision(name, files)!
-- Keep a revision; published again it is the same files. Two who publish at once do so one after the other.
select pg_advisory_xact_lock(0, 1);
insert into revision (name, files) values (:name, :files) on conflict (name) do nothing;

-- name: put_publishing(name, by, at)!
-- Note that a revision was published; each time is a line of its own.
insert into publishing (revision, published_by, published_at) values (:name, :by, :at);

-- name: revision(name)^
-- Read a revision, with who published it last and when.
select r.name, r.files, p.published_by, p.published_at
from revision r join publishing p on p.id = (select max(n.id) from publishing n where n.revision = r.name)
where r.name = :name;

-- name: revisions(prefix)
-- Find the revisions whose names begin so; a name is hexadecimal, and no such digit comes after the tilde.
select name from revision where name >= :prefix and name < :prefix || '~' order by name;

-- name: history(before, most)
-- Read what was published, newest first, before one line of it.
select id, revision as name, published_by, published_at from publishing
where id < :before order by id desc limit :most;

-- name: talks(after, most)
-- Read where some talks stand, in the order of their contacts.
select s.contact, s.body, s.owner, s.wakes_at, k.wrapped
from session s left join contact_key k on k.contact = s.contact
where s.contact > :after order by s.contact limit :most;

-- name: figures()
-- Count what operators want to know at a glance; each count reads a partial index.
select 'unread' as name, count(*) as number from inbound where state = 'unread'
union all select 'failed', count(*) from inbound where state = 'failed'
union all select 'aside', count(*) from inbound where state = 'aside'
union all select 'outbox', count(*) from outbox where state in ('queued', 'sending') and account <> 'webchat'
union all select 'dead', count(*) from outbox where state = 'dead'
union all select 'tickets', count(*) from ticket where state <> 'closed';
