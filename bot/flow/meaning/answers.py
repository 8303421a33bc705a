"""What kind of value each answer has, across calls: a flow's own questions, what it is given, what it gets back.

A fixed point over all flows; an answer may turn out to have two types, which ``meaning`` refuses.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

from bot.flow.build.parts import spelled
from bot.flow.dates import RULES
from bot.flow.graph import Ask, Bound, Call, CallStep, Choose, Derive, End, Flow, Form, Step, Test, Today, Wording
from bot.flow.message import content
from bot.flow.values import TEXT_LIMIT, read
from bot.source.values import as_day, as_whole

COMMANDS: Mapping[str, str] = {
    "/menu": "start",
    "/mensch": "beratung",
    "/datenschutz": "datenschutz",
    "/sprache": "",
    "/hilfe": "",
}
"""The everywhere-commands that a flow may call, and the flow each calls; empty where the bot has it itself."""


Span = tuple[int | None, int | Today | None]
"""The least and the greatest that an answer can be, both included: a number, a day's ordinal, a text's length.

The greatest may be today: the day on which it was asked is not behind the day on which it is compared. As the least it
says nothing, for the same reason.
"""


@dataclass(frozen=True, slots=True)
class Kind:
    """An answer's possible types (one, in a sound flow), the names of its options, and the spans of its questions."""

    types: frozenset[str] = frozenset()
    options: frozenset[str] = frozenset()
    spans: frozenset[Span] = frozenset()

    @property
    def type(self) -> str:
        """The one type, or empty where it is not known or not one."""
        return next(iter(self.types)) if len(self.types) == 1 else ""

    def __or__(self, other: "Kind") -> "Kind":
        return Kind(self.types | other.types, self.options | other.options, self.spans | other.spans)

    def holds(self, measure: int, today: int = 0) -> bool:
        """Say whether some question takes a value of this measure."""
        return any(
            (low is None or low <= measure) and (high is None or measure <= _number(high, today))
            for low, high in self.spans
        )

    def bounds(self, today: int = 0) -> frozenset[int]:
        """Return the least and the greatest values of all spans."""
        return frozenset(_number(bound, today) for span in self.spans for bound in span if bound is not None)


def _number(bound: int | Today, today: int) -> int:
    return today if isinstance(bound, Today) else bound


Kinds = Mapping[str, Mapping[str, Kind]]
"""flow -> answer -> kind."""


def kinds(flows: Mapping[str, Flow]) -> Kinds:
    """Return the kind of every answer of every flow."""
    found = {name: _own(flow) for name, flow in flows.items()}
    changed = True
    while changed:
        changed = False
        for flow in flows.values():
            for call in calls(flow):
                if call.flow in found:
                    back = _hand_on(found[flow.name], found[call.flow], call.given)
                    changed = back or changed
                    pairs = tuple((name, name) for name in call.save)
                    changed = _hand_on(found[call.flow], found[flow.name], pairs) or changed
    return found


def calls(flow: Flow) -> Iterator[Call]:
    """Yield every call of a flow, by a step or an option."""
    for step in flow.steps.values():
        if isinstance(step, CallStep):
            yield step.call
        elif isinstance(step, Choose):
            yield from (option.then for option in step.options if isinstance(option.then, Call))


def own_kinds(step: Step) -> Mapping[str, Kind]:
    """Return the kind of each answer that a step asks for or calculates."""
    match step:
        case Ask(save=save):
            return {save: _asked(step)}
        case Choose(save=save, options=options) if save:
            names = frozenset(name for option in options for name in (option.name, spelled(option.name)))
            return {save: Kind(frozenset({"option"}), names)}
        case Form(fields=fields):
            return {field.save: _asked(field) for field in fields}
        case Derive(save=save, rule=rule):
            return {save: Kind(frozenset({RULES[rule].gives}), spans=frozenset({(_LEAST.get(rule), None)}))}
        case _:
            return {}


YES_OR_NO = frozenset({"yes", "no"})
"""The names of the options of ``type: yes_or_no``."""
NUMBERS = (0, 999_999_999)
"""The numbers that a parent can give."""
TEXTS = (1, TEXT_LIMIT)
_LEAST = {"age_on": 0}
"""What a calculation gives at least, where there is such a bound."""


def _asked(ask: Ask) -> Kind:
    match ask.type:
        case "yes_or_no":
            return Kind(frozenset({"option"}), YES_OR_NO)
        case "number":
            return Kind(frozenset({"number"}), spans=frozenset({_within(NUMBERS, ask)}))
        case "text":
            return Kind(frozenset({"text"}), spans=frozenset({_within(TEXTS, ask)}))
        case _:
            return Kind(frozenset({ask.type}), spans=frozenset({_between(ask)}))


def _within(span: tuple[int, int], ask: Ask) -> Span:
    """Return what a question's answers can measure, of what its type can."""
    low, high = ask.minimum, ask.maximum
    return (
        max(low, span[0]) if isinstance(low, int) else span[0],
        min(high, span[1]) if isinstance(high, int) else span[1],
    )


def _between(ask: Ask) -> Span:
    """Return the days that a question takes."""
    low, high = (bound.toordinal() if isinstance(bound, date) else bound for bound in (ask.minimum, ask.maximum))
    return low if isinstance(low, int) else None, high


def typed(test: Test, kind: Kind) -> Test | str:
    """Return a test with the value it means for this kind of answer, or what is wrong with it, in one sentence."""
    if not kind.type or test.test == "known":
        return test
    if test.test not in FITTING[kind.type]:
        return f"»{test.test}« geht hier nicht: »{test.answer}« ist {SAID[kind.type]}."
    if kind.type in {"number", "date"} and test.test == "is":
        value = _value(str(test.value), kind.type)
        return f"»{test.value}« ist {NOT[kind.type]}." if value is None else Test(test.answer, "is", value)
    return _as_given(test, kind.type) if kind.type in {"postcode", "phone"} else test


def _as_given(test: Test, type_: str) -> Test | str:
    """Return a test with its values as answers of this type are kept: a telephone number without its blanks."""
    several = isinstance(test.value, tuple)
    names = test.value if isinstance(test.value, tuple) else (str(test.value),)
    question = Ask("", Wording(content("")), "", type_, End())
    values = tuple(read(question, name, _ANY_DAY) for name in names)
    for name, value in zip(names, values, strict=True):
        if value is None:
            return f"»{name}« ist {NOT[type_]}."
    kept = tuple(map(str, values))
    return Test(test.answer, test.test, kept if several else kept[0])


_ANY_DAY = datetime(2026, 1, 1, tzinfo=UTC)
"""Answers that are no days are the same on each."""


SAID: Mapping[str, str] = {
    "text": "ein Text",
    "number": "eine Zahl",
    "date": "ein Tag",
    "option": "die Wahl einer Taste",
    "postcode": "eine Postleitzahl",
    "phone": "eine Telefonnummer",
    "photo": "ein Foto",
}
FITTING: Mapping[str, tuple[str, ...]] = {
    "text": ("is", "one_of", "known"),
    "number": ("is", "at_least", "at_most", "known"),
    "date": ("is", "before", "after", "known"),
    "option": ("is", "one_of", "known"),
    "postcode": ("is", "one_of", "known"),
    "phone": ("is", "known"),
    "photo": ("known",),
}
"""The tests that fit each type."""
NOT: Mapping[str, str] = {
    "number": "keine ganze Zahl",
    "date": "kein Tag der Form 2026-08-15",
    "postcode": "keine Postleitzahl aus fünf Ziffern",
    "phone": "keine Telefonnummer mit Vorwahl",
}
WRITE: Mapping[str, str] = {
    "number": "Schreiben Sie nur Ziffern, zum Beispiel 25.",
    "date": "Schreiben Sie Jahr-Monat-Tag, zum Beispiel 2026-08-15 oder »today«.",
    "postcode": "Schreiben Sie fünf Ziffern, zum Beispiel 40210.",
    "phone": "Schreiben Sie die Nummer mit ihrer Vorwahl, zum Beispiel 0211 123456.",
}
"""What to write instead of each of these."""


def _value(written: str, type_: str) -> Bound | None:
    if type_ == "number":
        return as_whole(written)
    return Today() if written == "today" else as_day(written)


def _own(flow: Flow) -> dict[str, Kind]:
    found: dict[str, Kind] = {}
    for step in flow.steps.values():
        for save, kind in own_kinds(step).items():
            found[save] = found[save] | kind if save in found else kind
    return found


def _hand_on(source: Mapping[str, Kind], target: dict[str, Kind], pairs: Iterable[tuple[str, str]]) -> bool:
    """Add what a call carries over, and say whether that was new. Pairs are (name there, name here)."""
    changed = False
    for there, here in pairs:
        now = target.get(there, Kind()) | source.get(here, Kind())
        changed = changed or now != target.get(there, Kind())
        target[there] = now
    return changed
