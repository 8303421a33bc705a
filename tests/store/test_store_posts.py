"""Posts: one program at a time, taken over in time, and nothing written by who was replaced."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from store_kit import NOON, TELEGRAM, Engine, outgoing, say

from bot.model import Sent
from bot.ports import Record, ReplacedError, Store

MINUTE = timedelta(minutes=1)
OVER = timedelta()
"""A lease that is over at once."""
SENDER = f"deliver:{TELEGRAM}"


@pytest.fixture
async def rival(engine: Engine, store: Store, tmp_path: Path) -> AsyncIterator[Store]:
    """Another program with the same database open."""
    assert store is not None
    opened = await engine.open(tmp_path)
    yield opened
    await engine.close(opened)


async def test_one_program_holds_a_post(store: Store, rival: Store) -> None:
    """Who has a post keeps it by asking again; nobody else gets it meanwhile, and another post is free."""
    assert [await store.hold("a", MINUTE), await rival.hold("a", MINUTE), await store.hold("a", MINUTE)] == [
        True,
        False,
        True,
    ]
    assert await rival.hold("b", MINUTE)


async def test_a_post_that_was_left_is_free_at_once(store: Store, rival: Store) -> None:
    """Leaving lets another in without waiting; leaving what another holds changes nothing."""
    await store.hold("a", MINUTE)
    await store.leave("a")
    assert await rival.hold("a", MINUTE)
    await store.leave("a")
    assert not await store.hold("a", MINUTE)


async def test_a_post_whose_time_is_over_is_taken_over(store: Store, rival: Store) -> None:
    """Who does not ask again in time is replaced, and does not get it back while the other has it."""
    await store.hold("a", OVER)
    assert await rival.hold("a", MINUTE)
    assert not await store.hold("a", MINUTE)


async def test_d10_a_time_too_far_ahead_blocks_nobody(store: Store, rival: Store) -> None:
    """D10: a post held until a far future (the clock was wrong) can be taken: no lease is stuck."""
    await store.hold("a", timedelta(days=400))
    assert await rival.hold("a", MINUTE)


async def test_d11_who_was_replaced_writes_nothing(store: Store, rival: Store) -> None:
    """D11: a sender that another has replaced can neither take messages nor record nor recover; the other can."""
    await say(store, "hello", outgoing("a"), outgoing("b"), account=TELEGRAM)
    await store.hold(SENDER, OVER)
    (item,) = await store.due(TELEGRAM, NOON, 9)
    assert await rival.hold(SENDER, MINUTE)
    for late in (
        store.record([Record(item.id, Sent("1"), NOON)]),
        store.recover(TELEGRAM),
    ):
        with pytest.raises(ReplacedError):
            await late
    assert await rival.recover(TELEGRAM) == 1
    with pytest.raises(ReplacedError):
        await store.due(TELEGRAM, NOON, 9)
    (again,) = await rival.due(TELEGRAM, NOON, 9)
    assert again.token == item.token


async def test_d11_who_comes_back_may_write_again(store: Store, rival: Store) -> None:
    """Who was replaced and took the post again is its sender like any other."""
    await say(store, "hello", outgoing("a"), account=TELEGRAM)
    await store.hold(SENDER, OVER)
    await rival.hold(SENDER, MINUTE)
    await rival.leave(SENDER)
    assert await store.hold(SENDER, MINUTE)
    (item,) = await store.due(TELEGRAM, NOON, 9)
    await store.record([Record(item.id, Sent("1"), NOON)])
    assert list(await store.due(TELEGRAM, NOON, 9)) == []


async def test_d11_who_left_writes_nothing_while_another_is_there(store: Store, rival: Store) -> None:
    """D11: what a sender that left had still under way changes nothing once another is on its post."""
    await say(store, "hello", outgoing("a"), account=TELEGRAM)
    await store.hold(SENDER, MINUTE)
    await store.leave(SENDER)
    assert await rival.hold(SENDER, MINUTE)
    (item,) = await rival.due(TELEGRAM, NOON, 9)
    with pytest.raises(ReplacedError):
        await store.recover(TELEGRAM)
    with pytest.raises(ReplacedError):
        await store.record([Record(item.id, Sent("1"), NOON)])
    assert await rival.recover(TELEGRAM) == 1
