"""A PostgreSQL database to be looked through (``verify.Checked``), without a transaction but where whole tables are read."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

import aiosql
import asyncpg

from bot.source.errors import OperatorError
from bot.store.base import fetch
from bot.store.dump import Progress, Table, fingerprint, insist_ours
from bot.store.dump_postgres import PostgresRows, connected, readable, schema_of
from bot.store.engine import Connection
from bot.store.postgres_queries import Adapter, load_queries
from bot.store.postgres_schema import MIGRATIONS
from bot.store.postgres_server import Server
from bot.store.steps import Migration, read_migrations
from bot.store.verify import CHECKS, MOST

REFERENCES = """
select f.conrelid::regclass::text as child, f.confrelid::regclass::text as parent,
    array(select quote_ident(a.attname) from unnest(f.conkey) with ordinality k (number, place)
        join pg_attribute a on a.attrelid = f.conrelid and a.attnum = k.number order by k.place) as ours,
    array(select quote_ident(a.attname) from unnest(f.confkey) with ordinality k (number, place)
        join pg_attribute a on a.attrelid = f.confrelid and a.attnum = k.number order by k.place) as theirs
from pg_constraint f
where f.contype = 'f' and f.connamespace = current_schema()::regnamespace
order by f.conname
"""
"""Every reference: from which columns of which table to which of which."""

INDEXES = """
select i.indexrelid from pg_index i join pg_class t on t.oid = i.indrelid join pg_class x on x.oid = i.indexrelid
join pg_am m on m.oid = x.relam
where t.relnamespace = current_schema()::regnamespace and m.amname = 'btree'
"""


class CheckedPostgres(PostgresRows):
    """A PostgreSQL database to be looked through."""

    def __init__(
        self, server: Server, connection: Connection, tables: Sequence[Table], counted: Mapping[str, str]
    ) -> None:
        super().__init__(server, connection, tables, counted)
        adapter: Callable[[], Any] = Adapter
        self.connection = connection
        self.queries = load_queries()
        self.checks = aiosql.from_path(CHECKS, adapter)
        self.steps: Sequence[Migration] = read_migrations(MIGRATIONS)

    async def integrity(self, progress: Progress) -> Sequence[str]:
        """Read every table whole: PostgreSQL finds out what it cannot read. With amcheck also look through the indexes."""
        for table in self.tables:
            try:
                async with self.connection.transaction(isolation="repeatable_read", readonly=True):
                    await fingerprint(self, table, progress)
            except OperatorError as error:
                return [f"{table.name} ({type(error.__cause__).__name__})"]
        return await self._broken_indexes()

    async def _broken_indexes(self) -> Sequence[str]:
        found: list[str] = []
        if await self.connection.fetchval("select to_regprocedure('bt_index_check(regclass)')") is None:
            return found
        for row in await self.connection.fetch(INDEXES):
            try:
                await self.connection.execute("select bt_index_check($1::oid::regclass)", row["indexrelid"])
            except asyncpg.InsufficientPrivilegeError:
                return found
            except asyncpg.PostgresError as error:
                found.append(str(error).partition("\n")[0])
        return found

    async def dangling(self) -> Sequence[str]:
        """Return the rows whose references lead nowhere, with their tables."""
        found = []
        for each in await self.connection.fetch(REFERENCES):
            same = " and ".join(
                f"p.{theirs} = c.{ours}" for ours, theirs in zip(each["ours"], each["theirs"], strict=True)
            )
            there = " and ".join(f"c.{ours} is not null" for ours in each["ours"])
            rows = await self.connection.fetch(
                f"select c.{each['ours'][0]} as value from {each['child']} c"  # noqa: S608 - the schema's own names
                f" where {there} and not exists (select 1 from {each['parent']} p where {same}) limit {MOST}"
            )
            found += [f"{each['child']} → {each['parent']} {row['value']}" for row in rows]
        return found

    async def highest(self) -> Mapping[str, int]:
        """Return the highest id that is in each table with counted ids; 0 where there is none."""
        return {
            table: int(await self.connection.fetchval(f'select coalesce(max(id), 0) from "{table}"'))  # noqa: S608 - the schema's own names
            for table in self.counted
        }


@asynccontextmanager
async def checked_postgres(server: Server) -> AsyncIterator[CheckedPostgres]:
    """Open a database to be looked through; OperatorError where it is none of ours, or gets lost meanwhile."""
    async with connected(server) as connection:
        with readable(server.name):
            await connection.execute("set default_transaction_read_only = on")
            queries = load_queries()
            there = {row["name"] for row in await fetch(queries.tables, connection)}
            insist_ours([name for name in there if name == "migration"], server.name)
            tables, counted = await schema_of(connection)
            yield CheckedPostgres(server, connection, tables, counted)
