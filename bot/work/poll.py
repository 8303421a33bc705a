"""Polling: asks a channel for its updates, and asks for the next ones only after these are stored."""

import asyncio

import structlog

from bot.model import Received
from bot.ports import Channel, Clock, Poller
from bot.work.first_aid import Receive
from bot.work.keep import STORE_HELP

PAUSE = 1.0
"""Seconds until a payload that could not be stored is tried again."""

log = structlog.get_logger()


class Poll:
    """The verb, for one channel that has to be asked."""

    def __init__(self, channel: Channel, poller: Poller, receive: Receive, clock: Clock) -> None:
        self._channel = channel
        self._poller = poller
        self._receive = receive
        self._clock = clock

    async def run(self) -> None:
        """Ask until cancelled."""
        async for payload in self._poller.poll():
            await self._store(payload)

    async def _store(self, payload: bytes) -> None:
        fragments = self._channel.split(payload)
        while True:
            try:
                await self._receive([Received(self._channel.account, each, self._clock()) for each in fragments])
            except Exception as error:  # noqa: BLE001 - the platform keeps it until we ask for the next
                log.error("poll.not_stored", help=STORE_HELP, account=self._channel.account, error=type(error).__name__)
                await asyncio.sleep(PAUSE)
            else:
                return
