"""A SQLite database copied whole while it is being written: by SQLite itself, checked, and only then under its name.

A plain copy of the file loses rows without a word; ``VACUUM INTO`` sees one moment, and leaves nothing of what was
deleted. Knows no table.
"""

import asyncio
import sqlite3
from contextlib import suppress
from pathlib import Path

from bot.source.errors import OperatorError
from bot.store.base import fetch
from bot.store.draft import drafted, insist_on_room, settle, size_of, writable
from bot.store.dump import Progress, insist_ours
from bot.store.dump_sqlite import readable, reading
from bot.store.sqlite_engine import load_queries

LOOK = 0.2
"""Seconds between two looks at how far it is."""


async def back_up_sqlite(source: Path, target: Path, progress: Progress) -> None:
    """Copy a database as it stands now, of whatever version, to a name that must be free; OperatorError says what is wrong."""
    insist_on_room(target.parent, size_of(source))
    with drafted(target) as draft:
        await copied_into(source, draft, progress)
        await insist_sound(draft)
        with writable(target):
            settle(draft, target)


async def copied_into(source: Path, draft: Path, progress: Progress) -> None:
    """Copy a database into an empty file."""
    async with reading(source) as connection:
        with readable(source):
            insist_ours(await fetch(load_queries().tables, connection), str(source))
        watching = asyncio.create_task(_watch(draft, size_of(source), progress))
        try:
            with writable(draft):
                await connection.execute_fetchall("VACUUM INTO ?", (str(draft),))
        except asyncio.CancelledError:
            await connection.interrupt()
            raise
        finally:
            watching.cancel()
            with suppress(asyncio.CancelledError):
                await watching


async def _watch(draft: Path, size: int, progress: Progress) -> None:
    while True:
        progress("Datenbank sichern", size_of(draft), size)
        await asyncio.sleep(LOOK)


async def insist_sound(path: Path) -> None:
    """Read a copy whole and follow its references; OperatorError where something is wrong with it."""
    async with reading(path) as connection:
        try:
            found = [row[0] for row in await connection.execute_fetchall("PRAGMA integrity_check(1)")]
            broken = await connection.execute_fetchall("PRAGMA foreign_key_check")
        except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
            found, broken = [str(error)], ()
    if found != ["ok"] or broken:
        raise OperatorError(
            f"Die Datenbank ist beschädigt ({found[0] if found != ['ok'] else 'Verweise gehen ins Leere'}).\n"
            "  = Hilfe: Sehen Sie genauer nach: elternlotse data verify. Heben Sie die letzte gute Sicherung auf."
        )
