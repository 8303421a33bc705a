"""Typed answers and comparisons, at their borders."""

from datetime import date

import pytest

from bot.check.talks import BEGIN
from bot.flow.graph import Ask, End, Test, Today, Wording
from bot.flow.message import Chosen, Day, Photo, content
from bot.flow.values import TEXT_LIMIT, holds, is_of, read

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
        ("1.1.0100", (100, 1, 1)),
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


def test_without_bounds_every_number_and_day_fits_and_a_text_of_one_letter():
    """Numbers have at most nine digits."""
    assert 999999999 == read(asked("number"), "999999999", BEGIN)
    assert 0 == read(asked("number"), "0", BEGIN)
    assert Day(date(1900, 1, 1)) == read(asked("date"), "1.1.1900", BEGIN)
    assert "x" == read(asked("text"), "x", BEGIN)


@pytest.mark.parametrize(("words", "value"), [("ab", None), ("abc", "abc"), ("  abcde  ", "abcde"), ("abcdef", None)])
def test_a_texts_bounds_are_its_length(words, value):
    """In characters, blanks round it aside."""
    assert value == read(asked("text", 3, 5), words, BEGIN)


def test_a_text_is_kept_up_to_its_limit():
    """What is longer is cut, an empty one is none."""
    assert TEXT_LIMIT == 1000 == len(str(read(asked("text"), "a" * 5000, BEGIN)))
    assert read(asked("text"), "   ", BEGIN) is None


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("40210", "40210"),
        (" 40 210 ", "40210"),
        ("D-40210", "40210"),
        ("d 40210", "40210"),
        ("D40210", "40210"),
        ("DE-40210", "40210"),
        ("D–40210", "40210"),
        ("٤٠٢١٠", "40210"),
        ("४०२१०", "40210"),
        ("01001", "01001"),
        ("99998", "99998"),
        ("01000", None),
        ("99999", None),
        ("00000", None),
        ("4021", None),
        ("402101", None),
        ("A-40210", None),
        ("D--40210", None),
        ("40210 Düsseldorf", None),
        ("", None),
    ],
)
def test_a_postcode_has_five_digits(words, value):
    """From 01001 to 99998, in every script's digits; blanks and a D- before them are forgiven."""
    assert value == read(asked("postcode"), words, BEGIN)


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("0211 4710123", "02114710123"),
        ("0211/471-01 23", "02114710123"),
        ("(0211) 471.0123", "02114710123"),
        ("(0) 211 4710123", "02114710123"),
        ("+49 211 4710123", "+492114710123"),
        ("＋49 211 4710123", "+492114710123"),
        ("0049 211 4710123", "+492114710123"),
        ("+49 (0)211 4710123", "+492114710123"),
        ("0049 (0)211–4710123", "+492114710123"),
        ("(+49) (0)211 4710123", "+492114710123"),
        ("٠٢١١ ٤٧١٠١٢٣", "02114710123"),
        ("012345", "012345"),
        ("01234", None),
        ("0" + "1" * 14, "0" + "1" * 14),
        ("0" + "1" * 15, None),
        ("+123456", "+123456"),
        ("+12345", None),
        ("00" + "1" * 15, "+" + "1" * 15),
        ("+" + "1" * 16, None),
        ("4710123", None),
        ("+0211 4710123", None),
        ("000211 4710123", None),
        ("0211 4710123 abends", None),
        ("", None),
    ],
)
def test_a_telephone_number_keeps_its_digits(words, value):
    """With its area code; separators are forgiven, 00 is a plus, and six to fifteen digits are many enough."""
    assert value == read(asked("phone"), words, BEGIN)


@pytest.mark.parametrize("kind", ["photo", "yes_or_no"])
@pytest.mark.parametrize("words", ["", "Ja", "yes", "1", "Foto"])
def test_what_is_sent_or_pressed_is_never_typed(kind, words):
    """Labels have been understood before."""
    assert read(asked(kind), words, BEGIN) is None


@pytest.mark.parametrize(
    ("value", "kinds"),
    [
        (7, {"number"}),
        (Day(date(2026, 3, 1)), {"date"}),
        (LABEL, {"option", "yes_or_no"}),
        (Photo("x"), {"photo"}),
        ("x", {"text", "postcode", "phone", ""}),
    ],
)
def test_a_value_is_of_its_types_and_no_other(value, kinds):
    """A step runs only with answers of the declared types."""
    every = ["number", "date", "option", "yes_or_no", "photo", "text", "postcode", "phone", ""]
    assert kinds == {kind for kind in every if is_of(kind, value)}


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
        ("is", "kanal-1", Photo("kanal-1"), True),
        ("one_of", ("40210", "50667"), "40210", True),
        ("one_of", "40210", "40210", False),
        ("at_most", Today(), Day(date(2026, 3, 2)), True),
        ("after", date(2026, 3, 2), Day(date(2026, 3, 2)), False),
        ("before", 7, 6, True),
        ("before", 7, 7, False),
        ("after", 7, 8, True),
        ("after", 7, 7, False),
        ("before", 7, "text", False),
        ("before", "text", 7, False),
        ("before", date(2026, 3, 2), 7, False),
        ("known", "true", "x", True),
        ("known", "true", None, False),
        ("known", "false", None, True),
        ("known", "false", 0, False),
    ],
)
def test_a_comparison_is_by_value(test, value, answer, expected):
    """Numbers and days by size, options by name; what was not answered passes only ``known: false``."""
    assert expected == holds(Test("a", test, value), answer, BEGIN)
