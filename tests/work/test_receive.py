"""Receiving: nobody is told that something is stored before it is."""

import asyncio
from datetime import UTC, datetime

import pytest

from bot.model import Account, ContactId, Fragment, Received
from bot.services.wake import Bells
from bot.work.receive import WAITING, BusyError, Receive

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class SlowStore:
    """Keeps groups, each only when it is let."""

    def __init__(self) -> None:
        self.groups: list[list[str]] = []
        self.let = asyncio.Event()
        self.error: Exception | None = None

    async def receive(self, batch):
        await self.let.wait()
        if self.error is not None:
            raise self.error
        self.groups.append([received.fragment.external_id for received in batch])
        return [ContactId(len(received.fragment.external_id)) for received in batch]


def received(name: str) -> Received:
    return Received(Account("webchat"), Fragment(name, "ana", b"{}"), NOW)


async def settle() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


@pytest.fixture
async def parts():
    store = SlowStore()
    receive = Receive(store, Bells())
    running = asyncio.create_task(receive.run())
    yield store, receive
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_d01_nobody_is_answered_before_the_commit(parts):
    """D01: the caller waits until its fragments are stored, and gets their contacts."""
    store, receive = parts
    waiting = asyncio.create_task(receive([received("a")]))
    await settle()
    assert not waiting.done()
    store.let.set()
    assert [ContactId(1)] == list(await waiting)


async def test_what_arrives_meanwhile_is_the_next_group(parts):
    """No timer: under load one commit serves many, alone nobody waits for company."""
    store, receive = parts
    first = asyncio.create_task(receive([received("a")]))
    await settle()
    others = [asyncio.create_task(receive([received(name)])) for name in ("b", "c", "d")]
    await settle()
    store.let.set()
    await asyncio.gather(first, *others)
    assert [["a"], ["b", "c", "d"]] == store.groups


async def test_a_commit_that_fails_is_told_to_every_caller_of_the_group(parts):
    """They answer 503, and the platform repeats; the next group is tried anew."""
    store, receive = parts
    store.error = OSError("disk full")
    store.let.set()
    with pytest.raises(OSError, match="disk full"):
        await receive([received("a")])
    store.error = None
    await receive([received("a")])
    assert [["a"]] == store.groups


async def test_too_much_waiting_is_refused_at_once(parts):
    """Memory is bounded: what cannot be kept soon is refused, nothing of it is kept."""
    _, receive = parts
    waiting = asyncio.create_task(receive([received("a")]))
    await settle()
    pile = asyncio.create_task(receive([received(str(n)) for n in range(WAITING)]))
    await settle()
    with pytest.raises(BusyError):
        await receive([received("late")])
    for task in (waiting, pile):
        task.cancel()


async def test_a_stop_tells_those_who_wait(parts):
    """Nobody hangs when the house closes, and nobody is told that it was stored."""
    store, _ = parts
    receive = Receive(store, Bells())
    running = asyncio.create_task(receive.run())
    waiting = asyncio.create_task(receive([received("a")]))
    await settle()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    with pytest.raises(asyncio.CancelledError):
        await waiting
