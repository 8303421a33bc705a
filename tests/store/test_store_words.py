"""P04: words that no column can hold are one contact's trouble, or match nothing; never everybody's, and never for ever."""

from dataclasses import replace

import pytest
from store_kit import NOON, done, meddle, outgoing, question, received, say

from bot.flow.effect import Passed
from bot.flow.session import Session
from bot.ports import Done, Store

UNHELD = ("\x00", "a\x00b", "\ud800", "x\udfffy")
"""NUL, which PostgreSQL has in no text, and half a character, which nobody can write."""


def broken(case: Done, words: str) -> tuple[Done, ...]:
    """Return a case with such words in every place that is kept as a text."""
    return (
        replace(case, session=Session(owner=words)),
        replace(case, outgoing=(outgoing(words),)),
        replace(case, outgoing=(outgoing(words, head=True),)),
        replace(case, new_ticket=replace(question("x"), topic=words)),
        replace(case, rating=words),
        replace(case, passed=(Passed("flow", words, "way"),)),
    )


@pytest.mark.parametrize("words", UNHELD)
async def test_p04_what_cannot_be_written_stops_nobody(store: Store, words: str) -> None:
    """P04: wherever a case has them, it is returned and set aside as failed; the others of its batch are written."""
    for number in range(6):
        await store.receive([received(f"a{number}", f"bad{number}"), received(f"b{number}", "good")])
        bad, good = await store.take(9)
        lost = await store.commit([broken(done(bad), words)[number], done(good, outgoing(f"t{number}"))], NOON)
        assert list(lost) == [bad.contact]
        assert list(await store.take(9)) == []
        assert list(await store.replies([(good.contact, f"t{number}")])) == [f"t{number}"]
    assert (await store.figures())["failed"] == 6


@pytest.mark.parametrize("words", UNHELD)
async def test_p04_what_cannot_be_kept_is_found_nowhere(store: Store, words: str) -> None:
    """P04: who asks for them finds nothing, and what is asked for beside them is found."""
    contact = await say(store, "m1", outgoing("a"))
    assert list(await store.replies([(contact, words), (contact, "a")])) == ["a"]
    await store.seen(contact, [words, "a"], NOON)
    assert (await store.figures())["outbox"] == 0
    assert list(await store.revisions(words)) == []
    assert await store.revision(words) is None
    assert await store.contact_of(received("m1").account, words) is None


async def test_who_cannot_be_read_hides_nobody_who_waits(store: Store) -> None:
    """Where all that was taken turns out to be unreadable, the next who wait are taken in the same call."""
    await store.receive([received("one", "lina"), received("two", "omar")])
    await meddle(
        store, "update inbound set body = x'00' where id = 1", "update inbound set body = '\\x00' where id = 1"
    )
    (case,) = await store.take(1)
    assert [unread.fragment.external_id for unread in case.unread] == ["two"]
