"""PO files in the plain form that ``translate update`` and Poedit write, read ten times as quickly as Babel reads them.

Only what is certain is read: anything out of the ordinary (plurals, old entries, the same text twice, another charset,
a line that does not fit) makes ``plain`` return None, and Babel reads the file. Where it does read, both say the same.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple


class Entry(NamedTuple):
    """One translation: its place (msgctxt), the German it was made from, its words, and whether it is only a guess."""

    context: str
    german: str
    words: str
    fuzzy: bool


class _Strange(Exception):  # noqa: N818 - no error: it only says that Babel is to read the file
    """Something that is not read here."""


def plain(raw: bytes) -> tuple[Entry, ...] | None:
    """Return the entries that have a context, or None where Babel is to read the file."""
    try:
        return tuple(_entries(raw.decode("utf-8")))
    except (UnicodeDecodeError, _Strange):
        return None


def _entries(text: str) -> Iterator[Entry]:
    if _OLD in text or "\r" in text:
        raise _Strange
    place = len(text) - len(text.lstrip("\n"))
    seen: set[tuple[str | None, str]] = set()
    while place < len(text):
        found = _ENTRY.match(text, place)
        if found is None:
            raise _Strange
        comments, context, german, words = found.groups()
        place = found.end()
        key = (context, german)
        if key in seen or (not _read(german) and (seen or context is not None or not _is_utf8(words))):
            raise _Strange
        seen.add(key)
        if context is not None:
            yield Entry(_read(context), _read(german), _read(words), "#," in comments and _is_fuzzy(comments))


def _read(quoted: str) -> str:
    """Return what stands in quotation marks, on one line or on several."""
    inside = quoted[1:-1] if "\n" not in quoted else "".join(line[1:-1] for line in quoted.split("\n"))
    return _ESCAPED.sub(_meant, inside) if "\\" in inside else inside


def _meant(found: re.Match[str]) -> str:
    return _ESCAPES.get(found[1], found[1])


def _is_utf8(header: str) -> bool:
    charset = _CHARSET.search(header)
    return charset is None or charset[1].lower() == "utf-8"


def _is_fuzzy(comments: str) -> bool:
    flags = (line[2:] for line in comments.split("\n") if line.startswith("#,"))
    return any(flag.strip() == "fuzzy" for line in flags for flag in line.split(","))


_QUOTED = r'"[^\n]*"(?:\n"[^\n]*")*'
_ENTRY = re.compile(rf"((?:#[^\n]*\n)*)(?:msgctxt ({_QUOTED})\n)?msgid ({_QUOTED})\nmsgstr ({_QUOTED})(?:\n+|\Z)")
_OLD = "#~"
_ESCAPED = re.compile(r'\\([\\trn"])')
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r"}
_CHARSET = re.compile(r"charset=([\w-]+)")
