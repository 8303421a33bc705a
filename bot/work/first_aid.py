"""First aid: who asks for help while nothing can be stored gets the help card all the same, at most once an hour.

It stands before ``receive`` and changes nothing of it: what could not be stored is still not acknowledged, and the
platform repeats it. Only channels that can send by themselves need it; the web chat's page has the numbers in it.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta

import structlog

from bot.check.edition import Edition
from bot.flow.message import Reply
from bot.flow.talk import SOURCE_LANGUAGE
from bot.model import ContactId, Fragment, OutboxId, Received
from bot.ports import Channel, Clock, OutboxItem, Tokens
from bot.text.limits import LIMITS
from bot.text.render import render
from bot.text.understand import asks_for_help

PAUSE = timedelta(hours=1)
"""So long after a card the same conversation gets no other one this way."""

log = structlog.get_logger()

Receive = Callable[[Sequence[Received]], Awaitable[Sequence[ContactId | None]]]


class FirstAid:
    """A ``receive`` that helps where the real one fails."""

    def __init__(
        self, receive: Receive, channel: Channel, edition: Callable[[], Edition], clock: Clock, tokens: Tokens
    ) -> None:
        self._receive = receive
        self._channel = channel
        self._edition = edition
        self._clock = clock
        self._tokens = tokens
        self._given: dict[str, datetime] = {}

    async def __call__(self, batch: Sequence[Received]) -> Sequence[ContactId | None]:
        """Keep fragments; where that fails, send the card to whoever asks for help in them, and raise as before."""
        try:
            return await self._receive(batch)
        except Exception:
            for received in batch:
                await self._help(received.fragment)
            raise

    async def _help(self, fragment: Fragment) -> None:
        address, now = fragment.address, self._clock()
        if address is None or not self._asks(fragment) or now - self._given.get(address, now - PAUSE) < PAUSE:
            return
        self._given = {each: at for each, at in self._given.items() if now - at < PAUSE} | {address: now}
        outcome = await self._channel.send(self._card(address, now))
        log.warning("first_aid", account=self._channel.account, why=type(outcome).__name__)

    def _asks(self, fragment: Fragment) -> bool:
        return any(asks_for_help(event, self._edition().words) for event in self._channel.parse(fragment))

    def _card(self, address: str, now: datetime) -> OutboxItem:
        """Return the card in German: which language the parent speaks is in the store, which is away."""
        edition, token = self._edition(), self._tokens()
        reply = Reply(edition.revision.help_card, language=SOURCE_LANGUAGE)
        account = self._channel.account
        message = render(reply, edition.catalogs, SOURCE_LANGUAGE, LIMITS[account], token)
        return OutboxItem(OutboxId(0), ContactId(0), account, address, token, message, 0, now)
