"""A store of which only its state can be asked, and everything else that there is to see about a program."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from bot.model import Account
from bot.ports import Open, Vitals, Waiting
from bot.work.health import Health, Senses

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
TELEGRAM = Account("telegram")
WELL = Vitals(NOON, Waiting(), {TELEGRAM: Waiting()}, {}, 0, 0, ())


def ago(**span: float) -> datetime:
    """Return a moment before noon."""
    return NOON - timedelta(**span)


@dataclass
class Patient:
    """What a program looks after. Change what is wrong; ``health`` looks at it."""

    vitals: Vitals = WELL
    away: bool = False
    silent: bool = False
    full: bool = False
    disk: int = 10**12
    key: bool = True
    step: float = 0.0
    posts: Mapping[str, bool] = field(default_factory=dict)
    asked: int = 0
    touched: int = 0
    seconds: float = 0.0

    async def look(self, accounts: Sequence[Account]) -> Vitals:
        """Answer as a store does."""
        self.asked += 1
        if self.silent:
            await asyncio.Event().wait()
        if self.away:
            raise ConnectionError("a parent's words")
        return replace(self.vitals, outbox={each: self.vitals.outbox.get(each, Waiting()) for each in accounts})

    async def touch(self, _at: datetime) -> None:
        """Write as a store does."""
        self.touched += 1
        if self.silent:
            await asyncio.Event().wait()
        if self.away or self.full:
            raise OSError("no space left")

    def health(self) -> Health:
        """Return who looks."""
        senses = Senses(
            lambda: self.disk, lambda: self.key, lambda: self.posts, lambda: 3, lambda: 2, lambda: self.step
        )
        return Health(_Store(self), lambda: NOON, lambda: self.seconds, [TELEGRAM], senses)  # type: ignore[arg-type]


class _Store:
    def __init__(self, patient: Patient) -> None:
        self.vitals = patient.look
        self.touch = patient.touch


QUESTIONS = (Open("open", 0, 2, 1), Open("open", 200, 1, 1), Open("waiting", 30, 4, 0))
"""Seven questions, two of which are late."""
