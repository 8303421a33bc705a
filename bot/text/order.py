"""Keeping the order of what is read from left to right within right-to-left text: numbers, and German sentences.

``+49 211 123-45`` in an Arabic sentence would be shown as ``45-123 211 49+``, and somebody would dial that. So such runs
stand between U+2068 and U+2069, which every channel and browser understands and nobody sees.
"""

import re
import unicodedata

FSI, PDI = "\u2068", "\u2069"
_GERMAN_QUOTE = re.compile("„[^„“\n]*[A-Za-zÄÖÜäöüß][^„“\n]*“")
_NUMBER = re.compile(
    r"(?P<skip>\{\w+\}|\[\[[^\]]*\]\]|\S*[A-Za-z]\S*|\u2068[^\u2069]*\u2069)|\+?\d(?:[\d \u00a0./:()–-]*\d)?"
)
_RIGHT_TO_LEFT = {"R", "AL"}


def in_order(text: str) -> str:
    """Return a text with its numbers between isolates, if there is anything in it that is read from right to left."""
    if not any(unicodedata.bidirectional(c) in _RIGHT_TO_LEFT for c in text):
        return text
    return _NUMBER.sub(lambda found: found[0] if found["skip"] else f"{FSI}{found[0]}{PDI}", text)


def quotes_in_order(text: str) -> str:
    """Return a text with its German sentences („…“) between isolates, marks and closing signs included."""
    return _GERMAN_QUOTE.sub(lambda found: f"{FSI}{found[0]}{PDI}", text)
