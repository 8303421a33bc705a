"""Silences that are over: each becomes one fragment of the house, exactly once, and the wait is cleared with it."""

from datetime import datetime

from bot.model import HOUSE, Fragment
from bot.store import rows
from bot.store.base import StoreBase, fetch
from bot.store.engine import Connection, as_json

MOST_AT_ONCE = 1000
"""So many silences end in one call; the longest over come first, the rest with the next call."""

WAIT_EXPIRED = b'{"kind":"wait_expired"}'
"""The body of the fragment that says so."""


class Expiring(StoreBase):
    """The store's side of ``work.expire``."""

    async def expire(self, now: datetime) -> int:
        """Commit one ``house`` fragment for each session whose ``wakes_at`` is due; return how many."""
        silent = await self._read(self._queries.silent, now=rows.micros(now), most=MOST_AT_ONCE)
        if not silent:
            return 0
        waits = {row["contact"]: row["wakes_at"] for row in silent}
        fragments = {contact: self._fragment_row(contact, wakes_at, now) for contact, wakes_at in waits.items()}
        return await self._engine.write(lambda connection: self._end(connection, waits, fragments, rows.micros(now)))

    def _fragment_row(self, contact: int, wakes_at: int, now: datetime) -> rows.Values:
        fragment = Fragment(f"wait:{contact}:{wakes_at}", None, WAIT_EXPIRED)
        return rows.house_row(rows.fragment_row(self._house, HOUSE, fragment, now), contact)

    async def _end(
        self, connection: Connection, waits: dict[int, int], fragments: dict[int, rows.Values], now: int
    ) -> int:
        """Clear the waits that still stand, and say so to those contacts alone."""
        ended = await fetch(self._queries.stop_waiting, connection, contacts=as_json(waits.items()), now=now)
        await self._queries.put_inbound(connection, [fragments[row["contact"]] for row in ended])
        return len(ended)
