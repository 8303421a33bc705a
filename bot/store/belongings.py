"""Everything that is kept of one contact, opened, for them to read: by table and column, as the schema names them.

``SHOWN`` and ``UNSHOWN`` decide of every column of every table; a test compares them with the schema, so a new column
cannot be forgotten. What does not open any more (changed on the disk) is said to be there, without its words.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bot.model import ContactId
from bot.ports import Belongings, ChatLine
from bot.privacy.seal import Key
from bot.store import reminder_rows, rows
from bot.store.base import StoreBase, fetch
from bot.store.engine import Connection

UNREADABLE = "?"
"""Stands for what does not open any more."""

SHOWN: Mapping[str, tuple[str, ...]] = {
    "contact": ("id", "made_at"),
    "newcomer": ("since",),
    "consent": ("version", "at"),
    "address": ("account", "readable", "made_at", "gone_at"),
    "session": ("owner", "wakes_at", "body", "changed_at"),
    "inbound": ("account", "body", "at", "state", "read_at"),
    "outbox": ("account", "message", "state", "attempts", "queued_at", "ended_at", "until"),
    "ticket": (
        "id", "state", "topic", "urgency", "language", "opened_at", "changed_at", "promise_at", "trail", "closed_topic",
        "outcome",
    ),
    "ticket_event": ("ticket", "kind", "at", "detail"),
    "message": ("ticket", "side", "at", "text"),
    "feedback": ("ticket", "rating", "at"),
    "reminder": ("before", "flow", "since", "ended_at"),
    "reminded": ("at",),
}  # fmt: skip
"""What a contact is shown: columns by table, each with its opened value."""

_ITSELF = "names the contact itself, or a row"
_OTHERS = "names an adviser, who is somebody else"
_COUNTER = "counts for the program, says nothing about anybody"
_ALIAS = "a name that only the house can read; what it stands for is shown"

UNSHOWN: Mapping[str, Mapping[str, str]] = {
    "newcomer": {"contact": _ITSELF},
    "consent": {"contact": _ITSELF},
    "contact_key": {"contact": _ITSELF, "wrapped": "a key, with which everything else was opened"},
    "address": {"id": _ITSELF, "contact": _ITSELF, "external": _ALIAS},
    "session": {"contact": _ITSELF, "version": _COUNTER},
    "inbound": {
        "id": _ITSELF, "contact": _ITSELF, "address": _ITSELF, "external": _ALIAS,
        "error": "where the program failed, for its maintainers",
    },
    "outbox": {
        "id": _ITSELF, "contact": _ITSELF, "address": _ITSELF, "token": "a random name",
        "reply": "what the message was made of; the message is shown", "position": _COUNTER, "next_at": _COUNTER,
        "reason": "what a platform said of itself when it refused a message",
    },
    "ticket": {"contact": _ITSELF, "version": _COUNTER, "adviser": _OTHERS},
    "ticket_event": {"id": _ITSELF, "adviser": _OTHERS},
    "message": {"id": _ITSELF, "part": _COUNTER, "adviser": _OTHERS},
    "feedback": {"id": _ITSELF, "contact": _ITSELF},
    "reminder": {"id": _ITSELF, "contact": _ITSELF, "name": _ALIAS, "calendar": _ALIAS},
    "reminded": {"reminder": _ITSELF, "day": _ALIAS},
}  # fmt: skip
"""What a contact is not shown, and why not. Of ``message`` the notes of the house are not shown either: they may be
about others."""

NOBODYS: Mapping[str, str] = {
    "setting": "the house's own keys and settings",
    "migration": "the program's own steps",
    "post": "programs at work",
    "revision": "published content",
    "publishing": "who of the house published it",
    "visit": "counts over all talks",
    "past_inbound": "names that only the house can read, of no contact",
    "past_ticket": "counts of questions, of no contact",
    "erased": "numbers of contacts that are no more",
    "adviser": "people of the house",
    "invitation": "people of the house",
    "login": "people of the house",
}
"""Tables in which nothing is about a contact, and what they hold."""


class Belonging(StoreBase):
    """The store's side of showing contacts what is kept of them."""

    async def belongings(self, contact: ContactId) -> Belongings:
        """Return everything that is kept of a contact, opened, by table and column; nothing where there is none."""
        async with self._engine.reading() as connection:
            row = await self._queries.own_contact(connection, contact=contact)
            return dict.fromkeys(SHOWN, ()) if row is None else await self._all_of(connection, contact, row)

    async def goodbye(self, contact: ContactId) -> ChatLine | None:
        """Return the goodbye of one who only stands for somebody that was erased, None for everybody else."""
        return self._house_line(await self._ask(self._queries.goodbye, contact=contact))

    async def line(self, contact: ContactId, token: str) -> ChatLine | None:
        """Return one message of the house to a contact, by its token."""
        return self._house_line(await self._ask(self._queries.house_line, contact=contact, token=token))

    def _house_line(self, row: Any) -> ChatLine | None:
        if row is None:
            return None
        return ChatLine(
            "", rows.moment(row["queued_at"]), message=rows.message(self._own_key(row), row), token=row["token"]
        )

    async def _all_of(self, connection: Connection, contact: int, row: rows.Row) -> Belongings:
        key = self._key(contact, row["wrapped"])
        whose = {"contact": contact}
        queries = self._queries
        return {
            "contact": ({"id": row["id"], "made_at": rows.moment(row["made_at"])},),
            "newcomer": _where(row["since"], {"since": rows.moment_or_none(row["since"])}),
            "consent": _where(
                row["agreed_at"], {"version": row["agreed_version"], "at": rows.moment_or_none(row["agreed_at"])}
            ),
            "session": () if row["version"] is None else (self._session_shown(key, row),),
            "address": [
                self._address_shown(key, each) for each in await fetch(queries.own_addresses, connection, **whose)
            ],
            "inbound": [self._inbound_shown(each) for each in await fetch(queries.own_inbound, connection, **whose)],
            "outbox": [self._outbox_shown(key, each) for each in await fetch(queries.own_outbox, connection, **whose)],
            "ticket": [self._ticket_shown(key, each) for each in await fetch(queries.own_tickets, connection, **whose)],
            "ticket_event": [
                self._event_shown(key, contact, each) for each in await fetch(queries.own_events, connection, **whose)
            ],
            "message": [
                self._line_shown(key, contact, each) for each in await fetch(queries.own_lines, connection, **whose)
            ],
            "feedback": [
                {"ticket": each["ticket"], "rating": each["rating"], "at": rows.moment(each["at"])}
                for each in await fetch(queries.own_feedback, connection, **whose)
            ],
            "reminder": [
                self._reminder_shown(key, each) for each in await fetch(queries.own_reminders, connection, **whose)
            ],
            "reminded": [
                {"at": rows.moment(each["at"])} for each in await fetch(queries.own_reminded, connection, **whose)
            ],
        }

    def _session_shown(self, key: Key | None, row: rows.Row) -> Mapping[str, object]:
        body = _readable(lambda: rows.session(self._sure(key), row))
        return _moments(row, "wakes_at", "changed_at") | {"owner": row["owner"], "body": body}

    def _address_shown(self, key: Key | None, row: rows.Row) -> Mapping[str, object]:
        readable = _readable(lambda: rows.address(self._house, key, row))
        return _moments(row, "made_at", "gone_at") | {"account": row["address_account"], "readable": readable}

    def _inbound_shown(self, row: rows.Row) -> Mapping[str, object]:
        body = _readable(lambda: rows.fragment(self._house, row, None).body)
        plain = {"account": row["account"], "state": row["state"], "body": body}
        return plain | _moments(row, "at", "read_at")

    def _outbox_shown(self, key: Key | None, row: rows.Row) -> Mapping[str, object]:
        message = _readable(lambda: rows.message(self._sure(key), row))
        plain = {name: row[name] for name in ("account", "state", "attempts")} | {"message": message}
        return plain | _moments(row, "queued_at", "ended_at", "until")

    def _ticket_shown(self, key: Key | None, row: rows.Row) -> Mapping[str, object]:
        names = ("id", "state", "topic", "urgency", "language", "closed_topic", "outcome")
        trail = _readable(lambda: rows.trail(self._sure(key), row))
        plain = {name: row[name] for name in names} | {"trail": trail}
        return plain | _moments(row, "opened_at", "changed_at", "promise_at")

    def _event_shown(self, key: Key | None, contact: int, row: rows.Row) -> Mapping[str, object]:
        detail = _readable(lambda: rows.event(self._sure(key), contact, row).detail)
        return {"ticket": row["ticket"], "kind": row["kind"], "detail": detail} | _moments(row, "at")

    def _line_shown(self, key: Key | None, contact: int, row: rows.Row) -> Mapping[str, object]:
        text = _readable(lambda: rows.line(self._sure(key), contact, row).text)
        return {"ticket": row["ticket"], "side": row["side"], "text": text} | _moments(row, "at")

    def _reminder_shown(self, key: Key | None, row: rows.Row) -> Mapping[str, object]:
        flow = _readable(lambda: reminder_rows.reminder_flow(self._sure(key), row))
        return {"before": row["before"], "flow": flow} | _moments(row, "since", "ended_at")


def _where(known: object, row: Mapping[str, object]) -> Sequence[Mapping[str, object]]:
    return () if known is None else (row,)


def _moments(row: rows.Row, *names: str) -> dict[str, object]:
    return {name: rows.moment_or_none(row[name]) for name in names}


def _readable(opened: Callable[[], object]) -> object:
    """Return an opened value; a mark where it does not open."""
    try:
        return opened()
    except ValueError:
        return UNREADABLE
