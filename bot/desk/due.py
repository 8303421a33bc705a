"""When a parent is reminded of a day. Pure calculation; days and clock times are those of the zone that comes in.

* ``Tage``, ``Werktage``, ``Wochen`` and ``Monate`` before a day: from 9 o'clock on of the day that lies so long before.
* ``Stunden`` and ``Minuten``: so long before 9 o'clock of the day itself.
* Never between 20 and 9 o'clock: what falls there waits for the morning.
* After an outage it is still said as long as it is of use: until 20 o'clock of the day itself, never later.
* Who says so when that moment has passed already is reminded on the next morning at 9, not at once: they have just
  talked of it. If the day itself is over by then, they are not reminded.

Moments go in aware and come out in UTC, so that they are compared as what they are on the days clocks change.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from bot.desk import hours
from bot.model import Duration

MORNING = time(9)
"""Nobody is reminded before."""
EVENING = time(20)
"""Nobody is reminded from then on; on the day itself its use is over."""


@dataclass(frozen=True, slots=True)
class Near:
    """A day of which is to be reminded now: everybody who said so before ``said_before``."""

    day: date
    said_before: datetime


def near(days: Iterable[date], before: Duration, now: datetime, zone: tzinfo) -> tuple[Near, ...]:
    """Return the days of which is to be reminded now, in their order, each once."""
    today = now.astimezone(zone).date()
    morning = _at(today, MORNING, zone)
    if not morning <= now < _at(today, EVENING, zone):
        return ()
    begins = ((day, beginning(day, before, zone)) for day in sorted(set(days)) if day >= today)
    return tuple(Near(day, max(begin, morning)) for day, begin in begins if begin <= now)


def next_due(day: date, before: Duration, since: datetime, start: datetime, zone: tzinfo) -> datetime | None:
    """Return the first moment from ``start`` on at which one who said so at ``since`` is reminded of a day."""
    first = max(start, since, beginning(day, before, zone))
    second = _next_morning(first, zone)
    tried = (first, second, _next_morning(second, zone))
    return next((moment for moment in tried if _is_due(day, before, since, moment, zone)), None)


def beginning(day: date, before: Duration, zone: tzinfo) -> datetime:
    """Return the moment that lies so long before a day, whatever the hour."""
    match before.unit:
        case "Minuten":
            return _at(day, MORNING, zone) - timedelta(minutes=before.count)
        case "Stunden":
            return _at(day, MORNING, zone) - timedelta(hours=before.count)
        case _:
            return _at(hours.days_before(before, day), MORNING, zone)


def over(day: date, zone: tzinfo) -> datetime:
    """Return when it is of no use any more to be reminded of a day."""
    return _at(day, EVENING, zone)


def _is_due(day: date, before: Duration, since: datetime, moment: datetime, zone: tzinfo) -> bool:
    return any(since < each.said_before for each in near([day], before, moment, zone))


def _next_morning(moment: datetime, zone: tzinfo) -> datetime:
    local = moment.astimezone(zone)
    morning = _at(local.date(), MORNING, zone)
    return morning if moment < morning else _at(local.date() + timedelta(days=1), MORNING, zone)


def _at(day: date, clock: time, zone: tzinfo) -> datetime:
    return datetime.combine(day, clock, zone).astimezone(UTC)
