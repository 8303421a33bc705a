"""Office hours and promises: what coordinators write, on the days that are not like others."""

import sys
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.desk import hours
from bot.model import Duration, Topic

OFFICE = hours.parse("Mo-Fr 9-17")


def berlin(text: str) -> datetime:
    """A moment by the clock on the wall in Düsseldorf."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/Berlin"))


def topic(within: str, written: str = "Mo-Fr 9-17") -> Topic:
    """A topic that promises an answer within so much time."""
    count, unit = within.split()
    return Topic("geld", "Geld", ("beratung",), Duration(int(count), unit), written, "normal")


@pytest.mark.parametrize(
    ("written", "monday", "saturday"),
    [
        ("Mo-Fr 9-17", ((540, 1020),), ()),
        ("Mo 14-16, Mo-Do 9-12:30, Sa 10-12", ((540, 750), (840, 960)), ((600, 720),)),
        ("Mo-So 0-24", ((0, 1440),), ((0, 1440),)),
        ("Mo 9:05 - 9:59", ((545, 599),), ()),
    ],
)
def test_hours_are_read_as_coordinators_write_them(written, monday, saturday):
    """Days, spans of days and several spans a day are understood, in any order."""
    assert (hours.parse(written).week[0], hours.parse(written).week[5]) == (monday, saturday)


@pytest.mark.parametrize(
    ("written", "what"),
    [
        ("", "»« ist keine Sprechzeit. Schreiben Sie zum Beispiel: Mo-Fr 9-17"),
        ("werktags", "»werktags« ist keine Sprechzeit"),
        ("Mo-Fr 9-17 Uhr", "ist keine Sprechzeit"),
        ("Mx 9-17", "»Mx« ist kein Wochentag"),
        ("Fr-Mo 9-17", "läuft rückwärts"),
        ("Mo 17-9", "endet nicht nach dem Anfang"),
        ("Mo 9-25", "»25« ist keine Uhrzeit"),
        ("Mo 9:75-10", "»9:75« ist keine Uhrzeit"),
        ("Mo 9-12, Mo-Fr 11-13", "überschneiden sich"),
    ],
)
def test_wrong_hours_are_explained(written, what):
    """What cannot be read is refused with a German sentence that says what is wrong."""
    with pytest.raises(ValueError, match=what.replace("?", r"\?")):
        hours.parse(written)


def test_an_office_without_a_day_cannot_exist():
    """An office that never opens would promise nothing, so it cannot be made."""
    with pytest.raises(ValueError, match="mindestens einen Tag"):
        hours.Hours(((),) * 7)


@pytest.mark.parametrize(
    ("within", "asked", "until"),
    [
        ("4 Stunden", "2026-11-18T10:00", "2026-11-18T14:00"),
        ("4 Stunden", "2026-11-18T15:00", "2026-11-19T11:00"),
        ("4 Stunden", "2026-11-18T20:00", "2026-11-19T13:00"),
        ("8 Stunden", "2026-11-18T09:00", "2026-11-18T17:00"),
        ("30 Minuten", "2026-11-20T16:45", "2026-11-23T09:15"),
        ("2 Werktage", "2026-11-20T15:00", "2026-11-24T17:00"),
        ("2 Werktage", "2026-11-20T20:00", "2026-11-24T17:00"),
        ("2 Werktage", "2026-11-21T12:00", "2026-11-24T17:00"),
        ("1 Werktage", "2026-11-23T08:00", "2026-11-24T17:00"),
        ("1 Tage", "2026-11-18T10:00", "2026-11-19T17:00"),
        ("1 Tage", "2026-11-20T10:00", "2026-11-23T17:00"),
        ("2 Wochen", "2026-11-18T10:00", "2026-12-02T17:00"),
        ("1 Monate", "2026-01-31T10:00", "2026-03-02T17:00"),
        ("3 Monate", "2026-11-18T10:00", "2027-02-18T17:00"),
    ],
)
def test_a_promise_is_counted_in_office_time(within, asked, until):
    """Each unit ends where a person with a calendar on the wall would say it does."""
    assert hours.promise(topic(within), berlin(asked)) == berlin(until)


@pytest.mark.parametrize(
    ("asked", "until"),
    [
        (
            "2026-12-23T12:00",
            "2026-12-28T17:00",
        ),  # Christmas Eve is an open Thursday, both holidays and a weekend follow
        ("2026-06-03T12:00", "2026-06-08T17:00"),  # Corpus Christi, a holiday here and not in Berlin
        ("2026-10-30T12:00", "2026-11-03T17:00"),  # All Saints' falls on a Sunday
        ("2026-04-01T12:00", "2026-04-07T17:00"),  # Good Friday to Easter Monday
    ],
)
def test_holidays_of_nrw_do_not_count(asked, until):
    """Two working days pass over the public holidays of North Rhine-Westphalia."""
    assert hours.promise(topic("2 Werktage"), berlin(asked)) == berlin(until)


@pytest.mark.parametrize(
    ("asked", "until", "utc"),
    [
        ("2026-03-27T16:00", "2026-03-30T12:00", 10),  # clocks go forward on Sunday 29 March
        ("2026-10-23T16:00", "2026-10-26T12:00", 11),  # and back on Sunday 25 October
    ],
)
def test_the_clock_on_the_wall_counts_when_clocks_change(asked, until, utc):
    """Four office hours over a weekend with a change of clocks end at noon by the wall, whatever UTC says."""
    promised = hours.promise(topic("4 Stunden"), berlin(asked))
    assert (promised, promised.hour) == (berlin(until), utc)


@pytest.mark.parametrize(
    ("asked", "until"),
    [
        ("2026-03-28T22:00", "2026-03-29T05:00"),  # the night has an hour less
        ("2026-10-24T22:00", "2026-10-25T03:00"),  # and an hour more
    ],
)
def test_hours_through_the_night_of_the_change_are_true_hours(asked, until):
    """Where an office is open through that night, six hours are six hours of waiting."""
    assert hours.promise(topic("6 Stunden", "Mo-So 0-24"), berlin(asked)) == berlin(until)


@pytest.mark.parametrize(
    ("now", "is_open", "opens"),
    [
        ("2026-11-18T09:00", True, "2026-11-18T09:00"),
        ("2026-11-18T16:59", True, "2026-11-18T16:59"),
        ("2026-11-18T17:00", False, "2026-11-19T09:00"),
        ("2026-11-20T18:00", False, "2026-11-23T09:00"),
        ("2026-12-25T10:00", False, "2026-12-28T09:00"),
    ],
)
def test_the_office_says_whether_it_is_open_and_when_it_opens(now, is_open, opens):
    """At each moment it is known whether somebody is there, and when somebody is there next."""
    asked = topic("1 Stunden")
    assert (hours.is_open(asked, berlin(now)), hours.next_opening(asked, berlin(now))) == (is_open, berlin(opens))


def test_an_unknown_unit_is_refused():
    """A unit that does not exist gives a sentence with those that do."""
    with pytest.raises(ValueError, match="»Jahre« ist keine Zeiteinheit"):
        hours.after(Duration(1, "Jahre"), OFFICE, berlin("2026-11-18T10:00"))


def test_a_time_that_never_comes_is_refused():
    """More office hours than two years hold give a clear error, not an endless search."""
    with pytest.raises(ValueError, match="hat niemand so lange geöffnet"):
        hours.after(Duration(10_000, "Stunden"), OFFICE, berlin("2026-11-18T10:00"))


def test_an_office_of_one_day_waits_for_its_week():
    """An office that opens only on Thursdays waits a week where Thursday is Ascension."""
    assert hours.next_opening(topic("1 Stunden", "Do 9-10"), berlin("2026-05-13T00:00")) == berlin("2026-05-21T09:00")


def test_waiting_is_counted_in_office_time():
    """A parent who asked on Friday at ten to five has waited fifteen minutes at five past nine on Monday."""
    assert hours.worked(OFFICE, berlin("2026-11-20T16:50"), berlin("2026-11-23T09:05")) == timedelta(minutes=15)
    assert hours.worked(OFFICE, berlin("2026-11-21T10:00"), berlin("2026-11-22T10:00")) == timedelta()
    assert hours.worked(OFFICE, berlin("2026-11-23T10:00"), berlin("2026-11-23T09:30")) == timedelta()


MOMENTS = st.integers(0, 2 * 365 * 24 * 60).map(
    lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)


@given(
    MOMENTS,
    st.integers(1, 200),
    st.sampled_from(["Minuten", "Stunden"]),
)
def test_counting_forth_and_counting_back_agree(start, count, unit):
    """The office time between a question and the end of its promise is exactly the time allowed."""
    end = hours.after(Duration(count, unit), OFFICE, start)
    allowed = timedelta(minutes=count) if unit == "Minuten" else timedelta(hours=count)
    assert hours.worked(OFFICE, start, end) == allowed


@given(
    MOMENTS,
    st.integers(1, 12),
    st.sampled_from(["Tage", "Werktage", "Wochen", "Monate"]),
)
def test_a_promise_of_days_ends_when_an_office_closes(start, count, unit):
    """A promise of days ends in the future, at the closing time of a day on which somebody was there."""
    end = hours.after(Duration(count, unit), OFFICE, start)
    assert end > start
    assert end.astimezone(hours.ZONE).strftime("%H:%M") == "17:00"
    assert hours.worked(OFFICE, end - timedelta(hours=8), end) == timedelta(hours=8)


def test_nobody_waits_for_the_holidays_once_they_are_known(monkeypatch):
    """They take a moment to load: whoever serves parents has them before the first of them waits for a promise."""
    hours._holidays.cache_clear()
    hours.know_holidays(2026)
    monkeypatch.setitem(sys.modules, "holidays", None)  # whoever would load them now fails
    assert not hours.is_open(topic("2 Werktage"), berlin("2026-12-25 10:00"))
