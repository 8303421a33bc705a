"""A whole database as rows, whatever its engine: read as it stood at one moment, written elsewhere, compared by hash.

Promises: rows are copied as they are, in bounded batches; nothing is unsealed, so no key is needed; what tables there
are is asked of the schema, so a new table is copied without being named here. ``dump_sqlite.py`` and
``dump_postgres.py`` keep the two protocols. Knows no SQL.
"""

import hashlib
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol

import msgspec

from bot.source.errors import OperatorError
from bot.store.rows import Row as SchemaRow
from bot.store.steps import Migration, missing

Row = tuple[int | str | bytes | None, ...]
"""A row's values in the order of its table's columns: in this form they are the same whatever the engine."""

STAYS = frozenset({"migration", "post"})
"""Tables that are not copied: which steps made the schema is each engine's own; a post is held by a running program."""

UNFINISHED = "unfinished"
"""A setting that marks a database which is only being filled, or was not filled to the end: no house starts on it."""

BATCH_BYTES = 1 << 20
"""About so much of a table is in memory at once."""
BATCH_ROWS = 2000
GROWTH = 4
"""A batch has at most so many times the rows of the one before: rows may grow within a table."""

Progress = Callable[[str, int, int], None]
"""Told again and again: what is being done, how many rows of it are done, and of how many."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table as its schema says: its columns by name in order, its key, and the tables that its rows refer to."""

    name: str
    columns: tuple[str, ...]
    key: tuple[str, ...]
    parents: frozenset[str] = frozenset()


class Rows(Protocol):
    """What can be read of one database, as it stood at one moment."""

    name: str
    """How people call it; without a password."""
    tables: Sequence[Table]
    """All that are copied, parents before children."""

    async def size(self) -> int:
        """Return about how many bytes it takes on a disk."""

    async def count(self, table: Table) -> int:
        """Return how many rows a table has."""

    def rows(self, table: Table) -> AsyncIterator[Sequence[Row]]:
        """Yield all rows of a table in batches that fit into memory."""

    async def sequences(self) -> Mapping[str, int]:
        """Return the highest id that each table with counted ids has given so far; none where it has given none."""


class Target(Rows, Protocol):
    """An empty database that is to be filled. What is not finished is not taken for a house's database by anybody."""

    async def put(self, table: Table, rows: Sequence[Row]) -> None:
        """Write rows."""

    async def continue_ids(self, sequences: Mapping[str, int]) -> None:
        """Give no id again that was given in these tables."""

    async def finish(self) -> None:
        """Make what was written durable, and a whole database."""


Opened = AbstractAsyncContextManager[Rows]
OpenedTarget = AbstractAsyncContextManager[Target]


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """How many rows, and what tells these rows from any others, in whatever order they were read."""

    count: int = 0
    total: int = 0

    def and_also(self, rows: Iterable[Row]) -> "Fingerprint":
        """Return the fingerprint of these rows too: their hashes are added up."""
        count, total = self.count, self.total
        for row in rows:
            count += 1
            total += int.from_bytes(hashlib.sha256(msgspec.msgpack.encode(row)).digest())
        return Fingerprint(count, total % (1 << 256))


async def copy(source: Rows, target: Target, progress: Progress) -> Mapping[str, Fingerprint]:
    """Copy everything, compare both sides, and return what was copied; OperatorError where they do not fit or differ."""
    _insist_on_same_schema(source, target)
    prints = {}
    for table in target.tables:
        prints[table.name] = await _copy_table(source, target, table, progress)
    await target.continue_ids(await source.sequences())
    for table in target.tables:
        _insist_on_same_rows(table, prints[table.name], await fingerprint(target, table, progress))
    await target.finish()
    return prints


async def _copy_table(source: Rows, target: Target, table: Table, progress: Progress) -> Fingerprint:
    found, of = Fingerprint(), await source.count(table)
    async for batch in source.rows(table):
        await target.put(table, batch)
        found = found.and_also(batch)
        progress(f"{table.name} kopieren", found.count, of)
    return found


async def fingerprint(side: Rows, table: Table, progress: Progress) -> Fingerprint:
    """Read a table whole and return its fingerprint."""
    found, of = Fingerprint(), await side.count(table)
    async for batch in side.rows(table):
        found = found.and_also(batch)
        progress(f"{table.name} vergleichen", found.count, of)
    return found


def parents_first(tables: Iterable[Table]) -> tuple[Table, ...]:
    """Return tables so that a row's parents are there before it."""
    left = sorted(tables, key=lambda table: table.name)
    placed: list[Table] = []
    while left:
        names = {table.name for table in left}
        free = [table for table in left if not (table.parents - {table.name}) & names]
        if not free:
            raise ValueError(f"tables refer to each other in a ring: {sorted(names)}")
        placed += free
        left = [table for table in left if table not in free]
    return tuple(placed)


def next_size(size: int, batch: Sequence[Row]) -> int:
    """Return how many rows the next batch should have, after one of ``size``: a picture weighs more than a date."""
    weight = sum(len(value) for row in batch for value in row if isinstance(value, bytes | str))
    fitting = BATCH_BYTES * len(batch) // max(weight, 1)
    return max(1, min(fitting, GROWTH * size, BATCH_ROWS))


def insist_up_to_date(ours: Sequence[Migration], applied: Sequence[SchemaRow], name: str) -> None:
    """Refuse a database that is none of ours, or that a program of another version has set up."""
    insist_ours(applied, name)
    if lacking := missing(ours, applied, name):
        raise OperatorError(
            f"Die Datenbank {name} stammt von einem älteren Elternlotse (es fehlt {lacking[0].name}).\n"
            "  = Hilfe: Bringen Sie sie auf den Stand dieses Programms: Starten Sie es einmal damit, oder spielen Sie sie"
            " zurück (elternlotse data restore)."
        )


def insist_ours(applied: Sequence[object], name: str) -> None:
    """Refuse a database in which nothing of ours was ever set up."""
    if not applied:
        raise OperatorError(
            f"{name} ist keine Datenbank von Elternlotse.\n  = Hilfe: Prüfen Sie, ob sie die richtige ist."
        )


def _insist_on_same_schema(source: Rows, target: Rows) -> None:
    ours, theirs = ({table.name: frozenset(table.columns) for table in side.tables} for side in (target, source))
    if ours != theirs:
        differing = sorted(name for name in ours.keys() | theirs.keys() if ours.get(name) != theirs.get(name))
        raise OperatorError(
            f"{source.name} und {target.name} haben nicht dieselben Tabellen ({', '.join(differing)}).\n"
            "  = Hilfe: Bringen Sie beide auf den Stand dieses Programms: Starten Sie es einmal damit."
        )


def _insist_on_same_rows(table: Table, source: Fingerprint, target: Fingerprint) -> None:
    if source != target:
        raise OperatorError(
            f"Die Kopie der Tabelle {table.name} gleicht ihrer Vorlage nicht: {source.count} Zeilen dort, {target.count} hier,"
            " oder andere Inhalte.\n"
            "  = Hilfe: Kopieren Sie noch einmal. Bleibt es dabei, prüfen Sie Platte und Speicher des Rechners und die"
            " Vorlage: elternlotse data verify"
        )
