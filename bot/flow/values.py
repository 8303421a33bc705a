"""Typed answers: from what a parent wrote to a value, and comparing it. Digits of every script are read."""

import re
import unicodedata
from datetime import date, datetime

from bot.flow.graph import Ask, Bound, Test, Today
from bot.flow.message import Chosen, Day, Photo, Value

_DAY_FIRST = re.compile(r"(\d{1,2})\s*[./-]\s*(\d{1,2})\s*[./-]\s*(\d{4}|\d{2})\.?")
_YEAR_FIRST = re.compile(r"(\d{4})\s*[./-]\s*(\d{1,2})\s*[./-]\s*(\d{1,2})")
_NUMBER = re.compile(r"\d{1,9}")
_POSTCODE = re.compile(r"(?:DE?[-‐-―]?)?(\d{5})", re.IGNORECASE)
_POSTCODES = range(1001, 99999)
_PHONE = re.compile(r"(?:\+|00)[1-9]\d{5,14}|0[1-9]\d{4,13}")
_BETWEEN = re.compile(r"[\s./()\-‐-―]")
"""What people write between the digits of a telephone number; the dashes are U+2010 to U+2015."""
_TRUNK = re.compile(r"\(0\)")
"""The 0 in ``+49 (0)211`` is not dialled."""
TEXT_LIMIT = 1000
"""An answer of type text keeps at most so many characters."""


def read(step: Ask, words: str, now: datetime) -> Value | None:
    """Return the answer in what was written, or None where it is none of the step's type within its bounds.

    A ``photo`` and a ``yes_or_no`` are never typed: the one is sent, the other pressed (also by its label).
    """
    plain = latin_digits(words).strip()
    match step.type:
        case "number":
            return _bounded_number(step, plain)
        case "date":
            return _bounded_day(step, plain, now)
        case "postcode":
            return _postcode(plain)
        case "phone":
            return _phone(plain)
        case "yes_or_no" | "photo":
            return None
        case _:
            return _bounded_text(step, words.strip()[:TEXT_LIMIT])


def latin_digits(words: str) -> str:
    """Return the words with every decimal digit as 0-9 (``٢٠٢٠`` is 2020)."""
    return "".join(str(unicodedata.decimal(c)) if unicodedata.category(c) == "Nd" else c for c in words)


def is_of(kind: str, value: Value) -> bool:
    """Say whether an answer is of a type: an ``ask``'s, or ``option``."""
    match kind:
        case "number":
            return isinstance(value, int)
        case "date":
            return isinstance(value, Day)
        case "option" | "yes_or_no":
            return isinstance(value, Chosen)
        case "photo":
            return isinstance(value, Photo)
        case _:
            return isinstance(value, str)


def holds(test: Test, answer: Value | None, now: datetime) -> bool:  # noqa: PLR0911 - one line a test
    """Say whether an answer passes a test. What was not answered passes only ``known: false``."""
    if test.test == "known":
        return (answer is not None) == (test.value == "true")
    if answer is None:
        return False
    left, right = _comparable(answer), _bound(test.value, now)
    match test.test:
        case "is":
            return left == right
        case "one_of":
            return isinstance(right, tuple) and left in right
        case "at_least":
            return not _less(left, right)
        case "at_most":
            return not _less(right, left)
        case "before":
            return _less(left, right)
        case _:
            return _less(right, left)


def _bounded_number(step: Ask, plain: str) -> int | None:
    if not _NUMBER.fullmatch(plain):
        return None
    number = int(plain)
    low, high = step.minimum, step.maximum
    fits = (not isinstance(low, int) or number >= low) and (not isinstance(high, int) or number <= high)
    return number if fits else None


def _bounded_day(step: Ask, plain: str, now: datetime) -> Day | None:
    day = _day(plain, now)
    if day is None:
        return None
    low, high = _bound(step.minimum, now), _bound(step.maximum, now)
    fits = (not isinstance(low, date) or day >= low) and (not isinstance(high, date) or day <= high)
    return Day(day) if fits else None


def _bounded_text(step: Ask, text: str) -> str | None:
    low = step.minimum if isinstance(step.minimum, int) else 1
    high = step.maximum if isinstance(step.maximum, int) else TEXT_LIMIT
    return text if low <= len(text) <= high else None


def _postcode(plain: str) -> str | None:
    """Return five digits that can be a German postcode; a ``D-`` before them and blanks are forgiven."""
    found = _POSTCODE.fullmatch("".join(plain.split()))
    return found[1] if found and int(found[1]) in _POSTCODES else None


def _phone(plain: str) -> str | None:
    """Return the digits of a telephone number with its area code; a ``+`` stands for the country code's ``00``."""
    written = plain.replace("＋", "+")
    digits = _BETWEEN.sub("", written)
    if digits.startswith(("+", "00")):
        digits = _BETWEEN.sub("", _TRUNK.sub("", written))
    if not _PHONE.fullmatch(digits):
        return None
    return f"+{digits[2:]}" if digits.startswith("00") else digits


def _day(plain: str, now: datetime) -> date | None:
    if found := _DAY_FIRST.fullmatch(plain):
        day, month, year = map(int, found.groups())
    elif found := _YEAR_FIRST.fullmatch(plain):
        year, month, day = map(int, found.groups())
    else:
        return None
    if year < 100:  # "19" is the nearest such year that is not more than a year ahead
        year += 2000 if year <= now.year - 1999 else 1900
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _bound(value: Bound | str | tuple[str, ...] | None, now: datetime) -> str | int | date | tuple[str, ...] | None:
    return now.date() if isinstance(value, Today) else value


def _comparable(answer: Value) -> str | int | date:
    match answer:
        case Chosen(name=name):
            return name
        case Day(date=day):
            return day
        case Photo(media=media):
            return media
        case _:
            return answer


def _less(left: object, right: object) -> bool:
    if isinstance(left, int) and isinstance(right, int):
        return left < right
    return isinstance(left, date) and isinstance(right, date) and left < right
