"""Reminding: a day is near of which parents wanted to be reminded. Their talks hear of it as ``house`` fragments.

When that is, is calculated in ``desk/due.py``, the same for golden talks. Only days that hold everywhere count, of the
calendars as they are published now: a day that was moved is another day, of one that is gone nobody hears any more.
What was said is noted in the transaction that says it, so it is never said twice. A message that waited until its day
was over is taken back.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import structlog

from bot.check.edition import Edition
from bot.desk.due import near
from bot.flow.graph import Revision
from bot.ports import Clock, DayNear, Store, Wake
from bot.work.keep import STORE_HELP, again

EVERY = 60.0
"""Seconds between two looks."""

MOST = 500
"""So many are reminded in one transaction."""

log = structlog.get_logger()


class Remind:
    """The verb. ``edition`` brings what is published at this moment; ``zone`` is where its days begin and end."""

    def __init__(
        self, store: Store, wake: Wake, clock: Clock, edition: Callable[[], Awaitable[Edition]], zone: ZoneInfo
    ) -> None:
        self._store = store
        self._wake = wake
        self._clock = clock
        self._edition = edition
        self._zone = zone

    async def run(self) -> None:
        """Look again and again until cancelled."""
        await again(self._wake, "remind", EVERY, self.step)

    async def step(self) -> int:
        """Look once; return how many reminders are due. A store that fails is asked again next time."""
        now = self._clock()
        try:
            await self._store.withdraw(now)
            days = await self._near((await self._edition()).revision, now)
            return await self._commit(days, now)
        except Exception as error:  # noqa: BLE001 - the store is away; it is asked again
            log.error("remind.failed", error=type(error).__name__, help=STORE_HELP)
            return 0

    async def _near(self, revision: Revision, now: datetime) -> Sequence[DayNear]:
        calendars = revision.calendars.items()
        days = {name: [day.date for day in each if day.everywhere] for name, each in calendars}
        return [
            DayNear(calendar, before, each.day, each.said_before)
            for calendar, before in (await self._store.leads(tuple(days)) if days else ())
            for each in near(days[calendar], before, now, self._zone)
        ]

    async def _commit(self, days: Sequence[DayNear], now: datetime) -> int:
        said = 0
        while days and (some := await self._store.remind(days, now, MOST)):
            said += some
            self._wake.ring("inbound")
        return said
