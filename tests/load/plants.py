"""Faults planted in a victim, one function each: the harness has to find every one of them.

``acknowledge-early`` answers before anything is stored. ``split-commit`` writes the effects in one transaction and the
"read" marks in a second one. ``claim-freely`` lets a worker take contacts that another has taken, and write whatever
has moved meanwhile. ``no-post`` lets a sender send without holding its post.
"""

import asyncio
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from bot.model import ContactId, Received
from bot.ports import Done
from bot.store import commit
from bot.store.postgres_queries import Statement

Plant = Callable[[Any, Callable[..., None]], None]

HEAD_START = 0.05
"""Seconds that an answer given too early gets to reach the parent before anything is stored."""

_late: set[asyncio.Task[object]] = set()


def acknowledge_early(store: Any, _reach: Callable[..., None]) -> None:
    """Say that fragments are kept, and keep them a moment later."""
    receive = store.receive

    async def late(batch: Sequence[Received]) -> None:
        await asyncio.sleep(HEAD_START)
        await receive(batch)

    async def early(batch: Sequence[Received]) -> Sequence[ContactId | None]:
        task = asyncio.create_task(late(batch))
        _late.add(task)
        task.add_done_callback(_late.discard)
        return [None] * len(batch)

    store.receive = early


def split_commit(store: Any, reach: Callable[..., None]) -> None:
    """Write cases in one transaction, and that they are read in another."""
    marks = Withheld(store._queries)
    store._queries = marks
    commit_cases = store.commit

    async def split(done: Sequence[Done], at: datetime) -> Sequence[ContactId]:
        lost = await commit_cases(done, at)
        reach("between")
        await store._engine.write(marks.mark_the_rest)
        return lost

    store.commit = split


class Withheld:
    """A store's queries, but "read" marks are kept back until they are asked for."""

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


def claim_freely(store: Any, _reach: Callable[..., None]) -> None:
    """Take contacts that another worker has taken, and write whatever has moved meanwhile."""
    statements = store._queries.driver_adapter.statements
    (waiting,) = statements["waiting"]
    free = re.sub(r"for no key update of \w+ skip locked", "", waiting.sql)
    assert free != waiting.sql, "the lock is called otherwise by now"
    statements["waiting"] = (Statement(free, waiting.names),)
    setattr(commit, "_stands", lambda *_: True)  # noqa: B010 - this is the planted fault


def no_post(store: Any, _reach: Callable[..., None]) -> None:
    """Be on every post without asking."""

    async def hold(*_: object) -> bool:
        return True

    store.hold = hold


PLANTS: Mapping[str, Plant] = {
    "acknowledge-early": acknowledge_early,
    "split-commit": split_commit,
    "claim-freely": claim_freely,
    "no-post": no_post,
}
