"""One way to talk: how payloads become events, how messages go out, and what became of each."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.flow.event import Event
from bot.model import Account, ContactId, Fragment, OutboxId, Outcome
from bot.text.message import Message


@dataclass(frozen=True, slots=True)
class OutboxItem:
    """A message that waits to be sent: ``address`` is the platform's own name of the conversation.

    ``attempts`` is how often its sending was begun before this time.
    """

    id: OutboxId
    contact: ContactId
    account: Account
    address: str
    token: str
    message: Message
    attempts: int
    queued_at: datetime


@dataclass(frozen=True, slots=True)
class Record:
    """What became of one sending, and when. ``next_at`` is when to try again, for ``Retry`` and ``Unsure``."""

    item: OutboxId
    outcome: Outcome
    at: datetime
    next_at: datetime | None = None
    dead: bool = False


class Channel(Protocol):
    """One way to talk. Touches neither the store nor a flow."""

    account: Account

    def split(self, raw: bytes) -> Sequence[Fragment]:
        """Cut a payload into fragments. Reads ids only, never raises; what it cannot split is one without address."""

    def parse(self, fragment: Fragment) -> Sequence[Event]:
        """Understand one stored fragment: pure, tolerant, never raises."""

    async def send(self, item: OutboxItem) -> Outcome:
        """Send one message; an error is an outcome."""


class Poller(Protocol):
    """A channel that has to be asked for its updates."""

    def poll(self) -> AsyncIterator[bytes]:
        """Yield payloads; asking for the next one says that the one before is stored."""


@dataclass(frozen=True, slots=True)
class ChatLine:
    """One line of a web chat, of either side: ``mine`` holds the parent's fragment, ``message`` the house's words."""

    cursor: str
    at: datetime
    mine: Fragment | None = None
    message: Message | None = None
    token: str = ""
