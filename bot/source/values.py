"""Texts that stand for something else: whole numbers, days, durations, words of a closed list. Nothing is guessed."""

import re
from collections.abc import Collection
from datetime import date

from bot.model import Duration
from bot.source.form import Problems
from bot.source.names import listed, suggest
from bot.source.nodes import Scalar

UNITS = ("Minuten", "Stunden", "Tage", "Werktage", "Wochen", "Monate")
_WHOLE = re.compile(r"-?[0-9]{1,15}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DURATION = re.compile(r"([0-9]{1,4}) +(\w+)")


def as_whole(text: str) -> int | None:
    """Return the whole number a text is, or None."""
    return int(text) if _WHOLE.fullmatch(text) else None


def as_day(text: str) -> date | None:
    """Return the day a text of the form year-month-day is, or None."""
    try:
        return date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        return None


def whole(scalar: Scalar, problems: Problems) -> int | None:
    """Return a whole number, or note that it is none."""
    number = as_whole(scalar.text)
    if number is None:
        _wrong(scalar, "keine ganze Zahl", "Schreiben Sie nur Ziffern, zum Beispiel 25.", problems)
    return number


def day(scalar: Scalar, problems: Problems, instead: str = "") -> date | None:
    """Return a day written as year-month-day, or note that it is none; ``instead`` is a word that may stand there too."""
    found = as_day(scalar.text)
    if found is None:
        other = f" oder »{instead}«" if instead else ""
        _wrong(scalar, "kein Datum", f"Schreiben Sie Jahr-Monat-Tag, zum Beispiel 2026-08-15{other}.", problems)
    return found


def duration(scalar: Scalar, problems: Problems) -> Duration | None:
    """Return a duration such as ``2 Werktage``, or note that it is none."""
    found = _DURATION.fullmatch(scalar.text)
    if found and found[2] in UNITS and int(found[1]):
        return Duration(int(found[1]), found[2])
    help_ = f"Schreiben Sie eine Zahl und eine Einheit: {listed(UNITS)}; zum Beispiel 2 Stunden."
    _wrong(scalar, "keine Dauer", help_, problems)
    return None


def truth(scalar: Scalar | None, problems: Problems) -> bool:
    """Return whether a word is ``true``; what is missing or wrong is not."""
    return scalar is not None and word(scalar, ("true", "false"), problems) == "true"


def word(scalar: Scalar, allowed: Collection[str], problems: Problems) -> str:
    """Return a word of a closed list, or an empty text after noting that it is none of them."""
    if scalar.text in allowed:
        return scalar.text
    near = suggest(scalar.text, allowed)
    help_ = f"Schreiben Sie »{near}«." if near else f"Möglich sind: {listed(allowed)}."
    _wrong(scalar, "hier nicht möglich", help_, problems)
    return ""


def _wrong(scalar: Scalar, what: str, help_: str, problems: Problems) -> None:
    shown = scalar.text if len(scalar.text) <= 40 else scalar.text[:40] + "…"
    problems.append(scalar.place.problem("E114", f"»{shown}« ist {what}.", help_, what if what.count(" ") < 3 else ""))
