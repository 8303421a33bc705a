"""Typed words as the house keeps them: readable text within a limit, in one form of writing."""

import re
import unicodedata

LIMIT = 4096
"""So many code points of one message are kept: as many as the platforms let a person send."""

_UNSEEN = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069\x00-\x08\x0b-\x1f\x7f]")
"""Direction marks and controls. Joiners stay: Persian needs them."""


def tidy(words: str) -> str:
    """Return the words cut to the limit, in NFC, without direction marks, controls and halves of characters.

    Cut before normalising (64,000 alternating marks take seconds) and again after it (it can make text longer).
    """
    whole = words[:LIMIT].encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    readable = _UNSEEN.sub("", whole.replace("\r\n", "\n").replace("\r", "\n"))
    return unicodedata.normalize("NFC", readable)[:LIMIT].strip()
