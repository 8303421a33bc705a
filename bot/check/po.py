"""Where a translation stands in its PO file, for problems that name file, line and column. Reads lines, not meaning."""

from collections.abc import Mapping
from functools import cached_property

from bot.model import Language
from bot.source.problem import Problem

Catalogs = Mapping[Language, "Written"]
"""The PO files of the content, by language."""


class Written:
    """One PO file as it lies there. Its lines are looked at only when there is something to say about one."""

    def __init__(self, file: str, raw: bytes) -> None:
        self.file = file
        self._raw = raw

    def problem(self, key: str, code: str, message: str, help_: str, *, note: str = "", fragment: str = "") -> Problem:
        """Return a problem at a fragment of the translation of a text, or at the whole of it."""
        start, stop = self._places.get(key, (-1, -1))
        if start < 0:
            return Problem(self.file, 0, 0, code, message, help_)
        line, column, length = self._find(start, stop, _escaped(fragment))
        return Problem(self.file, line + 1, column + 1, code, message, help_, length, note, self._lines[line])

    @cached_property
    def _lines(self) -> tuple[str, ...]:
        return tuple(line.rstrip("\r") for line in self._raw.decode("utf-8", "replace").split("\n"))

    @cached_property
    def _places(self) -> Mapping[str, tuple[int, int]]:
        """The lines from which and up to which each text's translation stands, from 0, the last one excluded."""
        places: dict[str, tuple[int, int]] = {}
        key, word, start = "", "", 0
        for number, line in enumerate((*self._lines, "")):
            if line.startswith('"'):
                key += _quoted(line) if word == "msgctxt" else ""
                continue
            if word == "msgstr":
                places.setdefault(key, (start, number))
            word, start = line.partition(" ")[0].partition("[")[0], number
            key = _quoted(line) if word == "msgctxt" else key
        return places

    def _find(self, start: int, stop: int, fragment: str) -> tuple[int, int, int]:
        """Return line, column and length of a fragment; where it is not on one line, of the first line with words."""
        for line in range(start, stop):
            opening = self._lines[line].find('"')
            column = self._lines[line].find(fragment, opening + 1) if fragment else -1
            if column >= 0:
                return line, column, len(fragment)
        line = next((line for line in range(start, stop) if _quoted(self._lines[line])), start)
        column = self._lines[line].find('"') + 1
        return line, column, max(1, len(self._lines[line].rstrip()) - column - 1)


def written(files: Mapping[str, tuple[str, bytes]]) -> Catalogs:
    """Return the PO files by language, from their names and bytes."""
    return {Language(language): Written(name, raw) for language, (name, raw) in files.items()}


def _quoted(line: str) -> str:
    """Return what stands in quotation marks on a line, without its escapes."""
    inside = line[line.find('"') + 1 : line.rfind('"')]
    return inside.replace('\\"', '"').replace("\\\\", "\\")


def _escaped(fragment: str) -> str:
    return fragment.replace("\\", "\\\\").replace('"', '\\"')
