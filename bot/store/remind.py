"""Reminders that are due: each day of each becomes one fragment of the house, exactly once. And the counts of visits.

That a day was said is a row of its own, written together with the fragment: also when fragments have long been deleted,
the clock jumps, or two programs look at once, nobody is reminded of it again.
"""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from bot.model import HOUSE, Duration, Fragment
from bot.ports import DayNear, Visit
from bot.store import reminder_rows, rows
from bot.store.base import StoreBase, fetch
from bot.store.engine import Connection, as_json

MOST_AT_ONCE = 1000
"""So many messages are taken back in one call; the rest with the next."""


class Reminding(StoreBase):
    """The store's side of ``work.remind``."""

    async def leads(self, calendars: Sequence[str]) -> Sequence[tuple[str, Duration]]:
        """Return how long before parents want to be reminded of these calendars."""
        names = {reminder_rows.calendar_alias(self._house, calendar): calendar for calendar in calendars}
        found = await self._read(self._queries.leads, calendars=list(names))
        return [(names[row["calendar"]], reminder_rows.lead_of(row["before"])) for row in found]

    async def remind(self, days: Sequence[DayNear], now: datetime, limit: int) -> int:
        """Commit one ``house`` fragment for each reminder and day that is near; return how many."""
        names = [reminder_rows.day_alias(self._house, each.calendar, each.day) for each in days]
        wanted = [_wanted(self._alias(each), each, name) for each, name in zip(days, names, strict=True)]
        found = await self._read(self._queries.near, days=as_json(wanted), now=rows.micros(now), most=limit)
        if not found:
            return 0
        said = {(row["id"], names[row["place"]]): self._fragments(row, days[row["place"]], now) for row in found}
        return await self._engine.write(lambda connection: self._say(connection, said, rows.micros(now)))

    async def _say(self, connection: Connection, said: dict[tuple[int, str], list[rows.Values]], now: int) -> int:
        """Note what was not said yet, and say it to those contacts alone."""
        new = await fetch(self._queries.put_reminded, connection, said=as_json(said), at=now)
        fragments = [row for each in new for row in said[each["reminder"], each["day"]]]
        await self._queries.put_inbound(connection, fragments)
        return len(new)

    def _fragments(self, row: rows.Row, near: DayNear, now: datetime) -> list[rows.Values]:
        """Return what the talk hears; nothing where a reminder does not open, and so it is not looked at again."""
        try:
            flow = reminder_rows.reminder_flow(self._own_key(row), row)
        except ValueError:
            return []
        body = msgspec.json.encode({"kind": "due", "flow": flow, "day": near.day})
        fragment = Fragment(f"due:{row['id']}:{near.day}", None, body)
        return [rows.house_row(rows.fragment_row(self._house, HOUSE, fragment, now), row["contact"])]

    def _alias(self, near: DayNear) -> str:
        return reminder_rows.calendar_alias(self._house, near.calendar)

    async def withdraw(self, now: datetime) -> int:
        """Take back the messages that still wait and are of no use any more; return how many."""
        at = rows.micros(now)
        late = [row["id"] for row in await self._read(self._queries.past_use, now=at, most=MOST_AT_ONCE)]
        if not late:
            return 0
        taken = await self._engine.write(lambda connection: fetch(self._queries.withdraw, connection, ids=late, at=at))
        return len(taken)

    async def visits(self) -> Sequence[Visit]:
        """Return how often each arrow of the flows was taken."""
        found = await self._read(self._queries.visits)
        return [Visit(row["flow"], row["step"], row["way"], row["count"]) for row in found]


def _wanted(calendar: str, near: DayNear, day: str) -> tuple[str, str, str, int]:
    """Return what is looked for: calendar, time before, day, and until when one must have said so."""
    return (calendar, reminder_rows.lead(near.before), day, rows.micros(near.said_before))
