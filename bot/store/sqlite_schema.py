"""Brings a SQLite file up to date: numbered migrations, forward only, each whole or not at all.

Promises: an existing database is backed up before it is changed (``backup-before-NNNN.sqlite`` beside it); two programs
that start at once do not migrate twice; a migration that was changed after it was applied, or a database of a newer
program, is refused with a message that says what to do.
"""

import os
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from bot.ports import Clock
from bot.store.rows import micros
from bot.store.sqlite_engine import Connection, transact
from bot.store.steps import Migration, missing

MIGRATIONS = Path(__file__).parent / "migrations" / "sqlite"


async def migrate(
    connection: Connection, queries: Any, path: Path, migrations: Sequence[Migration], clock: Clock
) -> None:
    """Apply what is missing."""
    applied = await _applied(connection, queries)
    lacking = missing(migrations, applied, str(path))
    if applied and lacking:
        await _back_up(connection, path.with_name(f"backup-before-{lacking[0].number:04}.sqlite"))
    if lacking:
        await transact(connection, lambda inside: _apply(inside, queries, path, migrations, clock))


async def _applied(connection: Connection, queries: Any) -> Sequence[sqlite3.Row]:
    if not [row async for row in queries.tables(connection)]:
        return ()
    return [row async for row in queries.applied(connection)]


async def _back_up(connection: Connection, target: Path) -> None:
    """Copy the whole database, consistent, under a name that is there only when the copy is complete."""
    draft = target.with_suffix(".draft")
    draft.unlink(missing_ok=True)
    os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    await connection.execute_fetchall("VACUUM INTO ?", (str(draft),))
    draft.replace(target)


async def _apply(
    connection: Connection, queries: Any, path: Path, migrations: Sequence[Migration], clock: Clock
) -> None:
    """Apply what is still missing now that nobody else can write."""
    await queries.make_migration_table(connection)
    for migration in missing(migrations, await _applied(connection, queries), str(path)):
        for statement in _statements(migration.sql):
            await connection.execute_fetchall(statement)
        await queries.put_migration(
            connection, number=migration.number, name=migration.name, hash=migration.hash, at=micros(clock())
        )


def _statements(script: str) -> Iterator[str]:
    """Cut a script into its statements: the driver's own way to run a script would commit before it."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
