"""SQLite as the store uses it: one writer, one reader, durable or not at all.

Promises: what ``write`` has returned survives a power cut; a transaction is whole or not there, also when its caller is
cancelled in the middle; a writing transaction takes its lock at once (a deferred one that reads, then writes, fails
whatever the time-out). Knows no table but what the queries in ``sql/sqlite`` name.
"""

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from contextvars import copy_context
from pathlib import Path
from typing import Any

import aiosql
import aiosqlite

from bot.source.errors import OperatorError
from bot.store.engine import T, as_json

Connection = aiosqlite.Connection
Work = Callable[[Connection], Awaitable[T]]
ReadPragma = Callable[[Connection, str], Awaitable[object]]

SQL = Path(__file__).parent / "sql" / "sqlite"

FETCHED = 64
"""Rows that the library reads at once where it reads them one after the other; we never do."""
BUSY_TIMEOUT = 5000
"""Milliseconds that a writer waits for another program's."""
SCRUB_TIMEOUT = 250
"""Milliseconds that emptying the log waits for readers: nothing is written meanwhile."""

WRITER_PRAGMAS: tuple[tuple[str, str, object], ...] = (
    ("busy_timeout", str(BUSY_TIMEOUT), BUSY_TIMEOUT),
    ("journal_mode", "WAL", "wal"),
    ("synchronous", "FULL", 2),
    ("foreign_keys", "ON", 1),
    ("secure_delete", "ON", 1),
    ("temp_store", "MEMORY", 2),
)
READER_PRAGMAS: tuple[tuple[str, str, object], ...] = (
    ("busy_timeout", "5000", 5000),
    ("query_only", "ON", 1),
    ("temp_store", "MEMORY", 2),
)
"""Name, what is set, what must be read back. Each is set on its own: of several in one string only the first runs."""


class Crossing(aiosqlite.Connection):
    """A connection with a thread of its own. Each statement crosses to it and back, or many do ``at_once``."""

    async def at_once(self, work: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """Do all of some work on the connection's thread. It may wait for nothing but this connection's statements.

        A crossing costs more than most statements: a whole transaction that crosses once takes half the time.
        """
        done: T = await self._execute(copy_context().run, _driven, work)
        return done

    async def _execute(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Run something on the connection's thread: there at once, from elsewhere by crossing to it."""
        if threading.get_ident() == self._thread.ident:
            return fn(*args, **kwargs)
        return await super()._execute(fn, *args, **kwargs)  # type: ignore[no-untyped-call]  # it is the library's own


def _driven(work: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Return what some work comes to, which never has to wait."""
    running = work()
    try:
        running.send(None)
    except StopIteration as ended:
        result: T = ended.value
        return result
    running.close()
    raise RuntimeError("work that is done at once waited for something else than its statements")


async def connect(path: Path) -> Crossing:
    """Open a connection without Python's own (deferred) transactions."""
    crossing = Crossing(lambda: sqlite3.connect(path, isolation_level=None, cached_statements=256), FETCHED)
    await crossing
    return crossing


class Adapter:
    """Runs aiosql's queries with one crossing of threads a statement; the stock adapter takes three.

    A parameter that is a list goes in as a JSON array.
    """

    is_aio_driver = True

    def process_sql(self, _name: str, _kind: object, sql: str) -> str:
        """Return the SQL as it is: SQLite knows ``:name``."""
        return sql

    async def select(
        self, connection: Connection, _name: str, sql: str, parameters: Any, _record: object
    ) -> AsyncIterator[sqlite3.Row]:
        """Yield all rows."""
        for row in await connection.execute_fetchall(sql, _arrays(parameters)):
            yield row

    async def select_one(
        self, connection: Connection, _name: str, sql: str, parameters: Any, _record: object
    ) -> sqlite3.Row | None:
        """Return the first row."""
        return next(iter(await connection.execute_fetchall(sql, _arrays(parameters))), None)

    async def select_value(self, connection: Connection, _name: str, sql: str, parameters: Any) -> Any:
        """Return the first row's first column."""
        row = next(iter(await connection.execute_fetchall(sql, _arrays(parameters))), None)
        return None if row is None else row[0]

    async def insert_update_delete(self, connection: Connection, _name: str, sql: str, parameters: Any) -> None:
        """Run one writing statement."""
        await connection.execute_fetchall(sql, _arrays(parameters))

    async def insert_update_delete_many(
        self, connection: Connection, _name: str, sql: str, rows: Sequence[Any] = ()
    ) -> None:
        """Run a writing statement for each row; without rows there is nothing to cross threads for."""
        if rows:
            await connection.executemany(sql, rows)


def _arrays(parameters: Mapping[str, object]) -> Mapping[str, object]:
    return {name: as_json(value) if isinstance(value, list) else value for name, value in parameters.items()}


def load_queries() -> Any:
    """Return the queries of ``sql/sqlite``, by name."""
    adapter: Callable[[], Any] = Adapter
    return aiosql.from_path(SQL, adapter)


async def read_pragma(connection: Connection, name: str) -> object:
    """Return what a PRAGMA is set to."""
    row = next(iter(await connection.execute_fetchall(f"PRAGMA {name}")), None)
    return None if row is None else row[0]


class SqliteEngine:
    """The two connections of one database file (``engine.Engine``): one writes, one reads."""

    def __init__(self, writer: Crossing, reader: Connection, queries: Any) -> None:
        self.queries = queries
        self._reader = reader
        self._writer = writer
        self._lock = asyncio.Lock()
        self._running: set[asyncio.Task[Any]] = set()

    @staticmethod
    async def open(path: Path, queries: Any, read: ReadPragma, prepare: Work[None]) -> "SqliteEngine":
        """Open a file; ``prepare`` brings it up to date between the writer's opening and the reader's."""
        writer = await _connect(path, WRITER_PRAGMAS, read)
        try:
            await prepare(writer)
            return SqliteEngine(writer, await _connect(path, READER_PRAGMAS, read), queries)
        except BaseException:
            await writer.close()
            raise

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Connection]:
        """Return the one connection that reads."""
        yield self._reader

    claiming = reading
    """With one writer there is nothing to claim: a talk that moves meanwhile is found out at ``commit``."""

    async def release(self) -> None:
        """Give nothing back: nothing was claimed."""

    async def write(self, work: Work[T]) -> T:
        """Do some work in one transaction and return its result when it is durable.

        A caller that is cancelled leaves the transaction to end by itself, whole.
        """
        task = asyncio.ensure_future(self._write(work))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return await asyncio.shield(task)

    write_claimed = write

    async def _write(self, work: Work[T]) -> T:
        async with self._lock:
            return await self._writer.at_once(lambda: transact(self._writer, work))

    async def scrub(self) -> bool:
        """Move everything from the write-ahead log into the file and empty the log: deleted pages are only there."""
        async with self._lock:
            await self._writer.execute_fetchall(f"PRAGMA busy_timeout = {SCRUB_TIMEOUT}")
            try:
                (row,) = await self._writer.execute_fetchall("PRAGMA wal_checkpoint(TRUNCATE)")
            finally:
                await self._writer.execute_fetchall(f"PRAGMA busy_timeout = {BUSY_TIMEOUT}")
        return bool(row[0] == 0)

    async def close(self) -> None:
        """Let running transactions end, move everything from the write-ahead log into the file, and close."""
        await asyncio.gather(*self._running, return_exceptions=True)
        await self._reader.close()
        with suppress(sqlite3.OperationalError):  # another process is reading: the log stays, nothing is lost
            await self._writer.execute_fetchall("PRAGMA wal_checkpoint(TRUNCATE)")
        await self._writer.close()


async def transact(connection: Connection, work: Work[T]) -> T:
    """Do some work in one transaction of its own."""
    if connection.in_transaction:  # the one before could not even be rolled back
        await connection.execute_fetchall("ROLLBACK")
    await connection.execute_fetchall("BEGIN IMMEDIATE")
    try:
        result = await work(connection)
        await connection.execute_fetchall("COMMIT")
    except BaseException:
        with suppress(sqlite3.OperationalError):  # it has ended by itself: disk full, or the commit went through
            await connection.execute_fetchall("ROLLBACK")
        raise
    return result


async def _connect(path: Path, pragmas: Sequence[tuple[str, str, object]], read: ReadPragma) -> Crossing:
    """Open a connection and set it up."""
    connection = await connect(path)
    try:
        connection.row_factory = sqlite3.Row
        for name, value, expected in pragmas:
            await connection.execute_fetchall(f"PRAGMA {name} = {value}")
            found = await read(connection, name)
            _insist(path, name, value, (found, expected))
    except BaseException:
        await connection.close()
        raise
    return connection


def _insist(path: Path, name: str, value: str, read: tuple[object, object]) -> None:
    """Refuse to run on a database that does not keep what was set."""
    found, expected = read
    if found != expected:
        raise OperatorError(
            f"SQLite bleibt bei der Datenbank {path} mit {name} auf {found}, Elternlotse braucht {value}: Sonst ist"
            " nichts sicher, was schon bestätigt wurde.\n"
            "  = Hilfe: Legen Sie die Datenbank auf eine eigene Platte dieses Rechners, nicht auf ein Netzlaufwerk."
        )
