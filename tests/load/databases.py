"""Empty databases of one PostgreSQL that is nobody else's, one a trial."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field

import asyncpg
from fakes.postgres import Server


@dataclass
class Databases:
    """Databases on a server. Whoever keeps everything in a file needs none."""

    server: Server
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    async def new(self, engine: str) -> str:
        """Return the address of a new one for PostgreSQL, empty for SQLite."""
        if engine != "PostgreSQL":
            return ""
        name = f"trial{next(self._numbers)}"
        connection = await asyncpg.connect(self.server.url)
        await connection.execute(f'create database "{name}"')
        await connection.close()
        return self.server.database(name)
