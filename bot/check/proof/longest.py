"""The longest answer that a text may have to show: messages that differ in answers only are one to the proof."""

from collections.abc import Iterator, Mapping
from datetime import date

import msgspec

from bot.check.edition import Edition
from bot.flow.graph import Ask, Choose, Flow, Form, Step
from bot.flow.meaning.answers import calls
from bot.flow.message import Chosen, Day, Line, Shown, Text, Value
from bot.flow.values import TEXT_LIMIT
from bot.model import Language

_DAY = Day(date(2026, 12, 31))
"""Every day is as long as this one."""
_NAMED = 20
"""Characters of a phone number or a postcode, at most."""


class Longest:
    """The longest answers of one edition's flows."""

    def __init__(self, edition: Edition) -> None:
        self._catalogs = edition.catalogs
        self._samples = _samples(edition.revision.flows)
        self._found: dict[tuple[str, str, Language], Shown] = {}

    def without(self, line: Line) -> Line:
        """Return a flow's line without its answers; what is calculated stays."""
        flow = _flow(line)
        if not flow or not line.values:
            return line
        values = tuple((name, "" if (flow, name) in self._samples else value) for name, value in line.values)
        return msgspec.structs.replace(line, values=values)

    def filled(self, line: Line, language: Language) -> Line:
        """Return a line with the longest answers in a language."""
        flow = _flow(line)
        if not flow or not line.values:
            return line
        values = tuple((name, value or self._longest(flow, name, language)) for name, value in line.values)
        return msgspec.structs.replace(line, values=values)

    def _longest(self, flow: str, name: str, language: Language) -> Shown:
        key = (flow, name, language)
        if key not in self._found:
            samples = self._samples.get((flow, name), ())
            self._found[key] = max(samples, key=lambda value: self._length(value, language), default="")
        return self._found[key]

    def _length(self, value: Value, language: Language) -> int:
        return len(self._catalogs.find(value.label, language) if isinstance(value, Chosen) else str(value))


def _flow(line: Line) -> str:
    """Return the flow whose text a line is, or empty."""
    return line.text.key.partition("/")[0] if isinstance(line.text, Text) and line.text.domain == "flows" else ""


def _samples(flows: Mapping[str, Flow]) -> Mapping[tuple[str, str], tuple[Value, ...]]:
    """Return for each answer of each flow values among which the longest is, across calls: a fixed point."""
    found: dict[tuple[str, str], dict[Value, None]] = {}
    for flow in flows.values():
        for step in flow.steps.values():
            for name, values in _own(step):
                found.setdefault((flow.name, name), {}).update(dict.fromkeys(values))
    hands = [hand for flow in flows.values() for hand in _hands(flow)]
    changed = True
    while changed:
        changed = False
        for source, target in hands:
            known = found.setdefault(target, {})
            before = len(known)
            known.update(found.get(source, {}))
            changed = changed or len(known) != before
    return {key: tuple(values) for key, values in found.items() if values}


def _hands(flow: Flow) -> Iterator[tuple[tuple[str, str], tuple[str, str]]]:
    """Yield what a call carries over: from the first answer to the second."""
    for call in calls(flow):
        yield from (((flow.name, own), (call.flow, there)) for there, own in call.given)
        yield from (((call.flow, name), (flow.name, name)) for name in call.save)


def _own(step: Step) -> Iterator[tuple[str, tuple[Value, ...]]]:
    if isinstance(step, Ask):
        yield step.save, (_of_question(step),)
    elif isinstance(step, Form):
        yield from ((asked.save, (_of_question(asked),)) for asked in step.fields)
    elif isinstance(step, Choose) and step.save:
        yield step.save, tuple(Chosen(option.name, option.label) for option in step.options)


def _of_question(asked: Ask) -> Value:
    """Return the longest answer of a question."""
    match asked.type:
        case "number":
            return asked.maximum if isinstance(asked.maximum, int) else 999_999_999
        case "date":
            return _DAY
        case "text":
            return "n" * (asked.maximum if isinstance(asked.maximum, int) else TEXT_LIMIT)
        case _:
            return "n" * _NAMED
