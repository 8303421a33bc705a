"""Buttons about one message (``m.<id>.g``): from the token to the event that carries the message itself."""

from collections.abc import Callable, Mapping

import msgspec

from bot.flow.event import AskedGerman, AskedMore, AskedSource, AskedTerm, Chose, Event
from bot.flow.message import Reply

_ABOUT: Mapping[str, Callable[[Reply], Event]] = {
    "g": AskedGerman,
    "t": AskedTerm,
    "s": AskedSource,
    "n": AskedMore,
}


def message_meant(event: Event) -> str:
    """Return the random id of the message that a pressed extra is about; empty for any other event."""
    if not isinstance(event, Chose) or not event.token.startswith("m."):
        return ""
    message, _, extra = event.token.removeprefix("m.").rpartition(".")
    return message if extra in _ABOUT else ""


def with_message(event: Event, replies: Mapping[str, Reply]) -> Event:
    """Return the event with the message it is about, where that message is known; else the event as it is."""
    reply = replies.get(message_meant(event))
    if reply is None or not isinstance(event, Chose):
        return event
    return _ABOUT[event.token.rpartition(".")[2]](reply)


def is_same(one: Reply, other: Reply) -> bool:
    """Say whether two replies are one message, whichever page of its buttons they show."""
    return msgspec.structs.replace(one, page=0) == msgspec.structs.replace(other, page=0)
