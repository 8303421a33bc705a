"""Posts: a verb that only one program at a time may do runs only while this program holds its post.

The store keeps who is on a post and until when, by the database's clock. Here it is kept by a clock of our own that
never jumps: a lease counts from the moment before it was asked for, so ours always ends before the store's. It is
renewed long before that; where that was not possible in time, or somebody else is on the post, the verb is ended. A
program that was frozen sees by its own clock that its lease is over, before it does anything (``is_held``). Whoever
stops in order leaves the post, rings, and another takes it over at once; after a crash that takes as long as a lease.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta

import structlog

from bot.ports import ReplacedError, Store, Wake
from bot.work.keep import STORE_HELP

LEASE = timedelta(seconds=8)
"""So long a post stays with a program that says nothing any more."""
RENEW = 2.0
"""Seconds between two renewals."""
LOOK = 1.0
"""Seconds between two looks whether a post has become free."""
LONGEST = 8.0
"""Seconds at most between two looks while the store is away."""
AGAIN = 0.25
"""Seconds until a renewal that failed is tried again."""
GOODBYE = 2.0
"""Seconds at most to leave a post; it becomes free by itself where that does not work."""
BELL = "post"
"""Rings when a post becomes free."""

Verb = Callable[[], Awaitable[None]]

_PAST = float("-inf")

log = structlog.get_logger()


class Post:
    """One post. ``timer`` gives seconds that never jump, and that go on while the program or the machine is frozen."""

    def __init__(self, name: str, store: Store, wake: Wake, timer: Callable[[], float]) -> None:
        self.name = name
        self._store = store
        self._wake = wake
        self._timer = timer
        self._until = _PAST
        self._pause = LOOK

    def is_held(self) -> bool:
        """Whether this program is on the post, as far as it can know without asking anybody."""
        return self._timer() < self._until

    async def held(self, verb: Verb) -> None:
        """Run a verb whenever the post is ours, until cancelled or until the verb ends by itself; its errors pass."""
        bell = self._wake.listen(BELL)
        try:
            while True:
                if not await self._taken():
                    await bell.wait(self._pause)
                elif await self._worked(verb):
                    return
                else:
                    await asyncio.sleep(LOOK)  # not woken by our own leaving: another may have it now
        finally:
            bell.close()

    async def _taken(self) -> bool:
        try:
            self._until = await self._asked()
            self._pause = LOOK
        except Exception as error:  # noqa: BLE001 - the store is away; it is asked again
            self._pause = min(2 * self._pause, LONGEST)
            log.error("post.not_taken", name=self.name, error=type(error).__name__, help=STORE_HELP)
        return self.is_held()

    async def _worked(self, verb: Verb) -> bool:
        """Run the verb while the post is ours, then leave it; return whether the verb ended by itself."""
        log.info("post.taken", name=self.name)
        working, renewing = asyncio.ensure_future(verb()), asyncio.ensure_future(self._renew())
        try:
            await asyncio.wait({working, renewing}, return_when=asyncio.FIRST_COMPLETED)
            if not working.done():
                log.warning("post.lost", name=self.name)
        finally:
            for task in (renewing, working):  # to its end: whoever follows must not meet what this one still does
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)
            await self._leave()
        if working.cancelled():
            return False
        if isinstance(working.exception(), ReplacedError):
            log.warning("post.lost", name=self.name)
            return False
        working.result()
        return True

    async def _renew(self) -> None:
        """Renew the lease again and again; return when that was not possible in time."""
        while True:
            await asyncio.sleep(RENEW)
            if not await self._renewed():
                return

    async def _renewed(self) -> bool:
        """Renew once. A lease that was over for a moment is lost, also if the store would go on with it.

        What was not done in that moment would be done by nobody: the verb has to begin anew.
        """
        until = self._until
        while (left := until - self._timer()) > 0:
            try:
                async with asyncio.timeout(left):
                    fresh = await self._asked()
            except Exception as error:  # noqa: BLE001 - the store is away or slow; there is time until the lease ends
                log.warning("post.not_renewed", name=self.name, error=type(error).__name__)
                await asyncio.sleep(max(0.0, min(AGAIN, until - self._timer())))
            else:
                in_time = self._timer() < until
                self._until = fresh if in_time else _PAST
                return self.is_held()
        return False

    async def _asked(self) -> float:
        """Return until when the post is ours, by our own clock."""
        asked = self._timer()
        return asked + LEASE.total_seconds() if await self._store.hold(self.name, LEASE) else _PAST

    async def _leave(self) -> None:
        self._until = _PAST
        with suppress(Exception):  # it becomes free by itself a little later
            async with asyncio.timeout(GOODBYE):
                await self._store.leave(self.name)
        self._wake.ring(BELL)


class Alone:
    """A post where there is one program only: nobody else can be on it, and nothing has to be asked."""

    def __init__(self, name: str) -> None:
        self.name = name

    def is_held(self) -> bool:
        """Whether this program is on the post: always."""
        return True

    async def held(self, verb: Verb) -> None:
        """Run the verb."""
        await verb()
