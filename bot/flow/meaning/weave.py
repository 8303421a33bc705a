"""How flows hang together by their calls: circles, depth, flows nobody calls, flows that must exist, silent loops."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from bot.flow.build.draft import Mention
from bot.flow.build.flow import Built
from bot.flow.build.parts import spelled
from bot.flow.graph import CallStep, Flow
from bot.flow.meaning.naming import callee
from bot.flow.meaning.paths import END, Called, Given, Summary, Ways, cycles, given, is_silent, summary, ways
from bot.flow.session import FRAMES
from bot.source.problem import Problem

NEEDED = ("start", "beratung")
"""Flows without which no parent gets anywhere: the menu and a person."""
ROOTS = (*NEEDED, "datenschutz")
"""Flows that an everywhere-command calls."""


def graph(built: Iterable[Built]) -> Mapping[str, tuple[Mention, ...]]:
    """Return for each flow its calls of flows that exist. The menu drops all frames: it is no call."""
    flows = {each.name: each for each in built}
    return {name: tuple(_calls(each, flows)) for name, each in flows.items()}


def _calls(each: Built, flows: Mapping[str, Built]) -> Iterator[Mention]:
    for mention in each.mentions:
        if mention.kind == "flow" and mention.name != "/menu" and callee(mention.name) in flows:
            yield mention


def circles(calling: Mapping[str, tuple[Mention, ...]]) -> Iterator[tuple[frozenset[str], Problem]]:
    """Yield each circle of calls: its flows, and the problem at its first call."""
    plain = {name: [callee(mention.name) for mention in mentions] for name, mentions in calling.items()}
    for cycle in cycles(plain):
        following = cycle[1] if len(cycle) > 1 else cycle[0]
        place = next(mention.place for mention in calling[cycle[0]] if callee(mention.name) == following)
        message = f"Diese Abläufe rufen sich im Kreis: {_arrows((*cycle, cycle[0]))}."
        help_ = "Nehmen Sie einen der Aufrufe heraus, oder enden Sie dort mit »end: true«."
        yield frozenset(cycle), place.problem("E209", message, help_, "Kreis")


def too_deep(calling: Mapping[str, tuple[Mention, ...]], chains: Mapping[str, tuple[str, ...]]) -> Iterator[Problem]:
    """Yield a problem for each topmost flow whose calls stack deeper than a session holds."""
    deep = {name: chain for name, chain in chains.items() if len(chain) > FRAMES}
    called = {callee(mention.name) for name in deep for mention in calling[name]}
    for name, chain in deep.items():
        if name not in called:
            place = next(mention.place for mention in calling[name] if callee(mention.name) == chain[1])
            message = f"Hier rufen sich mehr als {FRAMES} Abläufe nacheinander: {_arrows(chain)}."
            yield place.problem("E210", message, "Rufen Sie einen der letzten Abläufe nicht auf.", "zu tief")


def chains(order: Iterable[str], calling: Mapping[str, tuple[Mention, ...]]) -> Mapping[str, tuple[str, ...]]:
    """Return for each flow its longest chain of calls. ``order`` has called flows before their callers."""
    found: dict[str, tuple[str, ...]] = {}
    for name in order:
        below = (found.get(callee(mention.name), ()) for mention in calling[name])
        found[name] = (name, *max(below, key=len, default=()))
    return found


def missing(built: Iterable[Built], folder: str) -> Iterator[Problem]:
    """Yield a problem for each flow that must exist and does not."""
    names = {spelled(each.name) for each in built}
    for name in NEEDED:
        if name not in names:
            file = f"{folder}/{name}.yaml" if folder else f"{name}.yaml"
            message = f"Der Ablauf »{name}« fehlt; ohne ihn finden Eltern {_WHAT[name]} nicht."
            yield Problem(file, 0, 0, "E214", message, f"Legen Sie einen Ablauf »flow: {name}« an.")


_WHAT = {"start": "das Menü", "beratung": "einen Menschen"}


def unused(built: Iterable[Built], calling: Mapping[str, tuple[Mention, ...]]) -> Iterator[Problem]:
    """Yield a problem for each flow no parent can come to: not called by one they can come to, and without examples."""
    flows = {each.name: each for each in built}
    met = {name for name, each in flows.items() if name in ROOTS or f"{name}/examples/1" in each.texts}
    waiting = sorted(met)
    while waiting:
        for mention in calling[waiting.pop()]:
            if callee(mention.name) not in met:
                met.add(callee(mention.name))
                waiting.append(callee(mention.name))
    left = [name for name in flows if name not in met]
    called = {callee(mention.name) for name in left for mention in calling[name]}
    for name in left:
        if name not in called and flows[name].flow is not None:
            place = next(mention.place for mention in flows[name].mentions if mention.kind == "name")
            message = f"Zum Ablauf »{name}« führt kein Weg: Niemand ruft ihn auf, und er hat keine Beispiele."
            help_ = (
                f"Rufen Sie ihn mit »call: {name}« auf, oder schreiben Sie unter »examples:«, was Eltern dazu fragen."
            )
            yield place.problem("E213", message, help_, "kein Weg hierher")


@dataclass(frozen=True, slots=True)
class Walked:
    """What is found out of a flow once: its ways on, and what is given at each step that they reach."""

    ways: Ways
    given: Given


def walked(
    order: Iterable[str], flows: Mapping[str, Flow], circular: frozenset[str]
) -> tuple[Mapping[str, Walked], Called]:
    """Walk through each flow; return also what callers must know of each. ``order`` has called flows before their callers.

    Of ``circular`` flows callers know nothing.
    """
    known: dict[str, Summary] = {}
    called = _caller_view(known)
    found: dict[str, Walked] = {}
    for name in sorted(order, key=circular.__contains__):
        if name in flows:
            graph = ways(flows[name], called)
            found[name] = Walked(graph, given(flows[name], graph))
            if name not in circular:
                known[name] = summary(flows[name], graph, found[name].given, called)
    return {name: found[name] for name in flows}, called


def _caller_view(known: Mapping[str, Summary]) -> Called:
    """Return the view of calls that the analysis of a caller takes: also of commands, and of flows nothing is known of."""
    return lambda name: _COMMANDS.get(name) or known.get(callee(name), _NOTHING_KNOWN)


_NOTHING_KNOWN = Summary()
_COMMANDS = {"/menu": Summary(ends=False), "/sprache": Summary(), "/hilfe": Summary(silent=True)}


def silent_loops(
    flows: Mapping[str, Flow], walked: Mapping[str, Walked], called: Called, circular: frozenset[str]
) -> Iterator[tuple[tuple[str, str], ...]]:
    """Yield each loop in which nobody waits for the parent, as (flow, step) in order.

    Calls among ``circular`` flows are left out: they are told already.
    """
    nodes = {
        (name, step): [(name, to) for to in _on(flows[name], found.ways, step, called)]
        for name, found in walked.items()
        for step in found.ways
        if step in found.given
    }
    for (name, step_name), on in nodes.items():
        step = flows[name].steps[step_name]
        inner = callee(step.call.flow) if isinstance(step, CallStep) else ""
        if inner in flows and not {name, inner} <= circular:
            on.append((inner, flows[inner].first))
    yield from cycles(nodes)


def _on(flow: Flow, graph_: Ways, name: str, called: Called) -> list[str]:
    """Return where a talk goes from a step without waiting, within the flow."""
    return [way.to for way in graph_[name] if way.to != END] if is_silent(flow.steps[name], called) else []


def _arrows(names: Iterable[str]) -> str:
    return " → ".join(f"»{name}«" for name in names)
