"""What kind of value each answer has, across calls: a flow's own questions, what it is given, what it gets back.

A fixed point over all flows; an answer may turn out to have two types, which ``meaning`` refuses.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from bot.flow.graph import Ask, Bound, Call, CallStep, Choose, Flow, Test, Today
from bot.source.values import as_day, as_whole

COMMANDS: Mapping[str, str] = {
    "/menu": "start",
    "/mensch": "beratung",
    "/datenschutz": "datenschutz",
    "/sprache": "",
    "/hilfe": "",
}
"""The everywhere-commands that a flow may call, and the flow each calls; empty where the bot has it itself."""


@dataclass(frozen=True, slots=True)
class Kind:
    """An answer's possible types (one, in a sound flow), the names of its options, and the bounds of its questions."""

    types: frozenset[str] = frozenset()
    options: frozenset[str] = frozenset()

    @property
    def type(self) -> str:
        """The one type, or empty where it is not known or not one."""
        return next(iter(self.types)) if len(self.types) == 1 else ""

    def __or__(self, other: "Kind") -> "Kind":
        return Kind(self.types | other.types, self.options | other.options)


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


def own_kind(step: object) -> Kind:
    """Return the kind of the answer that a step asks for; empty where it asks for none."""
    match step:
        case Ask(type=type_):
            return Kind(frozenset({type_}))
        case Choose(options=options):
            return Kind(frozenset({"option"}), frozenset(option.name for option in options))
        case _:
            return Kind()


def typed(test: Test, kind: Kind) -> Test | str:
    """Return a test with the value it means for this kind of answer, or what is wrong with it, in one sentence."""
    if not kind.type or test.test == "known":
        return test
    if test.test in {"at_least", "at_most"} and kind.type != "number":
        return f"»{test.test}« vergleicht Zahlen, aber »{test.answer}« ist {SAID[kind.type]}."
    if test.test in {"before", "after"} and kind.type != "date":
        return f"»{test.test}« vergleicht Tage, aber »{test.answer}« ist {SAID[kind.type]}."
    if test.test == "one_of" and kind.type in {"number", "date"}:
        return f"»one_of« geht mit Tasten und Text, aber »{test.answer}« ist {SAID[kind.type]}."
    if test.test == "is" and kind.type in {"number", "date"}:
        value = _value(str(test.value), kind.type)
        return f"»{test.value}« ist {NOT[kind.type]}." if value is None else Test(test.answer, "is", value)
    return test


SAID: Mapping[str, str] = {
    "text": "ein Text",
    "number": "eine Zahl",
    "date": "ein Tag",
    "option": "die Wahl einer Taste",
}
FITTING: Mapping[str, tuple[str, ...]] = {
    "text": ("is", "one_of", "known"),
    "number": ("is", "at_least", "at_most", "known"),
    "date": ("is", "before", "after", "known"),
    "option": ("is", "one_of", "known"),
}
"""The tests that fit each type."""
NOT: Mapping[str, str] = {"number": "keine ganze Zahl", "date": "kein Tag der Form 2026-08-15"}


def _value(written: str, type_: str) -> Bound | None:
    if type_ == "number":
        return as_whole(written)
    return Today() if written == "today" else as_day(written)


def _own(flow: Flow) -> dict[str, Kind]:
    found: dict[str, Kind] = {}
    for step in flow.steps.values():
        save = step.save if isinstance(step, Ask | Choose) else ""
        if save:
            found[save] = found.get(save, Kind()) | own_kind(step)
    return found


def _hand_on(source: Mapping[str, Kind], target: dict[str, Kind], pairs: Iterable[tuple[str, str]]) -> bool:
    """Add what a call carries over, and say whether that was new. Pairs are (name there, name here)."""
    changed = False
    for there, here in pairs:
        now = target.get(there, Kind()) | source.get(here, Kind())
        changed = changed or now != target.get(there, Kind())
        target[there] = now
    return changed
