-- name: hold(name, holder, lease)$
-- Become, or stay, the one on a post; not while another's time runs. A time too far ahead is the clock's fault.
insert into post (name, holder, epoch, until)
values (:name, :holder, 1, cast((julianday('now') - 2440587.5) * 86400000000 as integer) + :lease)
on conflict (name) do update set
    epoch = post.epoch + (post.holder <> excluded.holder), holder = excluded.holder, until = excluded.until
where post.holder = excluded.holder
    or post.until not between cast((julianday('now') - 2440587.5) * 86400000000 as integer) + 1
        and cast((julianday('now') - 2440587.5) * 86400000000 as integer) + 10 * :lease
returning epoch;

-- name: leave(name, holder)!
-- Leave a post, so that another can have it at once.
update post set until = 0 where name = :name and holder = :holder;

-- name: others_on(posts, holder)
-- Say on which of these posts somebody else is, and keep it so until the transaction ends.
select p.name from json_each(:posts) n join post p on p.name = n.value where p.holder <> :holder;
