"""A message in words, within a channel's limits: what the outbox keeps and a channel shapes into its platform's JSON."""

import msgspec

from bot.flow.message import Part
from bot.model import Language


class Button(Part, frozen=True):
    """A button: an opaque token of at most 64 ASCII bytes, and its words."""

    token: str
    label: str


class Attachment(Part, frozen=True):
    """A file that goes with a message: ``kind`` is ``picture document`` or ``audio``; ``alt`` says in words what it is.

    ``path`` lies below ``flows/``; ``address`` names the file for ever (``text.media``). ``size`` is in bytes; ``width``
    and ``height`` are a picture's pixels, 0 where they are not known.
    """

    kind: str
    path: str
    address: str
    alt: str
    size: int
    width: int = 0
    height: int = 0


class Link(Part, frozen=True):
    """A page to open: what it is called, and its address (https)."""

    label: str
    url: str


class Message(Part, frozen=True):
    """One message, ready to be sent.

    ``text`` is plain: paragraphs parted by a blank line, lines by a newline; arguments and German terms stand in
    U+2068 … U+2069. ``bold`` are pairs (start, end) of code points in it. ``direction`` is ``ltr`` or ``rtl``.
    ``buttons`` answer the message; ``extras`` belong in a second row. ``speaker`` is ``bot`` or ``person``.
    ``media`` and ``links`` are what the channel can show; of what it cannot, the text speaks. ``enclosed`` is ``data``
    where all that is kept of the parent goes with the message, made when it is sent.
    """

    text: str
    language: Language
    direction: str
    buttons: tuple[Button, ...] = ()
    extras: tuple[Button, ...] = ()
    bold: tuple[tuple[int, int], ...] = ()
    speaker: str = "bot"
    media: tuple[Attachment, ...] = ()
    links: tuple[Link, ...] = ()
    enclosed: str = ""


def dump(message: Message) -> bytes:
    """Return a message's JSON form."""
    return msgspec.json.encode(message)


def load(raw: bytes) -> Message:
    """Read a message's JSON form."""
    return _MESSAGE.decode(raw)


_MESSAGE = msgspec.json.Decoder(Message)
