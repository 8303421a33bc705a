"""What a step ``derive`` can calculate: a closed table of rules, each with the law that it rests on. Pure; no clock.

The day of today comes in with :class:`Given`. A rule answers for every day that a ``date`` can hold, from the year 1 to
9999, and never raises for one; where the law's answer lies behind the end of the calendar, it is the calendar's last
day. Answers of another number or type than ``takes`` says are a fault of the caller and raise ValueError or TypeError.

Public holidays are those of North Rhine-Westphalia, as the library knows them for the years in :data:`YEARS`; in other
years only Saturdays and Sundays are free. That makes a deadline too early at most, never too late. Christmas Eve, New
Year's Eve and the Monday of carnival are no public holidays.

``docs/reference/calculations.md`` explains each rule to coordinators; its examples are run.
"""

from calendar import monthrange
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

Result = date | int | None
"""None: the rule has no result for these answers. Only rules with ``certain=False`` say so."""
Answers = tuple[date | int, ...]

YEARS = range(1991, 2101)
"""The years whose public holidays count."""
NEW_REGISTRATION = 2029
"""From this school year on children are to be registered earlier; from when exactly, no law says yet."""


@dataclass(frozen=True, slots=True)
class Given:
    """What a calculation may look at besides its answers: the day, and a calendar's days, sorted or not."""

    today: date
    dates: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """One calculation.

    ``takes`` names the types of its answers, ``date`` or ``number``; the last ``optional`` of them may be left out.
    ``calendar`` stands for the name of a calendar: it is no answer, its days come in ``Given.dates``. ``gives`` is the
    type of the result. ``law`` says in German what the rule rests on. A rule that is not ``certain`` may give None.
    """

    name: str
    takes: tuple[str, ...]
    gives: str
    law: str
    compute: Callable[[Answers, Given], Result]
    optional: int = 0
    certain: bool = True


def one_month_after(day: date) -> date:
    """Return the last day of a period of one month that a day's event begins, such as a letter that arrived.

    The day of the same number in the next month, or that month's last, where it has no such day (§ 188 (2), (3) BGB);
    if it is a Saturday, a Sunday or a public holiday, the next working day (§ 193 BGB, § 31 (3) VwVfG NRW).
    """
    return _working_day(_month_later(day))


def age_on(birth: date, day: date) -> int:
    """Return the whole years of a life on a day, 0 before it began.

    The day of birth counts (§ 187 (2) BGB), so a year is full when the birthday begins. Who was born on 29 February
    has it on 1 March in other years (§ 188 (2) BGB).
    """
    before_birthday = (day.month, day.day) < (birth.month, birth.day)
    return max(0, day.year - birth.year - before_birthday)


def school_year_of_birth(birth: date) -> int:
    """Return the year on whose 1 August a child must go to school: six years old as 30 September begins (§ 35 (1)).

    The sixth year of who is born on 30 September is full as that day begins, of who is born on 1 October a day late.
    """
    too_late = (birth.month, birth.day) > (9, 30)
    return birth.year + 6 + too_late


def school_registration_by(birth: date) -> date | None:
    """Return the last day to register a child at school: 15 November of the year before (§ 1 (1) AO-GS).

    None from :data:`NEW_REGISTRATION` on. The day is not moved by a weekend: too early a day harms nobody.
    """
    year = school_year_of_birth(birth)
    return date(year - 1, 11, 15) if year < NEW_REGISTRATION else None


def days_until(day: date, today: date) -> int:
    """Return how many days there are from today to a day: 0 today, 1 tomorrow, -1 yesterday."""
    return (day - today).days


def next_date_of(dates: Iterable[date], today: date) -> date | None:
    """Return the first of these days that is not past, or None."""
    return min((day for day in dates if day >= today), default=None)


def _month_later(day: date) -> date:
    year, month = divmod(day.year * 12 + day.month, 12)  # months count from 0 here: this is the next one
    if year > date.max.year:
        return date.max
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _working_day(day: date) -> date:
    """Return this day or the next working day; the calendar's last day is a Friday, so there is always one."""
    while day.weekday() > 4 or _is_holiday(day):
        day += timedelta(days=1)
    return day


def _is_holiday(day: date) -> bool:
    return day.year in YEARS and day in _holidays(day.year)


@lru_cache(maxsize=len(YEARS))
def _holidays(year: int) -> frozenset[date]:
    from holidays import country_holidays  # noqa: PLC0415 - it loads all the world's, and most commands ask for none

    return frozenset(country_holidays("DE", subdiv="NW", years=year))


def _of_day(calculate: Callable[[date], Result]) -> Callable[[Answers, Given], Result]:
    """Return the calculation for a rule that takes one day and looks at nothing else."""

    def compute(answers: Answers, _given: Given) -> Result:
        (day,) = _days(answers)
        return calculate(day)

    return compute


def _age_on(answers: Answers, given: Given) -> int:
    birth, day = _days(answers) if len(answers) != 1 else (*_days(answers), given.today)
    return age_on(birth, day)


def _days_until(answers: Answers, given: Given) -> int:
    (day,) = _days(answers)
    return days_until(day, given.today)


def _next_date_of(answers: Answers, given: Given) -> date | None:
    () = _days(answers)
    return next_date_of(given.dates, given.today)


def _days(answers: Answers) -> tuple[date, ...]:
    return tuple(_day(answer) for answer in answers)


def _day(answer: date | int) -> date:
    if not isinstance(answer, date):
        raise TypeError(f"This rule calculates with days, {answer!r} is none.")
    return answer


_MONTH = "§ 187 Abs. 1, § 188 Abs. 2 und 3, § 193 BGB; § 31 Abs. 1 und 3 VwVfG NRW"
_AGE = "§ 187 Abs. 2, § 188 Abs. 2 BGB"

RULES: Mapping[str, Rule] = {
    rule.name: rule
    for rule in (
        Rule("one_month_after", ("date",), "date", _MONTH, _of_day(one_month_after)),
        Rule("age_on", ("date", "date"), "number", _AGE, _age_on, optional=1),
        Rule("school_year_of_birth", ("date",), "number", "§ 35 Abs. 1 SchulG NRW", _of_day(school_year_of_birth)),
        Rule(
            "school_registration_by",
            ("date",),
            "date",
            "§ 1 Abs. 1 AO-GS; § 35 Abs. 1 SchulG NRW",
            _of_day(school_registration_by),
            certain=False,
        ),
        Rule("days_until", ("date",), "number", "§ 187 Abs. 1 BGB", _days_until),
        Rule("next_date_of", ("calendar",), "date", "Quelle des Termins im Kalender", _next_date_of, certain=False),
    )
}
"""Every rule, by its name."""
