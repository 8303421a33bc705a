"""The channel kit: what every channel must bear, as tables. ``test_kit.py`` runs them against what is registered.

A channel takes part by an adapter: a small class that knows how the platform writes each kind of message
(``Receiving``), and, where the channel sends, one that puts a fake platform on the stage (``Sending``).
Registration is one line in ``registered.py``. Rules: no case raises, every message in a payload gives an event,
the same message again has the same external id.
"""

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Protocol, runtime_checkable

from bot.flow.event import (
    AdviserWrote,
    Blocked,
    Chose,
    Command,
    Edited,
    Event,
    Reacted,
    Said,
    Shared,
    Started,
    TicketClosed,
    Unreadable,
    WaitExpired,
)
from bot.model import Gone, Outcome, Rejected, Retry, Unsure
from bot.ports import Channel
from bot.text.message import Message

WORDS = "Wann ist der Elternabend?"
"""What the kit's parent writes where words are asked for."""

TOKEN = "k3xpq2mvbn7aw5ty"
"""The token of the kit's button."""

EXPECTED: Mapping[str, Event] = {
    "start": Started(),
    "text": Said(WORDS),
    "command": Command("menu"),
    "button": Chose(TOKEN),
    "photo": Shared("photo", WORDS),
    "voice": Shared("voice"),
    "document": Shared("document", WORDS),
    "location": Shared("place"),
    "contact": Shared("contact"),
    "sticker": Shared("sticker"),
    "reaction": Reacted(),
    "edited": Edited(WORDS),
    "blocked": Blocked(),
    "unknown": Unreadable(),
    "adviser wrote": AdviserWrote(WORDS),
    "ticket closed": TicketClosed(),
    "wait expired": WaitExpired(),
}
"""Each kind of message, and what it means. An adapter names the kinds that its platform has."""


class Receiving(Protocol):
    """How a platform writes what a parent does.

    ``kinds`` are the rows of ``EXPECTED`` that it has. ``address`` is the conversation all payloads are from (None
    where the channel's fragments name none).
    """

    name: str
    kinds: frozenset[str]
    address: str | None

    @property
    def channel(self) -> Channel:
        """A channel for ``split`` and ``parse``; nothing is sent with it."""

    def payload(self, kind: str, number: int, words: str) -> bytes:
        """Return one message of a kind as the platform delivers it.

        The same number is the same message again. ``words`` are the text, the caption, or the button's token
        (kinds without words leave them out).
        """


@runtime_checkable
class Batching(Receiving, Protocol):
    """A channel of which one payload can carry several messages."""

    def batch(self, payloads: Sequence[bytes]) -> bytes:
        """Return several payloads as one."""


FAULTS: Mapping[str, type[Outcome] | tuple[type[Outcome], ...]] = {
    "limited": Retry,
    "limited without a wait": Retry,
    "server error": Retry,
    "garbage": Retry,
    "not ok": Retry,
    "huge answer": Retry,
    "redirect": Retry,
    "reset": Retry,
    "refused": Retry,
    "time-out before": (Retry, Unsure),
    "time-out after": Unsure,
    "blocked": Gone,
    "unknown conversation": Gone,
    "expired token": Retry,
    "refuses the message": Rejected,
}
"""What can go wrong with one sending, and the outcome it must be."""

EVERYONE = frozenset({"refused", "expired token"})
"""The faults that are not one conversation's trouble: ``Retry.everyone`` is true for these alone."""

WITH_WAIT = {"limited": 7.0}
"""The faults by which the platform names a wait, and that wait in seconds."""


class Stage(Protocol):
    """A channel and its fake platform, both running, with one conversation on it."""

    channel: Channel

    async def send(self, message: Message) -> Outcome:
        """Send a message into the conversation."""

    def taken(self) -> Sequence[str]:
        """Return the texts that the platform took from us in this conversation, in order."""

    def fault(self, name: str) -> None:
        """Let the next sending meet this row of ``FAULTS``."""


class Sending(Protocol):
    """A channel that sends. ``faults`` are the rows of ``FAULTS`` its platform has; ``longest`` its text in units."""

    name: str
    faults: frozenset[str]
    longest: int
    buttons: int

    def open(self) -> AbstractAsyncContextManager[Stage]:
        """Put a fresh platform and channel on the stage."""
