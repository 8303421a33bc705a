"""Bytes -> the same bytes, with quotation marks where YAML needs them, and what was changed. Nothing else is touched.

Comments, layout, line ends, a mark at the beginning (BOM) and the end of the file stay byte for byte. A file that is
fine stays as it is. What a change did is looked at before it is believed: the text must be read exactly as it was
written, and everything beside it as before; a change that does not pass is not made.
"""

import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from bot.source import nodes
from bot.source.nodes import Node, Scalar
from bot.source.quoting import Bare, bare_texts, with_marks
from bot.source.reader import Document, read_once

_ROUNDS = 4
"""So often what was mended is looked at again: a quotation mark can show the next text that needs some."""
_TRIES = 10


@dataclass(frozen=True, slots=True)
class Change:
    """One line that was changed: its number from 1, how it was, and how it is now."""

    line: int
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Mended:
    """A file with its quotation marks, and the lines that changed; none where nothing had to."""

    raw: bytes
    changes: tuple[Change, ...]


def mend(raw: bytes) -> Mended:
    """Put every text in quotation marks that needs them and whose beginning and end are sure."""
    document = read_once("", raw)
    if not document.source.lines:  # too large, no text, or with characters nobody sees: not for quotation marks
        return Mended(raw, ())
    lines = document.source.lines
    for _ in range(_ROUNDS):
        bare = _sure(document, bare_texts(document.source.lines))
        if not bare:
            break
        document = _document(with_marks(document.source.lines, bare))
    return _mended(raw, lines, document.source.lines)


def _mended(raw: bytes, before: Sequence[str], after: Sequence[str]) -> Mended:
    """Put the lines back between the line ends they had."""
    changes = tuple(
        Change(number, old, new) for number, (old, new) in enumerate(zip(before, after, strict=True), 1) if old != new
    )
    if not changes:
        return Mended(raw, ())
    text = raw.decode("utf-8")
    ends = [*_END.findall(text), ""]
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    whole = mark + "".join(line + end for line, end in zip(after, ends, strict=True))
    return Mended(whole.encode("utf-8"), changes)


_END = re.compile("\r\n|\r|\n")


def _document(lines: Sequence[str]) -> Document:
    return read_once("", "\n".join(lines).encode("utf-8"))


def _sure(before: Document, bare: Sequence[Bare]) -> tuple[Bare, ...]:
    """Return the texts whose quotation marks do what they should, and nothing else."""
    for _ in range(_TRIES):
        if not bare:
            return ()
        after = _document(with_marks(before.source.lines, bare))
        doubtful = set(_doubtful(before, after, bare))
        if not doubtful:
            return tuple(bare)
        bare = [each for each in bare if each not in doubtful]
    return ()


def _doubtful(before: Document, after: Document, bare: Sequence[Bare]) -> Sequence[Bare]:
    """Return the texts whose quotation marks cannot be believed; of changes to a file that was fine, if in doubt all."""
    if after.root is None:
        torn = {problem.line for problem in after.problems}
        there = [each for each in bare if torn & set(range(each.line, each.last + 1))]
        still_torn = before.root is None and after.source.lines  # without lines it has become too large
        return there or (() if still_torn else bare)
    wanted = {(each.line, each.column): each for each in bare}
    read = dict(_texts(after.root))
    lost = [each for place, each in wanted.items() if read.get(place) != each.text]
    if lost or before.root is None:
        return lost
    return _needless(before.root, wanted) or (() if _same(before.root, after.root, wanted) else bare)


def _texts(node: Node) -> Iterator[tuple[tuple[int, int], str]]:
    match node:
        case Scalar():
            yield (node.place.line, node.place.column), node.text
        case nodes.Sequence():
            for item in node:
                yield from _texts(item)
        case nodes.Mapping():
            for _, value in node:
                yield from _texts(value)


def _needless(root: Node, wanted: Mapping[tuple[int, int], Bare]) -> list[Bare]:
    """Return what was read as it was written without quotation marks."""
    return [wanted[place] for place, text in _texts(root) if place in wanted and wanted[place].text == text]


def _same(before: Node, after: Node, changed: Container[tuple[int, int]]) -> bool:
    """Say whether two readings differ in nothing but the places that were changed."""
    if (after.place.line, after.place.column) in changed and isinstance(after, Scalar):
        return True
    match before, after:
        case Scalar(), Scalar():
            return (before.text, before.style) == (after.text, after.style)
        case nodes.Sequence(), nodes.Sequence():
            return _all_same(before, after, changed)
        case nodes.Mapping(), nodes.Mapping():
            words = [key.text for key, _ in before] == [key.text for key, _ in after]
            return words and _all_same((value for _, value in before), (value for _, value in after), changed)
        case _:
            return False


def _all_same(before: Iterable[Node], after: Iterable[Node], changed: Container[tuple[int, int]]) -> bool:
    return all(
        old is not None and new is not None and _same(old, new, changed) for old, new in zip_longest(before, after)
    )
