"""Shapes a message for Telegram: pieces of at most 4,096 UTF-16 units, bold as entities, buttons as rows. Pure.

Words never become markup (no ``parse_mode``): what a parent or an adviser wrote is shown as it is.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.channels.telegram_decode import Press
from bot.text.message import Button, Message

TEXT_LIMIT = 4096
"""UTF-16 units of one message."""
SHORT = 14
"""Options whose labels all have at most so many characters stand two in a row."""
SHORT_EXTRA = 18
"""Two extras that follow each other share a row where both have at most so many."""
CHOSEN = "\N{WHITE HEAVY CHECK MARK} "
"""Stands before what was chosen; it has no direction, so the words after it decide."""
ABOUT_A_MESSAGE = ("m.", "c.")
"""Tokens of buttons that ask about a message or leave it alone: it stays as it is and can still be answered."""


@dataclass(frozen=True, slots=True)
class Part:
    """One message as the platform takes it: its text, and as JSON values what is bold in it and the rows of buttons."""

    text: str
    entities: tuple[Mapping[str, str | int], ...] = ()
    rows: tuple[Sequence[Mapping[str, str]], ...] = ()

    @property
    def fields(self) -> dict[str, object]:
        """Return what a call says of it beside its text."""
        fields: dict[str, object] = {"link_preview_options": {"is_disabled": True}}
        if self.entities:
            fields["entities"] = self.entities
        if self.rows:
            fields["reply_markup"] = {"inline_keyboard": self.rows}
        return fields


def shape(message: Message) -> tuple[Part, ...]:
    """Return the parts to send, in order; the buttons stand under the last."""
    text = _whole(message.text)
    pieces = _pieces(text)
    rows = tuple([_key(button) for button in row] for row in (*_options(message.buttons), *_extras(message.extras)))
    return tuple(
        Part(
            text=text[start:end],
            entities=_bold(text, message.bold, start, end),
            rows=rows if end == pieces[-1][1] else (),
        )
        for start, end in pieces
    )


def chosen(press: Press) -> Part | None:
    """Return the pressed message with the choice in it and no buttons; None where it stays as it is.

    Its text is empty where only the buttons can go: the message came without its text or its buttons, so that words
    or label are not known, or the label has no room in it.
    """
    if not press.token or not press.message or press.token.startswith(ABOUT_A_MESSAGE):
        return None
    text = f"{press.text}\n\n{CHOSEN}{press.label}"
    if not press.label or not press.text or units(text) > TEXT_LIMIT:
        return Part("")
    label = _strong(units(text) - units(press.label), units(press.label))
    return Part(text, (*(_strong(offset, length) for offset, length in press.bold), label))


def units(text: str) -> int:
    """Return a text's length as the platform counts it, in UTF-16 units."""
    return len(text.encode("utf-16-le", "replace")) // 2


def _pieces(text: str) -> list[tuple[int, int]]:
    """Return where to cut: at a paragraph, else a line, else a space, else in a word. Edges carry no white space."""
    pieces = []
    start, stop = len(text) - len(text.lstrip()), len(text.rstrip())
    while True:
        end = _furthest(text, start, stop)
        cut = end if end == stop else _gap(text, start, end)
        pieces.append((start, start + len(text[start:cut].rstrip())))
        if cut >= stop:
            return pieces
        start = cut + len(text[cut:stop]) - len(text[cut:stop].lstrip())


def _furthest(text: str, start: int, stop: int) -> int:
    if units(text[start:stop]) <= TEXT_LIMIT:
        return stop
    room = TEXT_LIMIT
    for index in range(start, stop):
        room -= 2 if text[index] > "\uffff" else 1
        if room < 0:
            return index
    return stop


def _gap(text: str, start: int, end: int) -> int:
    """Return the last good place to cut in the second half of what fits."""
    gaps = (text.rfind(gap, (start + end) // 2, end) for gap in ("\n\n", "\n", " "))
    return next((gap for gap in gaps if gap > start), end)


def _bold(text: str, spans: Sequence[tuple[int, int]], start: int, end: int) -> tuple[Mapping[str, str | int], ...]:
    """Return what of these spans lies in this piece, counted in its UTF-16 units."""
    inside = ((max(first, start), min(last, end)) for first, last in spans)
    return tuple(_strong(units(text[start:first]), units(text[first:last])) for first, last in inside if first < last)


def _whole(text: str) -> str:
    """Return a text with a sign in the place of what the platform cannot take."""
    return _SURROGATES_AND_NUL.sub("\N{REPLACEMENT CHARACTER}", text)


def _strong(offset: int, length: int) -> Mapping[str, str | int]:
    return {"type": "bold", "offset": offset, "length": length}


def _options(buttons: Sequence[Button]) -> Iterator[Sequence[Button]]:
    width = 2 if all(len(button.label) <= SHORT for button in buttons) else 1
    return (buttons[index : index + width] for index in range(0, len(buttons), width))


def _extras(buttons: Sequence[Button]) -> Iterator[Sequence[Button]]:
    while buttons:
        pair = buttons[:2]
        width = len(pair) if all(len(button.label) <= SHORT_EXTRA for button in pair) else 1
        yield buttons[:width]
        buttons = buttons[width:]


def _key(button: Button) -> Mapping[str, str]:
    return {"text": _whole(button.label), "callback_data": button.token}


_SURROGATES_AND_NUL = re.compile("[\x00\ud800-\udfff]")
