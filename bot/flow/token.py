"""What stands behind a button: an opaque token of at most 64 ASCII bytes, the same in every channel and language.

An option of a flow is the first 16 base32 letters of the hash of ``flow/step/option``: it survives a new wording,
a translation and a restart, and says nothing to a stranger. The house's own buttons are short words:

=============  ====================================================
``a.<hash>``   an answer that is no option: skip, yes, no, confirm, change
``s.<flow>``   start this flow, such as ``s.schulanmeldung``
``c.<name>``   an everywhere-command, such as ``c.menu``
``l.<code>``   a language, such as ``l.ar``
``t.<name>``   the talk itself: done, skip, resume, answer, again, erase …
``m.<id>.x``   about one message: ``g`` German, ``t`` term, ``s`` source, ``n`` the next of its buttons
=============  ====================================================
"""

import base64
import hashlib
from functools import lru_cache

DONE = "t.done"
"""The question is complete ("Fertig")."""
RESUME = "t.resume"
"""Go on where the talk was."""
LEAVE = "t.leave"
"""Go away from a half-filled form all the same."""
OTHER = "t.other"
"""None of what was guessed."""
HAND_OVER = "t.person"
"""Pass what was written to a person."""
ANSWER = "t.answer"
"""Write to the adviser again."""
AGAIN = "t.again"
"""Another question after the closing."""
GOOD = "t.good"
"""It helped."""
BAD = "t.bad"
"""It did not help."""
ERASE = "t.erase"
"""Yes, erase everything."""
KEEP = "t.keep"
"""No, erase nothing."""


@lru_cache(8192)  # the same few thousand again and again: making them anew was 40 % of every sprint
def option(flow: str, step: str, name: str) -> str:
    """Return the token of a flow's option: 16 characters of a-z and 2-7."""
    digest = hashlib.sha256(f"{flow}/{step}/{name}".encode()).digest()
    return base64.b32encode(digest)[:16].decode("ascii").lower()


def button(flow: str, step: str, name: str) -> str:
    """Return the token of a button that is no option, such as ``.skip``."""
    return f"a.{option(flow, step, name)}"


def command(name: str) -> str:
    """Return the token of an everywhere-command."""
    return f"c.{name}"


def start(flow: str) -> str:
    """Return the token that starts a flow."""
    return f"s.{flow}"


def language(code: str) -> str:
    """Return the token of a language."""
    return f"l.{code}"


def about(message: str, extra: str) -> str:
    """Return the token of an extra of one message: ``message`` is its random id.

    ``extra`` is ``german``, ``term``, ``source``, or ``next``.
    """
    return f"m.{message}.{extra[0]}"
