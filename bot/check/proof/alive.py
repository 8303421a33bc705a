"""Which answers still matter at each step: backward through every flow, and through calls in both directions."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.flow.graph import Call, CallStep, Decide, Derive, End, Flow, Step
from bot.flow.meaning.answers import calls
from bot.flow.meaning.paths import END, Summary, Ways, uses_of, ways

NONE: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Live:
    """Which answers matter at each step, and (``END``) at a flow's end: those compared later, and those used at all."""

    tested: Mapping[str, frozenset[str]]
    used: Mapping[str, frozenset[str]]


def alive(flows: Mapping[str, Flow]) -> Mapping[str, Live]:
    """Return what matters in each flow."""
    return _Liveness(flows).result()


def saved(flows: Mapping[str, Flow]) -> Mapping[str, frozenset[str]]:
    """Return for each flow the answers that some caller takes back."""
    found: dict[str, frozenset[str]] = {}
    for flow in flows.values():
        for call in calls(flow):
            found[call.flow] = found.get(call.flow, NONE).union(call.save)
    return found


class _Liveness:
    """Backward through every flow, and through calls in both directions, until nothing changes."""

    def __init__(self, flows: Mapping[str, Flow]) -> None:
        self._flows = flows
        self._graphs = {name: ways(flow, lambda _: Summary()) for name, flow in flows.items()}
        self._uses = {name: {step: uses_of(flow, step) for step in flow.steps} for name, flow in flows.items()}
        self._tested: dict[str, Mapping[str, frozenset[str]]] = {name: {} for name in flows}
        self._used: dict[str, Mapping[str, frozenset[str]]] = {name: {} for name in flows}
        self._callers: dict[str, list[tuple[str, Call]]] = {}
        for flow in flows.values():
            for call in calls(flow):
                self._callers.setdefault(call.flow, []).append((flow.name, call))

    def result(self) -> Mapping[str, Live]:
        waiting = dict.fromkeys(self._flows)
        while waiting:
            name, _ = waiting.popitem()
            flow = self._flows[name]
            tested = _live(flow, self._graphs[name], self._compared(flow), self._end(name, self._tested))
            used = _live(flow, self._graphs[name], self._uses[name], self._end(name, self._used))
            if (tested, used) != (self._tested[name], self._used[name]):
                self._tested[name], self._used[name] = tested, used
                waiting |= dict.fromkeys(caller for caller, _ in self._callers.get(name, ()))
                called = (call.flow for call in calls(flow) if call.save)
                waiting |= dict.fromkeys(each for each in called if each in self._flows)
        return {name: Live(self._tested[name], self._used[name]) for name in self._flows}

    def _compared(self, flow: Flow) -> Mapping[str, frozenset[str]]:
        """Return what each step compares, or hands to a flow that does."""
        return {name: frozenset(self._compared_by(step)) for name, step in flow.steps.items()}

    def _compared_by(self, step: Step) -> Iterator[str]:
        if isinstance(step, Decide):
            yield from (test.answer for row in step.rows for test in row.tests)
        elif isinstance(step, Derive):
            yield from step.of
        elif isinstance(step, CallStep):
            call = step.call
            there = self._tested.get(call.flow, {})
            wanted = there.get(self._flows[call.flow].first, NONE) if call.flow in self._flows else NONE
            yield from (own for name, own in call.given if name in wanted)

    def _end(self, name: str, live: Mapping[str, Mapping[str, frozenset[str]]]) -> frozenset[str]:
        """Return what callers want of a flow's answers after its end."""
        found = (
            frozenset(call.save) & live[caller].get(_behind(call), NONE) for caller, call in self._callers.get(name, ())
        )
        return NONE.union(*found)


def _behind(call: Call) -> str:
    return END if isinstance(call.then, End) else call.then.step


def _live(
    flow: Flow, graph: Ways, uses: Mapping[str, frozenset[str]], end: frozenset[str]
) -> Mapping[str, frozenset[str]]:
    found = {END: end, **uses}
    order = tuple(flow.steps)[::-1]
    changed = True
    while changed:
        changed = False
        for name in order:
            kept = not isinstance(flow.steps[name], Decide | CallStep)
            wanted = uses[name].union(
                *(found[way.to] - (way.gives | way.loses) if kept else found[way.to] for way in graph[name])
            )
            if wanted != found[name]:
                found[name] = wanted
                changed = True
    return found
