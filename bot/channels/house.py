"""The channel of the house itself: what advisers, timers and closings have to say to a talk. It never sends.

Its fragments are written by the verb that knows the news, in the same transaction as that verb's own rows:
``{"kind": "adviser_wrote", "text": …}``, ``{"kind": "ticket_closed"}``, ``{"kind": "wait_expired"}`` or
``{"kind": "due", "flow": …, "day": "2026-11-10"}``.
"""

import hashlib
from collections.abc import Sequence
from datetime import date

import msgspec

from bot.flow.event import AdviserWrote, Due, Event, Ignored, TicketClosed, WaitExpired
from bot.model import HOUSE, Fragment, Outcome, Rejected
from bot.ports import OutboxItem


class House:
    """The channel ``house``."""

    account = HOUSE

    def split(self, raw: bytes) -> Sequence[Fragment]:
        """Return the payload as one fragment without address; nobody outside writes to this channel."""
        return [Fragment(hashlib.sha256(raw).hexdigest(), None, raw)]

    def parse(self, fragment: Fragment) -> Sequence[Event]:
        """Return the news. What is no news of ours is ignored: a parent did not write it and needs no answer to it."""
        try:
            return [_event(_NEWS.decode(fragment.body))]
        except (msgspec.DecodeError, RecursionError):
            return [Ignored("a note of the house that it cannot read")]

    async def send(self, item: OutboxItem) -> Outcome:  # noqa: ARG002 - the port's signature
        """Refuse: the house talks to nobody outside."""
        return Rejected("the house sends nothing")


class _News(msgspec.Struct, frozen=True):
    kind: str
    text: str = ""
    flow: str = ""
    day: date | None = None


def _event(news: _News) -> Event:
    match news.kind:
        case "adviser_wrote" if news.text:
            return AdviserWrote(news.text)
        case "ticket_closed":
            return TicketClosed()
        case "wait_expired":
            return WaitExpired()
        case "due" if news.day is not None:
            return Due(news.flow, news.day)
        case _:
            return Ignored("a note of the house that it does not know")


_NEWS = msgspec.json.Decoder(_News)
