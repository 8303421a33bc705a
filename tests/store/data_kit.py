"""What the tests of the data commands share: a house's folder with settings and a key, on either engine."""

import os
import re
from dataclasses import dataclass
from pathlib import Path

from cli.said import Said
from cli.said import elternlotse as command
from fakes.postgres import drop_database, fresh_database
from fakes.process import ROOT, write_config

from bot.app.places import Place, opened_store, place_of_store
from bot.config import Config, read_file
from bot.privacy.keys import key_from_folder
from bot.store.verbs import Verbs

SMALL = ROOT / "tests" / "data" / "small"


@dataclass(frozen=True)
class Home:
    """A folder with ``config.yaml``, ``data`` and a key."""

    folder: Path

    @property
    def config(self) -> Config:
        """Its settings."""
        return read_file(self.folder / "config.yaml", {})

    @property
    def data(self) -> Path:
        """Where its data lie."""
        return self.folder / "data"

    @property
    def place(self) -> Place:
        """Where its store is."""
        return place_of_store(self.config)

    async def store(self) -> Verbs:
        """Open its store."""
        return await opened_store(self.place, key_from_folder(self.data / "keys", os.urandom).master)

    def says(self, *words: object) -> Said:
        """Run a command of the group ``data``."""
        return command("--config", self.folder / "config.yaml", "data", *words)

    async def move_to_postgres(self) -> None:
        """Let the settings name an empty PostgreSQL database."""
        await self.leave_postgres()
        self.name(await fresh_database(template="template1"))

    async def move_to_another(self) -> None:
        """Let the settings name another empty PostgreSQL database; the one before stays."""
        self.name(await fresh_database(template="template1"))

    async def leave_postgres(self) -> None:
        """Remove the PostgreSQL database, if there is one."""
        if self.config.store.postgres:
            await drop_database(self.config.store.url)

    def name(self, url: str) -> None:
        """Let the settings name a database."""
        file = self.folder / "config.yaml"
        file.write_text(re.sub(r"^store:.*$", f"store: {url}", file.read_text("utf-8"), flags=re.MULTILINE), "utf-8")


def names(folder: Path) -> list[str]:
    """Return what lies in a folder."""
    return sorted(path.name for path in folder.iterdir())


def made_folder(folder: Path) -> Path:
    """Make a folder."""
    folder.mkdir(exist_ok=True)
    return folder


async def made_home(folder: Path, engine: str) -> Home:
    """Make a house's folder; nothing is stored yet."""
    write_config(made_folder(folder), flows=SMALL)
    home = Home(folder)
    if engine == "postgres":
        await home.move_to_postgres()
    return home
