"""What a YAML file is to us: texts, lists and mappings, each with its place. Every scalar stays the text it was."""

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

    def spot(self, fragment: str, count: int = 0) -> Place:
        """Return where the text's n-th such fragment (from 0) stands in the file; the text's own place if unsure."""
        source = self.place.source
        for number in range(self.place.line, self.place.last + 1):
            line = source.line(number)
            column = line.find(fragment, self.place.column - 1 if number == self.place.line else 0)
            while column >= 0:
                if not count:
                    return Place(source, number, column + 1, len(fragment), number)
                count -= 1
                column = line.find(fragment, column + 1)
        return self.place


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
