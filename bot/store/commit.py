"""Committing what was computed: many cases in one transaction, each whole or not at all, one statement a table.

Everything is sealed before the transaction begins. Inside, versions are compared first: a case whose talk or ticket
moved meanwhile is left out, and its contact returned. So is one that cannot be put into words at all (half a character
in a text): its fragments are marked failed, for operators to see, and the others are written.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain

from bot.desk.ticket import TicketEvent
from bot.model import ContactId
from bot.ports import Case, Done, NewTicket, ThreadLine, TicketChange
from bot.privacy.seal import Key
from bot.store import reminder_rows, rows
from bot.store.base import fetch
from bot.store.engine import Connection, as_json
from bot.store.forget import Forgetting


@dataclass(frozen=True, slots=True)
class _Plan:
    """What one case will write, ready and sealed: rows by table, none or several; no session where sealing failed."""

    done: Done
    sessions: list[rows.Values]
    keys: list[rows.Values] = field(default_factory=list)
    addresses: list[rows.Values] = field(default_factory=list)
    tickets: list[rows.Values] = field(default_factory=list)
    changes: list[rows.Values] = field(default_factory=list)
    events: list[rows.Values] = field(default_factory=list)
    lines: list[rows.Values] = field(default_factory=list)
    feedback: list[rows.Values] = field(default_factory=list)
    heads: list[rows.Values] = field(default_factory=list)
    outbox: list[rows.Values] = field(default_factory=list)
    reminders: list[rows.Values] = field(default_factory=list)
    consents: list[rows.Values] = field(default_factory=list)
    failed: list[rows.Values] = field(default_factory=list)


class Committing(Forgetting):
    """The writing half of the store's side of ``work.converse``."""

    async def commit(self, done: Sequence[Done], at: datetime) -> Sequence[ContactId]:
        """Write many cases in one transaction; return the contacts whose session or ticket moved meanwhile."""
        if not done:
            return ()
        plans = await self._plans(done, at)
        return await self._engine.write_claimed(lambda connection: self._write_plans(connection, plans, at))

    async def _plans(self, done: Sequence[Done], at: datetime) -> Sequence[_Plan]:
        """Seal everything; a contact who has no key yet gets one, and their addresses move under it."""
        _refuse_twins(done)
        keys = await self._keys(each.case.contact for each in done)
        wrapped = {
            each.case.contact: self._master.new_key(rows.contact_key_place(each.case.contact))
            for each in done
            if each.case.contact not in keys
        }
        made = {contact: self._unwrap(contact, raw) for contact, raw in wrapped.items()}
        plans = {each.case.contact: self._plan(each, keys | made, at) for each in done}
        for contact, raw in wrapped.items():
            plans[contact].keys.append({"contact": contact, "wrapped": raw})
        for row in await self._read(self._queries.addresses_of, contacts=list(made)) if made else ():
            with suppress(ValueError):  # another program gave the contact a key meanwhile: then this case loses below
                plans[row["contact"]].addresses.append(rows.reseal_address(self._house, made[row["contact"]], row))
        return tuple(plans.values())

    def _plan(self, done: Done, keys: Mapping[int, Key], at: datetime) -> _Plan:
        try:
            plan = self._plan_all(done, keys, at)
            _insist_on_texts(plan)
        except ValueError as error:
            said = f"store.commit: {type(error).__name__}"
            failed = [rows.failed_row(self._house, each.id, said, at) for each in done.case.unread]
            return _Plan(done, sessions=[], failed=failed)
        return plan

    def _plan_all(self, done: Done, keys: Mapping[int, Key], at: datetime) -> _Plan:
        contact = done.case.contact
        key = keys[contact]
        plan = _Plan(done, [_session_row(key, done, at)])
        if done.goodbye is not None:
            return plan
        if done.change is not None:
            _plan_change(plan, key, done.change, at)
        if done.new_ticket is not None:
            _plan_ticket(plan, key, done.new_ticket, at)
        if done.rating:
            plan.feedback.append({"contact": contact, "rating": done.rating, "at": rows.micros(at)})
        for outgoing in done.outgoing:
            row = rows.outgoing_row(key, contact, outgoing) | _way(done.case, at)
            (plan.heads if outgoing.head else plan.outbox).append(row)
        for wanted in done.subscribed:
            plan.reminders.append(reminder_rows.reminder_row(self._house, key, contact, wanted, at))
        if done.agreed:
            plan.consents.append({"contact": contact, "version": done.agreed, "at": rows.micros(at)})
        for fragment, error in done.failed:
            plan.failed.append(rows.failed_row(self._house, fragment, error, at))
        return plan

    async def _write_plans(self, connection: Connection, plans: Sequence[_Plan], at: datetime) -> Sequence[ContactId]:
        contacts = [plan.done.case.contact for plan in plans]
        found = await fetch(self._queries.versions, connection, contacts=contacts)
        now = {row["contact"]: row for row in found}
        won = [plan for plan in plans if plan.sessions and _stands(plan.done, now.get(plan.done.case.contact))]
        broken = [plan for plan in plans if not plan.sessions]
        if staying := [plan for plan in won if plan.done.goodbye is None]:
            await self._write_won(connection, staying, at)
        for plan in won:
            if plan.done.goodbye is not None:
                await self._part(connection, plan.done, plan.done.goodbye, rows.micros(at))
        await self._queries.mark_failed(connection, _all(plan.failed for plan in broken))
        written = {plan.done.case.contact for plan in won}
        return [plan.done.case.contact for plan in plans if plan.done.case.contact not in written]

    async def _write_won(self, connection: Connection, won: Sequence[_Plan], at: datetime) -> None:
        put = self._queries
        await put.put_contact_keys(connection, _all(plan.keys for plan in won))
        await put.reseal_addresses(connection, _all(plan.addresses for plan in won))
        await put.put_sessions(connection, _all(plan.sessions for plan in won))
        await put.change_tickets(connection, _all(plan.changes for plan in won))
        await put.put_tickets(connection, _all(plan.tickets for plan in won))
        await put.put_events(connection, _all(plan.events for plan in won))
        await put.put_lines(connection, _all(plan.lines for plan in won))
        await put.put_feedback(connection, _all(plan.feedback for plan in won))
        await self._write_stopped(connection, [plan.done.case.contact for plan in won if plan.done.stopped], at)
        await put.put_reminders(connection, _all(plan.reminders for plan in won))
        if agreed := _all(plan.consents for plan in won):
            await put.put_consents(connection, agreed)
            await put.drop_newcomers(connection, contacts=[row["contact"] for row in agreed])
        await put.put_outbox(connection, await self._outbox_rows(connection, won))
        await put.mark_failed(connection, _all(plan.failed for plan in won))
        await put.mark_read(connection, ids=list(_read_ids(won)), at=rows.micros(at))
        await self._count_visits(connection, won)

    async def _count_visits(self, connection: Connection, won: Sequence[_Plan]) -> None:
        """Count the arrows that were taken: at last and in order, since every program counts on the same few rows."""
        if passed := Counter((arrow.flow, arrow.step, arrow.way) for plan in won for arrow in plan.done.passed):
            counts = as_json((*arrow, count) for arrow, count in sorted(passed.items()))
            await self._queries.count_visits(connection, passed=counts)

    async def _write_stopped(self, connection: Connection, contacts: Sequence[int], at: datetime) -> None:
        """End all reminders of some contacts, and take back those that were not sent yet."""
        if contacts:
            values = {"contacts": list(contacts), "at": rows.micros(at)}
            await self._queries.end_reminders(connection, **values)
            await self._queries.withdraw_reminders(connection, **values)

    async def _outbox_rows(self, connection: Connection, won: Sequence[_Plan]) -> list[rows.Values]:
        """Give every message its place: what goes first stands before all that waits, in its own order."""
        ahead = [plan.done.case.contact for plan in won if plan.heads]
        if not ahead:
            return _all(plan.outbox for plan in won)
        found = await fetch(self._queries.foremost, connection, contacts=ahead)
        first = {row["contact"]: min(row["position"], 0) - 1 for row in found}
        heads = ({**row, "position": first[row["contact"]]} for plan in won for row in plan.heads)
        return [*heads, *_all(plan.outbox for plan in won)]


def _insist_on_texts(plan: _Plan) -> None:
    """Refuse what has a text that not every engine can keep: it would fail each time, and with it all others."""
    tables = (plan.sessions, plan.tickets, plan.changes, plan.events, plan.feedback, plan.heads, plan.outbox)
    values = (value for table in tables for row in table for value in row.values())
    names = (name for arrow in plan.done.passed for name in (arrow.flow, arrow.step, arrow.way))
    if not all(rows.is_text(value) for value in chain(values, names) if isinstance(value, str)):
        raise ValueError("a text that cannot be kept")


def _refuse_twins(done: Sequence[Done]) -> None:
    """Refuse two cases of one contact: the second was computed from what the first is about to change."""
    if len({each.case.contact for each in done}) < len(done):
        raise ValueError("each contact may stand only once among the cases of one commit")


def _stands(done: Done, now: rows.Row | None) -> bool:
    """Tell whether talk and ticket are still those that the case was computed from, and whether there is a contact at all."""
    if now is None:
        return False
    ticket = (0, 0) if done.case.ticket is None else (done.case.ticket.id, done.case.ticket.version)
    if (now["version"], now["ticket"], now["ticket_version"]) != (done.case.version, *ticket):
        return False
    change = done.change
    return change is None or (change.ticket.id, change.ticket.version - 1) == ticket


def _session_row(key: Key, done: Done, at: datetime) -> rows.Values:
    return {
        "contact": done.case.contact,
        "version": done.case.version + 1,
        "owner": done.session.owner,
        "wakes_at": rows.micros_or_none(done.session.wakes_at),
        "body": rows.seal_session(key, done.case.contact, done.session),
        "at": rows.micros(at),
    }


def _plan_change(plan: _Plan, key: Key, change: TicketChange, at: datetime) -> None:
    contact, ticket = plan.done.case.contact, change.ticket.id
    plan.changes.append(rows.ticket_row(change.ticket))
    for event in change.events:
        plan.events.append(rows.event_row(key, contact, event) | {"contact": contact, "ticket": ticket})
    for row in _parent_lines(key, contact, change.written, at):
        plan.lines.append(row | {"contact": contact, "ticket": ticket})


def _plan_ticket(plan: _Plan, key: Key, new: NewTicket, at: datetime) -> None:
    contact = plan.done.case.contact
    plan.tickets.append(
        {
            "contact": contact,
            "topic": new.topic,
            "urgency": new.urgency,
            "language": new.language,
            "at": rows.micros(at),
            "promise_at": rows.micros(new.promise_at),
            "trail": rows.seal_trail(key, contact, at, new.trail),
        }
    )
    opened = rows.event_row(key, contact, TicketEvent("opened", at))
    plan.events.append(opened | {"contact": contact, "ticket": None})
    for row in _parent_lines(key, contact, new.written, at):
        plan.lines.append(row | {"contact": contact, "ticket": None})


def _parent_lines(key: Key, contact: int, written: Sequence[str], at: datetime) -> Iterator[rows.Values]:
    for part, text in enumerate(written):
        yield rows.line_row(key, contact, ThreadLine("parent", text, at, None), part)


def _way(case: Case, at: datetime) -> rows.Values:
    """Say where a message goes and since when it waits."""
    return {"address": case.address, "account": case.account, "position": 0, "at": rows.micros(at)}


def _read_ids(won: Iterable[_Plan]) -> Iterator[int]:
    """Say which fragments are read: all that were taken. Those that failed are marked before, and stay so."""
    return (unread.id for plan in won for unread in plan.done.case.unread)


def _all(groups: Iterable[list[rows.Values]]) -> list[rows.Values]:
    return list(chain.from_iterable(groups))
