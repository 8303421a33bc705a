"""A SQLite file as rows: read as it stood at one moment, or written anew beside its name and put there when it is whole.

Promises: a source is opened to be read only, and seen in one read transaction, also while a house writes to it; a target
never replaces a file; what is not finished lies under another name (``unfinished``), which nobody takes for a database.
"""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from urllib.parse import quote

import aiosqlite

from bot.ports import Clock
from bot.source.errors import OperatorError
from bot.store.base import fetch
from bot.store.draft import drafted, settle, size_of, writable
from bot.store.dump import STAYS, Row, Table, insist_up_to_date, next_size, parents_first
from bot.store.sqlite_engine import Connection, load_queries
from bot.store.sqlite_schema import MIGRATIONS, migrate
from bot.store.steps import read_migrations

CACHE_KIB = 64 << 10
"""So much of a target's indexes stays in memory while it is filled."""


COUNTED = "select name from sqlite_schema where type = 'table' and sql like '%autoincrement%'"
"""The tables whose ids are counted."""


class SqliteRows:
    """The rows of an open SQLite database (``dump.Rows``)."""

    def __init__(self, path: Path, connection: Connection, tables: Sequence[Table]) -> None:
        self.name = str(path)
        self.tables = tables
        self._path = path
        self._connection = connection

    async def size(self) -> int:
        """Return about how many bytes it takes on a disk."""
        return await asyncio.to_thread(size_of, self._path)

    async def count(self, table: Table) -> int:
        """Return how many rows a table has."""
        with readable(self._path):
            ((count,),) = await self._connection.execute_fetchall(f'select count(*) from "{table.name}"')  # noqa: S608 - the schema's own names
        return int(count)

    async def rows(self, table: Table) -> AsyncIterator[Sequence[Row]]:
        """Yield all rows of a table in batches that fit into memory."""
        with readable(self._path):
            cursor = await self._connection.execute(_select(table))
        try:
            size = 1
            while batch := await self._batch(cursor, size):
                yield batch
                size = next_size(size, batch)
        finally:
            await cursor.close()

    async def _batch(self, cursor: aiosqlite.Cursor, size: int) -> Sequence[Row]:
        with readable(self._path):
            return [tuple(row) for row in await cursor.fetchmany(size)]

    async def sequences(self) -> Mapping[str, int]:
        """Return the highest id that each table with counted ids has given so far; none where it has given none."""
        found = await self._connection.execute_fetchall("select name, seq from sqlite_sequence where seq > 0")
        return {name: seq for name, seq in found if name not in STAYS}


class SqliteTarget(SqliteRows):
    """A new SQLite file that is to be filled (``dump.Target``)."""

    def __init__(self, path: Path, draft: Path, connection: Connection, tables: Sequence[Table]) -> None:
        super().__init__(path, connection, tables)
        self._draft = draft

    async def put(self, table: Table, rows: Sequence[Row]) -> None:
        """Write rows."""
        with writable(self._path):
            await self._connection.executemany(_insert(table), rows)

    async def continue_ids(self, sequences: Mapping[str, int]) -> None:
        """Give no id again that was given in these tables."""
        with writable(self._path):
            await continue_ids(self._connection, sequences)

    async def finish(self) -> None:
        """Make what was written durable, and put it under its name."""
        with writable(self._path):
            await self._connection.execute_fetchall("COMMIT")
            await self._connection.close()
            settle(self._draft, self._path)


async def continue_ids(connection: Connection, sequences: Mapping[str, int]) -> None:
    """Give no id again up to these; where more were given already, it stays so."""
    for name, last in sequences.items():
        await connection.execute_fetchall(
            "update sqlite_sequence set seq = max(seq, :last) where name = :name", {"name": name, "last": last}
        )
        await connection.execute_fetchall(
            "insert into sqlite_sequence (name, seq) select :name, :last"
            " where not exists (select 1 from sqlite_sequence where name = :name)",
            {"name": name, "last": last},
        )


@asynccontextmanager
async def sqlite_source(path: Path) -> AsyncIterator[SqliteRows]:
    """Open a database to be read as it stands now; OperatorError where it is none of ours, or not up to date."""
    async with reading(path) as connection:
        with readable(path):
            await connection.execute_fetchall("BEGIN")
            queries = load_queries()
            known = await fetch(queries.tables, connection)  # the first reading: from here on nothing changes
            applied = await fetch(queries.applied, connection) if known else ()
            insist_up_to_date(read_migrations(MIGRATIONS), applied, str(path))
            tables = await tables_of(connection)
        yield SqliteRows(path, connection, tables)


@asynccontextmanager
async def reading(path: Path) -> AsyncIterator[Connection]:
    """Open a file to be read only, however it is being written; OperatorError where that does not work."""
    with readable(path):
        connection = await aiosqlite.connect(_address(path), uri=True, isolation_level=None)
    try:
        connection.row_factory = sqlite3.Row
        await connection.execute_fetchall("PRAGMA busy_timeout = 5000")
        yield connection
    finally:
        await connection.close()


def _address(path: Path) -> str:
    if not path.is_file():
        raise OperatorError(f"Die Datenbank {path} gibt es nicht.\n  = Hilfe: Prüfen Sie den Pfad.")
    return f"file:{quote(str(path.absolute()))}?mode=ro"


@contextmanager
def readable(path: Path) -> Iterator[None]:
    """Tell what is wrong where a database cannot be read."""
    try:
        yield
    except (sqlite3.Error, UnicodeDecodeError) as error:  # of what is broken the driver cannot always say what
        raise OperatorError(
            f"Die Datenbank {path} lässt sich nicht lesen ({error}).\n"
            "  = Hilfe: Prüfen Sie, ob es eine Datenbank von Elternlotse ist und ob dieser Benutzer sie lesen darf. Ist"
            " sie beschädigt, nehmen Sie eine andere Sicherung."
        ) from error


@asynccontextmanager
async def sqlite_target(path: Path, clock: Clock) -> AsyncIterator[SqliteTarget]:
    """Make a database with the newest schema beside a name that must be free; it is gone where it is not finished."""
    with drafted(path) as draft:
        with writable(path):
            connection = await aiosqlite.connect(draft, isolation_level=None)
        try:
            connection.row_factory = sqlite3.Row
            with writable(path):
                tables = await _prepared(connection, draft, clock)
            yield SqliteTarget(path, draft, connection, tables)
        finally:
            await connection.close()


async def _prepared(connection: Connection, draft: Path, clock: Clock) -> Sequence[Table]:
    """Set up the schema, begin a transaction without a log (what breaks off is thrown away whole), return the tables."""
    for pragma in ("journal_mode = OFF", "synchronous = OFF", "foreign_keys = ON", f"cache_size = -{CACHE_KIB}"):
        await connection.execute_fetchall(f"PRAGMA {pragma}")
    await migrate(connection, load_queries(), draft, read_migrations(MIGRATIONS), clock)
    tables = await tables_of(connection)
    await connection.execute_fetchall("BEGIN IMMEDIATE")
    for table in reversed(tables):
        await connection.execute_fetchall(f'delete from "{table.name}"')  # noqa: S608 - what a migration itself put there
    return tables


async def tables_of(connection: Connection) -> Sequence[Table]:
    """Return the tables that are copied, parents first, as the schema says."""
    names = await connection.execute_fetchall(
        "select name from sqlite_schema where type = 'table' and name not like 'sqlite\\_%' escape '\\'"
    )
    return parents_first([await _table(connection, name) for (name,) in names if name not in STAYS])


async def _table(connection: Connection, name: str) -> Table:
    columns = list(await connection.execute_fetchall("select name, pk from pragma_table_info(?) order by cid", (name,)))
    parents = await connection.execute_fetchall('select "table" from pragma_foreign_key_list(?)', (name,))
    key = sorted((place, column) for column, place in columns if place)
    return Table(
        name,
        tuple(sorted(column for column, _ in columns)),
        tuple(column for _, column in key),
        frozenset(parent for (parent,) in parents),
    )


def _select(table: Table) -> str:
    return f'select {_names(table.columns)} from "{table.name}" order by {_names(table.key)}'  # noqa: S608 - the schema's own names


def _insert(table: Table) -> str:
    marks = ", ".join("?" * len(table.columns))
    return f'insert into "{table.name}" ({_names(table.columns)}) values ({marks})'  # noqa: S608 - the schema's own names


def _names(columns: Sequence[str]) -> str:
    return ", ".join(f'"{column}"' for column in columns)
