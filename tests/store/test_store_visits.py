"""The contract of visits: every arrow that a talk took is counted once, together with the talk, and about nobody."""

from dataclasses import replace

import pytest
from store_kit import FULL_DISK, NOON, case_of, done, heard, meddle, received

from bot.flow.effect import Passed
from bot.ports import Store, Visit

YES = Passed("elternabend", "noch-etwas", "ja-danke")
NEXT = Passed("elternabend", "was-ist-das", "noch-etwas")
END = Passed("elternabend", "noch-etwas", "")


async def test_nothing_was_counted_at_first(store: Store) -> None:
    """A new house has no visits."""
    assert list(await store.visits()) == []


async def test_a_batch_is_counted_together(store: Store) -> None:
    """Over all contacts and however often in one talk; the next batch is added."""
    for name in ("lina", "omar"):
        await store.receive([received(name, name)])
    cases = await store.take(9)
    await store.commit([replace(done(case), passed=(NEXT, YES, NEXT)) for case in cases], NOON)
    await store.receive([received("again")])
    await store.commit([replace(done(await case_of(store)), passed=(END, YES))], NOON)
    assert list(await store.visits()) == [
        Visit("elternabend", "noch-etwas", "", 1),
        Visit("elternabend", "noch-etwas", "ja-danke", 3),
        Visit("elternabend", "was-ist-das", "noch-etwas", 4),
    ]


async def test_d02_a_case_that_lost_counts_nothing(store: Store) -> None:
    """D02: a visit is written with the talk that made it, or not at all."""
    case = await heard(store, "m1")
    await store.commit([replace(done(case), passed=(YES,))], NOON)
    await store.commit([replace(done(case), passed=(YES,))], NOON)
    assert [each.count for each in await store.visits()] == [1]


async def test_d02_a_transaction_that_fails_counts_nothing(store: Store) -> None:
    """D02: what breaks after the count takes it back."""
    case = await heard(store, "m1")
    await meddle(store, *FULL_DISK)
    with pytest.raises(Exception, match="full"):
        await store.commit([replace(done(case), passed=(YES,))], NOON)
    assert list(await store.visits()) == []
    assert (await case_of(store)).version == 0
