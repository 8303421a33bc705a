"""A SQLite file to be looked through (``verify.Checked``): opened to be read only, without a transaction."""

import sqlite3
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiosql

from bot.store.base import fetch
from bot.store.dump import Progress, Table, insist_ours
from bot.store.dump_sqlite import COUNTED, SqliteRows, readable, reading, tables_of
from bot.store.sqlite_engine import Adapter, Connection, load_queries
from bot.store.sqlite_schema import MIGRATIONS
from bot.store.steps import Migration, read_migrations
from bot.store.verify import CHECKS

MOST = 100
"""So many faults of the file are told, and so many lost references."""


class CheckedSqlite(SqliteRows):
    """A SQLite file to be looked through."""

    def __init__(self, path: Path, connection: Connection, tables: Sequence[Table]) -> None:
        super().__init__(path, connection, tables)
        adapter: Callable[[], Any] = Adapter
        self.connection = connection
        self.queries = load_queries()
        self.checks = aiosql.from_path(CHECKS, adapter)
        self.steps: Sequence[Migration] = read_migrations(MIGRATIONS)

    async def integrity(self, progress: Progress) -> Sequence[str]:
        """Let SQLite look through the file; return what it says is wrong."""
        progress("Datei prüfen", 0, 1)
        try:
            said = [str(row[0]) for row in await self.connection.execute_fetchall(f"PRAGMA integrity_check({MOST})")]
        except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
            return [str(error)]
        return [] if said == ["ok"] else said

    async def dangling(self) -> Sequence[str]:
        """Return the rows whose references lead nowhere, with their tables."""
        found = await self.connection.execute_fetchall("PRAGMA foreign_key_check")
        return [f"{table} {row}" for table, row, _, _ in found]

    async def highest(self) -> Mapping[str, int]:
        """Return the highest id that is in each table with counted ids; 0 where there is none."""
        found = {}
        for (name,) in await self.connection.execute_fetchall(COUNTED):
            ((last,),) = await self.connection.execute_fetchall(f'select coalesce(max(id), 0) from "{name}"')  # noqa: S608 - the schema's own names
            found[name] = int(last)
        return found


@asynccontextmanager
async def checked_sqlite(path: Path) -> AsyncIterator[CheckedSqlite]:
    """Open a database to be looked through; OperatorError where it is none of ours."""
    async with reading(path) as connection:
        with readable(path):
            insist_ours(await fetch(load_queries().tables, connection), str(path))
            tables = await tables_of(connection)
        yield CheckedSqlite(path, connection, tables)
