"""Opening what is sealed, each value in its place: what was changed, moved or sealed with another key does not open.

Some of each table, or all; page by page, so memory stays flat and nothing is held. What is opened is thrown away.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

from bot.privacy.seal import House, Key, Master, SealBrokenError
from bot.store import house_rows, reminder_rows, rows
from bot.store.base import fetch
from bot.store.engine import Connection

PAGE = 500
KEYS_AT_HAND = 4096

Look = Callable[[rows.Row], object]
"""Open what one row holds; a ValueError where that does not work."""


@dataclass(frozen=True, slots=True)
class Portion:
    """How much of each table is opened: about so many rows (0: all), spread evenly; ``turn`` says which this time."""

    rows: int = 0
    turn: int = 0

    def step(self, count: int) -> int:
        """Return that each so-manieth row of a table with so many is opened."""
        return max(1, -(-count // self.rows)) if self.rows else 1


class Opener:
    """Opens rows of every table that holds sealed values."""

    def __init__(self, master: Master, house: House) -> None:
        self._house = house
        self._unwrap = lru_cache(KEYS_AT_HAND)(partial(rows.contact_key, master))

    def looks(self) -> Mapping[str, Look]:
        """Return how a row of each table is opened."""
        house = self._house
        return {
            "contact_key": self._key,
            "address": lambda row: rows.address(house, None if row["wrapped"] is None else self._key(row), row),
            "inbound": self._inbound,
            "session": lambda row: rows.session(self._key(row), row),
            "outbox": self._outbox,
            "adviser": lambda row: house_rows.adviser(house, row),
            "ticket": lambda row: rows.trail(self._key(row), row),
            "ticket_event": lambda row: rows.event(self._key(row), row["contact"], row),
            "message": lambda row: rows.line(self._key(row), row["contact"], row),
            "reminder": lambda row: (
                reminder_rows.reminder_flow(self._key(row), row),
                reminder_rows.lead_of(row["before"]),
            ),
            "publishing": lambda row: house_rows.publishing(house, row),
        }

    def _key(self, row: rows.Row) -> Key:
        if row["wrapped"] is None:
            raise SealBrokenError("contact_key.wrapped is missing")
        return self._unwrap(row["contact"], row["wrapped"])

    def _inbound(self, row: rows.Row) -> None:
        rows.fragment(self._house, row, None)
        if row["error"] is not None:
            rows.failure(self._house, row)

    def _outbox(self, row: rows.Row) -> None:
        rows.message(self._key(row), row)
        rows.reply(self._key(row), row)
        if row["reason"] is not None:
            rows.reason(self._house, row)


async def broken(query: Any, connection: Connection, look: Look, step: int, turn: int) -> Sequence[str]:
    """Return the ids of those rows that do not open, of each so-manieth row that a query reads."""
    found: list[str] = []
    after = 0
    while page := await fetch(query, connection, after=after, step=step, place=turn % step, most=PAGE):
        found += [str(row["id"]) for row in page if not _opens(look, row)]
        after = page[-1]["id"]
    return found


def _opens(look: Look, row: rows.Row) -> bool:
    try:
        look(row)
    except ValueError:
        return False
    return True
