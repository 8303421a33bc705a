"""Rows of a ``decide`` that can never win, found by trying: every option, and a value on each side of every bound.

Bounds are those of the tests and those of the questions: after ``max: 5`` nothing is ``at_least: 10``. Today is tried on
each side of every day that is named; a day that was asked for with ``max: today`` is never after it.
"""

import operator
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from functools import lru_cache
from itertools import product
from math import prod

from bot.flow.graph import Decide, Test, Today
from bot.flow.meaning.answers import Kind

TRIES = 5_000
"""More combinations than this are not tried; then a row counts as one that can win."""

_Value = str | int | None
"""An option's name, a text, a number, a day's ordinal; None where it was not answered."""
_Tests = tuple[Test, ...]


def never_wins(step: Decide, kinds: Mapping[str, Kind], there: frozenset[str]) -> Iterator[int]:
    """Yield the index of each row that no answers let win. ``there`` are the answers that are certainly given."""
    rows = tuple(row.tests for row in step.rows)
    names = dict.fromkeys(test.answer for tests in rows for test in tests)
    compared = tuple((name, kinds[name]) for name in names if name in kinds)
    yield from _never_win(rows, compared, there.intersection(names))


@lru_cache(4096)
def _never_win(
    rows: tuple[_Tests, ...], compared: tuple[tuple[str, Kind], ...], there: frozenset[str]
) -> tuple[int, ...]:
    """Return the index of each such row. It is remembered: from check to check, hardly a row changes."""
    kinds = dict(compared)
    return tuple(
        index
        for index, own in enumerate(rows)
        if any(all(test in own for test in earlier) for earlier in rows[:index])
        or not _can_win(own, rows[:index], kinds, there)
    )


def _can_win(row: _Tests, earlier: tuple[_Tests, ...], kinds: Mapping[str, Kind], there: frozenset[str]) -> bool:
    """Try all combinations. Tests nobody can decide here are taken to hold in this row, and to fail in earlier ones."""
    own = tuple(test for test in row if _decidable(test, kinds))
    others = [other for other in earlier if all(_decidable(test, kinds) for test in other)]
    tests = [*own, *(test for other in others for test in other)]
    names = list(dict.fromkeys(test.answer for test in tests))
    tries = 0
    for today in _todays(tests, [kinds[name] for name in names]):
        values = [_values([test for test in tests if test.answer == name], kinds[name], today) for name in names]
        values = [each if name in there else [None, *each] for name, each in zip(names, values, strict=True)]
        tries += prod(len(each) for each in values)
        if tries > TRIES or any(
            _wins(own, others, dict(zip(names, chosen, strict=True)), today) for chosen in product(*values)
        ):
            return True
    return False


def _wins(own: _Tests, others: Iterable[_Tests], answers: Mapping[str, _Value], today: int) -> bool:
    return _hold(own, answers, today) and not any(_hold(other, answers, today) for other in others)


def _hold(tests: _Tests, answers: Mapping[str, _Value], today: int) -> bool:
    return all(_holds(test, answers[test.answer], today) for test in tests)


def _decidable(test: Test, kinds: Mapping[str, Kind]) -> bool:
    return bool(kinds.get(test.answer, Kind()).type)


def _todays(tests: list[Test], kinds: list[Kind]) -> list[int]:
    """Return days that stand for all that today can be, seen from the days that are compared with or bound a question."""
    if not any(isinstance(test.value, Today) for test in tests):
        return [_HIGHEST]
    days = [test.value.toordinal() for test in tests if isinstance(test.value, date)]
    days += [bound for kind in kinds if kind.type == "date" for bound in kind.bounds(_EARLY)]
    return sorted({_EARLY, _HIGHEST, *(day + step for day in days for step in (-2, -1, 0, 1, 2))})


def _values(tests: list[Test], kind: Kind, today: int) -> list[_Value]:
    """Return values of an answer that stand for all it can have."""
    match kind.type:
        case "option":
            return [*sorted(kind.options)]
        case "number" | "date":
            return [*_measures(tests, kind, today)]
        case _:
            return [*_words(tests, kind), _OTHER]


_OTHER = "\0"
"""A text no author writes."""
_LOWEST = -(10**16)
"""A number, and a day, below all that an author writes."""
_EARLY = -10
"""A today before all days that an author writes."""
_HIGHEST = date.max.toordinal() + 10
"""A today behind all days that an author writes."""


def _measures(tests: Iterable[Test], kind: Kind, today: int) -> list[int]:
    """Return numbers, or days, on each side of every bound, as far as some question takes them."""
    compared = [bound for test in tests if isinstance(bound := _comparable(test.value, today), int)]
    bounds = {_LOWEST, *kind.bounds(today), *(bound + step for bound in compared for step in (-1, 0, 1))}
    return sorted(bound for bound in bounds if kind.holds(bound, today))


def _words(tests: Iterable[Test], kind: Kind) -> list[str]:
    """Return the texts that are compared with, as far as some question takes them."""
    compared = (test for test in tests if test.test != "known")
    words = {
        word for test in compared for word in (test.value if isinstance(test.value, tuple) else (str(test.value),))
    }
    return sorted(word for word in words if kind.holds(len(word)))


def _holds(test: Test, value: _Value, today: int) -> bool:
    if test.test == "known":
        return (value is not None) == (test.value == "true")
    bound = _comparable(test.value, today)
    if test.test in {"is", "one_of"}:
        return value in (test.value if isinstance(test.value, tuple) else (bound,))
    if not isinstance(value, int) or not isinstance(bound, int):
        return False
    return _ORDER[test.test](value, bound)


_ORDER: Mapping[str, Callable[[int, int], bool]] = {
    "at_least": operator.ge,
    "at_most": operator.le,
    "before": operator.lt,
    "after": operator.gt,
}


def _comparable(value: object, today: int) -> _Value:
    match value:
        case Today():
            return today
        case date():
            return value.toordinal()
        case str() | int():
            return value
        case _:
            return None
