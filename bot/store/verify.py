"""Looking through a whole database for what cannot be, without changing anything: harmless on a running house.

Each check is one statement or one page of rows, so nothing is held for long. What is wrong is told with the rows' ids
and with what to do; never with a text. ``verify_sqlite.py`` and ``verify_postgres.py`` keep the protocol, ``sql/checks``
has what both engines are asked, ``verify_sealed.py`` opens what is sealed, ``verify_words.py`` says what it means.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from bot.check.edition import name_of
from bot.privacy.seal import House, Master, SealBrokenError
from bot.source.errors import OperatorError
from bot.store import house_rows, rows
from bot.store.base import fetch
from bot.store.dump import UNFINISHED, Progress, Rows
from bot.store.engine import Connection
from bot.store.publish import CURRENT
from bot.store.steps import Migration, missing
from bot.store.verify_sealed import Opener, Portion, broken
from bot.store.verify_words import NOTES, WORDS, Finding, finding

CHECKS = Path(__file__).parent / "sql" / "checks"
MOST = 1000
"""So many rows of one kind of damage are looked for."""


class Checked(Rows, Protocol):
    """A database that is open to be looked through."""

    queries: Any
    """The engine's own queries, by name."""
    checks: Any
    """The queries of ``sql/checks``, by name."""
    connection: Connection
    steps: Sequence[Migration]
    """The steps that this program would make the schema with."""

    async def integrity(self, progress: Progress) -> Sequence[str]:
        """Let the engine look through its own files; return what it says is wrong."""

    async def dangling(self) -> Sequence[str]:
        """Return the rows whose references lead nowhere, with their tables."""

    async def highest(self) -> Mapping[str, int]:
        """Return the highest id that is in each table with counted ids; 0 where there is none."""


async def verify(side: Checked, master: Master, portion: Portion, progress: Progress) -> AsyncIterator[Finding]:
    """Yield what is wrong, from the engine's files to the words of parents. Where the files are broken, it ends there."""
    if said := await side.integrity(progress):
        yield finding("integrity", said)
        return
    for look in (_schema, _references, _ids):
        for found in await look(side):
            yield found
    async for found in _statements(side, progress):
        yield found
    for found in await _revisions(side, progress):
        yield found
    async for found in _sealed(side, master, portion, progress):
        yield found


async def _schema(side: Checked) -> Sequence[Finding]:
    """Look whether the schema is the one of this program, and whether the database was filled to its end."""
    found = []
    applied = await fetch(side.queries.applied, side.connection)
    try:
        if lacking := missing(side.steps, applied, side.name):
            found.append(finding("migration_missing", [migration.name for migration in lacking]))
    except OperatorError:
        found.append(finding("migration_changed", [row["name"] for row in applied]))
    if await side.queries.setting(side.connection, name=UNFINISHED) is not None:
        found.append(finding("unfinished", [side.name]))
    return found


async def _references(side: Checked) -> Sequence[Finding]:
    lost = await side.dangling()
    return [finding("dangling", lost)] if lost else []


async def _ids(side: Checked) -> Sequence[Finding]:
    """Look whether any id would be given again."""
    given, highest = await side.sequences(), await side.highest()
    again = [f"{table} {last}" for table, last in highest.items() if last > given.get(table, 0)]
    return [finding("id_again", again)] if again else []


async def _statements(side: Checked, progress: Progress) -> AsyncIterator[Finding]:
    """Ask what is a statement of its own, notes last."""
    names = sorted((name for name in side.checks.available_queries if name in WORDS), key=lambda name: name in NOTES)
    for done, name in enumerate(names):
        progress("Reihenfolge und Ausgang prüfen", done, len(names))
        if ids := [str(row["id"]) for row in await fetch(getattr(side.checks, name), side.connection, most=MOST)]:
            yield finding(name, ids)


async def _revisions(side: Checked, progress: Progress) -> Sequence[Finding]:
    """Look whether each revision's files are those that it is named after, and whether the current one is there."""
    name, changed, seen = "", [], set()
    while page := await fetch(side.checks.revision_files, side.connection, after=name):
        name = page[0]["name"]
        seen.add(name)
        if _is_changed(page[0]):
            changed.append(name)
        progress("Fassungen prüfen", len(seen), len(seen))
    found = [finding("revision_changed", changed)] if changed else []
    current: bytes | None = await side.queries.setting(side.connection, name=CURRENT)
    if current is not None and current.decode("utf-8", "replace") not in seen:
        found.append(finding("revision_lost", [current.decode("utf-8", "replace")]))
    return found


def _is_changed(row: rows.Row) -> bool:
    try:
        return bool(name_of(house_rows.files(row)) != row["name"])
    except ValueError:
        return True


async def _sealed(side: Checked, master: Master, portion: Portion, progress: Progress) -> AsyncIterator[Finding]:
    """Open what is sealed, some of it or all."""
    house = await _house(side, master)
    if house is None:
        yield finding("house_key", [side.name])
        return
    tables = {table.name: table for table in side.tables}
    for name, look in Opener(master, house).looks().items():
        count = await side.count(tables[name])
        progress(f"{name} öffnen", 0, count)
        step = portion.step(count)
        query = getattr(side.checks, f"{name}_values")
        if ids := await broken(query, side.connection, look, step, portion.turn):
            yield finding("sealed", [f"{name} {each}" for each in ids])


async def _house(side: Checked, master: Master) -> House | None:
    """Return the house's keys; None where they are lost or do not open. A database that was never used has none."""
    key, names = [await side.queries.setting(side.connection, name=name) for name in ("house_key", "house_names")]
    try:
        return master.house(key or b"", names or b"", (rows.HOUSE_KEY, rows.HOUSE_NAMES))
    except SealBrokenError:
        return None
