"""How a store is taken away: each is a block at whose end it is given back. See ``outage.py``."""

import asyncio
import os
import resource
import sqlite3
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, contextmanager, suppress
from pathlib import Path

import asyncpg
from fakes.postgres import Server as Postgres
from load.outage import Trouble
from load.scene import Scene

LITTLE = 4096
"""Bytes up to which a process may still write into a file once its files are limited."""
FULL = (
    (
        "create function is_full() returns trigger language plpgsql as"
        " $$ begin raise exception 'no space left on device' using errcode = 'disk_full'; end $$"
    ),
    "create trigger is_full before insert or update on inbound execute function is_full()",
    "create trigger is_full before insert or update on outbox execute function is_full()",
)
FREE = ("drop trigger is_full on inbound", "drop trigger is_full on outbox", "drop function is_full")
"""One statement at a time: whoever locks one table only cannot meet the house halfway."""


@asynccontextmanager
async def locked(played: Scene) -> AsyncIterator[None]:
    """Another program holds the SQLite file's lock for writing."""
    with closing(sqlite3.connect(played.server.database, isolation_level=None, timeout=10)) as connection:
        connection.execute("begin immediate")
        yield
        connection.execute("rollback")


@asynccontextmanager
async def limited(played: Scene) -> AsyncIterator[None]:
    """The house may not write beyond the beginning of any file (RLIMIT_FSIZE), its log among them."""
    process = played.server.process_id
    soft, hard = resource.prlimit(process, resource.RLIMIT_FSIZE)
    resource.prlimit(process, resource.RLIMIT_FSIZE, (LITTLE, hard))
    yield
    resource.prlimit(process, resource.RLIMIT_FSIZE, (soft, hard))


def filled(folder: Path) -> Trouble:
    """Return the trouble of a small disk: it is filled to the last byte."""

    @asynccontextmanager
    async def full(_played: Scene) -> AsyncIterator[None]:
        ballast = folder / "ballast"
        with ballast.open("ab", buffering=0) as file, suppress(OSError):
            while file.write(bytes(LITTLE)):
                pass
        yield
        ballast.unlink()

    return full


@asynccontextmanager
async def refusing(played: Scene) -> AsyncIterator[None]:
    """PostgreSQL refuses every row of messages with the error of a full disk: a fault that is injected."""
    connection = await asyncpg.connect(played.kept.setting)
    for statement in FULL:
        await connection.execute(statement)
    yield
    for statement in FREE:
        await connection.execute(statement)
    await connection.close()


def killed(postgres: Postgres) -> Trouble:
    """Return the trouble of a PostgreSQL that is killed (SIGKILL) and started again."""

    @asynccontextmanager
    async def gone(_played: Scene) -> AsyncIterator[None]:
        await asyncio.to_thread(postgres.kill)
        yield
        await asyncio.to_thread(postgres.start)

    return gone


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[bool]:
    """Mount a small disk in memory on a folder; False where this user may not."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    mounted = os.geteuid() == 0 and _ran("mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder))
    folder.chmod(0o700)
    try:
        yield mounted
    finally:
        if mounted:
            _ran("umount", "--lazy", str(folder))


def _ran(*words: str) -> bool:
    """Run a command of the system; return whether it could do what it should."""
    return subprocess.run(words, check=False, capture_output=True).returncode == 0  # noqa: S603 - our own words
