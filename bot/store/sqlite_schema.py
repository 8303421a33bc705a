"""Brings a SQLite file up to date: numbered migrations, forward only, each whole or not at all.

Promises: an existing database is backed up before it is changed (``backup-before-NNNN.sqlite`` beside it); two programs
that start at once do not migrate twice; a migration that was changed after it was applied, or a database of a newer
program, is refused with a message that says what to do.
"""

import hashlib
import os
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.ports import Clock
from bot.source.errors import OperatorError
from bot.store.rows import micros
from bot.store.sqlite_engine import Connection, transact

MIGRATIONS = Path(__file__).parent / "migrations" / "sqlite"


@dataclass(frozen=True, slots=True)
class Migration:
    """One step of the schema."""

    number: int
    name: str
    sql: str

    @property
    def hash(self) -> str:
        """What tells this text from any other."""
        return hashlib.sha256(self.sql.encode()).hexdigest()


def read_migrations(folder: Path) -> tuple[Migration, ...]:
    """Return a folder's migrations in order; their files are named ``NNNN_what.sql``."""
    return tuple(
        Migration(int(file.name[:4]), file.stem, file.read_text("utf-8")) for file in sorted(folder.glob("*.sql"))
    )


async def migrate(
    connection: Connection, queries: Any, path: Path, migrations: Sequence[Migration], clock: Clock
) -> None:
    """Apply what is missing."""
    applied = await _applied(connection, queries)
    missing = _missing(migrations, applied, path)
    if applied and missing:
        await _back_up(connection, path.with_name(f"backup-before-{missing[0].number:04}.sqlite"))
    if missing:
        await transact(connection, lambda inside: _apply(inside, queries, path, migrations, clock))


async def _applied(connection: Connection, queries: Any) -> Sequence[sqlite3.Row]:
    if not [row async for row in queries.tables(connection)]:
        return ()
    return [row async for row in queries.applied(connection)]


def _missing(migrations: Sequence[Migration], applied: Sequence[sqlite3.Row], path: Path) -> Sequence[Migration]:
    """Return what is not applied yet; OperatorError where the database and this program do not belong together."""
    if len(applied) > len(migrations):
        raise OperatorError(
            f"Die Datenbank {path} stammt von einem neueren Elternlotse ({applied[-1]['name']}).\n"
            "  = Hilfe: Aktualisieren Sie dieses Programm, oder spielen Sie die Kopie von vor der Aktualisierung zurück."
        )
    for migration, row in zip(migrations, applied, strict=False):
        if (row["number"], row["hash"]) != (migration.number, migration.hash):
            raise OperatorError(
                f"Die Datenbank {path} wurde mit einem anderen Wortlaut von {row['name']}.sql eingerichtet, als dieses"
                " Programm ihn hat.\n"
                "  = Hilfe: Stellen Sie die Datei des Programms wieder her (git checkout), oder spielen Sie die Kopie"
                " zurück, die davor gemacht wurde."
            )
    return migrations[len(applied) :]


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
    for migration in _missing(migrations, await _applied(connection, queries), path):
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
