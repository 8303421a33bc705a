"""How the store stands: what waits and since when, what was given up, and whether it can be written. Nothing of anybody."""

from collections.abc import Sequence
from datetime import datetime

from bot.model import Account
from bot.ports import Open, Vitals, Waiting
from bot.store import rows
from bot.store.base import StoreBase, fetch
from bot.store.engine import Connection

TOUCHED = "touched"
"""The setting that is written to see whether anything can be written: when that was."""


class Measuring(StoreBase):
    """The store's side of ``work.health``."""

    async def vitals(self, accounts: Sequence[Account]) -> Vitals:
        """Return how the store stands now, by its own clock; of these accounts also what is to be sent."""
        async with self._engine.reading() as connection:
            return await self._vitals(connection, accounts)

    async def _vitals(self, connection: Connection, accounts: Sequence[Account]) -> Vitals:
        queries = self._queries
        now: int = await queries.database_time(connection)
        unread = await queries.unread_now(connection)
        due = {
            row["account"]: row for row in await fetch(queries.due_now, connection, accounts=list(accounts), now=now)
        }
        aside = {row["state"]: row["number"] for row in await fetch(queries.set_aside_now, connection)}
        return Vitals(
            at=rows.moment(now),
            unread=_waiting(unread),
            outbox={account: _waiting(due[account]) if account in due else Waiting() for account in accounts},
            dead={Account(row["account"]): row["number"] for row in await fetch(queries.dead_now, connection)},
            failed=aside.get("failed", 0),
            aside=aside.get("aside", 0),
            tickets=tuple(_open(row) for row in await fetch(queries.open_now, connection, now=now)),
        )

    async def touch(self, at: datetime) -> None:
        """Write something small and durable: where this returns, the store can be written."""
        value = str(rows.micros(at)).encode()
        await self._engine.write(lambda connection: self._queries.put_setting(connection, name=TOUCHED, value=value))


def _waiting(row: rows.Row) -> Waiting:
    return Waiting(row["number"], rows.moment_or_none(row["since"]))


def _open(row: rows.Row) -> Open:
    return Open(row["state"], row["hours"], row["number"], row["late"])
