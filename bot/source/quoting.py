"""Texts that stand without the quotation marks they need: found line by line, also in a file that YAML cannot read.

An author writes ``say: Achtung: Frist`` and means the text behind the first colon, to the end of the line or to a
comment (`` # ``). Whether YAML reads that text is asked of YAML, with the one value alone; what it misreads is a
``Bare``. Left alone: block scalars, texts in quotation marks, lists and mappings, and everything where it is not clear
what the author meant, such as an anchor that is used or a line below that looks like a new word.

Only here is known which words of the language take nothing but a text: there ``[a, b]`` and ``{name}`` are text too.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import yaml

_TEXTS = (
    "title say choose ask form remind escalate label short retry note source statement card closed nobody yes_text alt"
)
TEXT_WORDS = frozenset(_TEXTS.split())
"""Words behind which nothing but a text can stand."""
TEXT_LISTS = frozenset("examples keywords also teams wider_after was facts save".split())  # noqa: SIM905 - as above
"""Words whose list holds nothing but texts."""
ASKED = 3_000
"""So many values of one file are tried at most: a file of nothing but riddles costs a second, not a minute."""
_BLANK = 1_000_000
"""The indent of a line with nothing on it: it belongs to whatever it stands in."""
_COLLECTION = 100
"""Lines over which a list or mapping in brackets is followed."""


@dataclass(frozen=True, slots=True)
class Bare:
    """A text to put in quotation marks. ``parts`` are its pieces: line (from 0), start and end on it; ``text`` is all."""

    parts: tuple[tuple[int, int, int], ...]
    text: str

    @property
    def line(self) -> int:
        """Its first line, from 1."""
        return self.parts[0][0] + 1

    @property
    def last(self) -> int:
        """Its last line, from 1."""
        return self.parts[-1][0] + 1

    @property
    def column(self) -> int:
        """Where it starts, from 1."""
        return self.parts[0][1] + 1


def bare_texts(lines: Sequence[str]) -> tuple[Bare, ...]:
    """Return the texts of a file that need quotation marks, from top to bottom; ``lines`` are without their ends."""
    return tuple(_Scan(lines).found())


def with_marks(lines: Sequence[str], bare: Sequence[Bare]) -> tuple[str, ...]:
    """Return the lines with these texts in quotation marks."""
    new = list(lines)
    for each in bare:
        for number, start, end in each.parts:
            mark = _mark(each.text)
            piece = lines[number][start:end]
            piece = piece.replace("'", "''") if mark == "'" else piece
            opening = mark if number == each.parts[0][0] else ""
            closing = mark if number == each.parts[-1][0] else ""
            new[number] = lines[number][:start] + opening + piece + closing + lines[number][end:]
    return tuple(new)


def _mark(text: str) -> str:
    return "'" if '"' in text or "\\" in text else '"'


def quoted(text: str) -> str:
    """Return a text of one line in quotation marks that fit what it contains."""
    mark = _mark(text)
    return mark + (text.replace("'", "''") if mark == "'" else text) + mark


def inside_marks(value: str) -> str:
    """Return a text that stands in quotation marks and holds the same ones: ``"Er sagte "ja" dazu."``; else nothing.

    The outer ones may be marks or text (``"Ja" oder "Nein"``): they are marks if the next one can only begin a word, or
    is an apostrophe within one.
    """
    value = without_comment(value)
    nested = _NESTED.get(value[:1])
    return value[1:-1] if nested and nested.fullmatch(value) else ""


def without_comment(text: str) -> str:
    """Return a text as far as its author meant it: up to a ``#`` that has a blank behind it."""
    comment = _COMMENT.search(text)
    return (text[: comment.start()] if comment else text).rstrip(" ")


class _Scan:
    """One look at all lines."""

    def __init__(self, lines: Sequence[str]) -> None:
        self._lines = lines
        self._indents = [_blanks(line, 0) if line.strip(" ") else _BLANK for line in lines]
        self._at = 0
        self._words: list[tuple[int, str]] = []
        self._asked = 0
        values = [_first_value(line) for line in lines if "&" in line or "*" in line]
        anchors, aliases = (
            {found[1] for value in values if (found := each.match(value))} for each in (_ANCHOR, _ALIAS)
        )
        self._referred = anchors & aliases

    def found(self) -> Iterator[Bare]:
        """Yield each text that needs quotation marks."""
        while self._at < len(self._lines) and self._asked < ASKED:
            number = self._at
            self._at += 1
            bare = self._entry(number)
            if bare is not None:
                yield bare

    def _entry(self, number: int) -> Bare | None:
        """Look at one line: its dashes, its word, and what stands behind."""
        line = self._lines[number]
        column = len(line) - len(line.lstrip(" "))
        if _NO_ENTRY.match(line, column):
            return None
        while _DASH.match(line, column):
            self._leave(column + 1)
            start = _blanks(line, column + 1)
            if self._holds_texts() or not (_word(line, start) or _DASH.match(line, start)):
                return self._value(number, start, column, only_text=self._holds_texts())
            column = start
        word = _word(line, column)
        if not word:
            return None
        self._leave(column)
        only_text = word in TEXT_WORDS and not (self._words and self._words[-1][1] == "steps")
        self._words.append((column, word))
        start = _blanks(line, line.index(":", column + len(word)) + 1)
        return self._value(number, start, column, only_text=only_text)

    def _leave(self, column: int) -> None:
        """Forget the words of the levels that end before this column."""
        while self._words and self._words[-1][0] >= column:
            self._words.pop()

    def _holds_texts(self) -> bool:
        """Say whether the list being read holds nothing but texts."""
        words = [word for _, word in self._words]
        return bool(words) and (words[-1] in TEXT_LISTS or (len(words) == 3 and words[0] == "words"))

    def _value(self, number: int, start: int, column: int, *, only_text: bool) -> Bare | None:
        """Look at what stands behind a word or a dash at ``column``."""
        value = self._lines[number][start:].rstrip(" ")
        if not value or value.endswith("\t"):
            return None
        below = self._below(number, column)
        if not below and _SURELY_TEXT.fullmatch(value):
            return None
        onward = self._no_text(value, number, start, below, only_text=only_text)
        if onward is None:
            return self._bare(number, start, below)
        self._at = onward
        return None

    def _no_text(self, value: str, number: int, start: int, below: list[int], *, only_text: bool) -> int | None:
        """Return the line to go on with where a value is no text, or a text with marks; None where it is a text."""
        onward = number + 1
        match value[0]:
            case "|" | ">":
                header = _HEADER.fullmatch(value) and self._end(number, start) - start <= 3
                return onward + len(below) if below or header else None
            case "#":
                comment = below or self._grouped(number) or _COMMENT.match(f" {value}")
                return onward if comment else None
            case '"' | "'":
                return onward if inside_marks(value) else self._closed(number, start)
            case "[" | "{":
                return self._brackets(value, number, start, only_text=only_text)
            case "&" | "*" | "!":
                return onward if self._meant(value, nested=bool(below)) else None
            case _:
                return None

    def _brackets(self, value: str, number: int, start: int, *, only_text: bool) -> int | None:
        end = self._collection(number, start)
        if end is None:
            return None if only_text or _TEXT_IN_BRACKETS.match(value) else number + 1
        return None if only_text and end == number + 1 else end

    def _below(self, number: int, column: int) -> list[int]:
        """Return the lines further in below a line, without blank ones at their end."""
        found: list[int] = []
        for below in range(number + 1, len(self._lines)):
            if self._indents[below] <= column:
                break
            found.append(below)
        while found and self._indents[found[-1]] == _BLANK:
            found.pop()
        return found

    def _grouped(self, number: int) -> bool:
        """Say whether the value of a word is the list below it, which may stand no further in."""
        line = self._lines[number]
        column = _blanks(line, 0)
        following = next((line for line in self._lines[number + 1 :] if line.strip(" ")), "")
        return (
            not _DASH.match(line, column) and _blanks(following, 0) == column and bool(_DASH.match(following, column))
        )

    def _closed(self, number: int, start: int) -> int | None:
        """Return the number of the line below a text in quotation marks; None where it is not one."""
        inside = _INSIDE[self._lines[number][start]]
        position = start + 1
        for at in range(number, len(self._lines)):
            line = self._lines[at]
            end = inside.match(line, position)
            if end is not None and end.end() < len(line):
                return at + 1 if _NOTHING.match(line, end.end() + 1) else None
            position = 0
        return None

    def _collection(self, number: int, start: int) -> int | None:
        """Return the number of the line below a list or mapping in brackets; None where it is not one."""
        text = ""
        self._asked += 1
        for at in range(number, min(number + _COLLECTION, len(self._lines))):
            text += f"{self._lines[at][start:] if at == number else self._lines[at]}\n"
            opened = sum(map(text.count, "[{"))
            if opened <= sum(map(text.count, "]}")):
                return at + 1 if _events(f"x: {text}") else None
        return None

    def _meant(self, value: str, *, nested: bool) -> bool:
        """Say whether an anchor, alias or tag is really one: one that is referred to, or that stands before a group."""
        name = _NAMED.match(value)
        return (name is not None and name[1] in self._referred) or (nested and " " not in value)

    def _bare(self, number: int, start: int, below: list[int]) -> Bare | None:
        """Return a text of one or more lines if YAML misreads it, and if it is clear where it ends."""
        parts = [(number, start, self._end(number, start))]
        for at in below:
            end = self._end(at, 0)
            parts.append((at, min(_blanks(self._lines[at], 0), end), end))
        pieces = [self._lines[at][begin:end] for at, begin, end in parts]
        text = _folded(pieces)
        self._asked += 1
        if _reads(pieces, text):
            self._at += len(below)
            return None
        cut = any(end < len(self._lines[at].rstrip(" ")) for at, _, end in parts[:-1])
        if cut or "\t" in "".join(self._lines[at][end:] for at, _, end in parts):
            return None
        if any(_STRUCTURE.match(piece) for piece in pieces[1:]):
            return None
        self._at += len(below)
        return Bare(tuple(parts), text)

    def _end(self, number: int, start: int) -> int:
        """Return where a text ends on its line: before a comment, or before the blanks at the end."""
        line = self._lines[number]
        closed = _INSIDE[line[start]].match(line, start + 1) if line[start : start + 1] in _INSIDE else None
        comment = _COMMENT.search(line, start if closed is None else closed.end())
        return len((line[: comment.start()] if comment else line).rstrip(" "))


def _word(line: str, start: int) -> str:
    """Return what stands before the colon of a line, as written; empty where there is no word."""
    in_marks = _QUOTED_WORD.match(line, start)
    if in_marks:
        return in_marks["word"]
    colon = _COLON.search(line, start)
    word = line[start : colon.start()] if colon else ""
    return "" if not word or _NO_WORD.match(word) or _EATEN.search(word) else word


def _first_value(line: str) -> str:
    """Return what stands behind a line's dashes and its word."""
    start = _blanks(line, 0)
    while _DASH.match(line, start):
        start = _blanks(line, start + 1)
    colon = _COLON.search(line, start)
    return line[start:] if colon is None else line[_blanks(line, colon.end()) :]


def _blanks(line: str, start: int) -> int:
    return len(line) - len(line[start:].lstrip(" "))


def _folded(pieces: Sequence[str]) -> str:
    """Return what YAML makes of a text over several lines: a line end is a blank, an empty line a line end."""
    text, gaps = pieces[0], 0
    for piece in pieces[1:]:
        if piece:
            text += ("\n" * gaps or " ") + piece
        gaps = 0 if piece else gaps + 1
    return text


def _reads(pieces: Sequence[str], text: str) -> bool:
    """Say whether YAML reads these pieces as this text, without any quotation marks."""
    match _events("- " + "\n  ".join(pieces)):
        case [yaml.SequenceStartEvent(), yaml.ScalarEvent(value=value, style=None, anchor=None, tag=None), _]:
            return bool(value == text)
        case _:
            return False


def _events(text: str) -> list[yaml.Event]:
    """Return the events of one value; nothing where YAML cannot read it, or where it nests too deep to be tried."""
    if sum(map(text.count, "[{")) > 20 or len(text) > 20_000:
        return []
    try:
        return list(yaml.parse(text, Loader=yaml.SafeLoader))[2:-2]
    except (yaml.YAMLError, ValueError, OverflowError):
        return []


_NO_ENTRY = re.compile(r"(?:#|%|---|\.\.\.|\t|$)")
_DASH = re.compile(r"-(?= )")
_COLON = re.compile(r":(?= |$)")
_QUOTED_WORD = re.compile(r"""(?P<word>"(?:[^"\\]|\\.)*"|'(?:[^']|'')*') *:(?= |$)""")
_NO_WORD = re.compile(r"""[\s"'\[\]{}#&*!|>%@`,?]|-(?: |$)""")
_EATEN = re.compile(r"[ \t]#")
_SURELY_TEXT = re.compile(r"[^\W_][^:#\t]*")
_HEADER = re.compile(r"[|>](?:[+-]?[1-9]?|[1-9][+-])(?: +#.*)?")
_COMMENT = re.compile(r"[ \t]+#(?=[ \t]|$)")
_NOTHING = re.compile(r" *(?:$| #)")
_INSIDE = {'"': re.compile(r'(?:[^"\\]|\\.|\\$)*'), "'": re.compile(r"(?:[^']|'')*")}
_NESTED = {'"': re.compile(r'"[^"]*[ (]"\w.*"'), "'": re.compile(r"'[^']*(?:[ (]'\w|\w'\w).*'")}
_TEXT_IN_BRACKETS = re.compile(r"\[\[[^\[\]]+\]\]|\{\w+\}|\[[^\[\]]*\] *[^ \[\],:#]|\{[^{}]*\} *[^ {},:#]")
_NAMED = re.compile(r"[&*]([^\s,\[\]{}]+)")
_ANCHOR = re.compile(r"&([^\s,\[\]{}]+)(?: |$)")
_ALIAS = re.compile(r"\*([^\s,\[\]{}]+) *(?:$| #)")
_STRUCTURE = re.compile(r"[-?](?: |$)|#|[^\s:]+:(?: |$)")
