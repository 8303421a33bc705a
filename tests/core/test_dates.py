"""The calculations of ``derive``: each law at its borders, by the page for coordinators, and for every day there is."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import date, timedelta
from itertools import groupby, pairwise
from textwrap import indent

import holidays
import pytest
import yaml
from core.small import small_files
from docs.markdown import Fence, page
from hypothesis import given
from hypothesis import strategies as st

from bot.check.load import load
from bot.flow.dates import NEW_REGISTRATION, RULES, YEARS, Answers, Given, Result, Rule

PAGE = page("docs/reference/calculations.md")
NRW = holidays.country_holidays("DE", subdiv="NW", years=YEARS)
TODAY = date(2026, 11, 24)
DAY = timedelta(days=1)
CALENDAR = {"calendars/2026.yaml": b"schulanmeldung:\n  - date: 2026-11-10\n    region: NRW\n    source: Schulamt\n"}
WORDS = {
    (("date",), 0): "ein Datum",
    (("date", "date"), 1): "ein Datum, freiwillig ein zweites",
    (("number",), 0): "eine Zahl",
    (("calendar",), 0): "einen Kalender",
}
NOTHING = "–"
EXAMPLE = re.compile(r"^```yaml\n([^`]*)```\n\n((?:\|[^\n]*\n)+)", re.MULTILINE)


def result(rule: str, *answers: date | int, today: date = TODAY, dates: tuple[date, ...] = ()) -> Result:
    """What a rule gives for these answers."""
    return RULES[rule].compute(answers, Given(today, dates))


def day(text: str) -> date:
    """A day as it is written in a flow."""
    return date.fromisoformat(text)


# The page


@dataclass(frozen=True)
class Shown:
    """A row of an example's table: the rule, what goes in, what must come out, and the page's words for all that."""

    rule: str
    answers: Answers
    given: Given
    expected: str
    row: str


def section(rule: str) -> str:
    """What the page says of a rule, fenced blocks included."""
    found = re.search(rf"^## `{rule}`\n(.*?)(?=^## |\Z)", PAGE.text, re.MULTILINE | re.DOTALL)
    assert found is not None, f"the page says nothing of {rule}"
    return found[1]


def shown() -> Iterator[Shown]:
    """Every row of every table that follows an example."""
    for name in RULES:
        for example, table in EXAMPLE.findall(section(name)):
            (step,) = (step for step in yaml.safe_load(example).values() if "derive" in step)
            heads, _, *rows = [
                [cell.strip() for cell in line.strip().strip("|").split("|")] for line in table.splitlines()
            ]
            for cells in rows:
                yield row_of(step, dict(zip(heads, cells, strict=True)))


def row_of(step: dict, cells: dict[str, str]) -> Shown:
    """A row, read by the names that its example's step uses."""
    of = step["of"] if isinstance(step["of"], list) else [step["of"]]
    days = [tuple(day(each) for each in cells[name].split(", ") if each != NOTHING) for name in of]
    today = day(cells["heute"]) if "heute" in cells else TODAY
    calendar = RULES[step["rule"]].takes == ("calendar",)
    answers = () if calendar else tuple(each for (each,) in days)
    dates = days[0] if calendar else ()
    return Shown(step["rule"], answers, Given(today, dates), cells[step["derive"]], " ".join(cells.values()))


@pytest.mark.parametrize("example", list(shown()), ids=lambda example: f"{example.rule} {example.row}")
def test_the_pages_examples_are_true(example):
    """Each row of each table on the page is what the rule gives."""
    found = RULES[example.rule].compute(example.answers, example.given)
    assert example.expected == (NOTHING if found is None else str(found))


@pytest.mark.parametrize("fence", [each for each in PAGE.fences if "derive:" in each.text], ids=lambda each: each.line)
def test_the_pages_examples_pass_the_checker(fence: Fence):
    """Laid into the small set, with a calendar beside it, each example is a flow without a problem."""
    flow = b"flow: beispiel\ntitle: Beispiel\ntopic: schule\nexamples: [Beispiel]\nsteps:\n"
    steps = indent(fence.text, "  ").encode()
    small = {path.removeprefix("flows/"): content for path, content in small_files().items()}
    assert () == load(small | CALENDAR | {"beispiel.yaml": flow + steps}, "flows").problems


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.name)
def test_the_page_says_what_a_rule_takes_gives_and_rests_on(rule):
    """Types, law and whether there is always a result stand under the rule's heading and in the list at the top."""
    takes, gives = WORDS[rule.takes, rule.optional], WORDS[(rule.gives,), 0]
    said = dict(re.findall(r"^- (Nimmt|Gibt|Grundlage): (.*)$", section(rule.name), re.MULTILINE))
    surely = gives if rule.certain else f"{gives}, oder nichts"
    assert {"Nimmt": takes, "Gibt": surely, "Grundlage": rule.law} == said
    assert f"| `{rule.name}` | {takes} | {gives} | {'ja' if rule.certain else 'nein'} |" in PAGE.text


def test_the_page_has_every_rule_and_no_other_each_with_an_example_of_its_own():
    """A section and at least one row of results for each rule, in the order of the table."""
    assert list(RULES) == [title.strip("`") for title in PAGE.headings if title.startswith("`")]
    assert list(RULES) == [rule for rule, _ in groupby(shown(), lambda row: row.rule)]


# The table


def test_a_rule_is_found_by_its_own_name():
    """The table's key is the rule's name; a rule that is not there is not there."""
    assert list(RULES) == [rule.name for rule in RULES.values()]
    assert {"one_month_after", "age_on", "school_year_of_birth", "days_until", "next_date_of"} <= set(RULES)


def test_a_rule_is_declared_in_full():
    """It gives a date or a number, takes those or one calendar, rests on something, and leaves at most all but one out."""
    for rule in RULES.values():
        assert rule.gives in {"date", "number"}
        assert rule.takes == ("calendar",) or set(rule.takes) <= {"date", "number"}
        assert rule.law
        assert 0 <= rule.optional < len(rule.takes)


def test_rules_and_what_they_look_at_cannot_be_changed():
    """Both are values: frozen, and with no room for more."""
    for value in (RULES["age_on"], Given(TODAY)):
        assert not hasattr(value, "__dict__")
        for each in fields(value):
            with pytest.raises(AttributeError):
                setattr(value, each.name, None)


def fitting(rule: Rule, days: tuple[date, date], length: int) -> Answers:
    """As many answers as a rule is asked with; a calendar is none."""
    return () if rule.takes == ("calendar",) else days[:length]


@given(st.tuples(st.dates(), st.dates()), st.dates(), st.lists(st.dates(), max_size=5))
def test_a_rule_gives_its_type_for_every_day_there_is(days, today, dates):
    """No day of the calendar is a fault; the result is of the declared type, and missing only where that is declared."""
    for rule in RULES.values():
        for length in range(len(rule.takes) - rule.optional, len(rule.takes) + 1):
            found = rule.compute(fitting(rule, days, length), Given(today, tuple(dates)))
            assert found is not None or not rule.certain
            assert found is None or isinstance(found, {"date": date, "number": int}[rule.gives])
            assert not isinstance(found, bool)


@pytest.mark.parametrize("edge", [date.min, date.max, date(9999, 11, 30), date(9999, 12, 1), date(1, 12, 31)])
@pytest.mark.parametrize("today", [date.min, TODAY, date.max])
def test_no_rule_falls_off_the_calendar(edge, today):
    """At the first and the last days that there are, a rule answers like on any other."""
    for rule in RULES.values():
        answers = fitting(rule, (edge, edge), len(rule.takes))
        found = rule.compute(answers, Given(today, (edge,)))
        assert found is not None or not rule.certain


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.name)
def test_wrong_answers_are_the_callers_fault(rule):
    """Too many, too few, or a number for a day: a fault that says so, and no result that looks right."""
    wrong = {"more": (TODAY,) * (len(rule.takes) + 1), "number": (5,) * len(rule.takes)}
    fewer = {} if rule.takes == ("calendar",) else {"fewer": ()}
    for answers in (wrong | fewer).values():
        with pytest.raises((ValueError, TypeError)):
            rule.compute(answers, Given(TODAY))


def test_a_number_for_a_day_is_named():
    """The fault says which answer was no day."""
    with pytest.raises(TypeError, match="calculates with days, 5 is none"):
        result("days_until", 5)


# one_month_after

RANGE = st.dates(date(YEARS.start, 1, 1), date(YEARS.stop - 1, 11, 30))


def is_free(each: date) -> bool:
    """Whether nobody works on a day: an oracle of its own."""
    return each.isoweekday() in {6, 7} or each in NRW


def same_number(start: date) -> date:
    """Return the next month's last day whose number is not above the start's; found by walking."""
    following = (start.replace(day=1) + 31 * DAY).replace(day=1)
    month = [following + n * DAY for n in range(31) if (following + n * DAY).month == following.month]
    return max(each for each in month if each.day <= start.day)


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2026-06-15", "2026-07-15"),  # a Wednesday, as plain as it gets
        ("2026-12-15", "2027-01-15"),  # into the next year
        ("2027-01-28", "2027-03-01"),  # Sunday, 28 February
        ("2027-01-31", "2027-03-01"),  # as above: 31 is cut to 28
        ("2028-01-29", "2028-02-29"),  # a leap year has that day
        ("2028-01-30", "2028-02-29"),
        ("2028-02-29", "2028-03-29"),  # and its number counts, not that it was the last
        ("2026-03-31", "2026-04-30"),
        ("2026-04-30", "2026-06-01"),  # Saturday, 30 May; not 31 May
        ("2026-08-31", "2026-09-30"),
        ("2026-10-09", "2026-11-09"),  # a Monday
        ("2026-10-08", "2026-11-09"),  # Sunday
        ("2026-10-07", "2026-11-09"),  # Saturday
        ("2026-10-06", "2026-11-06"),  # Friday stays
    ],
)
def test_a_month_ends_with_the_same_number_or_the_last_day_and_never_on_a_weekend(start, end):
    """§ 188 (2) and (3), § 193 BGB, at the borders of months, years and weeks."""
    assert day(end) == result("one_month_after", day(start))


@pytest.mark.parametrize(
    ("end", "moved"),
    [
        ("2026-01-01", "2026-01-02"),  # Neujahr
        ("2026-04-03", "2026-04-07"),  # Karfreitag: over Easter Monday
        ("2026-04-06", "2026-04-07"),  # Ostermontag
        ("2026-05-01", "2026-05-04"),  # 1. Mai, a Friday
        ("2026-05-14", "2026-05-15"),  # Christi Himmelfahrt
        ("2026-05-25", "2026-05-26"),  # Pfingstmontag
        ("2026-06-04", "2026-06-05"),  # Fronleichnam
        ("2025-10-03", "2025-10-06"),  # Tag der Deutschen Einheit, a Friday
        ("2027-11-01", "2027-11-02"),  # Allerheiligen
        ("2025-12-25", "2025-12-29"),  # Weihnachten, Thursday to Sunday
        ("2026-10-03", "2026-10-05"),  # a holiday on a Saturday
        ("2026-02-16", "2026-02-16"),  # Rosenmontag is none
        ("2026-12-24", "2026-12-24"),  # Heiligabend is none
        ("2029-12-29", "2029-12-31"),  # Silvester, a Monday, is none
        ("2026-01-06", "2026-01-06"),  # Heilige Drei Könige is one elsewhere
        ("2023-08-15", "2023-08-15"),  # Mariä Himmelfahrt too
        ("2022-10-29", "2022-10-31"),  # Reformationstag, a Monday, too
        ("2026-11-18", "2026-11-18"),  # Buß- und Bettag is one in Saxony only
    ],
)
def test_a_public_holiday_of_nrw_moves_the_end_and_no_other_day_does(end, moved):
    """§ 193 BGB, § 31 (3) VwVfG NRW: the holidays of North Rhine-Westphalia, not those of its neighbours."""
    start = next(each for n in range(28, 32) if same_number(each := day(end) - n * DAY) == day(end))
    assert day(moved) == result("one_month_after", start)


@given(RANGE)
def test_the_end_is_the_first_working_day_from_a_month_on(start):
    """Never before a month has passed, never on a weekend or holiday, and no working day earlier; four days at most."""
    month, end = same_number(start), result("one_month_after", start)
    assert isinstance(end, date)
    assert [end] == [each for n in range((end - month).days + 1) if not is_free(each := month + n * DAY)]
    assert end - month <= 4 * DAY
    assert 28 * DAY <= end - start <= 35 * DAY


@given(RANGE | st.dates(max_value=date.max - 40 * DAY))
def test_a_later_letter_never_has_an_earlier_end(start):
    """So the day on the letter, where the day it came is not known, gives no end that is too late."""
    ends = [result("one_month_after", start + n * DAY) for n in range(40)]
    assert [] == [(one, other) for one, other in pairwise(ends) if one > other]


def test_holidays_count_in_the_years_that_are_named():
    """From the first to the last of the years holidays move the end; outside of them, weekends alone do."""
    assert f"Feiertage kennt die Rechnung von {YEARS[0]} bis {YEARS[-1]}." in PAGE.text
    assert date(1991, 1, 2) == result("one_month_after", date(1990, 12, 1))
    assert date(1991, 5, 2) == result("one_month_after", date(1991, 4, 1))
    assert date(1990, 5, 1) == result("one_month_after", date(1990, 4, 1))
    assert date(2100, 11, 2) == result("one_month_after", date(2100, 10, 1))
    assert date(2102, 12, 25) == result("one_month_after", date(2102, 11, 25))
    assert date(2103, 1, 1) == result("one_month_after", date(2102, 12, 1))
    assert date(2101, 1, 3) == result("one_month_after", date(2100, 12, 1))


def test_in_years_that_are_not_named_the_library_is_not_asked(monkeypatch):
    """A later library that knows more years does not change what the page says."""
    monkeypatch.setattr("bot.flow.dates.YEARS", range(2027, 2101))
    assert date(2026, 5, 1) == result("one_month_after", date(2026, 4, 1))


def test_at_the_end_of_the_calendar_the_last_day_is_the_end():
    """In December 9999 there is no next month: the result is the last day there is, which is a working day."""
    assert [date.max] * 31 == [result("one_month_after", date.max - n * DAY) for n in range(31)]
    assert date(9999, 12, 30) == result("one_month_after", date(9999, 11, 30))
    assert date.max.isoweekday() == 5


# age_on


@pytest.mark.parametrize(
    ("birth", "on", "years"),
    [
        ("2020-06-15", "2026-06-14", 5),
        ("2020-06-15", "2026-06-15", 6),
        ("2020-12-31", "2027-01-01", 6),
        ("2021-01-01", "2026-12-31", 5),
        ("2020-02-28", "2021-02-28", 1),
        ("2020-02-29", "2021-02-28", 0),
        ("2020-02-29", "2021-03-01", 1),
        ("2020-02-29", "2024-02-28", 3),
        ("2020-02-29", "2024-02-29", 4),
        ("2008-02-29", "2026-02-28", 17),  # of age on 1 March
        ("2008-02-29", "2026-03-01", 18),
        ("2026-06-15", "2026-06-15", 0),
        ("2026-06-15", "2026-06-14", 0),
        ("2026-06-15", "1900-01-01", 0),
        ("0001-01-01", "9999-12-31", 9998),
    ],
)
def test_a_year_of_life_is_full_when_the_birthday_begins(birth, on, years):
    """§ 187 (2), § 188 (2) BGB: the day before is too early; 29 February is 1 March where there is none."""
    assert years == result("age_on", day(birth), day(on))


@given(st.dates(min_value=date(1800, 1, 1), max_value=date(2200, 12, 31)), st.integers(1, 150))
def test_age_grows_by_one_on_each_birthday_and_on_no_other_day(birth, years):
    """From the day before a birthday to the birthday it grows by one; then it stays until the next."""
    leapling = (birth.month, birth.day) == (2, 29)
    year = birth.year + years
    has_29 = (date(year, 3, 1) - DAY).day == 29
    birthday = date(year, 3, 1) if leapling and not has_29 else birth.replace(year=year)
    days = (birthday - DAY, birthday, birthday + 364 * DAY)
    assert [years - 1, years, years] == [result("age_on", birth, each) for each in days]


@given(st.dates(), st.dates())
def test_without_a_day_the_age_is_that_of_today(birth, today):
    """The second day may be left out; a second day that is there wins over today."""
    assert result("age_on", birth, today) == result("age_on", birth, today=today)
    assert result("age_on", birth, today) == result("age_on", birth, today, today=date.min)


# school_year_of_birth, school_registration_by


@pytest.mark.parametrize(
    ("birth", "year"),
    [
        ("2020-09-29", 2026),
        ("2020-09-30", 2026),
        ("2020-10-01", 2027),
        ("2020-12-31", 2027),
        ("2021-01-01", 2027),
        ("2021-09-30", 2027),
        ("2021-10-01", 2028),
        ("2020-02-29", 2026),
        ("2020-10-31", 2027),
        ("2020-08-31", 2026),
    ],
)
def test_school_begins_for_who_is_six_as_30_september_begins(birth, year):
    """§ 35 (1) SchulG NRW: born on 30 September in the same year, born on 1 October in the next."""
    assert year == result("school_year_of_birth", day(birth))


@given(st.dates())
def test_a_child_is_six_on_30_september_of_its_school_year_and_was_not_a_year_before(birth):
    """The law's own words, by the age that ``age_on`` gives."""
    year = result("school_year_of_birth", birth)
    assert isinstance(year, int)
    if year <= date.max.year:
        ages = [result("age_on", birth, date(each, 9, 30)) for each in (year - 1, year)]
        assert [5, 6] == ages


@given(st.dates())
def test_registration_ends_on_15_november_before_school_until_that_changes(birth):
    """§ 1 (1) AO-GS; for children whose registration is planned to come earlier there is no day that may be named."""
    year = result("school_year_of_birth", birth)
    assert isinstance(year, int)
    expected = date(year - 1, 11, 15) if year < NEW_REGISTRATION else None
    assert expected == result("school_registration_by", birth)


# days_until, next_date_of


@given(st.dates(), st.dates())
def test_days_until_lead_from_today_to_the_day(today, other):
    """So many days after today it is that day; from there back it is as many, below zero."""
    days = result("days_until", other, today=today)
    assert isinstance(days, int)
    assert today + days * DAY == other
    assert -days == result("days_until", today, today=other)


@given(st.lists(st.dates(), max_size=8), st.dates())
def test_the_next_date_is_the_first_that_is_not_past(dates, today):
    """It is one of the calendar's days, not before today, and none of them lies between; otherwise there is none."""
    found = result("next_date_of", today=today, dates=tuple(dates))
    coming = sorted(each for each in dates if each >= today)
    assert (coming[0] if coming else None) == found


def test_today_is_the_next_date_if_it_is_one():
    """A day counts until it is over."""
    days = (TODAY + DAY, TODAY, TODAY - DAY)
    assert [TODAY, TODAY + DAY, None] == [result("next_date_of", today=TODAY + n * DAY, dates=days) for n in range(3)]
