"""Domain value <-> row: the forms in which things are kept, the same for every engine. No SQL, no connection.

Time is UTC in whole microseconds. What is personal is sealed for its place, and the places stand here, side by side:
``docs/reference/store.md`` lists them with the columns that stand in plain. A row read here is any mapping by column.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

import msgspec

from bot.desk.ticket import Ticket, TicketEvent
from bot.flow.message import Reply
from bot.flow.session import Passage, Session, dump, load_reply, load_session
from bot.model import (
    Account,
    ContactId,
    Fragment,
    InboundId,
    Language,
    OutboxId,
    TicketId,
)
from bot.ports import OutboxItem, Outgoing, ThreadLine, Unread
from bot.privacy.seal import House, Key, Master, Place
from bot.text import message as messages
from bot.text.message import Message

Values = dict[str, Any]
"""A row to be written: parameters by name."""

HOUSE_KEY: Place = ("setting", "house_key")
HOUSE_NAMES: Place = ("setting", "house_names")

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_LENGTH = 4
"""Bytes that hold the length of a fragment's external id before its body."""
_TRAIL = msgspec.json.Decoder(tuple[Passage, ...])


class Row(Protocol):
    """What an engine returns: values by column."""

    def __getitem__(self, column: str, /) -> Any:
        """Return the value of a column."""


# -- time


def micros(moment: datetime) -> int:
    """Return an aware moment as microseconds since 1970, exactly."""
    return (moment - _EPOCH) // _MICROSECOND


def moment(value: int) -> datetime:
    """Return the moment in UTC."""
    return _EPOCH + value * _MICROSECOND


def micros_or_none(given: datetime | None) -> int | None:
    """Return microseconds where there is a moment."""
    return None if given is None else micros(given)


def moment_or_none(value: int | None) -> datetime | None:
    """Return a moment where there is one."""
    return None if value is None else moment(value)


# -- texts that are kept as such


def is_text(written: str) -> bool:
    """Tell whether every engine can keep this as a text: one has no NUL, none has half a character."""
    return "\0" not in written and written.encode("utf-8", "ignore") == written.encode("utf-8", "surrogatepass")


# -- keys


def contact_key_place(contact: int) -> Place:
    """Return where a contact's wrapped key belongs."""
    return ("contact_key", "wrapped", contact)


def contact_key(master: Master, contact: int, wrapped: bytes) -> Key:
    """Return a contact's key."""
    return master.unwrap(wrapped, contact_key_place(contact), "contact")


# -- fragments: sealed with the house's key


def fragment_row(house: House, account: Account, fragment: Fragment, at: datetime) -> Values:
    """Return the row of a fragment, without its contact and address."""
    alias = house.alias(account, "fragment", fragment.external_id)
    name = encode(fragment.external_id)
    packed = len(name).to_bytes(_LENGTH) + name + fragment.body
    return {
        "account": account,
        "external": alias,
        "body": house.key.seal(packed, ("inbound", "body", account, alias)),
        "at": micros(at),
    }


def house_row(row: Values, contact: int) -> Values:
    """Return the row of what the house itself has to say to a contact: it comes from no address."""
    return row | {"contact": contact, "address": None, "state": "unread"}


def fragment(house: House, row: Row, address: str | None) -> Fragment:
    """Return a fragment from its row; ``address`` is its readable address."""
    packed = house.key.open(row["body"], ("inbound", "body", row["account"], row["external"]))
    end = _LENGTH + int.from_bytes(packed[:_LENGTH])
    return Fragment(decode(packed[_LENGTH:end]), address, packed[end:])


def unread(house: House, row: Row, address: str | None) -> Unread:
    """Return a fragment that waits."""
    return Unread(InboundId(row["id"]), Account(row["account"]), fragment(house, row, address), moment(row["at"]))


def failure(house: House, row: Row) -> str:
    """Return what was noted of a fragment that could not be understood."""
    return decode(house.key.open(row["error"], ("inbound", "error", row["id"])))


def failed_row(house: House, fragment_id: InboundId, error: str, at: datetime) -> Values:
    """Return what is noted of a fragment that could not be understood."""
    sealed = house.key.seal(encode(error), ("inbound", "error", fragment_id))
    return {"id": fragment_id, "error": sealed, "at": micros(at)}


# -- addresses: with the house's key until the contact has one


def address_alias(house: House, account: Account, address: str) -> str:
    """Return the name under which an address is kept."""
    return house.alias(account, "address", address)


def address_row(house: House, account: Account, alias: str, address: str, at: datetime) -> Values:
    """Return the row of a new address, without its contact."""
    sealed = house.key.seal(encode(address), _address_place(account, alias))
    return {"account": account, "external": alias, "readable": sealed, "at": micros(at)}


def address(house: House, key: Key | None, row: Row) -> str:
    """Return an address as the platform says it; ``key`` is its contact's, where there is one.

    The row's columns are ``address_account``, ``address_external`` and ``address_readable``.
    """
    sealed, place = row["address_readable"], _address_place(row["address_account"], row["address_external"])
    return decode((house.key if key is None or house.key.fits(sealed) else key).open(sealed, place))


def reseal_address(house: House, key: Key, row: Row) -> Values:
    """Return an address sealed with its contact's key from now on."""
    return hand_over_address(house, key, key, row)


def hand_over_address(house: House, own: Key | None, key: Key, row: Row) -> Values:
    """Return an address of one contact (``own`` is their key) sealed with another's key."""
    place = _address_place(row["address_account"], row["address_external"])
    return {"id": row["address"], "readable": key.seal(encode(address(house, own, row)), place)}


def _address_place(account: str, alias: str) -> Place:
    return ("address", "readable", account, alias)


# -- talks: with the contact's key


def seal_session(key: Key, contact: ContactId, session: Session) -> bytes:
    """Seal a session."""
    return key.seal(dump(session), ("session", "body", contact))


def session(key: Key, row: Row) -> Session:
    """Return a session. What stands in plain beside it is what holds: an expired wait is cleared only there."""
    told = load_session(key.open(row["body"], ("session", "body", row["contact"])))
    return msgspec.structs.replace(told, owner=row["owner"], wakes_at=moment_or_none(row["wakes_at"]))


def outgoing_row(key: Key, contact: ContactId, outgoing: Outgoing) -> Values:
    """Return the words and the reference of an outgoing message."""
    token = outgoing.token
    return {
        "contact": contact,
        "token": token,
        "message": key.seal(messages.dump(outgoing.message), ("outbox", "message", contact, token)),
        "reply": key.seal(dump(outgoing.reply), ("outbox", "reply", contact, token)),
        "until": micros_or_none(outgoing.until),
    }


def message(key: Key, row: Row) -> Message:
    """Return the words of an outgoing message."""
    return messages.load(key.open(row["message"], ("outbox", "message", row["contact"], row["token"])))


def reply(key: Key, row: Row) -> Reply:
    """Return the reference of an outgoing message."""
    return load_reply(key.open(row["reply"], ("outbox", "reply", row["contact"], row["token"])))


def outbox_item(house: House, key: Key, row: Row) -> OutboxItem:
    """Return a message that waits to be sent."""
    return OutboxItem(
        id=OutboxId(row["id"]),
        contact=ContactId(row["contact"]),
        account=Account(row["address_account"]),
        address=address(house, key, row),
        token=row["token"],
        message=message(key, row),
        attempts=row["attempts"],
        queued_at=moment(row["queued_at"]),
    )


def seal_reason(house: House, item: int, reason: str) -> bytes:
    """Seal why a message was not sent: a platform's words may name people."""
    return house.key.seal(encode(reason), ("outbox", "reason", item))


def reason(house: House, row: Row) -> str:
    """Return why a message was not sent."""
    return decode(house.key.open(row["reason"], ("outbox", "reason", row["id"])))


# -- tickets: with the contact's key


def ticket_row(ticket: Ticket) -> Values:
    """Return what stands of a ticket in plain."""
    return {
        "id": ticket.id,
        "contact": ticket.contact,
        "state": ticket.state,
        "version": ticket.version,
        "topic": ticket.topic,
        "urgency": ticket.urgency,
        "language": ticket.language,
        "adviser": ticket.adviser,
        "opened_at": micros(ticket.opened_at),
        "changed_at": micros(ticket.changed_at),
        "promise_at": micros(ticket.promise_at),
    }


def ticket(row: Row) -> Ticket:
    """Return a ticket from its plain columns."""
    return Ticket(
        id=TicketId(row["id"]),
        contact=ContactId(row["contact"]),
        state=row["state"],
        version=row["version"],
        topic=row["topic"],
        urgency=row["urgency"],
        language=Language(row["language"]),
        adviser=row["adviser"],
        opened_at=moment(row["opened_at"]),
        changed_at=moment(row["changed_at"]),
        promise_at=moment(row["promise_at"]),
    )


def seal_trail(key: Key, contact: int, opened_at: datetime, trail: Sequence[Passage]) -> bytes:
    """Seal the way that led to a question."""
    return key.seal(msgspec.json.encode(tuple(trail)), ("ticket", "trail", contact, micros(opened_at)))


def trail(key: Key, row: Row) -> tuple[Passage, ...]:
    """Return the way that led to a question."""
    return _TRAIL.decode(key.open(row["trail"], ("ticket", "trail", row["contact"], row["opened_at"])))


def event_row(key: Key, contact: int, event: TicketEvent) -> Values:
    """Return an event's row, without its ticket."""
    at = micros(event.at)
    place = _event_place(contact, event.kind, at, event.adviser)
    sealed = key.seal(encode(event.detail), place)
    return {"kind": event.kind, "at": at, "adviser": event.adviser, "detail": sealed}


def event(key: Key, contact: int, row: Row) -> TicketEvent:
    """Return what happened to a ticket."""
    place = _event_place(contact, row["kind"], row["at"], row["adviser"])
    return TicketEvent(row["kind"], moment(row["at"]), row["adviser"], decode(key.open(row["detail"], place)))


def _event_place(contact: int, kind: str, at: int, adviser: int | None) -> Place:
    return ("ticket_event", "detail", contact, kind, at, adviser)


def line_row(key: Key, contact: int, line: ThreadLine, part: int) -> Values:
    """Return a line of a thread, without its ticket. ``part`` tells apart what was written at one moment."""
    at = micros(line.at)
    place = _line_place(contact, line.side, at, part, line.adviser)
    sealed = key.seal(encode(line.text), place)
    return {"side": line.side, "at": at, "part": part, "adviser": line.adviser, "text": sealed}


def line(key: Key, contact: int, row: Row) -> ThreadLine:
    """Return a line of a thread."""
    place = _line_place(contact, row["side"], row["at"], row["part"], row["adviser"])
    return ThreadLine(row["side"], decode(key.open(row["text"], place)), moment(row["at"]), row["adviser"])


def _line_place(contact: int, side: str, at: int, part: int, adviser: int | None) -> Place:
    return ("message", "text", contact, side, at, part, adviser)


def encode(text: str) -> bytes:
    """Return any text's bytes: also one with half a character, which came from a platform's JSON."""
    return text.encode("utf-8", "surrogatepass")


def decode(raw: bytes) -> str:
    """Return the text again."""
    return raw.decode("utf-8", "surrogatepass")
