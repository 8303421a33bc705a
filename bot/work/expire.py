"""Expiring: a silence that a session waited for is over. The talk hears of it as a ``house`` fragment, in its order."""

import structlog

from bot.ports import Clock, Store, Wake
from bot.work.keep import STORE_HELP, again

EVERY = 5.0
"""Seconds between two looks. A silence of ten minutes may end five seconds late."""

log = structlog.get_logger()


class Expire:
    """The verb."""

    def __init__(self, store: Store, wake: Wake, clock: Clock) -> None:
        self._store = store
        self._wake = wake
        self._clock = clock

    async def run(self) -> None:
        """Look again and again until cancelled."""
        await again(self._wake, "expire", EVERY, self.step)

    async def step(self) -> int:
        """Look once; return how many silences are over. A store that fails is asked again next time."""
        try:
            over = await self._store.expire(self._clock())
        except Exception as error:  # noqa: BLE001 - the store is away; it is asked again
            log.error("expire.failed", error=type(error).__name__, help=STORE_HELP)
            return 0
        if over:
            self._wake.ring("inbound")
        return over
