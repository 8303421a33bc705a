"""The open questions as one process knows them: looked at again and again, read anew only where they have moved.

Everybody at the desk looks at the same questions, and each ring of the bell makes all of them look at once. So they share
one look, which reads the versions of what is open and nothing else of what has stayed. No word of a parent is kept here.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.desk.routing import Question
from bot.desk.ticket import CLOSED
from bot.model import TicketId
from bot.ports import Store


@dataclass(frozen=True, slots=True)
class Standing:
    """What was open at one moment. ``serial`` counts up; ``moved`` is what is not as it was in the one before."""

    questions: Mapping[TicketId, Question] = field(default_factory=dict)
    serial: int = 0
    moved: frozenset[TicketId] = frozenset()

    def moved_since(self, before: "Standing") -> frozenset[TicketId]:
        """Return which questions came, went or changed since an earlier moment."""
        if self.serial == before.serial:
            return frozenset()
        if self.serial == before.serial + 1:
            return self.moved
        return _different(before.questions, self.questions)


class Questions:
    """The open questions of a store."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._now = Standing()
        self._turn = asyncio.Lock()
        self._asked = 0
        self._served = 0

    async def look(self) -> Standing:
        """Return what is open. A look that begins after this call serves it, whoever began it."""
        self._asked += 1
        mine = self._asked
        async with self._turn:
            if self._served < mine:
                served = self._asked
                await self._read()
                self._served = served
            return self._now

    async def _read(self) -> None:
        before = self._now.questions
        versions = await self._store.open_versions()
        stale = [ticket for ticket, version in versions.items() if _version(before, ticket) != version]
        read = {each.ticket.id: each for each in (await self._store.questions(stale) if stale else ())}
        gone = [ticket for ticket in before if ticket not in versions]
        if not stale and not gone:
            return
        now = {
            ticket: question
            for ticket in versions
            if (question := read.get(ticket, before.get(ticket))) and question.ticket.state != CLOSED
        }
        self._now = Standing(now, self._now.serial + 1, frozenset((*stale, *gone)))


def _version(known: Mapping[TicketId, Question], ticket: TicketId) -> int:
    return known[ticket].ticket.version if ticket in known else 0


def _different(before: Mapping[TicketId, Question], now: Mapping[TicketId, Question]) -> frozenset[TicketId]:
    return frozenset(
        ticket for ticket in before.keys() | now.keys() if _version(before, ticket) != _version(now, ticket)
    )
