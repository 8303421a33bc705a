"""A server that kills itself at a named point, and can be made to break the promises that the harness must check.

    echo "--die commit:inside:3 [--plant acknowledge-early | split-commit]" | python victim.py CONFIG

It is the product's own composition root with a store wrapped round; the product knows nothing of it. One nursery forks
victim after victim, a line of wishes each, so that their imports are done once. A point is a verb of the store, a
moment, and which time it is reached; without one the victim lives until it is killed. Moments: ``before`` the verb, ``inside`` (all is written, not yet
committed), ``after`` (committed, nobody knows it yet); with ``split-commit`` also ``between`` the two transactions.

Planted faults: ``acknowledge-early`` answers before anything is stored; ``split-commit`` writes the effects in one
transaction and the "read" marks in a second one.
"""

import argparse
import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Sequence
from contextvars import ContextVar
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import uvloop

from bot.app import base
from bot.app.serve import serve
from bot.config import read_file
from bot.model import Account, ContactId, Received
from bot.ports import Clock, Done, OutboxItem, Record
from bot.privacy.seal import Master
from bot.services.logs import configure
from bot.store.sqlite import SqliteStore

T = TypeVar("T")

HEAD_START = 0.05
"""Seconds that an answer given too early gets to reach the parent before anything is stored."""

_verb: ContextVar[str] = ContextVar("verb", default="")


class Death:
    """Counts how often its point is reached, and kills this process when it is time."""

    def __init__(self, where: str) -> None:
        self._point, _, times = where.rpartition(":")
        self._left = int(times or 0)

    def reach(self, verb: str, moment: str) -> None:
        """Say that a point is reached."""
        if f"{verb}:{moment}" == self._point:
            self._left -= 1
            if self._left == 0:
                os.kill(os.getpid(), signal.SIGKILL)


class Mortal:
    """A store round the real one. What is not named here goes through as it is."""

    def __init__(self, store: SqliteStore, death: Death, plant: str) -> None:
        self._store = store
        self._death = death
        self._plant = plant
        self._late: set[asyncio.Task[Any]] = set()
        self._queries = SplitQueries(store._queries) if plant == "split-commit" else None
        if self._queries is not None:
            store._queries = self._queries
        self._watch()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    async def receive(self, batch: Sequence[Received]) -> Sequence[ContactId | None]:
        """Keep fragments; with the planted fault, say so before."""
        if self._plant == "acknowledge-early":
            task = asyncio.create_task(self._receive_late(batch))
            self._late.add(task)
            task.add_done_callback(self._late.discard)
            return [None] * len(batch)
        return await self._mortal("receive", self._store.receive(batch))

    async def commit(self, done: Sequence[Done], at: datetime) -> Sequence[ContactId]:
        """Write cases; with the planted fault, in two transactions."""
        lost = await self._mortal("commit", self._store.commit(done, at))
        if self._queries is not None:
            self._death.reach("commit", "between")
            await self._store._engine.write(self._queries.mark_the_rest)
        return lost

    async def due(self, account: Account, now: datetime, limit: int) -> Sequence[OutboxItem]:
        """Take what is due."""
        return await self._mortal("due", self._store.due(account, now, limit))

    async def record(self, records: Sequence[Record]) -> None:
        """Write what became of sendings."""
        await self._mortal("record", self._store.record(records))

    async def _receive_late(self, batch: Sequence[Received]) -> None:
        await asyncio.sleep(HEAD_START)
        await self._mortal("receive", self._store.receive(batch))

    async def _mortal(self, verb: str, work: Awaitable[T]) -> T:
        self._death.reach(verb, "before")
        token = _verb.set(verb)
        try:
            result = await work
        finally:
            _verb.reset(token)
        self._death.reach(verb, "after")
        return result

    def _watch(self) -> None:
        """Notice every COMMIT of the writer. The transaction runs in a task that was begun by the verb, so it knows it."""
        writer = self._store._engine._writer
        execute = writer.execute_fetchall

        async def watched(sql: str, *parameters: Any) -> Any:
            if sql == "COMMIT":
                self._death.reach(_verb.get(), "inside")
            return await execute(sql, *parameters)

        writer.execute_fetchall = watched  # type: ignore[assignment, method-assign]  # this is a victim


class SplitQueries:
    """The store's queries, but "read" marks are kept back until they are asked for."""

    def __init__(self, queries: Any) -> None:
        self._real = queries
        self._marks: list[dict[str, object]] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    async def mark_read(self, _connection: Any, **parameters: object) -> None:
        """Keep the marks for later: the planted fault."""
        self._marks.append(parameters)

    async def mark_the_rest(self, connection: Any) -> None:
        """Write the marks that were kept back."""
        marks, self._marks = self._marks, []
        for parameters in marks:
            await self._real.mark_read(connection, **parameters)


def main() -> None:
    """Be a nursery: for each line of wishes fork a victim, and say who it is and when it is dead."""
    config = Path(sys.argv[1])
    for line in sys.stdin:
        victim = os.fork()
        if not victim:
            os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
            live(config, line.split())
            os._exit(0)
        say(str(victim))
        os.waitpid(victim, 0)
        say("dead")


def live(path: Path, words: Sequence[str]) -> None:
    """Serve until death."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--die", default="")
    parser.add_argument("--plant", default="", choices=["", "acknowledge-early", "split-commit"])
    wish = parser.parse_args(words)
    death = Death(wish.die)

    class Opening:
        """Stands where the composition root expects the store."""

        @staticmethod
        async def open(path: Path, master: Master, clock: Clock) -> Mortal:
            """Open the real store and wrap it."""
            return Mortal(await SqliteStore.open(path, master, clock), death, wish.plant)

    setattr(base, "SqliteStore", Opening)  # noqa: B010 - the composition root is made to open a victim
    configure("error")
    config = read_file(path, os.environ)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(serve(config, say, lambda port: say(f"http://localhost:{port}/chat")))


def say(line: str) -> None:
    """Tell the harness, a whole line at once."""
    os.write(1, f"{line}\n".encode())


if __name__ == "__main__":
    main()
