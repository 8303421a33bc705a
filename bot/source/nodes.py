"""What a YAML file is to us: texts, lists and mappings, each with its place. Every scalar stays the text it was."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from bot.source.problem import Problem


@dataclass(frozen=True, slots=True)
class Source:
    """A file as it was written, line by line."""

    file: str
    lines: tuple[str, ...]

    def line(self, number: int) -> str:
        """Return a line, counted from 1; behind the end it is empty."""
        return self.lines[number - 1] if 0 < number <= len(self.lines) else ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands: line and column from 1, the caret's length on that line, and its last line."""

    source: Source = field(repr=False, compare=False)
    line: int
    column: int
    length: int
    last: int

    def problem(self, code: str, message: str, help_: str, note: str = "") -> Problem:
        """Return a problem at this place."""
        return Problem(
            file=self.source.file,
            line=self.line,
            column=self.column,
            code=code,
            message=message,
            help=help_,
            length=self.length,
            note=note,
            written=self.source.line(self.line),
        )


@dataclass(frozen=True, slots=True)
class Scalar:
    """A text. ``style`` is ``plain``, ``quoted`` or ``block``; ``broken`` stands where a problem was already noted."""

    text: str
    place: Place
    style: str = "plain"

    def matches(self, pattern: re.Pattern[str]) -> list[tuple[Place, str]]:
        """Return each match of a pattern in the text, with its place; the text's own place where that is unsure."""
        found = [match[0] for match in pattern.finditer(self.text)]
        written = list(self._written(pattern)) if found else []
        if found == [fragment for _, fragment in written]:
            return written
        return [(self.place, fragment) for fragment in found]

    def _written(self, pattern: re.Pattern[str]) -> Iterator[tuple[Place, str]]:
        """Yield the matches in the lines of the file that the text comes from."""
        place = self.place
        for number in range(place.line, place.last + 1):
            line = place.source.line(number)
            start = place.column - 1 if number == place.line else 0
            end = start + place.length if place.line == place.last else len(line)
            for match in pattern.finditer(line, start, end):
                yield Place(place.source, number, match.start() + 1, len(match[0]), number), match[0]


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list. ``style`` is ``block`` or, in brackets, ``flow``."""

    items: "tuple[Node, ...]"
    place: Place
    style: str = "block"

    def __iter__(self) -> "Iterator[Node]":
        return iter(self.items)


@dataclass(frozen=True, slots=True)
class Mapping:
    """Words and what stands behind them, in the order written; no word twice. ``style`` as for a list."""

    pairs: "tuple[tuple[Scalar, Node], ...]"
    place: Place
    style: str = "block"

    def __iter__(self) -> "Iterator[tuple[Scalar, Node]]":
        return iter(self.pairs)


Node = Scalar | Sequence | Mapping
