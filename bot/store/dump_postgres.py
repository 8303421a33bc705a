"""A PostgreSQL database as rows: read as it stood at one moment, or filled in one transaction.

Promises: a source is seen in one transaction that only reads, also while houses write to it; a target was empty, and
what breaks off leaves a mark in it (``UNFINISHED``) by which no house starts on it, while the next copy may begin anew.
"""

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import asyncpg

from bot.ports import Clock
from bot.source.errors import OperatorError
from bot.store.base import fetch
from bot.store.dump import STAYS, UNFINISHED, Row, Table, insist_up_to_date, next_size, parents_first
from bot.store.engine import Connection
from bot.store.erased import BACK, Known
from bot.store.postgres_queries import load_queries
from bot.store.postgres_schema import MIGRATIONS, alone, migrate
from bot.store.postgres_server import PATIENCE, PATIENT, Server, insist_on_settings, patiently
from bot.store.steps import read_migrations

SETTINGS = {name: PATIENT[name] for name in PATIENT if name.endswith("timeout") or name == "timezone"} | {
    "application_name": "elternlotse data",
    "synchronous_commit": "on",
}
"""A copy takes as long as it takes, and walks through whole tables: the planner may do as it likes."""

SCHEMA = """
select t.relname as name, a.attname as column, a.attidentity <> '' as counted,
    coalesce(array_position(k.indkey::int2[], a.attnum), -1) as place,
    array(
        select p.relname from pg_constraint f join pg_class p on p.oid = f.confrelid
        where f.conrelid = t.oid and f.contype = 'f'
    ) as parents
from pg_class t
join pg_attribute a on a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped
left join pg_index k on k.indrelid = t.oid and k.indisprimary
where t.relnamespace = current_schema()::regnamespace and t.relkind in ('r', 'p') and not t.relispartition
order by t.relname, a.attname
"""
"""Every column of every table, by name: its place in the key (-1 where it has none) and the table's parents."""


class PostgresRows:
    """The rows of a PostgreSQL database (``dump.Rows``), in a transaction."""

    def __init__(
        self, server: Server, connection: Connection, tables: Sequence[Table], counted: Mapping[str, str]
    ) -> None:
        self.name = server.name
        self.tables = tables
        self._connection = connection
        self.counted = counted

    async def size(self) -> int:
        """Return about how many bytes it takes on a disk."""
        with readable(self.name):
            return int(await self._connection.fetchval("select pg_database_size(current_database())"))

    async def count(self, table: Table) -> int:
        """Return how many rows a table has."""
        with readable(self.name):
            return int(await self._connection.fetchval(f'select count(*) from "{table.name}"'))  # noqa: S608 - the schema's own names

    async def rows(self, table: Table) -> AsyncIterator[Sequence[Row]]:
        """Yield all rows of a table in batches that fit into memory."""
        with readable(self.name):
            cursor = await self._connection.cursor(_select(table))
        size = 1
        while batch := await self._batch(cursor, size):
            yield batch
            size = next_size(size, batch)

    async def _batch(self, cursor: Any, size: int) -> Sequence[Row]:
        with readable(self.name):
            return [tuple(row) for row in await cursor.fetch(size)]

    async def sequences(self) -> Mapping[str, int]:
        """Return the highest id that each table with counted ids has given so far; none where it has given none."""
        given = {}
        with readable(self.name):
            for table, sequence in self.counted.items():
                row = await self._connection.fetchrow(f"select last_value, is_called from {sequence}")  # noqa: S608 - as PostgreSQL names it
                if row is not None and row["is_called"]:
                    given[table] = int(row["last_value"])
        return given


class PostgresTarget(PostgresRows):
    """An empty PostgreSQL database that is to be filled (``dump.Target``)."""

    def __init__(
        self,
        server: Server,
        connection: Connection,
        tables: Sequence[Table],
        counted: Mapping[str, str],
        transaction: Any,
    ) -> None:
        super().__init__(server, connection, tables, counted)
        self._transaction = transaction
        self.finished = False

    async def put(self, table: Table, rows: Sequence[Row]) -> None:
        """Write rows."""
        with writable(self.name):
            await self._connection.copy_records_to_table(table.name, records=rows, columns=table.columns)

    async def continue_ids(self, sequences: Mapping[str, int]) -> None:
        """Give no id again that was given in these tables."""
        with writable(self.name):
            for table, last in sequences.items():
                await self._connection.execute("select setval($1::text::regclass, $2)", self.counted[table], last)

    async def finish(self) -> None:
        """Make what was written durable, and let the planner look at it."""
        with writable(self.name):
            await self._transaction.commit()
            self.finished = True
            await self._connection.execute("analyze")


@asynccontextmanager
async def postgres_source(server: Server) -> AsyncIterator[PostgresRows]:
    """Open a database to be read as it stands now; OperatorError where it is none of ours, or not up to date."""
    async with (
        connected(server) as connection,
        connection.transaction(isolation="repeatable_read", readonly=True),
    ):
        with readable(server.name):
            await _insist_whole(server, connection)
            tables, counted = await schema_of(connection)
        yield PostgresRows(server, connection, tables, counted)


@asynccontextmanager
async def postgres_target(server: Server, clock: Clock) -> AsyncIterator[PostgresTarget]:
    """Set up an empty database with the newest schema, to be filled; marked as unfinished until it is.

    Who starts on it meanwhile waits, until it is whole or found unfinished.
    """
    async with connected(server) as connection:
        await insist_on_settings(connection)
        async with alone(connection):
            await patiently(server, lambda: _prepare(server, connection, clock), 0)
            tables, counted = await schema_of(connection)
            transaction = connection.transaction()
            await transaction.start()
            target = PostgresTarget(server, connection, tables, counted, transaction)
            try:
                for table in reversed(tables):
                    await connection.execute(f'delete from "{table.name}"')  # noqa: S608 - what a migration itself put there
                yield target
            finally:
                if not target.finished and not connection.is_closed():
                    await transaction.rollback()


async def known_of_postgres(server: Server) -> Known:
    """Return what a database knows of who was erased, and of the ids that were given."""
    async with postgres_source(server) as rows:
        (erased,) = (table for table in rows.tables if table.name == "erased")
        contact, at = erased.columns.index("contact"), erased.columns.index("at")
        found = {int(row[contact] or 0): int(row[at] or 0) async for batch in rows.rows(erased) for row in batch}
        return Known(found, await rows.sequences())


async def carry_over_postgres(server: Server, known: Known) -> Sequence[int]:
    """Write into a restored database what is known, and return the contacts in it that are to be erased again."""
    async with connected(server) as connection, connection.transaction():
        with writable(server.name):
            await connection.executemany(
                "insert into erased (contact, at) values ($1, $2) on conflict (contact) do nothing",
                known.erased.items(),
            )
            _, counted = await schema_of(connection)
            for table, last in known.given.items():
                if table in counted:
                    await connection.execute(
                        f"select setval($1::text::regclass, greatest($2, (select last_value from {counted[table]})))",  # noqa: S608 - as PostgreSQL names it
                        counted[table],
                        last,
                    )
            return [row["id"] for row in await connection.fetch(BACK)]


@asynccontextmanager
async def connected(server: Server) -> AsyncIterator[Connection]:
    """Open a connection that has all the time it needs."""
    connection = await patiently(server, lambda: server.connect(SETTINGS), PATIENCE)
    try:
        yield connection
    finally:
        await connection.close()


async def _insist_whole(server: Server, connection: Connection) -> None:
    queries = load_queries()
    ours = "migration" in {row["name"] for row in await fetch(queries.tables, connection)}
    applied = await fetch(queries.applied, connection) if ours else ()
    insist_up_to_date(read_migrations(MIGRATIONS), applied, server.name)
    if await queries.setting(connection, name=UNFINISHED) is not None:
        raise OperatorError(
            f"{server.name} ist selbst eine Kopie, die nicht fertig wurde.\n"
            "  = Hilfe: Kopieren Sie aus der Datenbank, aus der diese entstehen sollte."
        )


async def _prepare(server: Server, connection: Connection, clock: Clock) -> None:
    """Set up the schema where there is none, and mark the database as unfinished; OperatorError where it is not empty."""
    queries = load_queries()
    new = not await fetch(queries.tables, connection)
    await migrate(connection, queries, server.name, read_migrations(MIGRATIONS), clock)
    tables, _ = await schema_of(connection)
    if not new:
        for table in tables:
            await _insist_on_empty(server, connection, table)
    await queries.put_setting(connection, name=UNFINISHED, value=b"")


async def _insist_on_empty(server: Server, connection: Connection, table: Table) -> None:
    other = f" where name <> '{UNFINISHED}'" if table.name == "setting" else ""
    if await connection.fetchval(f'select exists (select 1 from "{table.name}"{other})'):  # noqa: S608 - the schema's own names
        raise OperatorError(
            f"Die Datenbank {server.name} ist nicht leer, und überschrieben wird nichts.\n"
            "  = Hilfe: Nennen Sie eine neue: createdb --encoding=UTF8 --owner=BENUTZER NAME"
        )


async def schema_of(connection: Connection) -> tuple[Sequence[Table], Mapping[str, str]]:
    """Return the tables that are copied, parents first, and what counts the ids of those that count them."""
    found = [row for row in await connection.fetch(SCHEMA) if row["name"] not in STAYS]
    tables = [_table(name, [row for row in found if row["name"] == name]) for name in {row["name"] for row in found}]
    counted = {
        row["name"]: await connection.fetchval(
            "select pg_get_serial_sequence(quote_ident($1), $2)", row["name"], row["column"]
        )
        for row in found
        if row["counted"]
    }
    return parents_first(tables), counted


def _table(name: str, columns: Sequence[asyncpg.Record]) -> Table:
    key = sorted((row["place"], row["column"]) for row in columns if row["place"] >= 0)
    return Table(
        name,
        tuple(sorted(row["column"] for row in columns)),
        tuple(column for _, column in key),
        frozenset(columns[0]["parents"]),
    )


def _select(table: Table) -> str:
    columns, key = (", ".join(f'"{name}"' for name in names) for names in (table.columns, table.key))
    return f'select {columns} from "{table.name}" order by {key}'  # noqa: S608 - the schema's own names


_TROUBLE = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, ValueError)


@contextmanager
def readable(name: str) -> Iterator[None]:
    """Tell what is wrong where a database cannot be read."""
    try:
        yield
    except _TROUBLE as error:
        raise OperatorError(
            f"Die Datenbank {name} lässt sich nicht lesen ({type(error).__name__}).\n"
            "  = Hilfe: Prüfen Sie, ob PostgreSQL noch läuft und was es in sein Protokoll geschrieben hat; dann noch einmal."
        ) from error


@contextmanager
def writable(name: str) -> Iterator[None]:
    """Tell what is wrong where a database cannot be written. Says nothing of a row."""
    try:
        yield
    except (asyncpg.ForeignKeyViolationError, asyncpg.CharacterNotInRepertoireError, ValueError) as error:
        raise OperatorError(
            f"Eine Zeile lässt sich nicht in die Datenbank {name} schreiben ({type(error).__name__}).\n"
            "  = Hilfe: Die Vorlage ist beschädigt. Prüfen Sie sie: elternlotse data verify"
        ) from error
    except _TROUBLE as error:
        raise OperatorError(
            f"Die Datenbank {name} lässt sich nicht schreiben ({type(error).__name__}).\n"
            "  = Hilfe: Prüfen Sie, ob PostgreSQL noch läuft, Platz auf der Platte hat, und was es in sein Protokoll"
            " geschrieben hat. Dann kopieren Sie noch einmal: Die angefangene Kopie wird dabei verworfen."
        ) from error
