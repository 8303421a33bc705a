"""The ways out of a step, in words: what a picture of a flow, or a report about it, says of each arrow."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import assert_never

from bot.flow.graph import (
    Ask,
    Call,
    CallStep,
    Choose,
    Decide,
    Derive,
    End,
    Escalate,
    Flow,
    Form,
    Goto,
    Remind,
    Row,
    Say,
    Step,
    Test,
    Today,
)
from bot.flow.meaning.naming import callee
from bot.flow.message import Text

Find = Callable[[Text], str]
"""A text in one language, without marks."""


@dataclass(frozen=True, slots=True)
class Exit:
    """One way out of a step: its words (empty for the only one), its name in the counts, the flow it calls, its end.

    ``to`` is a step of the flow, or empty where the flow ends; ``leaves`` is true where a person takes over.
    """

    label: str
    way: str
    to: str = ""
    calls: str = ""
    leaves: bool = False


def exits(step: Step, find: Find) -> Iterator[Exit]:
    """Yield every way out of a step."""
    match step:
        case Choose(options=options):
            for option in options:
                yield _exit(find(option.label), option.name, option.then)
        case Decide(rows=rows, otherwise=otherwise):
            for row in rows:
                yield Exit(_condition(row), row.then.step, row.then.step)
            yield Exit("sonst", otherwise.step, otherwise.step)
        case CallStep(call=call):
            yield _exit("", _name(call.then), call)
        case Escalate():
            yield Exit("", "", leaves=True)
        case Say() | Ask() | Form() | Derive() | Remind():
            yield _exit("", _name(step.then), step.then)
        case _:
            assert_never(step)


def comes_back(way: Exit, flows: Mapping[str, Flow]) -> bool:
    """Say whether a talk that takes this way can go on behind it: the menu and a person never give it back."""
    if way.leaves or way.calls == "/menu":
        return False
    name = callee(way.calls)
    if not name:  # no call, or a command that answers and goes on
        return True
    called = flows.get(name)
    if called is None:
        return False
    ways = (inner for step in called.steps.values() for inner in exits(step, lambda _: ""))
    return any(not inner.to and comes_back(inner, flows) for inner in ways)


def said(step: Step, find: Find) -> str:
    """Return a step's words: what it says, or for a silent one what it does."""
    match step:
        case Derive(save=save, rule=rule, of=of, calendar=calendar):
            return f"{save} = {rule}({', '.join(of) or calendar})"
        case CallStep(call=call):
            return f"→ {call.flow}"
        case Decide():
            return ""
        case Form(wording=wording, fields=fields):
            return "\n".join((find(wording.text), *(f"– {find(field.wording.text)}" for field in fields)))
        case _:
            return find(step.wording.text)


def _condition(row: Row) -> str:
    return " und ".join(_test(test) for test in row.tests)


def _test(test: Test) -> str:
    match test.value:
        case tuple() as names:
            value = ", ".join(names)
        case Today():
            value = "heute"
        case other:
            value = str(other)
    return f"{test.answer} {_SAID[test.test]} {value}"


_SAID: Mapping[str, str] = {
    "is": "=",
    "one_of": "eins von",
    "at_least": "≥",
    "at_most": "≤",
    "before": "vor",
    "after": "nach",
    "known": "bekannt:",
}


def _exit(label: str, way: str, then: Goto | Call | End) -> Exit:
    if isinstance(then, Call):
        return Exit(label, way, _name(then.then), then.flow)
    return Exit(label, way, _name(then))


def _name(then: Goto | End) -> str:
    return then.step if isinstance(then, Goto) else ""
