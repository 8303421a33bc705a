"""One database file that several machines have open: SQLite itself, called inline, with waits and faults from the seed.

What is real: SQLite, the product's statements, transactions, the write-ahead log. What is arranged: how long each
statement takes, who waits for the one write lock, which statement or commit fails, and what a machine's death or a
frozen machine does to an open transaction (it is rolled back; after ten seconds also that of a frozen one).
"""

import asyncio
import sqlite3
from collections import deque
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from simulation.seeded_loop import OWNER

if TYPE_CHECKING:
    from simulation.machine import Machine
    from simulation.world import World

T = TypeVar("T")

BUSY = 5.0
"""Seconds until a write lock that is not free is an error."""
PATIENCE = 10.0
"""Seconds that a transaction may lie idle while another waits for it, as PostgreSQL has it."""


class Disk:
    """The file, its one write lock, and how often things go wrong."""

    def __init__(self, world: "World", path: Path) -> None:
        self.path = path
        self.trouble = 0.0
        self.transaction = 0
        self._world = world
        self._holder: InlineConnection | None = None
        self._held_since = 0.0
        self._queue: deque[asyncio.Future[None]] = deque()

    async def connect(self, path: Path, **_settings: object) -> "InlineConnection":
        """Stand where the engine opens a connection."""
        machine = OWNER.get()
        connection = InlineConnection(self, self._world, machine, path)  # type: ignore[arg-type]  # only machines open
        machine.connections.append(connection)  # type: ignore[union-attr]
        return connection

    async def lock(self, connection: "InlineConnection") -> None:
        """Wait for the write lock, in turn; an error as SQLite's after its time."""
        until = self._world.loop.time() + BUSY
        while self._holder is not None:
            self._end_idle()
            if self._holder is not None and not await self._wait(until):
                raise sqlite3.OperationalError("database is locked")
        connection.machine.insist_alive()
        self._holder, self._held_since = connection, self._world.loop.time()
        self.transaction += 1

    async def _wait(self, until: float) -> bool:
        """Wait until the lock may be free; False when it is too late."""
        free = asyncio.get_running_loop().create_future()
        self._queue.append(free)
        try:
            async with asyncio.timeout_at(until):
                await free
        except TimeoutError:
            self._end_idle()
            return self._holder is None
        except asyncio.CancelledError:
            self._wake_next()  # it may have been our turn
            raise
        return True

    def unlock(self, connection: "InlineConnection") -> None:
        """Let the next one write."""
        if self._holder is connection:
            self._holder = None
            self._wake_next()

    def _wake_next(self) -> None:
        while self._holder is None and self._queue:
            free = self._queue.popleft()
            if not free.done():
                free.set_result(None)
                return

    def _end_idle(self) -> None:
        """End the transaction of a machine that has been frozen for too long."""
        holder = self._holder
        if holder is not None and holder.machine.frozen and self._world.loop.time() - self._held_since > PATIENCE:
            holder.break_off()

    def fails(self, moment: str) -> bool:
        """Decide whether something goes wrong now."""
        return self._world.chance("disk").random() < self.trouble * (3 if moment == "commit" else 1)


class InlineConnection:
    """A connection as ``aiosqlite`` has it, as far as the store uses it."""

    def __init__(self, disk: Disk, world: "World", machine: "Machine", path: Path) -> None:
        self.machine = machine
        self._disk = disk
        self._world = world
        self._real = sqlite3.connect(path, timeout=0, isolation_level=None, cached_statements=256)
        self._real.create_function("julianday", 1, lambda _now: julian(world.now()))
        self._real.create_function("sim_transaction", 0, lambda: disk.transaction)
        self._broken = self._closed = False

    @property
    def row_factory(self) -> Any:
        return self._real.row_factory

    @row_factory.setter
    def row_factory(self, value: Any) -> None:
        self._real.row_factory = value

    @property
    def in_transaction(self) -> bool:
        return self._real.in_transaction

    async def execute_fetchall(self, sql: str, parameters: Any = ()) -> Iterable[Any]:
        """Run one statement."""
        word = sql.lstrip()[:6].rstrip().upper()
        if sql.startswith("PRAGMA busy_timeout"):
            return [(int(BUSY * 1000),)]  # who waits, waits here, and costs no time
        await self._before(word)
        if word == "BEGIN":
            await self._disk.lock(self)
        try:
            return self._run(word, sql, parameters)
        finally:
            if not self._real.in_transaction:
                self._disk.unlock(self)
            self.machine.reach(f"after {word}")

    async def executemany(self, sql: str, rows: Sequence[Mapping[str, object]]) -> None:
        """Run one statement for each row."""
        await self._before("MANY")
        self._world.note(self.machine, "many", _short(sql), len(rows))
        self._real.executemany(sql, rows)

    async def at_once(self, work: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """Do some work; here each of its statements takes its own time."""
        return await work()

    async def close(self) -> None:
        """Close; an open transaction is rolled back."""
        self.drop()

    def break_off(self) -> None:
        """Roll back what is open: whoever was at it finds the connection broken."""
        if not self._closed and self._real.in_transaction:
            self._real.rollback()
            self._broken = True
        self._disk.unlock(self)

    def drop(self) -> None:
        """Let go of the file; the machine is dead, or does not need it any more."""
        self.break_off()
        self._closed = True
        self._real.close()

    async def _before(self, word: str) -> None:
        await self.machine.pause()
        self.machine.reach(f"before {word}")
        if self._broken:
            self._broken = False
            raise sqlite3.OperationalError("the server ended an idle transaction")
        if word not in {"ROLLBA", "PRAGMA", "COMMIT"} and self.machine.open and self._disk.fails("statement"):
            self._world.note(self.machine, "fault", word)
            raise sqlite3.OperationalError("disk I/O error")

    def _run(self, word: str, sql: str, parameters: Any) -> list[Any]:
        if word == "COMMIT" and self.machine.open and self._disk.fails("commit"):
            return self._fail_commit()
        found = self._real.execute(sql, parameters).fetchall()
        self._world.note(self.machine, "sql", _short(sql), len(found))
        return found

    def _fail_commit(self) -> list[Any]:
        """Fail at the commit: it did not happen, or it did and nobody heard."""
        done = self._world.chance("disk").random() < 0.5
        self._world.note(self.machine, "fault", "commit done" if done else "commit undone")
        self._real.execute("COMMIT" if done else "ROLLBACK")
        raise sqlite3.OperationalError("the connection was cut at the commit")


def julian(moment: datetime) -> float:
    """Return a moment as SQLite's ``julianday`` gives it."""
    return moment.timestamp() / 86400 + 2440587.5


@lru_cache(512)
def _short(sql: str) -> str:
    return " ".join(sql.split())[:48]
