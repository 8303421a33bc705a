"""Finding the name somebody meant, and saying it."""

import difflib
from collections.abc import Iterable

_LONGEST = 80
"""Likeness of longer words is not looked for: it costs the square of their length."""
_MANY = 12


def suggest(word: str, known: Iterable[str]) -> str:
    """Return the known name that is nearest to a word, or an empty text when none is near."""
    near = difflib.get_close_matches(word[:_LONGEST], [name for name in known if len(name) <= _LONGEST], n=1)
    return near[0] if near else ""


def hint(word: str, known: Iterable[str]) -> str:
    """Return a help: the nearest name, or else the names there are."""
    names = tuple(known)
    near = suggest(word, names)
    if near:
        return f"Ein ähnlicher Name ist »{near}«."
    return f"Wählen Sie einen von diesen Namen: {listed(names)}." if names else "Nehmen Sie die Zeile heraus."


def listed(names: Iterable[str]) -> str:
    """Return names in quotation marks, in their order; of many only the first dozen."""
    all_names = tuple(names)
    shown = ", ".join(f"»{name}«" for name in all_names[:_MANY])
    return shown if len(all_names) <= _MANY else f"{shown} …"
