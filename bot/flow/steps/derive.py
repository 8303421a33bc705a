"""``derive``: a calculated answer. Silent; what cannot be calculated is not given."""

from datetime import date

from bot.flow.dates import RULES, Given, Rule
from bot.flow.graph import Derive, End, Goto
from bot.flow.message import Day, Value
from bot.flow.talk import Talk


def enter(step: Derive, talk: Talk) -> Goto | End:
    """Calculate, keep the result, and go on."""
    rule = RULES.get(step.rule)
    result = None if rule is None else _result(rule, step, talk)
    if result is None:
        talk.drop(step.save)
    else:
        talk.keep(step.save, Day(result) if isinstance(result, date) else result)
    return step.then


def _result(rule: Rule, step: Derive, talk: Talk) -> date | int | None:
    """Return the result; None where there is none, or an answer that the rule takes is not there."""
    days = talk.revision.calendars.get(step.calendar, ())
    given = Given(talk.now.date(), tuple(day.date for day in days if day.everywhere))
    wanted = [kind for kind in rule.takes if kind != "calendar"]
    values = tuple(_value(talk.answer(name)) for name in step.of)
    found = tuple(value for value in values if value is not None)
    fits = len(wanted) - rule.optional <= len(found) <= len(wanted) and len(found) == len(values)
    typed = all(isinstance(value, date if kind == "date" else int) for kind, value in zip(wanted, found, strict=False))
    return rule.compute(found, given) if fits and typed else None


def _value(answer: Value | None) -> date | int | None:
    match answer:
        case Day(date=day):
            return day
        case int():
            return answer
        case _:
            return None
