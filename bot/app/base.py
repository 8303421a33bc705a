"""What every part and every command that opens a house stands on: the store, its bells, and publishing."""

import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bot.app.files import program
from bot.config.values import Config
from bot.flow.talk import SOURCE_LANGUAGE
from bot.privacy.keys import insist_on_key, key_from_folder, key_from_secret
from bot.services import clock
from bot.services.wake import Bells
from bot.store.sqlite import SqliteStore
from bot.work.publish import Publish

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
    store: SqliteStore
    wake: Bells
    publish: Publish


@asynccontextmanager
async def opened(config: Config, say: Say) -> AsyncIterator[Base]:
    """Open the store, and close it at the end. Tells where the keys lie when they were just made."""
    database = config.data / "elternlotse.sqlite"
    if config.master_key is None:
        insist_on_key(config.data / "keys", database)
        found = key_from_folder(config.data / "keys", os.urandom)
        master = found.master
        if found.new:
            say(f"Neuer Schlüssel: {found.file}. Bitte sichern Sie diese Datei getrennt von der Datenbank. "
                "Ohne sie kann niemand die Daten lesen.")  # fmt: skip
    else:
        master = key_from_secret(config.master_key.reveal(), "ELTERNLOTSE_MASTER_KEY", os.urandom)
    store = await SqliteStore.open(database, master, clock.now)
    try:
        wake = Bells()
        languages = [spoken.code for spoken in config.languages if spoken.drafts or spoken.code == SOURCE_LANGUAGE]
        complete = [spoken.code for spoken in config.languages if spoken.complete]
        publish = Publish(store, wake, clock.now, program(config.locales), languages, complete)
        yield Base(config, store, wake, publish)
    finally:
        await store.close()


def base_url(config: Config, port: int) -> str:
    """Return where the house is reached: its public address, or this machine."""
    host = "localhost" if config.host in {"127.0.0.1", "0.0.0.0", "::", "::1"} else config.host  # noqa: S104 - compared, not bound
    return config.public_url or f"http://{host}:{port}"
