-- name: hold(name, holder, lease)$
-- Become, or stay, the one on a post; not while another's time runs. A time too far ahead is the clock's fault.
insert into post (name, holder, epoch, until)
values (:name, :holder, 1, (extract(epoch from clock_timestamp()) * 1000000)::bigint + :lease::bigint)
on conflict (name) do update set
    epoch = post.epoch + (post.holder <> excluded.holder)::int, holder = excluded.holder, until = excluded.until
where post.holder = excluded.holder
    or post.until not between (extract(epoch from clock_timestamp()) * 1000000)::bigint + 1
        and (extract(epoch from clock_timestamp()) * 1000000)::bigint + 10 * :lease::bigint
returning epoch;

-- name: leave(name, holder)!
-- Leave a post, so that another can have it at once.
update post set until = 0 where name = :name and holder = :holder;

-- name: others_on(posts, holder)
-- Say on which of these posts somebody else is, and keep it so until the transaction ends.
with held as materialized (
    select name, holder from post where name = any(:posts::text[]) order by name for share
)
select name from held where holder <> :holder;
