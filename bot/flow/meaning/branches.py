"""Rows of a ``decide`` that can never win, found by trying: every option, and a value on each side of every bound."""

import operator
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from itertools import product
from math import prod

from bot.flow.graph import Decide, Row, Test, Today
from bot.flow.meaning.answers import Kind

TRIES = 5_000
"""More combinations than this are not tried; then a row counts as one that can win."""

_Value = str | int | None
"""An option's name, a text, a number, a day's ordinal; None where it was not answered."""


def never_wins(step: Decide, kinds: Mapping[str, Kind], there: frozenset[str]) -> Iterator[int]:
    """Yield the index of each row that no answers let win. ``there`` are the answers that are certainly given."""
    for index, row in enumerate(step.rows):
        earlier = step.rows[:index]
        repeated = any(set(other.tests) <= set(row.tests) for other in earlier)
        if repeated or not _can_win(row, earlier, kinds, there):
            yield index


def _can_win(row: Row, earlier: tuple[Row, ...], kinds: Mapping[str, Kind], there: frozenset[str]) -> bool:
    """Try all combinations. Tests nobody can decide here are taken to hold in this row, and to fail in earlier ones."""
    own = [test for test in row.tests if _decidable(test, kinds)]
    others = [other.tests for other in earlier if all(_decidable(test, kinds) for test in other.tests)]
    tests = [*own, *(test for other in others for test in other)]
    names = list(dict.fromkeys(test.answer for test in tests))
    values = [_values(name, [test for test in tests if test.answer == name], kinds[name], there) for name in names]
    if prod(len(each) for each in values) > TRIES:
        return True
    return any(_wins(own, others, dict(zip(names, chosen, strict=True))) for chosen in product(*values))


def _wins(own: Iterable[Test], others: Iterable[Iterable[Test]], answers: Mapping[str, _Value]) -> bool:
    return _hold(own, answers) and not any(_hold(other, answers) for other in others)


def _hold(tests: Iterable[Test], answers: Mapping[str, _Value]) -> bool:
    return all(_holds(test, answers[test.answer]) for test in tests)


def _decidable(test: Test, kinds: Mapping[str, Kind]) -> bool:
    return not isinstance(test.value, Today) and bool(kinds.get(test.answer, Kind()).type)


def _values(name: str, tests: list[Test], kind: Kind, there: frozenset[str]) -> list[_Value]:
    """Return values of an answer that stand for all it can have."""
    values: set[_Value] = set() if name in there else {None}
    if kind.type == "option":
        return [*values, *sorted(kind.options)]
    for test in tests:
        bound = _comparable(test.value)
        if test.test == "known":
            continue
        if isinstance(bound, int):
            values |= {bound - 1, bound, bound + 1}
        else:
            values |= set(test.value if isinstance(test.value, tuple) else (str(test.value),))
    return [*values, _OTHER[kind.type]]


_OTHER: Mapping[str, _Value] = {"text": "\0", "number": -(10**16), "date": 0}
"""A value no author writes."""


def _holds(test: Test, value: _Value) -> bool:
    if test.test == "known":
        return (value is not None) == (test.value == "true")
    bound = _comparable(test.value)
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


def _comparable(value: object) -> _Value:
    if isinstance(value, date):
        return value.toordinal()
    return value if isinstance(value, str | int) else None
