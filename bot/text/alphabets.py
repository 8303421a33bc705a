"""Letters, digits and marks of many scripts: what looks alike and is not, and what ends a sentence where."""

import re
import unicodedata
from typing import Final

from bot.model import Language

_LATIN = "A-Za-z\u00aa\u00ba\u00c0-\u024f\u1e00-\u1eff"
_CYRILLIC = "\u0400-\u052f\u1c80-\u1c8f"
_GREEK = "\u0370-\u037d\u037f-\u03ff\u1f00-\u1fff"
LOOKALIKE: Final = frozenset(map(chr, (*range(0x370, 0x530), *range(0x1C80, 0x1C90), *range(0x1F00, 0x2000))))
"""The letters of Cyrillic and Greek."""
_ACCENTS = "[\u0300-\u036f]*"
_TOUCHING = re.compile(
    f"[{_LATIN}]{_ACCENTS}[{_CYRILLIC}{_GREEK}]|[{_CYRILLIC}]{_ACCENTS}[{_LATIN}{_GREEK}]|[{_GREEK}]{_ACCENTS}[{_LATIN}{_CYRILLIC}]"
)
_ALONE = re.compile(f"(?<=[{_CYRILLIC}][ ,])[ ]?(?P<word>[aceiopxyABCEHIKMOPTXY])(?= [{_CYRILLIC}])")
"""A Latin letter that stands as a word between Cyrillic ones and looks like one of theirs."""
_WORD = re.compile(r"[^\W\d_]+(?:[\u0300-\u036f]+[^\W\d_]*)*")


def mixed_words(text: str) -> tuple[str, ...]:
    """Return the words whose letters come from two of the scripts that look alike: Latin, Cyrillic and Greek.

    Other scripts never look Latin: an Arabic prefix before ``WhatsApp`` is right.
    """
    words = [word for word in _WORD.findall(text) if _TOUCHING.search(word)] if _TOUCHING.search(text) else []
    return (*dict.fromkeys(words), *dict.fromkeys(found["word"] for found in _ALONE.finditer(text)))


def foreign_digits(text: str) -> str:
    """Return the first number that is not written in Latin digits, or an empty text."""
    found = _FOREIGN.search(text)
    return "" if found is None else found[0]


def latin(text: str) -> str:
    """Return a text with all its digits in Latin."""
    if text.isascii():
        return text
    return _FOREIGN.sub(lambda found: "".join(str(unicodedata.decimal(c)) for c in found[0]), text)


_FOREIGN = re.compile(r"(?:(?![0-9])\d)+")


def end_of(text: str, language: Language) -> str:
    """Return how a text ends: ``question``, ``stop``, ``colon`` or ``none``; closing quotes and brackets aside."""
    last = text.rstrip(_CLOSING)[-1:]
    if last in _QUESTION or (last == ";" and language == "el"):
        return "question"
    if last in _STOP:
        return "stop"
    return "colon" if last and last in _COLON else "none"


_CLOSING: Final = "*\"'“”„»›«‹)] \t\n\u00a0\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069」』）"
_QUESTION: Final = frozenset("?؟\u037e՞፧？⁇⁈")
_STOP: Final = frozenset(".!…。！።۔।॥։᙮…⁉")
_COLON: Final = frozenset(":：፥፦")
WITHOUT_STOP: Final[frozenset[str]] = frozenset({"th", "lo", "km", "my"})
"""Languages that part sentences by a blank."""
