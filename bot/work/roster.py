"""Who is at the desk just now, and what may be promised to a parent because of it."""

from datetime import datetime

import structlog

from bot.desk.adviser import Adviser
from bot.model import Language, Topic
from bot.ports import Store, Wake
from bot.work.route import Promise, promise_for

EVERY = 10.0
"""Seconds between two looks at who is there."""

log = structlog.get_logger()


class Roster:
    """The people of the desk, looked up again and again."""

    def __init__(self, store: Store, wake: Wake) -> None:
        self._store = store
        self._wake = wake
        self._people: tuple[Adviser, ...] = ()

    def outlook(self, topic: Topic, language: Language, now: datetime) -> Promise:
        """Return what may be promised."""
        return promise_for(topic, language, self._people, now)

    async def look(self) -> None:
        """Look once."""
        self._people = tuple(await self._store.people())

    async def run(self) -> None:
        """Look again and again until cancelled; a store that fails leaves what was known."""
        bell = self._wake.listen("desk", "people")
        try:
            while True:
                await bell.wait(EVERY)
                try:
                    await self.look()
                except Exception as error:  # noqa: BLE001 - whatever it was, what was known stays
                    log.error("roster.failed", error=type(error).__name__)
        finally:
            bell.close()
