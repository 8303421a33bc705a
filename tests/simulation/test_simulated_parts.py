"""The simulation's own world: time that costs none, a disk that fails as disks do, machines that die with all they hold."""

import asyncio
import sqlite3
from collections.abc import Coroutine, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest
from simulation.claims import Claims
from simulation.disk import PATIENCE, InlineConnection
from simulation.seeded_loop import SeededLoop, StuckError
from simulation.world import World

T = TypeVar("T")


class Somebody:
    """A machine as far as a disk knows one."""

    def __init__(self) -> None:
        self.open, self.alive, self.frozen = True, True, False
        self.connections: list[InlineConnection] = []

    async def pause(self) -> None:
        """Nothing takes time."""
        self.insist_alive()

    def insist_alive(self) -> None:
        """End whoever runs on a dead machine."""
        if not self.alive:
            raise asyncio.CancelledError

    def reach(self, _point: str) -> None:
        """Nothing is doomed."""

    def kill(self) -> None:
        """Die."""
        self.alive = self.open = False
        for connection in self.connections:
            connection.drop()


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A world with one table on its disk."""
    made = World(3, tmp_path)
    with sqlite3.connect(made.disk.path) as connection:
        connection.execute("pragma journal_mode = wal")
        connection.execute("create table line (words text)")
    connection.close()
    yield made
    made.loop.close()


def connected(world: World) -> InlineConnection:
    """Return a connection of somebody new."""
    somebody = Somebody()
    connection = InlineConnection(world.disk, world, somebody, world.disk.path)  # type: ignore[arg-type]  # see there
    somebody.connections.append(connection)
    return connection


def play(loop: SeededLoop, work: Coroutine[Any, Any, T]) -> T:
    """Run to the end."""
    try:
        return loop.run_until_complete(work)
    finally:
        for task in asyncio.all_tasks(loop):
            task.cancel()
        loop.run_until_complete(asyncio.sleep(0))
        loop.close()


async def write(connection: InlineConnection, words: str) -> None:
    """Write a line in a transaction."""
    await connection.execute_fetchall("BEGIN IMMEDIATE")
    await connection.execute_fetchall("insert into line values (:words)", {"words": words})
    await connection.execute_fetchall("COMMIT")


async def for_ever() -> None:
    """Wait for what nobody does."""
    await asyncio.Event().wait()


def lines(world: World) -> list[str]:
    """Return what is on the disk."""
    with sqlite3.connect(world.disk.path) as connection:
        found = [words for (words,) in connection.execute("select words from line order by rowid")]
    connection.close()
    return found


def test_a_year_of_waiting_takes_no_time():
    """Time goes to the next timer; of equal ones in the order in which they were asked for."""
    loop, order = SeededLoop(), []

    async def wait(name: str, seconds: float) -> None:
        await asyncio.sleep(seconds)
        order.append(name)

    async def all_of_them() -> float:
        year = 365 * 86_400.0
        await asyncio.gather(wait("late", year), wait("first", 1), wait("second", 1), wait("soon", 0.5))
        return asyncio.get_running_loop().time()

    assert play(loop, all_of_them()) == 365 * 86_400.0
    assert order == ["soon", "first", "second", "late"]


def test_where_nothing_will_ever_come_it_is_told():
    """Everybody waiting for ever is an error, not a hanging test."""
    with pytest.raises(StuckError):
        play(SeededLoop(), for_ever())


def test_a_commit_that_fails_was_done_or_not_and_nobody_can_tell(world):
    """Both happen, with the same error."""
    world.disk.trouble = 1.0

    async def try_often() -> None:
        for number in range(40):
            connection = connected(world)
            connection.machine.open = False
            await connection.execute_fetchall("BEGIN IMMEDIATE")
            await connection.execute_fetchall("insert into line values (:words)", {"words": str(number)})
            connection.machine.open = True
            with pytest.raises(sqlite3.OperationalError, match="cut at the commit"):
                await connection.execute_fetchall("COMMIT")
            await connection.close()

    play(world.loop, try_often())
    kept = set(lines(world))
    assert set() < kept < {str(number) for number in range(40)}


def test_what_a_dying_machine_had_not_committed_is_gone_and_the_next_one_writes(world):
    """A transaction dies with its machine, and so does its lock; nothing that it still does reaches the disk."""
    first, second = connected(world), connected(world)

    async def die() -> None:
        await write(first, "kept")
        await first.execute_fetchall("BEGIN IMMEDIATE")
        await first.execute_fetchall("insert into line values ('lost')")
        waiting = asyncio.ensure_future(write(second, "next"))
        await asyncio.sleep(1)
        first.machine.kill()
        with pytest.raises(asyncio.CancelledError):
            await first.execute_fetchall("COMMIT")
        await waiting
        await second.close()

    play(world.loop, die())
    assert lines(world) == ["kept", "next"]


def test_who_waits_too_long_for_the_lock_is_told(world):
    """After five seconds it is an error, as SQLite has it."""
    first, second = connected(world), connected(world)

    async def wait() -> float:
        await first.execute_fetchall("BEGIN IMMEDIATE")
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            await write(second, "no")
        await first.close()
        await write(second, "yes")
        await second.close()
        return world.loop.time()

    assert play(world.loop, wait()) == 5.0
    assert lines(world) == ["yes"]


def test_a_frozen_machines_transaction_is_ended(world):
    """After ten seconds others write; when it wakes up, it is told that its transaction is gone."""
    frozen, other = connected(world), connected(world)

    async def freeze() -> None:
        await frozen.execute_fetchall("BEGIN IMMEDIATE")
        await frozen.execute_fetchall("insert into line values ('frozen')")
        frozen.machine.frozen = True
        await asyncio.sleep(PATIENCE + 1)
        await write(other, "other")
        frozen.machine.frozen = False
        with pytest.raises(sqlite3.OperationalError, match="ended an idle transaction"):
            await frozen.execute_fetchall("COMMIT")
        await frozen.close()
        await other.close()

    play(world.loop, freeze())
    assert lines(world) == ["other"]


def test_a_claim_is_one_machines_until_it_is_given_up_or_broken(world):
    """Nobody else gets a contact that is claimed; of the dead and of who gives up, it is free at once."""

    class Holder:
        stands, broken = True, False

        def is_broken(self, _now: float) -> bool:
            return self.broken

    claims, first, second = Claims(world), Holder(), Holder()
    claims.give(first, [1, 2])  # type: ignore[arg-type]  # it is all that is asked of a claim
    assert claims.free([1, 2, 3]) == [3]
    claims.give(second, [3])  # type: ignore[arg-type]
    claims.give_up(second)  # type: ignore[arg-type]
    assert claims.free([1, 2, 3]) == [3]
    first.broken = True
    assert claims.free([1, 2, 3]) == [1, 2, 3]
    assert not first.stands


def test_each_seed_leaves_some_trouble_out(tmp_path):
    """Over many seeds each kind of trouble is there and is missing, and no seed is like the other."""
    seen = [World(seed, tmp_path).faulty for seed in range(40)]
    assert all(0 < sum(kind in each for each in seen) < 40 for kind in set().union(*seen))
    assert len({World(seed, tmp_path).token() for seed in range(40)}) == 40
