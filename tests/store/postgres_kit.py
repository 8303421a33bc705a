"""What the tests of the PostgreSQL engine share: connections that fail on demand, and a look from outside."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
from store_kit import NOON, master

from bot.store.postgres import PostgresStore
from bot.store.postgres_server import SETTINGS, Server

SOON = 5.0
"""Seconds within which what does not wait for anybody is done."""

TABLES = """
select tablename from pg_tables where schemaname = 'public' and tablename <> 'migration' order by tablename
"""


class Fault:
    """Lets the n-th statement from now on fail, in one of three ways, and the others through."""

    def __init__(self) -> None:
        self.left = 0
        self.how = ""
        self.fired = False

    def arm(self, number: int, how: str) -> None:
        """``full``: the server refuses; ``gone``: the connection breaks before; ``silent``: it breaks after."""
        self.left, self.how, self.fired = number, how, False

    def due(self) -> bool:
        """Count a statement; say whether it is the one."""
        self.left -= 1
        self.fired = self.fired or self.left == 0
        return self.left == 0


class Faulty(asyncpg.Connection):
    """A connection whose statements fail as ``fault`` says."""

    fault = Fault()

    async def _execute(self, query: str, *rest: Any, **options: Any) -> Any:
        return await self._tried(super()._execute, query, *rest, **options)

    async def execute(self, query: str, *rest: Any, **options: Any) -> Any:
        """Run a statement: with values it comes by ``_execute``, and is counted there."""
        if rest:
            return await super().execute(query, *rest, **options)
        return await self._tried(super().execute, query, **options)

    async def _tried(self, run: Any, *what: Any, **options: Any) -> Any:
        if not self.fault.due():
            return await run(*what, **options)
        if self.fault.how == "full":
            raise asyncpg.DiskFullError("could not extend file")
        if self.fault.how == "silent":
            await run(*what, **options)
        self.terminate()
        raise asyncpg.ConnectionDoesNotExistError("connection was closed in the middle of operation")


@dataclass(frozen=True, slots=True)
class FaultyServer(Server):
    """A server whose connections may fail."""

    def options(self, settings: Mapping[str, str] = SETTINGS) -> dict[str, Any]:
        """Return how a connection is made."""
        return {**Server.options(self, settings), "connection_class": Faulty}


def address(folder: Path) -> str:
    """Return where the database of a folder is."""
    return (folder / "postgres").read_text("utf-8")


async def opened(url: str, **options: Any) -> PostgresStore:
    """Open a store on a database."""
    return await PostgresStore.open(Server(url), master(), lambda: NOON, **options)


@asynccontextmanager
async def outside(url: str) -> AsyncIterator[Any]:
    """Connect as another program."""
    connection = await asyncpg.connect(url)
    try:
        yield connection
    finally:
        await connection.close()


async def contents(url: str) -> Mapping[str, Sequence[object]]:
    """Return everything that is committed, as another program sees it."""
    async with outside(url) as connection:
        tables = [row["tablename"] for row in await connection.fetch(TABLES)]
        every = "select * from {} order by 1, 2"
        return {name: [tuple(row) for row in await connection.fetch(every.format(name))] for name in tables}


async def until_somebody_waits(connection: Any, lock: str) -> None:
    """Return when somebody waits for a lock of this kind."""
    asked = "select count(*) from pg_locks where not granted and locktype = $1 and pid <> pg_backend_pid()"
    async with asyncio.timeout(SOON):
        while not await connection.fetchval(asked, lock):
            pass
