"""Forgetting: once an hour everything goes that is older than it may be, in small steps; at once what somebody had erased.

The rules stand in ``privacy.retention``. Each step is one short transaction, so nobody waits long for it, and killed
midway it goes on where it was: what is gone is gone, what is left is found again.

A clock that jumps must not erase anything. When it has moved by more than a day since the last look, nothing goes until
it has gone on evenly for an hour; the store keeps since when it does, so that neither a restart nor another program on
the post believes it sooner. A jump of less than that makes things go earlier by no more than the jump.

Whoever was erased, by their own word or because they were quiet for long, is noted in a list beside the database, and
leaves its files too.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import structlog

from bot.config.values import Keep
from bot.model import ContactId
from bot.ports import Clock, Store, Wake
from bot.privacy.retention import QUIET, RULES
from bot.work.keep import STORE_HELP

EVERY = 60.0
"""Seconds between two looks for goodbyes that were said."""
LOOK = 3600.0
"""Seconds between two looks for what is old."""
JUMP = timedelta(days=1)
"""A clock that moved further than that since the last look is not believed at once."""
EVEN = timedelta(minutes=50)
"""So long a clock must have gone on evenly to be believed: from one look to the next, whoever looks."""
MOST = 200
"""So much goes in one transaction."""
TALKS = 500
"""So many talks are looked at together for those that are quiet."""
PAGES = 100
"""So many times in one look; the next look goes on behind them."""
PAUSE = 0.02
"""Seconds between two transactions: others write too."""
COPIES = timedelta(days=35)
"""The program's own copies of the database are kept as long as backups."""

_ALWAYS = datetime(1970, 1, 1, tzinfo=UTC)

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Outside:
    """What forgetting needs of the machine: the list of the erased, and the copies that lie beside the database.

    ``timer`` gives seconds that never jump.
    """

    note: Callable[[Mapping[ContactId, datetime]], None]
    drop_copies: Callable[[datetime], int]
    timer: Callable[[], float]


class Forget:
    """The verb."""

    def __init__(self, store: Store, wake: Wake, clock: Clock, keep: Keep, outside: Outside) -> None:
        self._store = store
        self._wake = wake
        self._clock = clock
        self._keep = keep
        self._outside = outside
        self._scrubbed = False
        self._even = False
        self._noted = _ALWAYS
        self._after = ContactId(0)

    async def run(self) -> None:
        """Look again and again until cancelled."""
        bell = self._wake.listen("erased")
        looked = -LOOK
        try:
            while True:
                if self._outside.timer() - looked >= LOOK:
                    looked = self._outside.timer()
                    await self.step()
                await self.tidy()
                if await bell.wait(EVERY):
                    self._scrubbed = False
        finally:
            bell.close()

    async def step(self) -> Mapping[str, int]:
        """Let go what is old; return how much of each kind. A store that fails is asked again next time."""
        gone: dict[str, int] = {}
        try:
            now = self._clock()
            if not await self._believed(now):
                return gone
            for rule in RULES:
                gone[rule.kind] = await self._let_go(rule.kind, rule.before(now, self._keep), now)
            gone[QUIET.kind] = await self._let_quiet_go(QUIET.before(now, self._keep), now)
            gone["copies"] = self._outside.drop_copies(now - COPIES)
        except Exception as error:  # noqa: BLE001 - the store is away; what is left goes next time
            log.error("forget.failed", error=type(error).__name__, help=STORE_HELP)
        if any(gone.values()):
            log.info("forget.done", count=sum(gone.values()))
        return gone

    async def tidy(self) -> None:
        """Erase who has heard the goodbye, note who was erased, and let what was erased leave the files."""
        try:
            now = self._clock()
            if await self._let_go("goodbyes", now, now):
                self._scrubbed = False
            if not self._scrubbed:
                self._outside.note(await self._store.erased(self._noted))
                self._noted = max(now - JUMP, _ALWAYS)
                self._scrubbed = await self._store.scrub()
        except Exception as error:  # noqa: BLE001 - the store is away, or the disk is full; it is tried again
            log.error("forget.not_tidied", error=type(error).__name__, help=STORE_HELP)

    async def _believed(self, now: datetime) -> bool:
        """Say whether the clock has gone on evenly for long enough."""
        since = await self._store.look_for_old(now, JUMP)
        believed = now - since >= EVEN
        if not believed and self._even:
            log.warning("forget.clock_moved")
        elif not believed:
            log.info("forget.waits_for_clock")
        self._even = believed
        return believed

    async def _let_go(self, kind: str, before: datetime, now: datetime) -> int:
        total = 0
        while gone := await self._store.forget(kind, before, now, MOST):
            total += gone
            self._scrubbed = False
            await asyncio.sleep(PAUSE)
        return total

    async def _let_quiet_go(self, before: datetime, now: datetime) -> int:
        """Look at some talks, behind those of the last look, and erase whose nobody has heard of for long."""
        total = 0
        for _ in range(PAGES):
            page = await self._store.quiet(self._after, before, TALKS)
            if page.contacts:
                total += await self._store.erase_quiet(page.contacts, before, now)
                self._scrubbed = False
            self._after = page.last
            if not page.last:
                break
            await asyncio.sleep(PAUSE)
        return total


async def preview(store: Store, keep: Keep, now: datetime, most: int) -> Mapping[str, int]:
    """Return how much of each kind would go now, each counted up to ``most``; nothing is changed."""
    counts = {rule.kind: await store.past(rule.kind, rule.before(now, keep), most) for rule in RULES}
    quiet, after = 0, ContactId(0)
    while True:
        page = await store.quiet(after, QUIET.before(now, keep), TALKS)
        quiet, after = quiet + len(page.contacts), page.last
        if not after:
            return {**counts, QUIET.kind: quiet}
