"""Brings a PostgreSQL database up to date: numbered migrations, forward only, each whole or not at all.

Promises: programs that start at once do it one after the other; a database that holds another program's tables is left
alone; a migration that was changed after it was applied, or a database of a newer program, is refused with a message
that says what to do. A copy before a change is the operator's: ``docs/reference/store.md``.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from bot.ports import Clock
from bot.source.errors import OperatorError
from bot.store.engine import Connection
from bot.store.rows import Row, micros
from bot.store.steps import Migration, missing

MIGRATIONS = Path(__file__).parent / "migrations" / "postgres"

LOCK = (0, 0)
"""The advisory lock of whoever changes the schema or makes the house's keys. Those of contacts are of one number."""


@asynccontextmanager
async def alone(connection: Connection) -> AsyncIterator[None]:
    """Keep every other program that starts waiting."""
    await connection.execute("select pg_advisory_lock($1, $2)", *LOCK)
    try:
        yield
    finally:
        if not connection.is_closed():
            await connection.execute("select pg_advisory_unlock($1, $2)", *LOCK)


async def migrate(
    connection: Connection, queries: Any, database: str, migrations: Sequence[Migration], clock: Clock
) -> None:
    """Apply what is missing. Call it ``alone``."""
    applied = await _applied(connection, queries, database)
    for migration in missing(migrations, applied, database):
        async with connection.transaction():
            await queries.make_migration_table(connection)
            await connection.execute(migration.sql)
            await queries.put_migration(
                connection, number=migration.number, name=migration.name, hash=migration.hash, at=micros(clock())
            )


async def _applied(connection: Connection, queries: Any, database: str) -> Sequence[Row]:
    """Return what was applied; OperatorError where the tables are somebody else's."""
    tables = {row["name"] async for row in queries.tables(connection)}
    if not tables:
        return ()
    if not {"migration", "contact", "inbound", "outbox"} <= tables:
        raise OperatorError(
            f"In der Datenbank {database} liegen schon Tabellen eines anderen Programms.\n"
            "  = Hilfe: Geben Sie Elternlotse eine eigene: createdb --encoding=UTF8 --owner=BENUTZER NAME"
        )
    return [row async for row in queries.applied(connection)]
