"""What a sprint asks the world to do. ``converse`` carries it out in the sprint's one transaction."""

from dataclasses import dataclass

from bot.flow.message import Line, Reply
from bot.flow.session import Passage
from bot.model import Duration


@dataclass(frozen=True, slots=True)
class OpenTicket:
    """Bring a question to the queue; where the parent has an open one already, it is added to that one.

    ``written`` are the parent's messages in order; ``trail`` the way they came.

    ``closed`` and ``nobody`` are what the waiting card says outside hours and when nobody is on duty, or None for its
    standard sentence. The card itself is made when it is known until when an answer can be promised (``card.py``).
    """

    topic: str
    urgency: str
    written: tuple[str, ...]
    trail: tuple[Passage, ...]
    closed: Line | None = None
    nobody: Line | None = None


@dataclass(frozen=True, slots=True)
class AddToTicket:
    """Add the parent's words to their open question (or reopen the one just closed)."""

    written: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reopen:
    """The parent has another question after the closing: the talk is the desk's again."""


@dataclass(frozen=True, slots=True)
class Rated:
    """The parent says how it was: ``good`` or ``bad``."""

    rating: str


@dataclass(frozen=True, slots=True)
class Subscribe:
    """The parent wants to be reminded: of each day of a calendar, so long before it. Said again it changes nothing."""

    flow: str
    calendar: str
    before: Duration


@dataclass(frozen=True, slots=True)
class Unsubscribe:
    """The parent wants nothing any more that they did not ask for: all reminders end."""


@dataclass(frozen=True, slots=True)
class Erase:
    """The parent wants everything erased that is kept of them, and has said so twice. The reply after it is the goodbye."""


@dataclass(frozen=True, slots=True)
class Ignore:
    """Recorded as intentionally not answered, with the reason."""

    why: str


Effect = Reply | OpenTicket | AddToTicket | Reopen | Rated | Subscribe | Unsubscribe | Erase | Ignore


@dataclass(frozen=True, slots=True)
class Passed:
    """One arrow of a flow that a talk took: from a step, by an option's name, to a step, or out of the flow.

    ``way`` is an option's name (``choose``), a step's name, or empty at the end. Only counted, never kept per person.
    """

    flow: str
    step: str
    way: str
