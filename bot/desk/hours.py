"""Office hours, the holidays of North Rhine-Westphalia, and until when an answer is promised. Pure calculation.

Hours are written as coordinators write them: ``Mo-Fr 9-17``, or ``Mo-Do 9-12:30, Mo 14-16, Sa 10-12``. On a public
holiday nobody is there. Days and clock times are those of Europe/Berlin; moments go in and come out aware, out in UTC.

How a time allowed for an answer is counted:

* ``Minuten`` and ``Stunden`` run only while the office is open.
* ``Werktage`` are days on which the office opens; the day of the question does not count, and the promise ends when
  the office closes on the last of them. "2 Werktage" on a Friday afternoon is Tuesday, 17 o'clock.
* ``Tage``, ``Wochen`` and ``Monate`` are days of the calendar; the promise ends when the office closes on that day,
  or on the next day it opens.
"""

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise, takewhile
from zoneinfo import ZoneInfo

from bot.model import Duration, Topic

ZONE = ZoneInfo("Europe/Berlin")
DAYS = ("Mo", "Di", "Mi", "Do", "Fr", "Sa", "So")
UNITS = ("Minuten", "Stunden", "Tage", "Werktage", "Wochen", "Monate")
AHEAD = 800
"""Days to look ahead at most: two years and some, longer than any promise."""

_PART = re.compile(r"(?P<first>[A-Z][a-z])(?:-(?P<last>[A-Z][a-z]))?\s+(?P<start>\d[\d:]*)\s*-\s*(?P<end>\d[\d:]*)")
_CLOCK = re.compile(r"(\d{1,2})(?::(\d{2}))?")


@dataclass(frozen=True, slots=True)
class Hours:
    """Opening times: for each day of the week, from Monday, its spans as pairs of minutes after midnight, in order."""

    week: tuple[tuple[tuple[int, int], ...], ...]

    def __post_init__(self) -> None:
        if not any(self.week):
            raise ValueError("Eine Sprechzeit braucht mindestens einen Tag.")


def promise(topic: Topic, opened_at: datetime) -> datetime:
    """Return until when a question of this topic, asked at this moment, is to be answered."""
    return after(topic.answer_within, parse(topic.hours), opened_at)


def is_open(topic: Topic, now: datetime) -> bool:
    """Return whether the topic's office is open at this moment."""
    return any(start <= now < end for start, end in _day(parse(topic.hours), _local(now).date()))


def next_opening(topic: Topic, now: datetime) -> datetime:
    """Return when the topic's office opens next: now, if it is open."""
    return next(max(start, now).astimezone(UTC) for start, end in _spans(parse(topic.hours), now) if end > now)


@lru_cache(maxsize=32_768)  # some for each open question: they stay the same from one look at the queue to the next
def after(duration: Duration, hours: Hours, start: datetime) -> datetime:
    """Return the moment at which so much time, counted as the module says, has passed since ``start``."""
    match duration.unit:
        case "Minuten":
            return _work(timedelta(minutes=duration.count), hours, start)
        case "Stunden":
            return _work(timedelta(hours=duration.count), hours, start)
        case "Werktage":
            return _workdays(duration.count, hours, start)
        case "Tage":
            return _closing(hours, _local(start).date() + timedelta(days=duration.count))
        case "Wochen":
            return _closing(hours, _local(start).date() + timedelta(weeks=duration.count))
        case "Monate":
            return _closing(hours, _months_later(_local(start).date(), duration.count))
        case unit:
            raise ValueError(f"»{unit}« ist keine Zeiteinheit. Möglich sind {', '.join(UNITS)}.")


def days_before(duration: Duration, day: date) -> date:
    """Return the day that lies so long before a day. ``Werktage`` are Monday to Friday without public holidays.

    A day before the calendar's first is the first.
    """
    try:
        match duration.unit:
            case "Werktage":
                return _workdays_before(duration.count, day)
            case "Tage":
                return day - timedelta(days=duration.count)
            case "Wochen":
                return day - timedelta(weeks=duration.count)
            case "Monate":
                return _months_later(day, -duration.count)
            case unit:
                raise LookupError(f"»{unit}« zählt keine Tage.")
    except (OverflowError, ValueError):
        return date.min


def worked(hours: Hours, start: datetime, end: datetime) -> timedelta:
    """Return how long the office was open between two moments; nothing, if the second is not the later one."""
    during = takewhile(lambda span: span[0] < end, _spans(hours, start))
    return sum((max(min(closes, end) - max(opens, start), timedelta()) for opens, closes in during), timedelta())


@lru_cache(maxsize=256)
def parse(text: str) -> Hours:
    """Read office hours; ValueError says in German what is wrong with them."""
    week: list[list[tuple[int, int]]] = [[] for _ in DAYS]
    for part in text.split(","):
        found = _PART.fullmatch(part.strip())
        if found is None:
            raise ValueError(f"»{part.strip()}« ist keine Sprechzeit. Schreiben Sie zum Beispiel: Mo-Fr 9-17")
        span = _span(found["start"], found["end"])
        for day in _days(found["first"], found["last"] or found["first"]):
            week[day].append(span)
    return Hours(tuple(_in_order(day) for day in week))


def _days(first: str, last: str) -> range:
    for day in (first, last):
        if day not in DAYS:
            raise ValueError(f"»{day}« ist kein Wochentag. Möglich sind {' '.join(DAYS)}.")
    start, end = DAYS.index(first), DAYS.index(last)
    if end < start:
        raise ValueError(f"»{first}-{last}« läuft rückwärts. Die Woche beginnt am Montag.")
    return range(start, end + 1)


def _span(start: str, end: str) -> tuple[int, int]:
    span = (_minutes(start), _minutes(end))
    if span[0] >= span[1]:
        raise ValueError(f"»{start}-{end}« endet nicht nach dem Anfang.")
    return span


def _minutes(clock: str) -> int:
    found = _CLOCK.fullmatch(clock)
    minutes = int(found[1]) * 60 + int(found[2] or 0) if found else -1
    if found is None or int(found[2] or 0) > 59 or minutes > 24 * 60:
        raise ValueError(f"»{clock}« ist keine Uhrzeit. Schreiben Sie zum Beispiel: 9 oder 9:30")
    return minutes


def _in_order(spans: list[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    ordered = sorted(spans)
    for (_, end), (start, _) in pairwise(ordered):
        if start < end:
            raise ValueError("Zwei Sprechzeiten desselben Tages überschneiden sich.")
    return tuple(ordered)


def _work(left: timedelta, hours: Hours, start: datetime) -> datetime:
    for opens, closes in _spans(hours, start):
        begin = max(opens, start)
        if closes > begin:
            if left <= closes - begin:
                return (begin + left).astimezone(UTC)
            left -= closes - begin
    raise ValueError(f"In den nächsten zwei Jahren hat niemand so lange geöffnet: es fehlen noch {left}.")


def _workdays(count: int, hours: Hours, start: datetime) -> datetime:
    day = _local(start).date()
    for _ in range(count):
        day = _local(_closing(hours, day + timedelta(days=1))).date()
    return _closing(hours, day)


def _workdays_before(count: int, day: date) -> date:
    while count:
        day -= timedelta(days=1)
        count -= day.weekday() < 5 and not _is_holiday(day)
    return day


def _closing(hours: Hours, first: date) -> datetime:
    """Return when the office closes on this day, or on the next day it opens."""
    days = (_day(hours, first + timedelta(days=ahead)) for ahead in range(AHEAD))
    return next(spans[-1][1].astimezone(UTC) for spans in days if spans)


def _spans(hours: Hours, start: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Yield the opening times from the day of ``start`` on."""
    first = _local(start).date()
    for ahead in range(AHEAD):
        yield from _day(hours, first + timedelta(days=ahead))


def _day(hours: Hours, day: date) -> tuple[tuple[datetime, datetime], ...]:
    if _is_holiday(day):
        return ()
    return tuple((_moment(day, start), _moment(day, end)) for start, end in hours.week[day.weekday()])


def know_holidays(year: int) -> None:
    """Load the holidays, which takes a moment: who serves parents does so beside the work, before a promise needs them."""
    _holidays(year)


def _is_holiday(day: date) -> bool:
    return day in _holidays(day.year)


@lru_cache(64)
def _holidays(year: int) -> frozenset[date]:
    from holidays import country_holidays  # noqa: PLC0415 - it loads all the world's, and most commands ask for none

    return frozenset(country_holidays("DE", subdiv="NW", years=year))


def _moment(day: date, minutes: int) -> datetime:
    """Return a clock time of a local day as a moment in UTC, so that differences are true on the days clocks change."""
    midnight = datetime.combine(day, time(), ZONE)
    return (midnight + timedelta(minutes=minutes)).astimezone(UTC)


def _months_later(day: date, count: int) -> date:
    months = day.year * 12 + day.month - 1 + count
    year, month = divmod(months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _local(moment: datetime) -> datetime:
    return moment.astimezone(ZONE)
