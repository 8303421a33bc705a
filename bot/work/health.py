"""How this program and its store are: looked at seldom, never for long, and judged. Nothing of anybody is in it.

Three questions, each with its own use. *Is it alive?* Only a restart helps where not: a step that began long ago and
does not end although the store answers others. That the store is away is no reason to restart a program that waits for
it. *Is it ready?* Whether it can keep what it is sent, which is tried by writing something small. *Is all well?* What an
operator has to look at, as words (``troubles``).
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog

from bot.model import Account
from bot.ports import Clock, Store, Vitals, Waiting

FRESH = 2.0
"""Seconds for which what was seen is told again, however often somebody asks."""
PATIENCE = 2.0
"""Seconds that the store gets to answer."""
BEAT = 1.0
"""Seconds between two looks at how late this program's loop is."""

DISK = 500_000_000
"""Bytes that should be free where the data lie."""
SKEW = 5.0
"""Seconds that our clock and the database's may differ."""
READ_WITHIN = 60.0
"""Seconds within which whatever came in should have been read."""
SENT_WITHIN = 300.0
"""Seconds within which whatever is due should have been sent."""
STUCK = 120.0
"""A step that takes so many seconds although the store answers will never end."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Senses:
    """What else there is to see, asked for whenever somebody looks.

    Free bytes where the data lie, whether the key is there, each post and whether it is held, how many pages are open,
    reconnections to the database, and the seconds that the oldest running step takes.
    """

    disk_free: Callable[[], int]
    has_key: Callable[[], bool]
    posts: Callable[[], Mapping[str, bool]]
    streams: Callable[[], int]
    reconnections: Callable[[], int]
    longest_step: Callable[[], float]


@dataclass(frozen=True, slots=True)
class Pulse:
    """What was seen. ``vitals`` is None where the store did not answer; ``skew`` our clock minus the database's.

    Spans are in seconds. ``loop_lag`` is how late this program's loop was lately.
    """

    at: datetime
    vitals: Vitals | None
    skew: float
    disk_free: int
    has_key: bool
    posts: Mapping[str, bool]
    streams: int
    reconnections: int
    longest_step: float
    loop_lag: float

    @property
    def is_alive(self) -> bool:
        """Whether a restart would not help."""
        return self.vitals is None or self.longest_step < STUCK


class Health:
    """Looks after one program. ``timer`` gives seconds that never jump; ``accounts`` are those that are sent to."""

    def __init__(
        self, store: Store, clock: Clock, timer: Callable[[], float], accounts: Sequence[Account], senses: Senses
    ) -> None:
        self._store = store
        self._clock = clock
        self._timer = timer
        self._accounts = tuple(accounts)
        self._senses = senses
        self._lag = 0.0
        self._ending = False
        self._looking = asyncio.Lock()
        self._seen: tuple[float, Pulse] | None = None
        self._trying = asyncio.Lock()
        self._tried: tuple[float, bool] | None = None

    async def run(self) -> None:
        """Feel how late the loop is, until cancelled."""
        while True:
            begun = self._timer()
            await asyncio.sleep(BEAT)
            self._lag = max(self._timer() - begun - BEAT, self._lag * 0.9, 0.0)

    def end(self) -> None:
        """From now on this program is ending: it is not ready any more."""
        self._ending = True

    async def pulse(self) -> Pulse:
        """Return how it is now, or was a moment ago."""
        async with self._looking:
            if self._seen is None or self._timer() - self._seen[0] >= FRESH:
                pulse = await self._look()
                self._seen = (self._timer(), pulse)
            return self._seen[1]

    async def is_ready(self) -> bool:
        """Return whether this program can keep what it is sent, now or a moment ago."""
        async with self._trying:
            if self._tried is None or self._timer() - self._tried[0] >= FRESH:
                can = await self._can_write()
                self._tried = (self._timer(), can)
        return self._tried[1] and not self._ending

    async def _look(self) -> Pulse:
        begun, vitals = self._clock(), None
        try:
            async with asyncio.timeout(PATIENCE):
                vitals = await self._store.vitals(self._accounts)
        except Exception as error:  # noqa: BLE001 - that is what is told
            log.warning("health.not_seen", error=type(error).__name__)
        ended, senses = self._clock(), self._senses
        return Pulse(
            at=ended,
            vitals=vitals,
            skew=0.0 if vitals is None else (begun + (ended - begun) / 2 - vitals.at).total_seconds(),
            disk_free=senses.disk_free(),
            has_key=senses.has_key(),
            posts=senses.posts(),
            streams=senses.streams(),
            reconnections=senses.reconnections(),
            longest_step=senses.longest_step(),
            loop_lag=self._lag,
        )

    async def _can_write(self) -> bool:
        try:
            async with asyncio.timeout(PATIENCE):
                await self._store.touch(self._clock())
        except Exception as error:  # noqa: BLE001 - that is what is told
            log.warning("health.not_writable", error=type(error).__name__)
            return False
        return True


def waited(waiting: Waiting, vitals: Vitals) -> float:
    """Return for how many seconds the first one waits, by the store's clock."""
    return 0.0 if waiting.since is None else max(0.0, (vitals.at - waiting.since).total_seconds())


def undelivered(vitals: Vitals) -> float:
    """Return for how many seconds the message that is due longest waits to be sent."""
    return max((waited(each, vitals) for each in vitals.outbox.values()), default=0.0)


def troubles(pulse: Pulse) -> Sequence[str]:
    """Return what an operator has to look at, each as one word: docs/betrieb/ueberwachung.md explains them."""
    vitals = pulse.vitals
    found = {
        "store": vitals is None,
        "disk": pulse.disk_free < DISK,
        "key": not pulse.has_key,
        "clock": abs(pulse.skew) > SKEW,
        "unread": vitals is not None and waited(vitals.unread, vitals) > READ_WITHIN,
        "outbox": vitals is not None and undelivered(vitals) > SENT_WITHIN,
        "stuck": not pulse.is_alive,
    }
    return [name for name, there in found.items() if there]


def told(pulse: Pulse) -> Mapping[str, object]:
    """Return a pulse as JSON tells it."""
    return {
        "ok": not troubles(pulse),
        "alive": pulse.is_alive,
        "troubles": list(troubles(pulse)),
        "at": pulse.at.isoformat(),
        "disk_free_bytes": pulse.disk_free,
        "key_present": pulse.has_key,
        "posts_held": sorted(name for name, held in pulse.posts.items() if held),
        "pages_open": pulse.streams,
        "store_reconnections": pulse.reconnections,
        "longest_step_seconds": round(pulse.longest_step, 1),
        "loop_lag_seconds": round(pulse.loop_lag, 3),
        **({} if pulse.vitals is None else _told(pulse.vitals, pulse.skew)),
    }


def _told(vitals: Vitals, skew: float) -> Mapping[str, object]:
    return {
        "clock_skew_seconds": round(skew, 3),
        "unread": vitals.unread.count,
        "oldest_unread_seconds": round(waited(vitals.unread, vitals), 1),
        "due": {account: each.count for account, each in vitals.outbox.items()},
        "oldest_undelivered_seconds": round(undelivered(vitals), 1),
        "dead_letters": sum(vitals.dead.values()),
        "failed_fragments": vitals.failed,
    }
