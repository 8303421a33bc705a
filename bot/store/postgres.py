"""The store on PostgreSQL: one database, any number of programs on any number of machines."""

import os
from collections.abc import Mapping, Sequence
from typing import Any

from bot.ports import Clock
from bot.privacy.seal import House, Master
from bot.store.base import fetch
from bot.store.engine import Connection
from bot.store.postgres_engine import PostgresEngine
from bot.store.postgres_queries import load_queries
from bot.store.postgres_schema import MIGRATIONS, alone, migrate
from bot.store.postgres_server import (
    PATIENCE,
    PATIENT,
    SETTINGS,
    ReadSetting,
    Server,
    insist_on_settings,
    patiently,
    read_setting,
)
from bot.store.rows import HOUSE_KEY
from bot.store.steps import Migration, read_migrations
from bot.store.verbs import Verbs, house_of

CONNECTIONS = 8
"""A store opens at most so many connections."""


class PostgresStore(Verbs):
    """A store in one PostgreSQL database."""

    @staticmethod
    async def open(
        server: Server,
        master: Master,
        clock: Clock,
        *,
        connections: int = CONNECTIONS,
        patience: float = PATIENCE,
        settings: Mapping[str, str] = SETTINGS,
        migrations: Sequence[Migration] = (),
        read: ReadSetting = read_setting,
    ) -> "PostgresStore":
        """Open a database, new or old, and bring it up to date; one that does not answer yet is waited for.

        OperatorError where it cannot be used: no way in, no rights, another program's tables, a newer schema, a server
        that does not keep what it acknowledges, a master key that does not fit. ``settings`` are those of every
        connection, ``migrations`` the program's own unless given; ``read`` reads settings back.
        """
        queries = load_queries()
        steps = migrations or read_migrations(MIGRATIONS)
        connection = await patiently(server, lambda: server.connect(PATIENT), patience)
        try:
            await insist_on_settings(connection, read)
            house = await patiently(server, lambda: _prepare(connection, queries, server, master, steps, clock), 0)
        finally:
            await connection.close()
        engine = await patiently(server, lambda: PostgresEngine.open(server, queries, connections, settings), patience)
        return PostgresStore(engine, master, house, os.urandom(8).hex())


async def inhabited(server: Server, patience: float = PATIENCE) -> bool:
    """Say whether something sealed is kept there: then there must be a key that fits. OperatorError as for ``open``."""
    connection = await patiently(server, server.connect, patience)
    try:
        return await patiently(server, lambda: _has_keys(connection), 0)
    finally:
        await connection.close()


async def _has_keys(connection: Connection) -> bool:
    queries = load_queries()
    tables = {row["name"] for row in await fetch(queries.tables, connection)}
    return {"migration", "contact", "setting"} <= tables and bool(await queries.setting(connection, name=HOUSE_KEY[1]))


async def _prepare(
    connection: Connection, queries: Any, server: Server, master: Master, steps: Sequence[Migration], clock: Clock
) -> House:
    """Bring the schema up to date and return the house's keys; one program at a time."""
    async with alone(connection):
        await migrate(connection, queries, server.name, steps, clock)
        async with connection.transaction():
            return await house_of(connection, queries, master, server.name)
