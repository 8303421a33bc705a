"""What every part and every command that opens a house stands on: the store, its bells, and publishing."""

import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bot.app.files import program
from bot.config.values import Config
from bot.flow.talk import SOURCE_LANGUAGE
from bot.ports import Store, Wake
from bot.privacy.keys import insist_on_key, key_from_folder, key_from_secret
from bot.privacy.seal import Master
from bot.services import clock
from bot.services.wake import Bells
from bot.source.errors import OperatorError
from bot.store.sqlite import SqliteStore
from bot.work.publish import Publish

if TYPE_CHECKING:
    from bot.store.postgres_server import Server

FIRST_START = "erster Start"
"""Who published what the first start published: nobody."""

Say = Callable[[str], None]
"""Tell the operator something."""

Verb = Callable[[], Awaitable[None]]
"""What runs as long as the house is open."""


@dataclass(frozen=True, slots=True)
class Base:
    """What every part and every command stands on."""

    config: Config
    store: Store
    wake: Wake
    publish: Publish


@asynccontextmanager
async def opened(config: Config, say: Say) -> AsyncIterator[Base]:
    """Open the store, and close it at the end. Tells where the keys lie when they were just made."""
    async with AsyncExitStack() as stack:
        store, wake = await (_on_postgres if config.store.postgres else _on_sqlite)(config, say, stack)
        languages = [spoken.code for spoken in config.languages if spoken.drafts or spoken.code == SOURCE_LANGUAGE]
        complete = [spoken.code for spoken in config.languages if spoken.complete]
        publish = Publish(store, wake, clock.now, program(config.locales), languages, complete)
        yield Base(config, store, wake, publish)


@asynccontextmanager
async def visited(config: Config, say: Say) -> AsyncIterator[Base]:
    """Open a house that is there already. Where there is none, OperatorError, and nothing is made."""
    if not await _is_there(config):
        place = _server(config).name if config.store.postgres else database_of(config)
        raise OperatorError(
            f"Hier gibt es noch keine Datenbank von Elternlotse: {place}\n"
            "  = Hilfe: Gehen Sie in den Ordner Ihrer Elternlotse, oder nennen Sie deren Einstellungen mit --config."
            " Ist noch nie etwas gelaufen, beginnt »make run«, oder veröffentlichen Sie: elternlotse flows publish"
        )
    async with opened(config, say) as base:
        yield base


def database_of(config: Config) -> Path:
    """Return the file that a SQLite store lies in."""
    return config.data / "elternlotse.sqlite"


async def _on_sqlite(config: Config, say: Say, stack: AsyncExitStack) -> tuple[Store, Wake]:
    database = database_of(config)
    store = await SqliteStore.open(database, _master(config, say, database.exists, str(database)), clock.now)
    stack.push_async_callback(store.close)
    return store, Bells()


async def _on_postgres(config: Config, say: Say, stack: AsyncExitStack) -> tuple[Store, Wake]:
    from bot.services.wake_postgres import PostgresBells  # noqa: PLC0415 - whoever runs on SQLite loads no other driver
    from bot.store.postgres import PostgresStore, inhabited  # noqa: PLC0415

    server = _server(config)
    there = await inhabited(server)
    store = await PostgresStore.open(server, _master(config, say, lambda: there, server.name), clock.now)
    stack.push_async_callback(store.close)
    return store, await stack.enter_async_context(PostgresBells(server.connect))


async def _is_there(config: Config) -> bool:
    """Say whether a house was ever opened there; nothing is made."""
    if not config.store.postgres:
        return database_of(config).exists()
    from bot.store.postgres import inhabited  # noqa: PLC0415 - as above

    return await inhabited(_server(config))


def _server(config: Config) -> "Server":
    from bot.store.postgres_server import Server  # noqa: PLC0415 - as above

    password = config.store.password
    return Server(config.store.url, None if password is None else password.reveal())


def _master(config: Config, say: Say, inhabited: Callable[[], bool], database: str) -> Master:
    """Return the master key: the setup's, or the folder's; made now where there is neither a key nor anything sealed."""
    if config.master_key is not None:
        return key_from_secret(config.master_key.reveal(), "ELTERNLOTSE_MASTER_KEY", os.urandom)
    insist_on_key(config.data / "keys", inhabited, database)
    found = key_from_folder(config.data / "keys", os.urandom)
    if found.new:
        say(f"Neuer Schlüssel: {found.file}. Bitte sichern Sie diese Datei getrennt von der Datenbank. "
            "Ohne sie kann niemand die Daten lesen.")  # fmt: skip
    return found.master


def base_url(config: Config, port: int) -> str:
    """Return where the house is reached: its public address, or this machine."""
    host = "localhost" if config.host in {"127.0.0.1", "0.0.0.0", "::", "::1"} else config.host  # noqa: S104 - compared, not bound
    return config.public_url or f"http://{host}:{port}"
