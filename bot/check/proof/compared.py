"""Which comparisons each answer meets later: in its own flow, in called ones, in its callers, and by calculations."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.flow.graph import Decide, Derive, Flow
from bot.flow.meaning.answers import calls

CALCULATIONS = 3
"""So many calculations in a row are followed back to the answer they began with."""


@dataclass(frozen=True, slots=True)
class Probe:
    """One comparison that an answer meets: a test, or (``rule``) a test of what is calculated of it at place ``at``."""

    test: str
    value: object
    rule: str = ""
    at: int = 0
    inner: "Probe | None" = None


def probes(flows: Mapping[str, Flow]) -> Mapping[tuple[str, str], tuple[Probe, ...]]:
    """Return the comparisons of every answer, across calls and calculations, always in one order: a fixed point."""
    found: dict[tuple[str, str], set[Probe]] = {}
    for flow in flows.values():
        for step in flow.steps.values():
            if isinstance(step, Decide):
                for test in (test for row in step.rows for test in row.tests):
                    found.setdefault((flow.name, test.answer), set()).add(Probe(test.test, test.value))
    hands = [hand for flow in flows.values() for hand in _hands(flow, flows)]
    changed = True
    while changed:
        changed = False
        for source, target, derive in hands:
            met = found.get(source, set())
            new = {_through(probe, derive) for probe in met if derive is None or _depth(probe) < CALCULATIONS}
            known = found.setdefault(target, set())
            changed = changed or not new <= known
            known |= new
    return {key: tuple(sorted(probes, key=repr)) for key, probes in found.items()}


def _depth(probe: Probe) -> int:
    return 0 if probe.inner is None else 1 + _depth(probe.inner)


_Hand = tuple[tuple[str, str], tuple[str, str], tuple[Derive, int] | None]
"""What the first answer meets, the second one does too, perhaps by a calculation."""


def _hands(flow: Flow, flows: Mapping[str, Flow]) -> Iterator[_Hand]:
    for step in flow.steps.values():
        if isinstance(step, Derive):
            for at, name in enumerate(step.of):
                yield (flow.name, step.save), (flow.name, name), (step, at)
    for call in calls(flow):
        if call.flow in flows:
            yield from (((call.flow, there), (flow.name, own), None) for there, own in call.given)
            yield from (((flow.name, name), (call.flow, name), None) for name in call.save)


def _through(probe: Probe, derive: tuple[Derive, int] | None) -> Probe:
    return probe if derive is None else Probe("", len(derive[0].of), derive[0].rule, derive[1], probe)
