"""What would be shown wrongly of a text, whatever it says: steering signs, digits, letters of two scripts, lone marks.

For German and for translations alike. Each look begins at the set of a text's characters: most texts have none of those
that matter, and are done.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from bot.text.alphabets import LOOKALIKE, foreign_digits, latin, mixed_words


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a text. ``fragment`` is what to point at in it, or empty: then it is the whole."""

    code: str
    message: str
    help: str
    note: str = ""
    fragment: str = ""


def steering(text: str, characters: frozenset[str]) -> Iterator[Fault]:
    """Yield signs that turn the direction of writing, or that are no signs at all."""
    for sign in sorted(characters & _FORBIDDEN):
        name = unicodedata.name(sign, "Steuerzeichen")
        message = f"Hier steht ein unsichtbares oder kaputtes Zeichen (U+{ord(sign):04X}, {name})."
        yield Fault("W406", message, "Löschen Sie es. Die Richtung der Schrift stellt das Programm ein.", "", sign)
    if not characters.isdisjoint(_ISOLATES) and not all(_paired(line) for line in text.split("\n")):
        message = "Die unsichtbaren Klammern für die Schreibrichtung (U+2066 bis U+2069) gehen nicht auf."
        first = next(character for character in text if character in _ISOLATES)
        yield Fault("W405", message, "Löschen Sie diese Zeichen. Das Programm setzt sie selbst.", "", first)


def alphabet(bare: str, characters: frozenset[str]) -> Iterator[Fault]:
    """Yield digits that are not on German papers, and words that mix letters which look alike.

    ``bare`` is the text without marks, ``characters`` those of the whole text.
    """
    if (
        max(characters, default="") > "\u0600"
        and foreign_digits("".join(characters))
        and (digits := foreign_digits(bare))
    ):
        message = f"»{digits}« sind andere Ziffern als auf deutschen Briefen."
        help_ = f"Schreiben Sie {latin(digits)}: So steht es auf dem Papier."
        yield Fault("W404", message, help_, "andere Ziffern", digits)
    for word in () if characters.isdisjoint(LOOKALIKE) else mixed_words(bare):
        message = f"In »{word}« stehen Buchstaben aus zwei Schriften, die gleich aussehen."
        help_ = "Schreiben Sie das Wort neu, mit einer Tastatur. Deutsche Wörter trennen Sie mit einem Bindestrich ab."
        yield Fault("W408", message, help_, "zwei Schriften", word)


def stars(text: str) -> Iterator[Fault]:
    """Yield stars that make nothing bold."""
    rest = BOLD.sub(r"\1", text) if "*" in text else ""
    for line in rest.split("\n"):
        if "*" in line:
            help_ = "Schreiben Sie ein * vor und eines hinter die fetten Wörter, in derselben Zeile."
            at = line[line.index("*") :]
            yield Fault("W407", "Ein * hat kein Gegenstück: Eltern sehen es dann als Stern.", help_, "einzeln", at)


BOLD = re.compile(r"\*([^*\n]+)\*")
_FORBIDDEN = frozenset("\u202a\u202b\u202c\u202d\u202e\ufffd\ufeff\x7f") | {
    chr(code) for code in range(32) if chr(code) not in "\t\n"
}
_ISOLATES = frozenset("\u2066\u2067\u2068\u2069")
STEERING = _FORBIDDEN | _ISOLATES
"""What ``steering`` looks for."""


def _paired(line: str) -> bool:
    depth = 0
    for character in line:
        if character in _ISOLATES:
            depth += -1 if character == "\u2069" else 1
        if depth < 0:
            return False
    return depth == 0
