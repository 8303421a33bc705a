"""Rendering: from a reply (references, values) to a message (words), in one language and within a channel's limits.

Every argument and every German word inside other text stands between U+2068 and U+2069, so that numbers and Latin
words keep their order in right-to-left text. Marks (``*bold*``, ``[[Term]]``, ``{answer}``) are read in our own texts
only, before anything is filled in: what a parent or an adviser wrote is never markup.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from bot.flow import token as tokens
from bot.flow.message import Chosen, Day, Line, Option, Own, Photo, Reply, Shown, Text, content, interface
from bot.flow.talk import SOURCE_LANGUAGE
from bot.model import Language
from bot.text.attach import NO_FILES, attached, in_words, linked
from bot.text.catalogs import Catalogs
from bot.text.languages import direction
from bot.text.limits import Limits
from bot.text.media import MediaFile
from bot.text.message import Button, Message
from bot.text.order import FSI, PDI, in_order, quotes_in_order
from bot.text.pages import page_of

RLM = "\u200f"
_MARK = re.compile(r"\{(?P<name>\w+)\}|\[\[(?P<term>[^\]|]+)(?:\|(?P<shown>[^\]]+))?\]\]|\*(?P<bold>[^*\n]+)\*")
_ABOUT = {"german", "term", "source"}
_RTL = {"R", "AL"}


def render(
    reply: Reply,
    catalogs: Catalogs,
    language: Language,
    limits: Limits,
    token: str,
    files: Mapping[str, MediaFile] = NO_FILES,
) -> Message:
    """Return the message in words. ``language`` is the contact's; ``token`` the message's own random name.

    ``files`` are what may go with messages, by path below ``flows/``.
    """
    spoken = reply.language or language
    page = _Page(catalogs, spoken)
    if reply.speaker == "person" and limits.heading:
        page.heading("person.heading")
    media = attached(reply, catalogs, spoken, files) if limits.attaches else ()
    links = linked(reply, catalogs, spoken) if limits.attaches else ()
    for line in (*reply.lines, *in_words(reply, spoken, media, links)):
        page.paragraph(line)
    return Message(
        text="".join(page.parts),
        language=spoken,
        direction=direction(spoken),
        buttons=_buttons(reply, catalogs, spoken, limits, token),
        extras=tuple(_extra(extra, catalogs, language, token) for extra in reply.extras),
        bold=tuple(page.bold),
        speaker=reply.speaker,
        media=media,
        links=links,
        enclosed=reply.enclosed,
    )


def label(text: Text | Own, catalogs: Catalogs, language: Language) -> str:
    """Return a button's words."""
    return text.words if isinstance(text, Own) else plain(catalogs.find(text, language))


@lru_cache(8192)  # the labels of buttons, again and again
def plain(template: str) -> str:
    """Return a template without its marks; what would be filled in is an ellipsis."""
    return _MARK.sub(lambda m: m["shown"] or m["term"] or plain(m["bold"] or "…"), template).strip()


@dataclass(slots=True)
class _Page:
    """A message as it grows: its parts, its length, and where it is bold."""

    catalogs: Catalogs
    language: Language
    parts: list[str] = field(default_factory=list)
    bold: list[tuple[int, int]] = field(default_factory=list)
    length: int = 0
    explained: set[str] = field(default_factory=set)

    def heading(self, name: str) -> None:
        self._begin()
        self._write_bold(self.catalogs.find(interface(name), self.language))

    def paragraph(self, line: Line) -> None:
        self._begin("\n" if line.close else "\n\n")
        if isinstance(line.text, Own):
            self._write(in_order(line.text.words))
            return
        template = self.catalogs.find(line.text, self.language).strip()
        values = dict(line.values)
        first = True
        for lead, piece in _laid_out(template, direction(self.language)):
            self._write("" if first else "\n")
            first = False
            self._write(lead)
            for words in self._pieces(piece, values):
                self._write(words)

    def _begin(self, gap: str = "\n\n") -> None:
        if self.parts:
            self._write(gap)

    def _pieces(self, template: str, values: dict[str, Shown]) -> Iterator[str]:
        end = 0
        for mark in _MARK.finditer(template):
            yield template[end : mark.start()]
            end = mark.end()
            if mark["bold"] is not None:
                start = self.length
                yield from self._pieces(mark["bold"], values)
                self.bold.append((start, self.length))
            elif mark["name"] is not None:
                yield self._value(values.get(mark["name"], ""))
            else:
                yield self._term(mark["term"], mark["shown"] or mark["term"])
        yield template[end:]

    def _value(self, value: Shown) -> str:
        match value:
            case Text():
                words = plain(self.catalogs.find(value, self.language))
            case Chosen(label=chosen):
                words = plain(self.catalogs.find(chosen, self.language))
            case Own():
                words = value.words
            case Day(date=day):
                words = f"{day:%d.%m.%Y}"
            case Photo():
                words = plain(self.catalogs.find(interface("answer.photo"), self.language))
            case _:
                words = str(value)
        return f"{FSI}{_without_isolates(words)}{PDI}" if words else ""

    def _term(self, term: str, shown: str) -> str:
        """Return a glossary word; the German one in other languages, once a message with its meaning in brackets."""
        if self.language == SOURCE_LANGUAGE:
            return shown
        short = content("glossary", term, "short")
        key_known = self.catalogs.has("flows", [short.key], self.language)
        if term in self.explained or not key_known:
            return f"{FSI}{shown}{PDI}"
        self.explained.add(term)
        return f"{FSI}{shown}{PDI} ({self.catalogs.find(short, self.language)})"

    def _write_bold(self, words: str) -> None:
        start = self.length
        self._write(words)
        self.bold.append((start, self.length))

    def _write(self, words: str) -> None:
        self.parts.append(words)
        self.length += len(words)


@lru_cache(8192)  # the same few thousand templates, again and again
def _laid_out(template: str, written: str) -> tuple[tuple[str, str], ...]:
    """Return a template's lines, in order for this direction of writing.

    Before each stands the mark that turns a right-to-left line round where its own first letter would not.
    """
    if written != "rtl":
        return tuple(("", line) for line in template.split("\n"))
    lines = in_order(quotes_in_order(template)).split("\n")
    return tuple(("" if _starts_right_to_left(line) else RLM, line) for line in lines)


def _buttons(reply: Reply, catalogs: Catalogs, language: Language, limits: Limits, token: str) -> tuple[Button, ...]:
    """Return the buttons of the page that is shown, and one to the next page where there are others."""
    shown = page_of(reply.options, reply.page, limits.buttons)
    room = limits.room(len(shown.options) + shown.more)
    buttons = tuple(_button(option, catalogs, language, room) for option in shown.options)
    more = Button(tokens.about(token, "next"), catalogs.find(interface("button.more"), language))
    return (*buttons, more) if shown.more else buttons


def _button(option: Option, catalogs: Catalogs, language: Language, room: int) -> Button:
    words = label(option.label, catalogs, language)
    if len(words) > room and option.short is not None:
        words = label(option.short, catalogs, language)
    return Button(option.token, words)


def _extra(extra: str, catalogs: Catalogs, language: Language, token: str) -> Button:
    name = {"help": "hilfe", "person": "mensch", "menu": "menu"}.get(extra, extra)
    pressed = tokens.about(token, extra) if extra in _ABOUT else tokens.command(name)
    return Button(pressed, catalogs.find(interface(f"extra.{extra}"), language))


def _starts_right_to_left(piece: str) -> bool:
    depth = 0
    for mark in re.sub(_MARK, "", piece):
        kind = unicodedata.bidirectional(mark)
        depth += (mark == FSI) - (mark == PDI)
        if not depth and kind in {"L", *_RTL}:
            return kind in _RTL
    return False


def _without_isolates(words: str) -> str:
    return re.sub("[\u2066-\u2069\u202a-\u202e]", "", words)
