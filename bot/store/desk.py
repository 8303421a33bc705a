"""Tickets as advisers see and change them. A change is whole or, where somebody was faster, not there at all."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from bot.desk.routing import Question, question
from bot.desk.ticket import TicketEvent
from bot.model import HOUSE, TicketId
from bot.ports import AdviserChange, PastQuestion, Thread
from bot.privacy.seal import Key
from bot.store import rows
from bot.store.base import StoreBase, fetch
from bot.store.engine import Connection
from bot.store.past_rows import past_question


class Desking(StoreBase):
    """The store's side of the desk."""

    async def open_tickets(self) -> Sequence[Thread]:
        """Return every ticket that is not closed, without its lines and trail, in no particular order.

        One that does not open any more is there without words: a question is never invisible.
        """
        found = await self._read(self._queries.open_tickets)
        wanted = [row["id"] for row in found]
        events: defaultdict[int, list[rows.Row]] = defaultdict(list)
        for event in await self._read(self._queries.events, tickets=wanted) if found else ():
            events[event["ticket"]].append(event)
        return [self._in_queue(row, events[row["id"]]) for row in found]

    def _in_queue(self, row: rows.Row, events: Sequence[rows.Row]) -> Thread:
        ticket = rows.ticket(row)
        try:
            key = self._own_key(row)
            history = tuple(rows.event(key, ticket.contact, event) for event in events)
            return Thread(ticket, _first_line(key, row), (), (), history)
        except ValueError:
            return Thread(ticket, "", (), (), ())

    async def open_versions(self) -> Mapping[TicketId, int]:
        """Return every ticket that is not closed, with its version."""
        return {row["id"]: row["version"] for row in await self._read(self._queries.open_versions)}

    async def questions(self, tickets: Sequence[TicketId]) -> Sequence[Question]:
        """Return what routing needs to know of these tickets, of those that are there."""
        happened: defaultdict[int, list[TicketEvent]] = defaultdict(list)
        for row in await self._read(self._queries.events, tickets=list(tickets)):
            happened[row["ticket"]].append(TicketEvent(row["kind"], rows.moment(row["at"]), row["adviser"]))
        found = await self._read(self._queries.tickets, ids=list(tickets))
        return [question(rows.ticket(row), happened[row["id"]]) for row in found]

    async def first_lines(self, tickets: Sequence[TicketId]) -> Mapping[TicketId, str]:
        """Return what parents wrote first in these tickets; empty where it does not open."""
        lines = {}
        for row in await self._read(self._queries.first_lines, tickets=list(tickets)):
            try:
                lines[TicketId(row["id"])] = _first_line(self._own_key(row), row)
            except ValueError:
                lines[TicketId(row["id"])] = ""
        return lines

    async def thread(self, ticket: TicketId) -> Thread | None:
        """Return one ticket with everything, or None."""
        row = await self._ask(self._queries.ticket, id=ticket)
        if row is None:
            return None
        key, contact = self._own_key(row), row["contact"]
        found = await self._read(self._queries.lines, ticket=ticket)
        lines = tuple(rows.line(key, contact, each) for each in found)
        history = await self._read(self._queries.events, tickets=[ticket])
        events = tuple(rows.event(key, contact, each) for each in history)
        first = next((line.text for line in lines), "")
        lost = await self._ask(self._queries.undelivered, contact=contact, since=row["opened_at"])
        return Thread(rows.ticket(row), first, lines, rows.trail(key, row), events, rows.moment_or_none(lost))

    async def past_question(self, ticket: TicketId) -> PastQuestion | None:
        """Return what is left of a question whose words are gone, or None."""
        row = await self._ask(self._queries.past_ticket, id=ticket)
        return None if row is None else past_question(row)

    async def change(self, change: AdviserChange) -> bool:
        """Write an adviser's action if the ticket's version is the one it was computed from; else False, unchanged."""
        contact, ticket = change.ticket.contact, change.ticket.id
        key = (await self._keys([contact])).get(contact)
        if key is None:
            return False
        events = [
            rows.event_row(key, contact, event) | {"contact": contact, "ticket": ticket} for event in change.events
        ]
        lines = [
            rows.line_row(key, contact, line, 0) | {"contact": contact, "ticket": ticket}
            for line in (change.line,)
            if line is not None
        ]
        house = [
            rows.house_row(rows.fragment_row(self._house, HOUSE, fragment, change.ticket.changed_at), contact)
            for fragment in change.house
        ]
        return await self._engine.write(lambda connection: self._write_change(connection, change, events, lines, house))

    async def _write_change(
        self,
        connection: Connection,
        change: AdviserChange,
        events: Sequence[rows.Values],
        lines: Sequence[rows.Values],
        house: Sequence[rows.Values],
    ) -> bool:
        values = rows.ticket_row(change.ticket) | {"closed_topic": change.closed_topic, "outcome": change.outcome}
        del values["opened_at"]
        if not await fetch(self._queries.change_ticket, connection, **values):
            return False
        await self._queries.put_events(connection, events)
        await self._queries.put_lines(connection, lines)
        await self._queries.put_inbound(connection, house)
        return True


def _first_line(key: Key, row: rows.Row) -> str:
    """Return what the parent wrote first."""
    if row["text"] is None:
        return ""
    line = {name: row[name] for name in ("side", "at", "part", "text")} | {"adviser": row["line_adviser"]}
    return rows.line(key, row["contact"], line).text
