"""The contract of the web chat's list: both sides, in order, nothing skipped and nothing doubled, at every cursor."""

import asyncio
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from store_kit import ENGINES, NOON, TELEGRAM, Engine, after, case_of, done, heard, outgoing, received, say

from bot.flow.session import Session
from bot.model import ContactId
from bot.ports import ChatLine, Store


def names(lines: Sequence[ChatLine]) -> list[str]:
    """Return what the lines are: fragments' ids, messages' tokens."""
    return [line.token if line.mine is None else line.mine.external_id for line in lines]


async def test_both_sides_stand_in_the_order_of_time(store: Store) -> None:
    """The parent's lines and the house's are one list, each as it was written."""
    contact = await say(store, "m1", outgoing("a"), outgoing("b"))
    await say(store, "m2", outgoing("c", "Bis bald"))
    lines = await store.chat(contact, "", 50)
    assert names(lines) == ["m1", "m2", "a", "b", "c"]
    assert (lines[0].mine, lines[0].message, lines[0].at) == (received("m1").fragment, None, NOON)
    assert (lines[-1].message, lines[-1].mine) == (outgoing("c", "Bis bald").message, None)


async def test_time_decides_between_the_sides(store: Store) -> None:
    """An answer stands before what the parent wrote later."""
    first = await heard(store, "m1")
    await store.commit([done(first, outgoing("a"))], after(minutes=1))
    await store.receive([received("m2", at=after(minutes=2))])
    await store.commit([done(await case_of(store), outgoing("b"))], after(minutes=3))
    assert names(await store.chat(first.contact, "", 50)) == ["m1", "a", "m2", "b"]


async def test_a_page_goes_on_where_it_was(store: Store) -> None:
    """After any line's cursor exactly the lines behind it come, in portions or at once."""
    contact = await say(store, "m1", outgoing("a"), outgoing("b"))
    lines = await store.chat(contact, "", 50)
    for place, line in enumerate(lines):
        assert names(await store.chat(contact, line.cursor, 50)) == names(lines[place + 1 :])
        assert names(await store.chat(contact, line.cursor, 1)) == names(lines[place + 1 : place + 2])


async def test_a_late_line_still_comes(store: Store) -> None:
    """A line committed late, with an earlier time than what was shown already, is not skipped."""
    contact = await say(store, "m1", outgoing("a"))
    shown = await store.chat(contact, "", 50)
    await store.receive([received("late", at=after(hours=-3))])
    assert names(await store.chat(contact, shown[-1].cursor, 50)) == ["late"]


async def test_the_newest_lines_are_the_beginning(store: Store) -> None:
    """A long talk begins with its newest lines, and goes on from there."""
    contact = await say(store, "m0", *(outgoing(f"t{number}") for number in range(20)))
    lines = await store.chat(contact, "", 5)
    assert names(lines) == [f"t{number}" for number in range(15, 20)]
    assert names(await store.chat(contact, lines[0].cursor, 50)) == [f"t{number}" for number in range(16, 20)]


@pytest.mark.parametrize("cursor", ["", "i1", "x", "i-1-o2", "i1-o2 or 1=1", "i١-o٢", "i" + "9" * 30 + "-o1"])
async def test_an_unknown_cursor_is_the_beginning(store: Store, cursor: str) -> None:
    """A cursor that we never gave is no error and no way in: the newest lines come."""
    contact = await say(store, "m1", outgoing("a"))
    assert names(await store.chat(contact, cursor, 50)) == ["m1", "a"]


async def test_a_chat_shows_its_contact_alone(store: Store) -> None:
    """A12: another contact's lines never come, nor what the house said to itself; nobody's chat is empty."""
    lina = await say(store, "m1", outgoing("a"))
    await say(store, "n1", outgoing("x"), address="omar")
    await store.commit([done(await heard(store, "m2"), session=Session(wakes_at=NOON))], NOON)
    await store.expire(NOON)
    assert names(await store.chat(lina, "", 50)) == ["m1", "m2", "a"]
    assert list(await store.chat(ContactId(4711), "", 50)) == []


async def test_what_a_page_has_shown_counts_as_sent(store: Store) -> None:
    """Seen messages stay in the chat, and only the contact's own can be seen."""
    lina = await say(store, "m1", outgoing("a"), account=TELEGRAM)
    omar = await say(store, "n1", outgoing("x"), address="omar", account=TELEGRAM)
    await store.seen(lina, ["a", "x"], after(minutes=1))
    await store.seen(lina, [], after(minutes=1))
    assert (await store.figures())["outbox"] == 1
    assert names(await store.chat(lina, "", 50)) == ["m1", "a"]
    assert [item.contact for item in await store.due(TELEGRAM, NOON, 9)] == [omar]


@dataclass
class Page:
    """A page that reads in portions and may lose its connection: it knows its last line and nothing else."""

    cursor: str = ""
    shown: list[str] = field(default_factory=list)

    async def read(self, store: Store, contact: ContactId, limit: int) -> None:
        """Read the next portion."""
        lines = await store.chat(contact, self.cursor, limit)
        self.shown += names(lines)
        if lines:
            self.cursor = lines[-1].cursor


STEPS = some.one_of(
    some.tuples(some.just("hear"), some.integers(-3, 3)),
    some.tuples(some.just("say"), some.integers(0, 4)),
    some.tuples(some.just("card"), some.integers(1, 2)),
    some.tuples(some.just("read"), some.integers(1, 3)),
)


@pytest.mark.parametrize("engine", ENGINES, ids=lambda engine: engine.name)
def test_every_line_comes_once_however_it_is_read(engine: Engine) -> None:
    """Whatever is written between whatever reads, at whatever times: a page sees each line once, each side in order."""

    @settings(max_examples=20, deadline=None)
    @given(some.lists(STEPS, max_size=15))
    def check(steps: list[tuple[str, int]]) -> None:
        with tempfile.TemporaryDirectory() as folder:
            asyncio.run(interleaved(engine, Path(folder), steps))

    check()


async def interleaved(engine: Engine, folder: Path, steps: list[tuple[str, int]]) -> None:
    """Write and read in this order, then read to the end, and compare."""
    store = await engine.open(folder)
    try:
        (contact,) = await store.receive([received("m")])
        page, parent, house = Page(), ["m"], list[str]()
        await page.read(store, contact, 50)
        for number, (kind, value) in enumerate(steps):
            if kind == "read":
                await page.read(store, contact, value)
            else:
                await store.receive([received(f"m{number}", at=after(minutes=number + value))])
                parent.append(f"m{number}")
            if kind in {"say", "card"}:
                said = [outgoing(f"t{number}.{part}", head=kind == "card" and part == 1) for part in range(value)]
                await store.commit([done(await case_of(store), *said)], after(minutes=number))
                house += sorted((each.token for each in said), reverse=kind == "card")
        while len(page.shown) < len(parent) + len(house):
            before = len(page.shown)
            await page.read(store, contact, 2)
            assert len(page.shown) > before
        assert [name for name in page.shown if name.startswith("m")] == parent
        assert [name for name in page.shown if name.startswith("t")] == house
        assert list(await store.chat(contact, page.cursor, 50)) == []
    finally:
        await engine.close(store)
