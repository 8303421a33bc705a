"""A message as the core says it: references to texts, values and options. No words.

``text`` turns a ``Reply`` into words in the contact's language; the outbox keeps the ``Reply`` too,
so that the same message can be said in German. Everything here is immutable and has a JSON form (msgspec).
"""

from datetime import date

import msgspec

from bot.model import Language


class Part(msgspec.Struct, frozen=True, tag=True, omit_defaults=True):
    """The base of everything a message or a session is made of."""


class Day(Part, frozen=True):
    """A day as an answer's value."""

    date: date


class Text(Part, frozen=True):
    """A reference to one text: its catalog and its place there.

    ``domain`` is ``flows`` (content; ``key`` is ``flow/step/field`` as in the catalogs' msgctxt) or ``bot``
    (interface; ``key`` is the name in ``text/interface.py``).
    """

    domain: str
    key: str


class Own(Part, frozen=True):
    """Words that are not ours to translate: an adviser's answer, a law's name, a language's own name."""

    words: str


class Chosen(Part, frozen=True):
    """An option as an answer's value: its name, by which it is compared, and its label, by which it is shown."""

    name: str
    label: Text


class Photo(Part, frozen=True):
    """A photo as an answer's value: the channel's reference to it, opaque."""

    media: str


Value = str | int | Day | Chosen | Photo
"""An answer's value: text, a whole number, a day, an option, a photo."""

Shown = Value | Text | Own
"""What may fill a placeholder: an answer, another text, or somebody's own words."""


class Line(Part, frozen=True):
    """One paragraph of a message: a text and what fills its placeholders, as pairs of name and value.

    ``close`` lines stand directly below the line before them, without a blank line between.
    """

    text: Text | Own
    values: tuple[tuple[str, Shown], ...] = ()
    close: bool = False


class Option(Part, frozen=True):
    """A button: its token and its label. ``short`` is the label for channels with short buttons, or None."""

    token: str
    label: Text | Own
    short: Text | None = None


class Media(Part, frozen=True):
    """A file that goes with a message.

    ``kind`` is ``picture document`` or ``audio``; ``path`` lies below ``flows/``. ``translated`` names the files that
    win in a language, as pairs (language, path). ``alt`` is what the file shows or says, in words.
    """

    kind: str
    path: str
    alt: Text
    translated: tuple[tuple[Language, str], ...] = ()


class Reply(Part, frozen=True):
    """One message to the parent.

    ``lines`` are its paragraphs; ``options`` the buttons that answer it; ``extras`` name what its second row offers
    (any of ``german term source language help person menu``). ``speaker`` is ``bot`` or ``person`` (an adviser).
    ``terms`` are the glossary words it marks, ``source`` where its statement comes from, or empty.
    ``language`` overrides the contact's language for this message; None follows the contact's. ``media`` are its
    files; ``links`` pages to open, as pairs (label, address). ``page`` is which page of its options is shown, from 0,
    on channels that show fewer buttons than there are options. ``enclosed`` is ``data`` where all that is kept of the
    parent goes with the message, made when it is sent; else empty.
    """

    lines: tuple[Line, ...]
    options: tuple[Option, ...] = ()
    extras: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()
    source: str = ""
    speaker: str = "bot"
    language: Language | None = None
    media: tuple[Media, ...] = ()
    links: tuple[tuple[Text, str], ...] = ()
    page: int = 0
    enclosed: str = ""


def content(*path: str) -> Text:
    """Refer to a text of the flows, such as ``content("elternabend", "was-ist-das", "say")``."""
    return Text("flows", "/".join(path))


def interface(name: str) -> Text:
    """Refer to a text of the program itself."""
    return Text("bot", name)
