"""Shows what parents wrote as what it is: text. Markup is the template's business, which escapes everything.

Characters that turn the reading direction round by force, and control characters, are shown as marks: nobody can make
an adviser read something other than what stands there. Joiners and direction marks that scripts need stay.
"""

import unicodedata
from itertools import takewhile

from bot.text.order import in_order

_OVERRIDES = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_FIRST = 80
"""Characters of a message on a card."""


def shown(text: str) -> str:
    """Return a text with its invisible commands made visible, and its numbers in order within right-to-left words."""
    return in_order("".join(map(_mark, text)))


def beginning(text: str) -> str:
    """Return a message's first 80 characters as one line, cut between words where there are any."""
    line = " ".join(text[: _FIRST * 4].split())
    if len(line) <= _FIRST:
        return shown(line)
    words, _, _ = line[: _FIRST + 1].rpartition(" ")
    return shown(words if len(words) > _FIRST // 2 else _letters(line)) + " …"


def _letters(line: str) -> str:
    """Return the first 80 characters and the marks that belong to the last of them."""
    marks = takewhile(lambda char: unicodedata.category(char).startswith("M"), line[_FIRST : _FIRST + 8])
    return line[:_FIRST] + "".join(marks)


def _mark(char: str) -> str:
    if char in _OVERRIDES or (unicodedata.category(char) in {"Cc", "Cs"} and char not in "\n\t"):
        return f"[U+{ord(char):04X}]"
    return char
