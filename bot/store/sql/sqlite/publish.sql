-- name: put_revision(name, files, by, at)!
-- Keep a revision; published again it is the same files, by somebody else, later.
insert into revision (name, files, published_by, published_at) values (:name, :files, :by, :at)
on conflict (name) do update set published_by = excluded.published_by, published_at = excluded.published_at;

-- name: revision(name)^
-- Read a revision.
select name, files, published_by, published_at from revision where name = :name;

-- name: figures()
-- Count what operators want to know at a glance; a partial index serves where its condition stands word for word.
select 'unread' as name, count(*) as number from inbound where state = 'unread'
union all select 'failed', count(*) from inbound where state in ('failed', 'aside') and state = 'failed'
union all select 'aside', count(*) from inbound where state in ('failed', 'aside') and state = 'aside'
union all select 'outbox', count(*) from outbox where state in ('queued', 'sending') and account <> 'webchat'
union all select 'dead', count(*) from outbox where state in ('sending', 'aside', 'dead') and state = 'dead'
union all select 'tickets', count(*) from ticket where state <> 'closed';
