"""Where a house keeps everything, as other programs see it: a file, or a database of PostgreSQL.

The judge opens it as the product does, once the house is closed; the harness counts rows while it runs or lies dead.
"""

import hashlib
import os
import sqlite3
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from bot.privacy.keys import key_from_folder
from bot.privacy.seal import Master
from bot.services import clock
from bot.store.postgres import PostgresStore
from bot.store.postgres_server import Server as Address
from bot.store.retain import LOOKED
from bot.store.sqlite import SqliteStore
from bot.store.steps import Migration
from bot.store.verbs import Verbs

RESTLESS = frozenset({"post", "sqlite_sequence"})
"""Tables that say who works and where counters stand, and nothing of what is kept. Nor does the setting ``LOOKED``."""


@dataclass(frozen=True)
class Kept(ABC):
    """What one house keeps. ``keys`` is the folder of its master key."""

    keys: Path

    @property
    @abstractmethod
    def setting(self) -> str:
        """What ``store:`` in the settings says."""

    @abstractmethod
    async def count(self, rows: str) -> int:
        """Count rows (a table and its condition); 0 where there is no such table yet."""

    @abstractmethod
    async def digest(self) -> str:
        """Return a fingerprint of everything that is kept."""

    @abstractmethod
    async def end_leases(self) -> None:
        """Let whoever comes next have every post at once, as if the leases of the dead were over."""

    @abstractmethod
    async def holder(self, post: str) -> str:
        """Return who is on a post, or was last; empty where nobody was yet."""

    @abstractmethod
    async def _open(self, master: Master, migrations: Sequence[Migration]) -> Verbs:
        """Open the store."""

    @asynccontextmanager
    async def opened(self, migrations: Sequence[Migration] = ()) -> AsyncIterator[Verbs]:
        """Open the store of a house that is closed, as a program with these migrations, or as ours."""
        store = await self._open(key_from_folder(self.keys, os.urandom).master, migrations)
        try:
            yield store
        finally:
            await store.close()


@dataclass(frozen=True)
class InFile(Kept):
    """A SQLite file."""

    path: Path

    @property
    def setting(self) -> str:
        """What ``store:`` in the settings says: nothing."""
        return ""

    async def count(self, rows: str) -> int:
        """Count rows."""
        if not self.path.exists():
            return 0
        with closing(sqlite3.connect(f"file:{self.path}?mode=rw", uri=True, timeout=10)) as connection:
            table = rows.split(maxsplit=1)[0]
            if not connection.execute("select 1 from sqlite_schema where name = ?", [table]).fetchone():
                return 0
            return int(connection.execute(f"select count(*) from {rows}").fetchone()[0])  # noqa: S608 - our own words

    async def digest(self) -> str:
        """Return a fingerprint."""
        return digest(self.path)

    async def end_leases(self) -> None:
        """Change nothing: a house on a file is alone, and waits for nobody."""

    async def holder(self, _post: str) -> str:
        """Return nobody."""
        return ""

    async def _open(self, master: Master, migrations: Sequence[Migration]) -> Verbs:
        return await SqliteStore.open(self.path, master, clock.now, migrations=migrations)


@dataclass(frozen=True)
class InPostgres(Kept):
    """A database of PostgreSQL."""

    url: str

    @property
    def setting(self) -> str:
        """What ``store:`` in the settings says."""
        return self.url

    async def count(self, rows: str) -> int:
        """Count rows."""
        async with _connected(self.url) as connection:
            try:
                return int(await connection.fetchval(f"select count(*) from {rows}"))  # noqa: S608 - our own words
            except asyncpg.UndefinedTableError:
                return 0

    async def digest(self) -> str:
        """Return a fingerprint."""
        async with _connected(self.url) as connection:
            tables = await connection.fetch("select tablename from pg_tables where schemaname = 'public' order by 1")
            names = [row["tablename"] for row in tables if row["tablename"] not in RESTLESS]
            rows = [await connection.fetch(f'select t::text from "{name}" t order by 1') for name in names]  # noqa: S608 - names that the server said
        lines = [f"{name} {row[0]}" for name, table in zip(names, rows, strict=True) for row in table]
        return _hashed([line for line in lines if not line.startswith(f"setting ({LOOKED},")])

    async def end_leases(self) -> None:
        """End all leases."""
        if await self.count("pg_tables where tablename = 'post'"):
            async with _connected(self.url) as connection:
                await connection.execute("update post set until = 0")

    async def holder(self, post: str) -> str:
        """Return who is on a post."""
        async with _connected(self.url) as connection:
            return await connection.fetchval("select holder from post where name = $1", post) or ""

    async def _open(self, master: Master, migrations: Sequence[Migration]) -> Verbs:
        return await PostgresStore.open(Address(self.url), master, clock.now, migrations=migrations)


def digest(database: Path) -> str:
    """Return a fingerprint of everything that is kept in a SQLite file."""
    with closing(sqlite3.connect(database)) as connection:
        return _hashed(list(_lines(connection)))


def _lines(connection: sqlite3.Connection) -> Iterator[str]:
    tables = (f'{verb} "{name}"' for name in RESTLESS for verb in ("INSERT INTO", "DELETE FROM"))
    restless = (*tables, f"INSERT INTO \"setting\" VALUES('{LOOKED}',")
    return (line for line in connection.iterdump() if not line.startswith(restless))


def _hashed(lines: Sequence[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


@asynccontextmanager
async def _connected(url: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(url)
    try:
        yield connection
    finally:
        await connection.close()
