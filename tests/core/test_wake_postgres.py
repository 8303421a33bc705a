"""Bells between programs: a ring here is heard there, once, also after the database was away."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import asyncpg
import pytest
from fakes.postgres import drop_database, fresh_database, postgres_server

from bot.ports import Listener
from bot.services import wake_postgres
from bot.services.wake_postgres import CHANNEL, LONGEST, MOST, PostgresBells

SOON = 10.0
"""Seconds within which what must happen does; nobody waits for them to pass."""


@pytest.fixture
async def url() -> AsyncIterator[str]:
    """A database; bells need no table."""
    made = await fresh_database(template="template1")
    yield made
    await drop_database(made)


def connecting(url: str) -> Callable[[], Awaitable[Any]]:
    """Return what connects to a database."""
    return lambda: asyncpg.connect(url)


@asynccontextmanager
async def programs(url: str, number: int = 2) -> AsyncIterator[list[PostgresBells]]:
    """Start so many programs, each with its bells."""
    async with AsyncExitStack() as stack:
        yield [await stack.enter_async_context(PostgresBells(connecting(url))) for _ in range(number)]


async def all_heard(listener: Listener, *bells: str) -> None:
    """Wait until all these bells have rung, and make sure that no other did."""
    heard: set[str] = set()
    async with asyncio.timeout(SOON):
        while heard < set(bells):
            heard |= await listener.wait(SOON)
    assert heard == set(bells)


async def test_what_was_rung_at_last_is_heard_elsewhere(url: str) -> None:
    """A command that rings and is over at once still wakes the programs that run."""
    async with programs(url, 1) as (staying,):
        listener = staying.listen("outbox")
        async with programs(url, 1) as (leaving,):
            leaving.ring("outbox")
        await all_heard(listener, "outbox")


async def test_a_ring_is_heard_in_every_program(url: str) -> None:
    """Who listens is woken by the bell they listen to, and by no other, whichever program rang."""
    async with programs(url, 3) as (one, two, three):
        listeners = [each.listen("inbound", "contact:7") for each in (one, two, three)]
        one.ring("desk")
        one.ring("inbound", "contact:7")
        for listener in listeners:
            await all_heard(listener, "inbound", "contact:7")
        three.ring("contact:7")
        for listener in listeners:
            await all_heard(listener, "contact:7")


async def test_who_rings_hears_it_once(url: str) -> None:
    """A ring is told here at once; the database does not bring it back."""
    async with programs(url) as (one, two):
        here, there = one.listen("inbound", "end"), two.listen("inbound", "end")
        one.ring("inbound")
        assert await here.wait(0) == {"inbound"}
        await all_heard(there, "inbound")
        two.ring("end")
        await all_heard(here, "end")


async def test_many_rings_are_few_notes(url: str) -> None:
    """What rings while a note is on its way goes into the next, each bell once, and no note is longer than may be."""
    notes: list[str] = []
    heard = asyncio.Event()

    def hear(_connection: object, _pid: int, _channel: str, note: object) -> None:
        notes.append(str(note))
        if "end" in str(note):
            heard.set()

    watcher = await asyncpg.connect(url)
    await watcher.add_listener(CHANNEL, hear)
    async with programs(url) as (one, two):
        there = two.listen("inbound")
        for number in range(5_000):
            one.ring("inbound", f"contact:{number % 3_000}")
        one.ring("end")
        async with asyncio.timeout(SOON):
            await heard.wait()
        await all_heard(there, "inbound")
    await watcher.close()
    once = dict.fromkeys(notes)  # whoever ends while a note is on its way tells it again: nobody knows whether it came
    told = [bell for note in once for bell in note.split("\n")]
    assert len(told) == len(set(told)) == 3_002
    assert max(len(note) for note in notes) <= LONGEST
    assert len(notes) <= len(once) + 1 <= 7


async def test_a_ring_never_fails(url: str) -> None:
    """Also while the database is away a ring is heard here, costs no wait, and what waits to be told is bounded."""
    bells = PostgresBells(connecting(url))
    listener = bells.listen("inbound")
    for number in range(2 * MOST):
        bells.ring("inbound", f"contact:{number}")
    assert await listener.wait(0) == {"inbound"}
    assert len(bells._untold) == MOST


async def test_d09_after_the_database_was_away_everybody_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    """D09: killed and started again, the database passes on what was rung meanwhile, and everybody is woken once."""
    monkeypatch.setattr(wake_postgres, "PAUSE", 0.01)
    with postgres_server() as server:
        async with programs(server.url) as (one, two):
            here, there = one.listen("outbox", "inbound"), two.listen("outbox", "desk")
            server.kill()
            one.ring("inbound")
            assert await here.wait(0) == {"inbound"}
            await asyncio.to_thread(server.start)
            await all_heard(there, "outbox", "desk")
            await all_heard(here, "outbox", "inbound")
            two.ring("inbound")
            await all_heard(here, "inbound")


class Silent:
    """A connection whose other end is gone without a word: it hears nothing, and who speaks finds out."""

    def add_termination_listener(self, _listener: object) -> None:
        """Never tell."""

    async def add_listener(self, _channel: str, _listener: object) -> None:
        """Never hear."""

    async def execute(self, *_: object) -> None:
        """Find out."""
        raise TimeoutError

    def terminate(self) -> None:
        """End."""


async def test_a_connection_that_went_away_in_silence_is_found_out(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nothing rings the connection is tried after a while; one that is gone is made anew, and everybody looks."""
    monkeypatch.setattr(wake_postgres, "PAUSE", 0.001)
    monkeypatch.setattr(wake_postgres, "QUIET", 0.001)
    gone = [Silent()]

    async def connect() -> Any:
        return gone.pop() if gone else await asyncpg.connect(url)

    bells = PostgresBells(connect)
    here = bells.listen("inbound")
    async with bells, PostgresBells(connecting(url)) as others:
        await all_heard(here, "inbound")
        others.ring("inbound")
        await all_heard(here, "inbound")


async def test_connections_that_are_ended_are_made_anew(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the server ends is found out at once, and bells go on."""
    monkeypatch.setattr(wake_postgres, "PAUSE", 0.001)
    async with programs(url) as (one, two):
        here, there = one.listen("inbound"), two.listen("inbound")
        watcher = await asyncpg.connect(url)
        await watcher.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where datname = current_database() and pid <> pg_backend_pid()"
        )
        await all_heard(here, "inbound")
        await all_heard(there, "inbound")
        one.ring("inbound")
        await all_heard(there, "inbound")
        await watcher.close()


async def test_who_has_closed_leaves_no_connection(url: str) -> None:
    """After the end of the bells nothing of them is left in the database, nor in the loop."""
    async with programs(url):
        pass
    watcher = await asyncpg.connect(url)
    left = "select count(*) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
    async with asyncio.timeout(SOON):
        while await watcher.fetchval(left):
            pass
    await watcher.close()
    assert {task.get_name() for task in asyncio.all_tasks()} == {asyncio.current_task().get_name()}
