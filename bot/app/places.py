"""Where a whole database is: a SQLite file or PostgreSQL; opened as rows, to be read or to be filled."""

import os
from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import TYPE_CHECKING

from bot.app.base import database_of
from bot.config import Config
from bot.config.secret import secret_of
from bot.config.store import trouble_with
from bot.config.values import StoreAddress
from bot.privacy.keys import insist_on_key, key_from_folder, key_from_secret
from bot.privacy.seal import Master
from bot.services import clock
from bot.source.errors import OperatorError
from bot.store.dump import Opened, OpenedTarget
from bot.store.dump_sqlite import sqlite_source, sqlite_target
from bot.store.erased import Known, carry_over, known_of_sqlite
from bot.store.sqlite import SqliteStore
from bot.store.verbs import Verbs
from bot.store.verify import Checked
from bot.store.verify_sqlite import checked_sqlite

if TYPE_CHECKING:
    from bot.store.postgres_server import Server

Place = Path | StoreAddress


def place_of(written: str, environment: Mapping[str, str]) -> Place:
    """Return where somebody means: ``postgresql://…`` or a path. A password comes from the environment only."""
    if "://" not in written:
        return Path(written)
    if trouble := trouble_with(written):
        raise OperatorError(f"Die Adresse {trouble.what}\n  = Hilfe: {trouble.help}")
    return StoreAddress(written, secret_of("ELTERNLOTSE_STORE_PASSWORD", environment))


def place_of_store(config: Config) -> Place:
    """Return where the settings say that the store is."""
    return config.store if config.store.postgres else database_of(config)


def opened_source(place: Place) -> Opened:
    """Open a database to be read as it stands now."""
    if isinstance(place, Path):
        return sqlite_source(place)
    from bot.store.dump_postgres import postgres_source  # noqa: PLC0415 - whoever runs on SQLite loads no other driver

    return postgres_source(server_of(place))


def opened_target(place: Place) -> OpenedTarget:
    """Open an empty database, with the newest schema, to be filled."""
    if isinstance(place, Path):
        return sqlite_target(place, clock.now)
    from bot.store.dump_postgres import postgres_target  # noqa: PLC0415

    return postgres_target(server_of(place), clock.now)


def opened_checked(place: Place) -> AbstractAsyncContextManager[Checked]:
    """Open a database to be looked through, while houses may be running on it."""
    if isinstance(place, Path):
        return checked_sqlite(place)
    from bot.store.verify_postgres import checked_postgres  # noqa: PLC0415

    return checked_postgres(server_of(place))


async def known_of(place: Place) -> Known:
    """Return what a database knows of who was erased, and of the ids that were given."""
    if isinstance(place, Path):
        return await known_of_sqlite(place)
    from bot.store.dump_postgres import known_of_postgres  # noqa: PLC0415

    return await known_of_postgres(server_of(place))


async def carried_over(place: Place, known: Known) -> Sequence[int]:
    """Write into a restored database what is known, and return the contacts in it that are to be erased again."""
    if isinstance(place, Path):
        return await carry_over(place, known)
    from bot.store.dump_postgres import carry_over_postgres  # noqa: PLC0415

    return await carry_over_postgres(server_of(place), known)


async def opened_store(place: Place, master: Master) -> Verbs:
    """Open a store as a house does, brought up to date; ``close`` it."""
    if isinstance(place, Path):
        return await SqliteStore.open(place, master, clock.now)
    from bot.store.postgres import PostgresStore  # noqa: PLC0415

    return await PostgresStore.open(server_of(place), master, clock.now)


def server_of(place: StoreAddress) -> "Server":
    """Return how to get to a PostgreSQL database."""
    from bot.store.postgres_server import Server  # noqa: PLC0415

    return Server(place.url, None if place.password is None else place.password.reveal())


def master_of(config: Config, database: str) -> Master:
    """Return the master key that there must be already: a new one could read nothing of this database."""
    if config.master_key is not None:
        return key_from_secret(config.master_key.reveal(), "ELTERNLOTSE_MASTER_KEY", os.urandom)
    insist_on_key(config.data / "keys", lambda: True, database)
    return key_from_folder(config.data / "keys", os.urandom).master
