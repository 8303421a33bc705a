"""Typed answers and comparisons, at their borders."""

from datetime import date

import pytest

from bot.check.talks import BEGIN
from bot.flow.graph import Ask, End, Test, Today, Wording
from bot.flow.message import Chosen, Day, content
from bot.flow.values import TEXT_LIMIT, holds, read

WORDING = Wording(content("f", "s", "ask"))
LABEL = Chosen("kita", content("f", "s", "kita", "label"))


def asked(kind: str, low=None, high=None) -> Ask:
    return Ask("s", WORDING, "a", kind, End(), minimum=low, maximum=high)


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("1.2.2026", (2026, 2, 1)),
        ("01.02.2026.", (2026, 2, 1)),
        ("1. 2. 2026", (2026, 2, 1)),
        ("2026-02-01", (2026, 2, 1)),
        ("1/2/2026", (2026, 2, 1)),
        ("1-2-26", (2026, 2, 1)),
        ("1.2.27", (2027, 2, 1)),
        ("1.2.28", (1928, 2, 1)),
        ("١/٢/٢٠٢٦", (2026, 2, 1)),
        ("29.2.2024", (2024, 2, 29)),
    ],
)
def test_a_day_is_read_as_people_write_it(words, day):
    """Day first, or year first; two digits are the nearest such year at most one ahead."""
    assert Day(date(*day)) == read(asked("date"), words, BEGIN)


@pytest.mark.parametrize(
    "words", ["29.2.2026", "31.4.2026", "0.1.2026", "1.13.2026", "morgen", "1.2", "2026", "", "1.2.20266", "a1.2.2026"]
)
def test_what_is_no_day_is_none(words):
    """Days that do not exist, and words."""
    assert read(asked("date"), words, BEGIN) is None


@pytest.mark.parametrize(
    ("words", "fits"), [("1.3.2026", True), ("2.3.2026", True), ("3.3.2026", False), ("28.2.2026", False)]
)
def test_a_days_bounds_are_days_and_today(words, fits):
    """Both ends belong to it; today is the day of the talk."""
    assert fits == (read(asked("date", date(2026, 3, 1), Today()), words, BEGIN) is not None)


@pytest.mark.parametrize(
    ("words", "value"), [("0", 0), ("20", 20), ("21", None), ("007", 7), ("1.0", None), ("12345678901", None)]
)
def test_a_numbers_bounds_are_values(words, value):
    """Whole numbers of at most nine digits."""
    assert value == read(asked("number", 0, 20), words, BEGIN)


@pytest.mark.parametrize(("words", "value"), [("ab", None), ("abc", "abc"), ("  abcde  ", "abcde"), ("abcdef", None)])
def test_a_texts_bounds_are_its_length(words, value):
    """In characters, blanks round it aside."""
    assert value == read(asked("text", 3, 5), words, BEGIN)


def test_a_text_is_kept_up_to_its_limit():
    """What is longer is cut, an empty one is none."""
    assert TEXT_LIMIT == len(str(read(asked("text"), "a" * 5000, BEGIN)))
    assert read(asked("text"), "   ", BEGIN) is None


@pytest.mark.parametrize(
    ("test", "value", "answer", "expected"),
    [
        ("is", "kita", LABEL, True),
        ("is", "schule", LABEL, False),
        ("is", 7, 7, True),
        ("is", date(2026, 3, 2), Day(date(2026, 3, 2)), True),
        ("is", Today(), Day(date(2026, 3, 2)), True),
        ("is", "x", None, False),
        ("one_of", ("kita", "schule"), LABEL, True),
        ("one_of", ("schule",), LABEL, False),
        ("at_least", 7, 7, True),
        ("at_least", 7, 6, False),
        ("at_most", 7, 7, True),
        ("at_most", 7, 8, False),
        ("before", date(2026, 3, 2), Day(date(2026, 3, 1)), True),
        ("before", Today(), Day(date(2026, 3, 2)), False),
        ("after", Today(), Day(date(2026, 3, 3)), True),
        ("after", Today(), Day(date(2026, 3, 2)), False),
        ("at_least", Today(), Day(date(2026, 3, 2)), True),
        ("before", date(2026, 3, 2), "text", False),
        ("known", "true", "x", True),
        ("known", "true", None, False),
        ("known", "false", None, True),
        ("known", "false", 0, False),
    ],
)
def test_a_comparison_is_by_value(test, value, answer, expected):
    """Numbers and days by size, options by name; what was not answered passes only ``known: false``."""
    assert expected == holds(Test("a", test, value), answer, BEGIN)
