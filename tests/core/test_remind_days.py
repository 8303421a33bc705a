"""When a parent is reminded of a day: so long before, in the morning, on the clock on the wall, and never too late."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.desk.due import Near, beginning, near, next_due, over
from bot.desk.hours import days_before
from bot.model import Duration

BERLIN = ZoneInfo("Europe/Berlin")
DAY = date(2026, 11, 10)
WEEK = Duration(1, "Wochen")
LONG_AGO = datetime(2025, 1, 1, tzinfo=UTC)
UNITS = ("Minuten", "Stunden", "Tage", "Werktage", "Wochen", "Monate")

moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)).map(lambda moment: moment.replace(tzinfo=UTC))  # noqa: DTZ001 - the zone is put on here
days = st.dates(date(2026, 1, 1), date(2027, 12, 31))
leads = st.builds(Duration, st.integers(1, 90), st.sampled_from(UNITS))


def berlin(written: str) -> datetime:
    """Return a moment by the clock on the wall."""
    return datetime.fromisoformat(written).replace(tzinfo=BERLIN).astimezone(UTC)


def due(now: str, before: Duration = WEEK, *of: date) -> tuple[date, ...]:
    """Return the days of which is reminded at a moment on the wall."""
    return tuple(each.day for each in near(of or (DAY,), before, berlin(now), BERLIN))


@pytest.mark.parametrize(
    ("before", "begins"),
    [
        ("1 Tage", "2026-11-09T09:00"),
        ("1 Wochen", "2026-11-03T09:00"),
        ("1 Monate", "2026-10-10T09:00"),
        ("2 Werktage", "2026-11-06T09:00"),
        ("2 Stunden", "2026-11-10T07:00"),
        ("20 Stunden", "2026-11-09T13:00"),
        ("30 Minuten", "2026-11-10T08:30"),
        ("9999 Monate", "1193-08-10T09:00"),
    ],
)
def test_every_unit_counts_from_the_morning_of_the_day(before, begins):
    """Days and longer: the morning so long before; hours and minutes: so long before nine of the day itself."""
    count, unit = before.split()
    assert berlin(begins) == beginning(DAY, Duration(int(count), unit), BERLIN)


@pytest.mark.parametrize(
    ("day", "count", "expected"),
    [
        (date(2026, 11, 10), 1, date(2026, 11, 9)),  # Tuesday
        (date(2026, 11, 9), 1, date(2026, 11, 6)),  # Monday: the weekend does not count
        (date(2026, 11, 8), 1, date(2026, 11, 6)),  # a Sunday itself
        (date(2026, 11, 3), 2, date(2026, 10, 30)),  # 1 November is a Sunday and a holiday
        (date(2026, 6, 5), 1, date(2026, 6, 3)),  # Corpus Christi, in NRW a holiday
        (date(2026, 12, 28), 1, date(2026, 12, 24)),  # Christmas
        (date(2026, 4, 7), 1, date(2026, 4, 2)),  # Easter
        (date(2026, 11, 10), 5, date(2026, 11, 3)),
    ],
)
def test_working_days_skip_weekends_and_holidays(day, count, expected):
    """Monday to Friday, without the public holidays of North Rhine-Westphalia."""
    assert expected == days_before(Duration(count, "Werktage"), day)


@pytest.mark.parametrize(
    ("day", "count", "expected"), [(date(2026, 3, 31), 1, date(2026, 2, 28)), (date(2028, 3, 30), 1, date(2028, 2, 29)), (date(2026, 1, 15), 13, date(2024, 12, 15))]
)  # fmt: skip
def test_a_month_before_ends_with_the_month(day, count, expected):
    """Where the month is shorter, its last day."""
    assert expected == days_before(Duration(count, "Monate"), day)


@pytest.mark.parametrize("unit", ["Tage", "Werktage", "Wochen", "Monate"])
def test_longer_ago_than_there_are_days_is_the_first_day(unit):
    """However much somebody writes, it is a day: no error."""
    assert days_before(Duration(9999, unit), date(2, 1, 1)) == date.min


def test_hours_are_no_days():
    """Who counts days in hours is told so."""
    with pytest.raises(LookupError, match="Stunden"):
        days_before(Duration(1, "Stunden"), DAY)


@pytest.mark.parametrize(
    ("now", "said"),
    [
        ("2026-11-03T08:59:59", False),
        ("2026-11-03T09:00:00", True),
        ("2026-11-03T19:59:59", True),
        ("2026-11-03T20:00:00", False),
        ("2026-11-04T03:00:00", False),
        ("2026-11-05T09:00:00", True),
        ("2026-11-10T19:59:59", True),
        ("2026-11-10T20:00:00", False),
        ("2026-11-11T09:00:00", False),
    ],
)
def test_after_an_outage_it_is_said_as_long_as_it_is_of_use(now, said):
    """From the morning a week before until eight in the evening of the day itself, and never at night."""
    assert ((DAY,) if said else ()) == due(now)


def test_hours_that_fall_into_the_night_wait_for_the_morning():
    """Two hours before nine is too early to wake somebody; it is said at nine."""
    two, twelve = Duration(2, "Stunden"), Duration(12, "Stunden")
    assert ((), (DAY,)) == (due("2026-11-10T07:30", two), due("2026-11-10T09:00", two))
    assert ((), (DAY,)) == (due("2026-11-09T21:30", twelve), due("2026-11-10T09:00", twelve))


@pytest.mark.parametrize(
    ("day", "nine"),
    [
        (date(2026, 3, 29), "2026-03-29T07:00+00:00"),  # the clocks go forward in this night
        (date(2026, 3, 28), "2026-03-28T08:00+00:00"),
        (date(2026, 10, 25), "2026-10-25T08:00+00:00"),  # and back in this one
        (date(2026, 10, 24), "2026-10-24T07:00+00:00"),
    ],
)
def test_d10_nine_is_nine_on_the_wall_when_clocks_change(day, nine):
    """D10: summer or winter, the morning begins at nine of the local clock."""
    moment = datetime.fromisoformat(nine)
    none = Duration(1, "Tage")
    tomorrow = day + timedelta(days=1)
    assert [Near(tomorrow, moment)] == list(near([tomorrow], none, moment, BERLIN))
    assert () == near([tomorrow], none, moment - timedelta(seconds=1), BERLIN)


def test_hours_are_true_hours_when_clocks_change():
    """Twenty-four hours before nine of the day after the change is ten o'clock in spring: an hour is missing."""
    assert berlin("2026-03-28T08:00") == beginning(date(2026, 3, 29), Duration(24, "Stunden"), BERLIN)
    assert berlin("2026-10-24T10:00") == beginning(date(2026, 10, 25), Duration(24, "Stunden"), BERLIN)


def test_each_day_of_a_calendar_counts_for_itself_and_once():
    """In their order, also where a day is written twice; those that are past or far are not there."""
    of = (date(2026, 11, 12), DAY, date(2026, 11, 12), date(2026, 11, 3), date(2027, 1, 1))
    assert (DAY, date(2026, 11, 12)) == due("2026-11-06T10:00", WEEK, *of)


@pytest.mark.parametrize(
    ("since", "reminded"),
    [
        ("2026-11-01T12:00", "2026-11-03T09:00"),
        ("2026-11-07T11:00", "2026-11-08T09:00"),  # three days before: the next morning
        ("2026-11-07T07:00", "2026-11-07T09:00"),
        ("2026-11-07T22:00", "2026-11-08T09:00"),
        ("2026-11-09T22:00", "2026-11-10T09:00"),
        ("2026-11-10T08:00", "2026-11-10T09:00"),
        ("2026-11-10T10:00", None),  # it was just talked of
        ("2026-11-12T10:00", None),
    ],
)
def test_who_says_so_late_is_reminded_on_the_next_morning(since, reminded):
    """Not at once, since it was just talked of; not at all where the day is over by then."""
    expected = None if reminded is None else berlin(reminded)
    assert expected == next_due(DAY, WEEK, berlin(since), berlin(since), BERLIN)


@given(days, leads, moments)
def test_nobody_is_reminded_at_night_or_when_the_day_is_over(day, before, now):
    """Whatever the day and the time before: only between nine and twenty, only until twenty of the day itself."""
    if near([day], before, now, BERLIN):
        assert 9 <= now.astimezone(BERLIN).hour < 20
        assert now < over(day, BERLIN)
        assert now >= beginning(day, before, BERLIN)


@given(days, leads)
def test_whoever_said_so_in_time_is_reminded(day, before):
    """There is always a moment, at the latest nine of the day, and the house looks at it at least an hour long."""
    moment = next_due(day, before, LONG_AGO - timedelta(days=9000), LONG_AGO, BERLIN)
    assert moment is not None
    assert moment <= over(day, BERLIN) - timedelta(hours=11)
    assert near([day], before, moment + timedelta(minutes=59), BERLIN)


@given(days, leads, moments, moments)
def test_the_next_moment_is_the_first_one(day, before, since, start):
    """Before it nobody is reminded who said so then; golden talks pass time by it, the house looks every minute."""
    found = next_due(day, before, since, start, BERLIN)
    until = over(day, BERLIN) if found is None else found
    looked = (
        start + timedelta(hours=11 * n) for n in range(int(max(timedelta(), until - start) / timedelta(hours=11)))
    )
    told = [now for now in looked for each in near([day], before, now, BERLIN) if since < each.said_before]
    assert [] == told
