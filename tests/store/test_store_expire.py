"""The contract of silences: each that is over is said once, and the talk moves with it."""

from datetime import datetime

from store_kit import NOON, after, case_of, done, heard, received

from bot.flow.session import Session
from bot.ports import Case, Store


async def silent(store: Store, until: datetime, address: str = "lina", name: str = "m1") -> Case:
    """Let a contact be asked something that is not waited for beyond a moment; return their answered case."""
    case = await heard(store, name, address)
    await store.commit([done(case, session=Session(waits="step", wakes_at=until))], NOON)
    return case


async def test_nothing_expires_before_its_time(store: Store) -> None:
    """A wait that is not over yet says nothing."""
    await silent(store, after(hours=1))
    assert await store.expire(after(minutes=59)) == 0
    assert list(await store.take(64)) == []


async def test_an_expired_wait_is_one_fragment_of_the_house(store: Store) -> None:
    """At its moment the wait becomes one fragment from the house, and the session waits no more, one version on."""
    await silent(store, after(hours=1))
    assert await store.expire(after(hours=1)) == 1
    case = await case_of(store)
    (unread,) = case.unread
    assert (unread.account, unread.fragment.address, unread.fragment.body) == (
        "house",
        None,
        b'{"kind":"wait_expired"}',
    )
    assert unread.at == after(hours=1)
    assert (case.session, case.version) == (Session(waits="step"), 2)


async def test_d10_a_wait_expires_once(store: Store) -> None:
    """D10: asked again, at once, later, or after the clock went back and forth, it is not said again."""
    await silent(store, after(hours=1))
    counts = [await store.expire(after(hours=hours)) for hours in (2, 2, 400, -400, 1, 3)]
    assert counts == [1, 0, 0, 0, 0, 0]
    assert len((await case_of(store)).unread) == 1


async def test_every_wait_expires_for_itself(store: Store) -> None:
    """A later wait of the same talk expires too, and several contacts expire together, others not."""
    await silent(store, after(hours=1))
    await silent(store, after(hours=1), "omar", "n1")
    await silent(store, after(hours=9), "chi", "c1")
    assert await store.expire(after(hours=2)) == 2
    for case in await store.take(64):
        await store.commit([done(case, session=Session(wakes_at=after(hours=3)))], NOON)
    assert await store.expire(after(hours=4)) == 2
    assert len(await store.take(64)) == 2


async def test_a_case_computed_before_the_silence_ended_is_computed_again(store: Store) -> None:
    """Expiring moves the session: who computed from the old one loses, and sees both fragments next."""
    await silent(store, after(hours=1))
    case = await heard(store, "m2")
    await store.expire(after(hours=2))
    assert list(await store.commit([done(case)], NOON)) == [case.contact]
    assert [each.account for each in (await case_of(store)).unread] == ["webchat", "house"]


async def test_a_wait_that_was_answered_does_not_expire(store: Store) -> None:
    """The parent answered in time: there is nothing to end."""
    await silent(store, after(hours=1))
    case = await heard(store, "m2")
    await store.commit([done(case, session=Session())], NOON)
    assert await store.expire(after(hours=2)) == 0
    await store.receive([received("m3")])
    assert [each.fragment.external_id for each in (await case_of(store)).unread] == ["m3"]
