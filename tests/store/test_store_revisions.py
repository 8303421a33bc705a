"""The contract of revisions: what is published stays as it was, and one is current."""

from pathlib import Path

import pytest
from store_kit import NOON, Engine, after, case_of, colleague, done, heard, outgoing, received, say

from bot.flow.session import Session
from bot.model import ContactId
from bot.ports import Store, StoredRevision, TalkPage

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


# -- the history


async def test_each_publishing_is_a_line_of_the_history(store: Store) -> None:
    """The same files published again later are a new line; the newest comes first, whatever the clock says."""
    await store.publish(FIRST)
    await store.publish(SECOND)
    await store.publish(StoredRevision("a1", FIRST.files, "Zoe", after(hours=-1)))
    told = [(line.revision, line.by, line.at) for line in await store.history(0, 10)]
    assert told == [("a1", "Zoe", after(hours=-1)), ("b2", "Zoe", after(hours=1)), ("a1", "Kim Öztürk", NOON)]


async def test_the_history_is_read_page_by_page(store: Store) -> None:
    """Each page goes on before the last line of the one before; after the first line there is nothing."""
    for number in range(5):
        await store.publish(StoredRevision(f"a{number}", {}, "Zoe", after(hours=number)))
    first = await store.history(0, 2)
    second = await store.history(first[-1].id, 2)
    third = await store.history(second[-1].id, 2)
    assert ["a4", "a3", "a2", "a1", "a0"] == [line.revision for line in (*first, *second, *third)]
    assert [] == list(await store.history(third[-1].id, 2))


@pytest.mark.parametrize(
    ("prefix", "found"),
    [("", ["a1", "ab", "b2"]), ("a", ["a1", "ab"]), ("ab", ["ab"]), ("c", []), ("%", []), ("a1x", [])],
)
async def test_a_revision_is_found_by_its_beginning(store: Store, prefix: str, found: list[str]) -> None:
    """All revisions that begin so, each once however often it was published, and no other."""
    for name in ("a1", "ab", "b2", "a1"):
        await store.publish(StoredRevision(name, {}, "Zoe", NOON))
    assert found == list(await store.revisions(prefix))


# -- where all talks stand


async def test_all_talks_are_read_in_pages(store: Store) -> None:
    """Every talk comes once, as it stands, and the last page says that it is the last."""
    for number in range(5):
        case = await heard(store, f"m{number}", f"parent {number}")
        await store.commit([done(case, session=Session(misses=number))], NOON)
    seen, last, pages = [], ContactId(0), 0
    while True:
        page = await store.talks(last, 2)
        seen += [session.misses for session in page.sessions]
        last, pages = page.last, pages + 1
        if not last:
            break
    assert ([0, 1, 2, 3, 4], 3, 0) == (seen, pages, page.unreadable)


async def test_a_page_that_is_full_to_the_last_talk_is_followed_by_an_empty_one(store: Store) -> None:
    """Nobody is read twice, and the end is found."""
    contact = await say(store, "m1")
    page = await store.talks(ContactId(0), 1)
    assert (1, contact) == (len(page.sessions), page.last)
    assert TalkPage((), 0, ContactId(0)) == await store.talks(page.last, 1)


async def test_who_has_only_written_has_no_talk_yet(store: Store) -> None:
    """A fragment that nobody has understood yet is no talk."""
    await store.receive([received("m1")])
    assert TalkPage((), 0, ContactId(0)) == await store.talks(ContactId(0), 10)
