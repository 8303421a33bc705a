"""Where stores are made for a while and thrown away: files in a folder, or databases of a server of our own."""

import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
from fakes.postgres import Server, postgres_server
from grown import Engine

ENGINES = ("SQLite", "PostgreSQL")
SETTINGS = ("shared_buffers=256MB", "max_wal_size=1GB")
"""As a small server would be set up; everything else is as delivered."""


class Place:
    """Where stores are made and thrown away."""

    def __init__(self, folder: Path, server: Server | None) -> None:
        self._folder = folder
        self._server = server
        self._number = 0

    async def make(self) -> Engine:
        """Return an empty store."""
        self._number += 1
        if self._server is None:
            return Engine(str(self._folder / f"store-{self._number}.sqlite"))
        name = f"store{self._number}"
        await self._run(f"create database {name}")
        return Engine(self._server.database(name), self._server.process)

    async def drop(self, engine: Engine) -> None:
        """Throw a store away."""
        if self._server is None:
            for file in self._folder.glob(f"{Path(engine.address).name}*"):
                file.unlink()
        else:
            await self._run(f"drop database {engine.address.partition('?')[0].rpartition('/')[2]} with (force)")

    async def _run(self, statement: str) -> None:
        assert self._server is not None
        connection = await asyncpg.connect(self._server.url)
        try:
            await connection.execute(statement)
        finally:
            await connection.close()


@asynccontextmanager
async def place_of(engine: str, *settings: str) -> AsyncIterator[Place]:
    """Give a place for stores of an engine; ``settings`` are the server's."""
    with tempfile.TemporaryDirectory(prefix="growth-") as folder:
        if engine == "SQLite":
            yield Place(Path(folder), None)
        else:
            with postgres_server(Path(folder) / "postgres", (*SETTINGS, *settings)) as server:
                yield Place(Path(folder), server)
