"""On which days the talks of the proof are held: on one, or, where it depends on the day, on several."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta

from bot.flow.graph import Ask, Decide, Derive, Flow, Form, Revision, Step, Today
from bot.flow.meaning.answers import calls

MOST = 9
"""On so many days more a flow is walked through at most."""


def days(revision: Revision, now: datetime) -> Mapping[datetime, tuple[str, ...]]:
    """Return the moments, each with the flows to walk through then; every flow is among those of the first.

    Where a flow (with those it calls) compares both with today and with fixed days, the day decides which ways there
    are: then the fixed days are tried, and the days before and after them.
    """
    found: dict[datetime, list[str]] = {now: list(revision.flows)}
    for name in revision.flows:
        steps = (step for flow in _with_called(name, revision.flows) for step in flow.steps.values())
        written = [day for step in steps for day in _days(step, revision)]
        fixed = sorted({day for day in written if isinstance(day, date)})
        if fixed and any(isinstance(day, Today) for day in written):
            for day in _around(fixed, now.date()):
                moment = now.replace(year=day.year, month=day.month, day=day.day)
                found.setdefault(moment, []).append(name)
    return {moment: tuple(flows) for moment, flows in found.items()}


def _around(fixed: Sequence[date], today: date) -> Sequence[date]:
    """Return the days around each fixed day, those first that are behind or before all of them."""
    wanted = (day + timedelta(days=more) for day in (fixed[-1], fixed[0], *fixed) for more in (1, 0, -1))
    return [day for day in dict.fromkeys(wanted) if day != today][:MOST]


def _with_called(name: str, flows: Mapping[str, Flow]) -> Iterable[Flow]:
    met: dict[str, Flow] = {}
    waiting = [name]
    while waiting:
        each = waiting.pop()
        if each in flows and each not in met:
            met[each] = flows[each]
            waiting += [call.flow for call in calls(flows[each])]
    return met.values()


def _days(step: Step, revision: Revision) -> Iterator[object]:
    """Yield the days that a step compares with. A calculation compares with today, and may look into a calendar."""
    match step:
        case Ask():
            yield from (step.minimum, step.maximum)
        case Form():
            yield from (bound for field in step.fields for bound in (field.minimum, field.maximum))
        case Decide():
            yield from (test.value for row in step.rows for test in row.tests)
        case Derive(calendar=calendar):
            yield Today()
            yield from (day.date for day in revision.calendars.get(calendar, ()))
        case _:
            return
