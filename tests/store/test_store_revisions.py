"""The contract of revisions: what is published stays as it was, and one is current."""

from pathlib import Path

from store_kit import NOON, Engine, after, case_of, colleague, done, heard, outgoing, received, say

from bot.flow.session import Session
from bot.ports import Store, StoredRevision

FIRST = StoredRevision("a1", {"flows/start.yaml": b"say: Hallo", "ton.ogg": b"\xff\x00"}, "Kim Öztürk", NOON)
SECOND = StoredRevision("b2", {"flows/start.yaml": "say: Grüß Gott".encode()}, "Zoe", after(hours=1))


async def test_before_the_first_nothing_is_current(store: Store) -> None:
    """A new store has no revision."""
    assert (await store.current(), await store.revision("a1")) == ("", None)


async def test_the_last_published_is_current(store: Store) -> None:
    """Publishing makes current; the one before can still be read, every file as it was."""
    await store.publish(FIRST)
    await store.publish(SECOND)
    assert await store.current() == "b2"
    assert (await store.revision("a1"), await store.revision("b2")) == (FIRST, SECOND)


async def test_going_back_is_publishing_again(store: Store) -> None:
    """An earlier revision published again is current, with who did it and when, even if the clock went back."""
    await store.publish(FIRST)
    await store.publish(SECOND)
    again = StoredRevision("a1", FIRST.files, "Zoe", after(hours=-1))
    await store.publish(again)
    assert (await store.current(), await store.revision("a1")) == ("a1", again)


async def test_everything_is_there_after_closing_and_opening(engine: Engine, tmp_path: Path) -> None:
    """D01: a store that is closed and opened again has lost and doubled nothing."""
    store = await engine.open(tmp_path)
    contact = await say(store, "m1", outgoing("a"))
    await store.commit([done(await heard(store, "m2"), session=Session(misses=3))], NOON)
    await store.receive([received("m3")])
    kim = await colleague(store)
    await store.publish(FIRST)
    await engine.close(store)

    again = await engine.open(tmp_path)
    case = await case_of(again)
    assert (case.contact, case.session, case.version) == (contact, Session(misses=3), 2)
    assert [each.fragment.external_id for each in case.unread] == ["m3"]
    assert len(await again.chat(contact, "", 50)) == 4
    assert (list(await again.people()), await again.current()) == ([kim], "a1")
    assert list(await again.receive([received("m1")])) == [contact]
    assert len((await case_of(again)).unread) == 1
    await engine.close(again)
