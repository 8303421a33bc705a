"""What was given up and may be tried again: a fragment at which the program failed, a message that nobody would take."""

from dataclasses import dataclass
from datetime import datetime

from bot.model import Account, ContactId, InboundId, OutboxId


@dataclass(frozen=True, slots=True)
class FailedFragment:
    """A fragment at which the program failed: when it came, and the error as it was noted then (no parent's words)."""

    id: InboundId
    contact: ContactId
    account: Account
    at: datetime
    error: str


@dataclass(frozen=True, slots=True)
class DeadMessage:
    """A message that was given up after some attempts: when it was written, and why (a platform's words)."""

    id: OutboxId
    contact: ContactId
    account: Account
    at: datetime
    attempts: int
    reason: str


@dataclass(frozen=True, slots=True)
class Replayed:
    """What waits again."""

    fragments: tuple[InboundId, ...] = ()
    messages: tuple[OutboxId, ...] = ()
