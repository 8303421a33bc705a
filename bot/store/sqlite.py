"""The store on SQLite: one file, one machine."""

import os
import sqlite3
from collections.abc import Sequence
from pathlib import Path

from bot.ports import Clock
from bot.privacy.seal import House, Master
from bot.source.errors import OperatorError
from bot.store.draft import insist_on_whole
from bot.store.sqlite_engine import Connection, ReadPragma, SqliteEngine, load_queries, read_pragma, transact
from bot.store.sqlite_schema import MIGRATIONS, migrate
from bot.store.steps import Migration, read_migrations
from bot.store.verbs import Verbs, house_of


class SqliteStore(Verbs):
    """A store in one SQLite file."""

    @staticmethod
    async def open(
        path: Path,
        master: Master,
        clock: Clock,
        *,
        migrations: Sequence[Migration] = (),
        read: ReadPragma = read_pragma,
    ) -> "SqliteStore":
        """Open a database, new or old, and bring it up to date.

        OperatorError where it cannot be used: another program's file, a newer database, a setting that SQLite refuses,
        a master key that does not fit. ``migrations`` are the program's own unless given; ``read`` reads PRAGMAs back.
        """
        queries = load_queries()
        steps = migrations or read_migrations(MIGRATIONS)
        house: list[House] = []

        async def prepare(writer: Connection) -> None:
            await migrate(writer, queries, path, steps, clock)
            house.append(await transact(writer, lambda inside: house_of(inside, queries, master, str(path))))

        try:
            _make_private(path)
            engine = await SqliteEngine.open(path, queries, read, prepare)
        except (sqlite3.Error, OSError) as error:
            raise OperatorError(
                f"Die Datenbank {path} lässt sich nicht öffnen ({error}).\n"
                "  = Hilfe: Prüfen Sie, ob es eine Datenbank von Elternlotse ist, ob dieser Benutzer dort schreiben darf,"
                " ob auf der Platte Platz ist und ob ein anderes Programm sie festhält."
            ) from error
        return SqliteStore(engine, master, house[0], os.urandom(8).hex())


def _make_private(path: Path) -> None:
    """Make the file with rights for its owner alone; SQLite gives its log the same."""
    insist_on_whole(path)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
