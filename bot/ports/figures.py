"""What operators want to know: how the store stands, and what a program counts and times while it works."""

from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from bot.model import Account, Outcome

Stage = Literal["receive", "take", "work_out", "commit", "due", "send", "record"]
"""The stations of a message through the house: kept, taken, worked out, written, taken for sending, sent, noted."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many wait, and since when the first of them does; None where nobody waits."""

    count: int = 0
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Open:
    """How many questions of a state are so old: opened so many whole hours ago. ``late``: the promise is over."""

    state: str
    hours: int
    count: int
    late: int


@dataclass(frozen=True, slots=True)
class Vitals:
    """How the store stands at one moment of its own clock.

    ``outbox`` is what is to be sent and due now, by account; ``dead`` what was given up, ``failed`` fragments that the
    program could not handle, ``aside`` fragments that concern nobody.
    """

    at: datetime
    unread: Waiting
    outbox: Mapping[Account, Waiting]
    dead: Mapping[Account, int]
    failed: int
    aside: int
    tickets: tuple[Open, ...]


class Meter(Protocol):
    """Counts and times what happens. Never waits, never fails, and learns of nobody in particular."""

    def timed(self, stage: Stage) -> AbstractContextManager[object]:
        """Time one stage, whatever becomes of it."""

    def batch(self, stage: Stage, size: int) -> None:
        """Note how many went through a stage together."""

    def sent(self, account: Account, outcome: Outcome) -> None:
        """Note what became of one sending."""

    def repeated(self, account: Account, count: int) -> None:
        """Note sendings that are begun again although the platform may have taken the message before."""

    def given_up(self, account: Account) -> None:
        """Note a message that is not tried any more."""


class Uncounted:
    """The meter of programs whose figures nobody reads: it counts nothing."""

    def timed(self, _stage: Stage) -> AbstractContextManager[object]:
        """Time nothing."""
        return _NOTHING

    def batch(self, stage: Stage, size: int) -> None:
        """Note nothing."""

    def sent(self, account: Account, outcome: Outcome) -> None:
        """Note nothing."""

    def repeated(self, account: Account, count: int) -> None:
        """Note nothing."""

    def given_up(self, account: Account) -> None:
        """Note nothing."""


_NOTHING = nullcontext()
UNCOUNTED = Uncounted()
"""Counts nothing."""
