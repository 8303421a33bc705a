"""What the desk's stream says: which of the questions that this person may see have changed. Ids only, never a text.

Before each event, and every few seconds while nothing happens, the login is looked at again: who was disabled or has
logged out hears nothing more. The stream itself keeps nobody logged in.
"""

import json
from collections.abc import Mapping, Sequence

from bot.desk.adviser import Adviser
from bot.desk.routing import question, visible
from bot.model import TicketId
from bot.ports import Listener
from bot.web.stream import Over, ServerEvent
from bot.work.answer import Office

LOOK = 4.0
"""Seconds between two looks at the login."""


class Changes:
    """The source of one person's stream. ``login`` is the hash of their login's secret."""

    def __init__(self, office: Office, login: bytes, listener: Listener) -> None:
        self._office = office
        self._login = login
        self._listener = listener
        self._known: Mapping[TicketId, int] | None = None
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
        seen = await self._seen(who)
        before, self._known = self._known, seen
        if before is None:
            return sorted(seen)
        changed = {ticket for ticket in before.keys() | seen.keys() if before.get(ticket) != seen.get(ticket)}
        return sorted(changed) or None

    async def _seen(self, who: Adviser) -> Mapping[TicketId, int]:
        roster = await self._office.roster()
        return {
            thread.ticket.id: thread.ticket.version
            for thread in await self._office.store.open_tickets()
            if visible(question(thread.ticket, thread.events), who, roster)
        }
