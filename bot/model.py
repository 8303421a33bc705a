"""The words that every part of the house shares: contacts, addresses, fragments, outcomes.

Values only. Nothing here knows a database, a platform, a clock or a text.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import NewType

ContactId = NewType("ContactId", int)
AddressId = NewType("AddressId", int)
InboundId = NewType("InboundId", int)
OutboxId = NewType("OutboxId", int)
TicketId = NewType("TicketId", int)
AdviserId = NewType("AdviserId", int)

LANGUAGE_CODE = re.compile(r"[a-z]{2,3}(?:_[A-Za-z]{2,4})?")
"""How a language is named: ``tr``, ``fa_AF``, ``sr_Latn``."""

Language = NewType("Language", str)
"""An opaque code such as ``de``, ``ar`` or ``sr_Latn``. Only ``text`` knows what it means."""

Account = NewType("Account", str)
"""One account on one channel: ``webchat``, ``telegram``, ``house``. Its name is its channel's name in this version."""

HOUSE = Account("house")
"""The channel of the house itself: what advisers, timers and closings have to say to a talk."""


@dataclass(frozen=True, slots=True)
class Duration:
    """So many of a unit: ``Minuten Stunden Tage Werktage Wochen Monate``, counted in the house's time zone."""

    count: int
    unit: str


@dataclass(frozen=True, slots=True)
class Topic:
    """What a question is about: who answers it, when, and within which time.

    ``hours`` are as written (``Mo-Fr 9-17``); ``urgency`` is ``normal`` or ``urgent``; after each ``wider_after``
    without an answer more people see the question.
    """

    name: str
    title: str
    teams: tuple[str, ...]
    answer_within: Duration
    hours: str
    urgency: str
    wider_after: tuple[Duration, ...] = ()


@dataclass(frozen=True, slots=True)
class Fragment:
    """One stored piece of a payload: one message, status or notice.

    ``external_id`` is unique within the account and names the piece for ever: the same id again is a repetition.
    ``address`` is the platform's name of the conversation (a chat id, a web chat's token), or None where the
    payload names none; such a fragment is kept for operators and concerns no contact. ``body`` is the piece as it came.
    """

    external_id: str
    address: str | None
    body: bytes


@dataclass(frozen=True, slots=True)
class Received:
    """A fragment together with the account it came in by and the moment (UTC) it arrived."""

    account: Account
    fragment: Fragment
    at: datetime


@dataclass(frozen=True, slots=True)
class Sent:
    """The platform has taken the message; ``external_id`` is its name for it, or empty."""

    external_id: str = ""


@dataclass(frozen=True, slots=True)
class Retry:
    """Not now: try again after so many seconds. ``everyone`` is true where the whole account must pause."""

    after: float
    everyone: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Unsure:
    """A time-out: the platform may have taken it. Repeat once after ``wait`` seconds unless a status comes."""

    wait: float


@dataclass(frozen=True, slots=True)
class Gone:
    """The contact has blocked us or no longer exists: nothing more is sent there until they write again."""

    reason: str = ""


@dataclass(frozen=True, slots=True)
class Rejected:
    """The platform will never take this message. It is set aside, for operators to see."""

    reason: str


Outcome = Sent | Retry | Unsure | Gone | Rejected
"""What became of one message that was sent. An error is data: retryable or not."""
