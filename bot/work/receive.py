"""Receiving: a fragment is acknowledged only after it is committed.

Whoever brings fragments waits; those that arrive while one group is being committed make the next group, so there is
no timer and no added delay, and under load one commit serves many. This file knows no platform and reads no body.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

import structlog

from bot.model import ContactId, Received
from bot.ports import UNCOUNTED, Meter, Store, Wake
from bot.work.keep import STORE_HELP

GROUP = 256
"""At most so many fragments are committed together."""

WAITING = 5000
"""More than so many waiting fragments are refused, so that the platform repeats them later."""

log = structlog.get_logger()


class BusyError(Exception):
    """Too much is waiting to be stored. Nothing of this was kept; the sender repeats it."""


@dataclass(slots=True)
class _Brought:
    """What one caller brought, and where it waits for the outcome."""

    batch: tuple[Received, ...]
    stored: asyncio.Future[Sequence[ContactId | None]] = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )


class Receive:
    """The verb. One runs for a store."""

    def __init__(self, store: Store, wake: Wake, meter: Meter = UNCOUNTED) -> None:
        self._store = store
        self._wake = wake
        self._meter = meter
        self._open: list[_Brought] = []
        self._arrived = asyncio.Event()

    async def __call__(self, batch: Sequence[Received]) -> Sequence[ContactId | None]:
        """Keep fragments and return their contacts; raises when they could not be kept."""
        if not batch:
            return ()
        if sum(len(each.batch) for each in self._open) + len(batch) > WAITING:
            raise BusyError
        brought = _Brought(tuple(batch))
        self._open.append(brought)
        self._arrived.set()
        return await brought.stored

    async def run(self) -> None:
        """Commit group after group until cancelled; whoever still waits then is told that nothing was kept."""
        try:
            while True:
                await self._arrived.wait()
                await self._commit(self._next_group())
        finally:
            for brought in self._open:
                brought.stored.cancel()

    def _next_group(self) -> list[_Brought]:
        count, size = 0, 0
        for brought in self._open:
            if count and size + len(brought.batch) > GROUP:
                break
            count, size = count + 1, size + len(brought.batch)
        group, self._open = self._open[:count], self._open[count:]
        if not self._open:
            self._arrived.clear()
        return group

    async def _commit(self, group: list[_Brought]) -> None:
        try:
            contacts = await self._keep([received for brought in group for received in brought.batch])
        except Exception as error:  # noqa: BLE001 - whatever went wrong, the callers must not answer 200
            log.error(
                "receive.failed",
                help=STORE_HELP,
                error=type(error).__name__,
                fragments=sum(len(b.batch) for b in group),
            )
            for brought in group:
                if not brought.stored.done():
                    brought.stored.set_exception(error)
            return
        except BaseException:
            for brought in group:
                brought.stored.cancel()
            raise
        self._answer(group, contacts)

    async def _keep(self, batch: Sequence[Received]) -> Sequence[ContactId | None]:
        self._meter.batch("receive", len(batch))
        with self._meter.timed("receive"):
            return await self._store.receive(batch)

    def _answer(self, group: list[_Brought], contacts: Sequence[ContactId | None]) -> None:
        start = 0
        for brought in group:
            end = start + len(brought.batch)
            if not brought.stored.done():
                brought.stored.set_result(contacts[start:end])
            start = end
        self._wake.ring("inbound", *{f"contact:{contact}" for contact in contacts if contact is not None})
