"""What the desk's stream says: which of the questions that this person may see have changed. Ids only, never a text.

Before each event, and every few seconds while nothing happens, the login is looked at again: who was disabled or has
logged out hears nothing more. The stream itself keeps nobody logged in.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.desk.adviser import Adviser
from bot.desk.routing import Question, Roster, visible
from bot.model import TicketId
from bot.ports import Listener
from bot.web.stream import Over, ServerEvent
from bot.work.answer import Office
from bot.work.standing import Questions, Standing

LOOK = 4.0
"""Seconds between two looks at the login."""

TIME = timedelta(minutes=1)
"""After so long all questions are looked at again: by time alone more people may take one."""


@dataclass(frozen=True, slots=True)
class Seen:
    """Which questions a person saw at one moment, and by what that was decided."""

    who: Adviser
    roster: Roster
    standing: Standing
    tickets: frozenset[TicketId]

    def is_outdated(self, who: Adviser, roster: Roster) -> bool:
        """Tell whether somebody, a topic, or much time has changed, so that each question is to be decided anew."""
        then = (self.who, self.roster.people, self.roster.topics)
        return then != (who, roster.people, roster.topics) or not timedelta() <= roster.now - self.roster.now < TIME

    def moved_on(self, standing: Standing, roster: Roster) -> "Seen":
        """Return what is seen after some questions have moved; only those are decided anew."""
        moved = standing.moved_since(self.standing)
        if not moved:
            return self
        there = {ticket: standing.questions[ticket] for ticket in moved if ticket in standing.questions}
        return Seen(self.who, self.roster, standing, (self.tickets - moved) | _visible(there, self.who, roster))

    def different_from(self, before: "Seen") -> frozenset[TicketId]:
        """Return the questions that have changed, come or gone for this person."""
        moved = self.standing.moved_since(before.standing) & (before.tickets | self.tickets)
        return moved | (before.tickets ^ self.tickets)


class Changes:
    """The source of one person's stream. ``login`` is the hash of their login's secret."""

    def __init__(self, office: Office, questions: Questions, login: bytes, listener: Listener) -> None:
        self._office = office
        self._questions = questions
        self._login = login
        self._listener = listener
        self._seen: Seen | None = None
        self._over = False

    async def more(self, seconds: float) -> Sequence[ServerEvent]:
        """Return one event with the ids of what changed, as soon as something did."""
        while seconds > 0:
            who = await self._who()
            if who is None:
                return self._end()
            changed = await self._changed(who)
            if changed is not None:
                return [ServerEvent(json.dumps({"tickets": changed}), kind="changed")]
            await self._listener.wait(min(LOOK, seconds))
            seconds -= LOOK
        return []

    def close(self) -> None:
        """Stop listening."""
        self._listener.close()

    async def _who(self) -> Adviser | None:
        return await self._office.store.glance(self._login, self._office.clock())

    def _end(self) -> Sequence[ServerEvent]:
        """Say that it is over; the next time, be over."""
        if self._over:
            raise Over
        self._over = True
        return [ServerEvent("", kind="over")]

    async def _changed(self, who: Adviser) -> Sequence[TicketId] | None:
        """Return the ids that changed since the last time, None for none. The first time, all: the page may be older."""
        roster, standing = await self._office.roster(), await self._questions.look()
        before = self._seen
        if before is None or before.is_outdated(who, roster):
            now = Seen(who, roster, standing, _visible(standing.questions, who, roster))
        else:
            now = before.moved_on(standing, roster)
        self._seen = now
        return sorted(now.tickets) if before is None else sorted(now.different_from(before)) or None


def _visible(questions: Mapping[TicketId, Question], who: Adviser, roster: Roster) -> frozenset[TicketId]:
    return frozenset(ticket for ticket, question in questions.items() if visible(question, who, roster))
