"""What is kept of the content and its use: revisions, their history, and how parents stand in them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from bot.flow.session import Session
from bot.model import ContactId, Duration


@dataclass(frozen=True, slots=True)
class StoredRevision:
    """A published revision: its hash, its files by path, who published it and when."""

    name: str
    files: Mapping[str, bytes]
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Publishing:
    """One line of the history: which revision was published, by whom and when. ``id`` counts up with each line."""

    id: int
    revision: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class TalkPage:
    """Where some talks stand. ``unreadable`` counts those that do not open; ``last`` is the page's last contact.

    ``last`` is 0 where no more can follow.
    """

    sessions: tuple[Session, ...]
    unreadable: int
    last: ContactId


@dataclass(frozen=True, slots=True)
class Visit:
    """How often one arrow of a flow was taken, over all talks (see ``Passed``)."""

    flow: str
    step: str
    way: str
    count: int


@dataclass(frozen=True, slots=True)
class DayNear:
    """A calendar's day of which is to be reminded now: whoever wanted it so long ``before``, and said so in time."""

    calendar: str
    before: Duration
    day: date
    said_before: datetime
