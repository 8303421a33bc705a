"""A message in words, within a channel's limits: what the outbox keeps and a channel shapes into its platform's JSON."""

import msgspec

from bot.flow.message import Part
from bot.model import Language


class Button(Part, frozen=True):
    """A button: an opaque token of at most 64 ASCII bytes, and its words."""

    token: str
    label: str


class Message(Part, frozen=True):
    """One message, ready to be sent.

    ``text`` is plain: paragraphs parted by a blank line, lines by a newline; arguments and German terms stand in
    U+2068 … U+2069. ``bold`` are pairs (start, end) of code points in it. ``direction`` is ``ltr`` or ``rtl``.
    ``buttons`` answer the message; ``extras`` belong in a second row. ``speaker`` is ``bot`` or ``person``.
    """

    text: str
    language: Language
    direction: str
    buttons: tuple[Button, ...] = ()
    extras: tuple[Button, ...] = ()
    bold: tuple[tuple[int, int], ...] = ()
    speaker: str = "bot"


def dump(message: Message) -> bytes:
    """Return a message's JSON form."""
    return msgspec.json.encode(message)


def load(raw: bytes) -> Message:
    """Read a message's JSON form."""
    return _MESSAGE.decode(raw)


_MESSAGE = msgspec.json.Decoder(Message)
