"""Fills a store as years of use would: contacts with their talks, some with what they wrote and were told, and questions.

The rows have the forms of ``bot.store.rows``, so the house opens them as its own. Everything goes in by sets, past the
verbs: a million contacts take minutes. Who a contact is follows from its number, so that whoever measures can speak as
one. Only for stores that are thrown away: nothing here is durable before ``fill`` returns.
"""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg

from bot.check.edition import Edition
from bot.desk.ticket import Ticket, TicketEvent
from bot.flow.effect import Subscribe
from bot.flow.engine import advance
from bot.flow.event import Command, Started
from bot.flow.message import Own, Reply, content
from bot.flow.session import Passage, Session
from bot.model import Account, ContactId, Duration, Fragment, Language, TicketId
from bot.ports import Outgoing, ThreadLine
from bot.privacy.seal import House, Key, Master
from bot.store import reminder_rows, rows
from bot.text.limits import LIMITS
from bot.text.message import Message
from bot.text.render import render

TELEGRAM = Account("telegram")
ARABIC = Language("ar")
CHUNK = 10_000
"""So many contacts are made at once, so that a million fit into little memory."""
TALKERS = 10
"""Every so many-th contact has written a few times."""
SAID = 5
"""What such a contact has written, and was told."""
REMINDED = 20
"""Every so many-th contact wants to be reminded."""
CLOSED = 50
"""Every so many-th contact has had a question that is closed."""
FIRST_CHAT = 1_000_000
YEARS = timedelta(days=700)

Chunk = Mapping[str, Sequence[tuple[Any, ...]]]
"""Rows by table, in the order of ``COLUMNS``."""

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "contact": ("id", "made_at"),
    "contact_key": ("contact", "wrapped"),
    "address": ("id", "contact", "account", "external", "readable", "made_at"),
    "session": ("contact", "version", "owner", "wakes_at", "body", "changed_at"),
    "inbound": ("id", "account", "external", "contact", "address", "body", "at", "state", "read_at"),
    "outbox": (
        "id", "contact", "address", "account", "token", "message", "reply", "state", "position", "attempts",
        "queued_at", "ended_at",
    ),
    "ticket": (
        "id", "contact", "state", "version", "topic", "urgency", "language", "opened_at", "changed_at", "promise_at",
        "trail",
    ),
    "ticket_event": ("id", "ticket", "kind", "at", "detail"),
    "message": ("id", "ticket", "side", "at", "part", "text"),
    "reminder": ("id", "contact", "name", "calendar", "before", "flow", "since"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wish:
    """How much is wanted: contacts, questions that are open, messages that wait to be sent (one a contact), unread ones.

    ``now`` is when it all ends.
    """

    contacts: int
    now: datetime
    open_tickets: int = 0
    queued: int = 0
    unread: int = 0


def chat_of(contact: int) -> int:
    """Return a contact's chat on the platform."""
    return FIRST_CHAT + contact


class Filling:
    """All rows that are wanted, sealed with a house's own keys, chunk by chunk."""

    def __init__(self, master: Master, house: House, edition: Edition, wish: Wish) -> None:
        self._master = master
        self._house = house
        self._wish = wish
        self._session, reply = _talk(edition, wish.now)
        self._outgoing = Outgoing("", _message(edition, reply), reply)
        self._trail = (Passage(content("start", "wohin", "choose"), Own("Geld für Bildung")),)
        self._next = dict.fromkeys(("inbound", "outbox", "ticket", "ticket_event", "message", "reminder"), 0)
        self._rows: dict[str, list[tuple[Any, ...]]] = {}

    def chunks(self) -> Iterator[Chunk]:
        """Yield everything, contact by contact; ids grow as time does, as far as a chunk reaches."""
        for start in range(1, self._wish.contacts + 1, CHUNK):
            self._rows = {table: [] for table in COLUMNS}
            numbers = range(start, min(start + CHUNK, self._wish.contacts + 1))
            keys = {contact: self._contact(contact) for contact in numbers}
            for turn in range(SAID):
                for contact in numbers[::TALKERS]:
                    self._said(contact, keys[contact], turn)
            for contact in numbers:
                self._further(contact, keys[contact])
            yield self._rows

    def _contact(self, contact: int) -> Key:
        at = self._at(contact)
        wrapped = self._master.new_key(rows.contact_key_place(contact))
        key = rows.contact_key(self._master, contact, wrapped)
        chat = str(chat_of(contact))
        alias = rows.address_alias(self._house, TELEGRAM, chat)
        sealed = rows.address_row(self._house, TELEGRAM, alias, chat, self._wish.now) | {"address": contact}
        known = {f"address_{name}": sealed[name] for name in ("account", "external", "readable")} | {"address": contact}
        readable = rows.reseal_address(self._house, key, known)["readable"]
        body = rows.seal_session(key, ContactId(contact), self._session)
        self._put("contact", contact, at)
        self._put("contact_key", contact, wrapped)
        self._put("address", contact, contact, TELEGRAM, alias, readable, at)
        self._put("session", contact, SAID, "bot", None, body, at)
        return key

    def _said(self, contact: int, key: Key, turn: int) -> None:
        """Put one thing that a contact wrote, and the answer."""
        at = self._at(contact) + turn * 60_000_000
        self._inbound(contact, f"old-{contact}-{turn}", at, "read", at + 5000)
        self._outbox(contact, key, f"{contact}t{turn}".ljust(26, "a"), at, "sent", at + 90_000)

    def _further(self, contact: int, key: Key) -> None:
        at, now = self._at(contact), rows.micros(self._wish.now)
        if contact % REMINDED == 0:
            self._reminder(contact, key, at)
        if contact <= self._wish.open_tickets:
            self._ticket(contact, key, "open", now - contact * 1_000_000)
        elif contact % CLOSED == 0:
            self._ticket(contact, key, "closed", at)
        if contact <= self._wish.unread:
            self._inbound(contact, f"new-{contact}", now - 60_000_000 + contact, "unread", None)
        if contact <= self._wish.queued:
            self._outbox(contact, key, f"{contact}q".ljust(26, "a"), now - 60_000_000 + contact, "queued", None)

    def _inbound(self, contact: int, name: str, at: int, state: str, read_at: int | None) -> None:
        chat = str(chat_of(contact))
        fragment = Fragment(name, chat, b'{"update_id":1,"message":{"text":"Guten Tag, ich habe eine Frage."}}')
        row = rows.fragment_row(self._house, TELEGRAM, fragment, rows.moment(at))
        number = self._number("inbound")
        self._put("inbound", number, TELEGRAM, row["external"], contact, contact, row["body"], at, state, read_at)

    def _outbox(self, contact: int, key: Key, token: str, at: int, state: str, ended: int | None) -> None:
        outgoing = Outgoing(token, self._outgoing.message, self._outgoing.reply)
        row = rows.outgoing_row(key, contact, outgoing)
        sealed = (row["message"], row["reply"])
        number, attempts = self._number("outbox"), int(ended is not None)
        self._put("outbox", number, contact, contact, TELEGRAM, token, *sealed, state, 0, attempts, at, ended)

    def _ticket(self, contact: int, key: Key, state: str, at: int) -> None:
        number, opened = self._number("ticket"), rows.moment(at)
        ticket = Ticket(
            TicketId(number), ContactId(contact), state, 1 if state == "open" else 4, "allgemein", "normal", ARABIC, None,
            opened, opened, opened + timedelta(days=2),
        )  # fmt: skip
        row = rows.ticket_row(ticket)
        trail = rows.seal_trail(key, contact, opened, self._trail)
        self._put("ticket", *(row[name] for name in COLUMNS["ticket"][:-1]), trail)
        for kind in ("opened",) if state == "open" else ("opened", "parent_wrote", "closed"):
            detail = rows.event_row(key, contact, TicketEvent(kind, opened))["detail"]
            self._put("ticket_event", self._number("ticket_event"), number, kind, at, detail)
        for part in range(2):
            line = ThreadLine("parent", "Wer zahlt die Bücher, wenn wir Bürgergeld bekommen?", opened, None)
            text = rows.line_row(key, contact, line, part)["text"]
            self._put("message", self._number("message"), number, "parent", at, part, text)

    def _reminder(self, contact: int, key: Key, at: int) -> None:
        wanted = Subscribe("kita-oder-tagespflege", "schulanmeldung", Duration(1, "Wochen"))
        row = reminder_rows.reminder_row(self._house, key, contact, wanted, rows.moment(at))
        sealed = (row["name"], row["calendar"], row["before"], row["flow"])
        self._put("reminder", self._number("reminder"), contact, *sealed, at)

    def _put(self, table: str, *values: Any) -> None:
        self._rows[table].append(values)

    def _number(self, table: str) -> int:
        self._next[table] += 1
        return self._next[table]

    def _at(self, contact: int) -> int:
        """Return when a contact first wrote: evenly over the years, an hour ago at the latest."""
        left = (1 - contact / (self._wish.contacts + 1)) * YEARS
        return rows.micros(self._wish.now - timedelta(hours=1) - left)


def fill_sqlite(file: Path, filling: Filling) -> None:
    """Write everything into a SQLite store that nobody has open."""
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        for pragma in ("journal_mode=OFF", "synchronous=OFF", "cache_size=-800000", "locking_mode=EXCLUSIVE"):
            connection.execute(f"PRAGMA {pragma}").fetchall()
        for chunk in filling.chunks():
            connection.execute("BEGIN")
            for table, values in chunk.items():
                columns = COLUMNS[table]
                marks = ", ".join("?" * len(columns))
                connection.executemany(f"insert into {table} ({', '.join(columns)}) values ({marks})", values)  # noqa: S608 - names of our own
            connection.execute("COMMIT")


async def fill_postgres(url: str, filling: Filling) -> None:
    """Write everything into a PostgreSQL store that nobody has open, and leave it as autovacuum would one day."""
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("set session_replication_role = replica; set synchronous_commit = off")
        for chunk in filling.chunks():
            for table, values in chunk.items():
                await connection.copy_records_to_table(table, records=values, columns=COLUMNS[table])
        for table, columns in COLUMNS.items():
            if columns[0] == "id":
                await connection.execute(
                    f"select setval(pg_get_serial_sequence('{table}', 'id'), coalesce(max(id), 1)) from {table}"  # noqa: S608 - names of our own
                )
        await connection.execute("vacuum analyze")
    finally:
        await connection.close()


def _talk(edition: Edition, now: datetime) -> tuple[Session, Reply]:
    """Return where a talk stands that has been to a topic and back to the menu, and the last thing it was told."""
    session, said = Session(language=ARABIC, told=("ar", "privacy")), []
    topic = min(set(edition.revision.flows) - {"start"})
    for event in (Started(flow=topic), Command("menu")):
        sprint = advance(edition.revision, session, event, now - timedelta(days=1))
        session, said = sprint.session, [*said, *(each for each in sprint.effects if isinstance(each, Reply))]
    return session, said[-1]


def _message(edition: Edition, reply: Reply) -> Message:
    return render(reply, edition.catalogs, ARABIC, LIMITS[TELEGRAM], "token".ljust(26, "a"))
