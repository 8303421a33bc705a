"""The store on SQLite: one file, one machine. Everything ``ports.Store`` promises, put together from its verbs."""

import os
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bot.ports import Clock
from bot.privacy.seal import House, Master, SealBrokenError
from bot.source.errors import OperatorError
from bot.store.rows import HOUSE_KEY, HOUSE_NAMES
from bot.store.sqlite_chat import Chatting
from bot.store.sqlite_commit import Committing
from bot.store.sqlite_deliver import Delivering
from bot.store.sqlite_desk import Desking
from bot.store.sqlite_engine import Connection, Engine, ReadPragma, load_queries, read_pragma, transact
from bot.store.sqlite_expire import Expiring
from bot.store.sqlite_people import Peopling
from bot.store.sqlite_publish import Publishing
from bot.store.sqlite_receive import Receiving
from bot.store.sqlite_remind import Reminding
from bot.store.sqlite_schema import MIGRATIONS, Migration, migrate, read_migrations
from bot.store.sqlite_take import Taking


class SqliteStore(
    Receiving, Taking, Committing, Expiring, Reminding, Delivering, Chatting, Desking, Peopling, Publishing
):
    """A store in one SQLite file. ``close`` it: its threads keep the program alive until then."""

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
            house.append(await _house(writer, queries, master, path))

        try:
            _make_private(path)
            engine = await Engine.open(path, read, prepare)
        except (sqlite3.Error, OSError) as error:
            raise OperatorError(
                f"Die Datenbank {path} lässt sich nicht öffnen ({error}).\n"
                "  = Hilfe: Prüfen Sie, ob es eine Datenbank von Elternlotse ist, ob dieser Benutzer dort schreiben darf,"
                " ob auf der Platte Platz ist und ob ein anderes Programm sie festhält."
            ) from error
        return SqliteStore(engine, queries, master, house[0])

    async def close(self) -> None:
        """Let what is being written end, and close."""
        await self._engine.close()


def _make_private(path: Path) -> None:
    """Make the file with rights for its owner alone; SQLite gives its log the same."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))


async def _house(writer: Connection, queries: Any, master: Master, path: Path) -> House:
    """Return the house's keys; make them where there are none yet."""

    async def ensure(connection: Connection) -> tuple[bytes, bytes]:
        return (
            await _kept(connection, queries, "house_key", master.new_key(HOUSE_KEY)),
            await _kept(connection, queries, "house_names", master.new_key(HOUSE_NAMES)),
        )

    key, names = await transact(writer, ensure)
    try:
        return master.house(key, names, (HOUSE_KEY, HOUSE_NAMES))
    except SealBrokenError:
        raise OperatorError(
            f"Der Schlüssel in {master.origin} passt nicht zur Datenbank {path}.\n"
            "  = Hilfe: Legen Sie den richtigen zurück: den, mit dem die Datenbank angelegt wurde."
        ) from None


async def _kept(connection: Connection, queries: Any, name: str, new: bytes) -> bytes:
    """Return a setting that is made once."""
    found: bytes | None = await queries.setting(connection, name=name)
    if found is None:
        await queries.put_setting(connection, name=name, value=new)
    return new if found is None else found
