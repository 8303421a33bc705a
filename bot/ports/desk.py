"""What advisers read and write: a ticket with its thread, and what one action changes."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.desk.ticket import Ticket, TicketEvent
from bot.flow.session import Passage
from bot.model import AdviserId, Fragment, Language, TicketId

LOGIN_IDLE = timedelta(days=7)
"""A login that nobody used for so long is over. A week, as long as a new login costs a coordinator's time (ADR 14)."""


@dataclass(frozen=True, slots=True)
class ThreadLine:
    """One line of a ticket's thread. ``side`` is ``parent``, ``adviser`` or ``note`` (for colleagues, never sent)."""

    side: str
    text: str
    at: datetime
    adviser: AdviserId | None


@dataclass(frozen=True, slots=True)
class Thread:
    """A ticket as an adviser reads it.

    ``undelivered`` is when a message to its parent was given up last, since the ticket was opened; None where none was.
    """

    ticket: Ticket
    first_line: str
    lines: tuple[ThreadLine, ...]
    trail: tuple[Passage, ...]
    events: tuple[TicketEvent, ...]
    undelivered: datetime | None = None


@dataclass(frozen=True, slots=True)
class PastQuestion:
    """What is left of a question whose words are gone. ``why`` is ``wish`` (of the parent) or ``time``.

    ``opened_on`` and ``gone_on`` are days' beginnings (UTC); ``answered_after`` is None where it was never answered;
    ``rating`` is ``good``, ``bad`` or empty. It names nobody.
    """

    id: TicketId
    topic: str
    closed_topic: str
    urgency: str
    language: Language
    opened_on: datetime
    answered_after: timedelta | None
    outcome: str
    rating: str
    why: str
    gone_on: datetime


@dataclass(frozen=True, slots=True)
class AdviserChange:
    """What an adviser's action writes, in one transaction.

    The ticket by compare-and-set, its events, a line of the thread, and what the talk must hear of it (``house``
    fragments for the contact).
    """

    ticket: Ticket
    events: tuple[TicketEvent, ...]
    line: ThreadLine | None = None
    house: tuple[Fragment, ...] = ()
    closed_topic: str = ""
    outcome: str = ""
