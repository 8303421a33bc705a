"""The ways through one flow: what can be reached, which answers are there by then, which are needed from here on.

Classic flow analysis on a small graph. A step's ways on are edges; an edge gives answers (they are certainly there
behind it) or loses them. Knows nothing of problems: ``meaning`` turns findings into sentences.
"""

from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import TypeVar, assert_never

from bot.flow.dates import RULES
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
    Wording,
)

END = ""
"""Where a way leads that ends the flow."""


@dataclass(frozen=True, slots=True)
class Way:
    """One way on from a step: to a step or ``END``, with the answers that are certainly there, or lost, behind it."""

    to: str
    gives: frozenset[str] = frozenset()
    loses: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Summary:
    """What a caller must know of a flow: can it end, can it end without ever waiting, what is certainly answered then.

    ``gives`` is None where it is not known: then every answer counts as given, so that no second problem is noted.
    """

    ends: bool = True
    silent: bool = False
    gives: frozenset[str] | None = None


Called = Callable[[str], Summary]
"""The summary of a called flow or command, by its name."""


class Ways(dict[str, tuple[Way, ...]]):
    """The ways on from every step of a flow, and the answers that each step uses: found once, asked often."""

    __slots__ = ("uses",)

    def __init__(self, ways: Mapping[str, tuple[Way, ...]], uses: Mapping[str, frozenset[str]]) -> None:
        super().__init__(ways)
        self.uses = uses


def ways(flow: Flow, called: Called) -> Ways:
    """Return the ways on from every step."""
    found = {name: tuple(_ways(step, called)) for name, step in flow.steps.items()}
    return Ways(found, {name: uses_of(flow, name) for name in flow.steps})


Given = Mapping[str, frozenset[str]]
"""For every reachable step the answers that are there whichever way led to it."""


def summary(flow: Flow, graph: Ways, there: Given, called: Called) -> Summary:
    """Summarise a flow for its callers."""
    ending = [(name, way) for name in there for way in graph[name] if way.to == END]
    if not ending:
        return Summary(ends=False)
    gives = frozenset.intersection(*((there[name] | graph.uses[name] | way.gives) - way.loses for name, way in ending))
    quiet = {name: ways_ if is_silent(flow.steps[name], called) else () for name, ways_ in graph.items()}
    silent = any(way.to == END for name in reachable(quiet, flow.first) for way in quiet[name])
    return Summary(silent=silent, gives=gives)


def reachable(graph: Mapping[str, Iterable[Way]], first: str) -> frozenset[str]:
    """Return the steps that some way from the first leads to, itself among them."""
    met, waiting = {first}, [first]
    while waiting:
        for way in graph[waiting.pop()]:
            if way.to != END and way.to not in met:
                met.add(way.to)
                waiting.append(way.to)
    return frozenset(met)


def given(flow: Flow, graph: Ways) -> Given:
    """Return for every reachable step the answers that are there whichever way led to it.

    A step's own uses count as given behind it: a missing answer is one problem, not one a step.
    """
    there = {flow.first: frozenset[str]()}
    waiting = deque([flow.first])
    while waiting:
        name = waiting.popleft()
        behind = there[name] | graph.uses[name]
        for way in graph[name]:
            if way.to == END:
                continue
            new = (behind | way.gives) - way.loses
            known = there.get(way.to)
            if known is None or not known <= new:
                there[way.to] = new if known is None else known & new
                waiting.append(way.to)
    return there


def needs(flow: Flow, graph: Ways) -> Mapping[str, frozenset[str]]:
    """Return for every step the answers that it, or what may follow it, uses before they are given there."""
    found = {name: graph.uses[name] for name in flow.steps}
    changed = True
    while changed:
        changed = False
        for name in reversed(found):
            wanted = found[name].union(*(found[way.to] - way.gives for way in graph[name] if way.to != END))
            changed = changed or wanted != found[name]
            found[name] = wanted
    return found


def path_without(flow: Flow, graph: Ways, step: str, answer: str) -> tuple[str, ...]:
    """Return the steps of a shortest way to a step on which an answer is not given; empty if there is none."""
    start = (flow.first, False)
    came: dict[tuple[str, bool], tuple[str, bool] | None] = {start: None}
    waiting = deque([start])
    while waiting:
        name, has = waiting.popleft()
        if name == step and not has:
            return _back(came, (name, has))
        for way in graph[name]:
            state = (way.to, answer not in way.loses and (has or answer in way.gives))
            if way.to != END and state not in came:
                came[state] = (name, has)
                waiting.append(state)
    return ()


def is_silent(step: Step, called: Called) -> bool:
    """Say whether a talk can pass a step without waiting for the parent."""
    match step:
        case Say() | Decide() | Derive():
            return True
        case CallStep(call=call):
            return called(call.flow).silent
        case _:
            return False


def uses_of(flow: Flow, name: str) -> frozenset[str]:
    """Return the answers a step uses."""
    return frozenset(answer for _, answer in uses(flow.steps[name]))


def uses(step: Step) -> Iterator[tuple[str, str]]:  # noqa: C901 - one case a kind
    """Yield what a step uses that must be there before it: the part of the step, and the answer."""
    match step:
        case Say(wording=wording):
            yield from _of("say", wording)
        case Choose(wording=wording, options=options):
            yield from _of("choose", wording)
            for option in options:
                said = _of(f"{option.name}/say", option.say)
                yield from ((part, answer) for part, answer in said if answer != step.save)
        case Ask(wording=wording, retry=retry):
            yield from (*_of("ask", wording), *_of("retry", retry))
        case Form():
            yield from _of("form", step.wording)
            yield from ((part, answer) for part, answer, there in _in_fields(step) if there is None)
        case Derive(of=of):
            yield from (("of", answer) for answer in of)
        case Remind(wording=wording, yes_text=yes_text):
            yield from (*_of("remind", wording), *_of("yes_text", yes_text))
        case Decide(rows=rows):
            yield from _tested(rows)
        case CallStep(call=call):
            yield from (("with", own) for _, own in call.given)
        case Escalate(wording=wording, closed=closed, nobody=nobody):
            yield from (*_of("escalate", wording), *_of("closed", closed), *_of("nobody", nobody))
        case _:
            assert_never(step)


def skipped(step: Step) -> frozenset[tuple[str, str]]:
    """Return what a form uses although its own earlier question for it may be skipped: part and answer."""
    if not isinstance(step, Form):
        return frozenset()
    return frozenset((part, answer) for part, answer, there in _in_fields(step) if there is False)


def _in_fields(step: Form) -> Iterator[tuple[str, str, bool | None]]:
    """Yield what each question of a form uses, and whether an earlier one has given it; None where none asks for it."""
    asked: dict[str, bool] = {}
    for field in step.fields:
        for part, answer in (*_of(f"{field.name}/ask", field.wording), *_of(f"{field.name}/retry", field.retry)):
            yield part, answer, asked.get(answer)
        asked[field.save] = not field.optional


N = TypeVar("N")


def cycles(graph: Mapping[N, Collection[N]]) -> Iterator[tuple[N, ...]]:
    """Yield the cycles of a graph, each from the node on that the graph names first; no two share an arrow."""
    if _is_acyclic(graph):
        return
    rank = {node: index for index, node in enumerate(graph)}
    left = {node: list(dict.fromkeys(following)) for node, following in graph.items()}
    while True:
        try:
            TopologicalSorter(left).prepare()
        except CycleError as error:
            found: list[N] = error.args[1][:0:-1]
            start = found.index(min(found, key=rank.__getitem__))
            found = found[start:] + found[:start]
            yield tuple(found)
            for node, following in zip(found, (*found[1:], found[0]), strict=True):
                left[node].remove(following)
        else:
            return


def _is_acyclic(graph: Mapping[N, Collection[N]]) -> bool:
    """Say whether no way leads back to where it began. Most graphs are so, and most ways lead further down."""
    left = {node: following for node, following in graph.items() if following}
    for node in tuple(reversed(left)):
        if not any(to in left for to in left[node]):
            del left[node]
    try:
        TopologicalSorter(left).prepare()
    except CycleError:
        return False
    return True


def _of(part: str, wording: Wording | None) -> tuple[tuple[str, str], ...]:
    return () if wording is None else tuple((part, answer) for answer in wording.answers)


def _ways(step: Step, called: Called) -> Iterator[Way]:  # noqa: C901 - one case a kind
    match step:
        case Say(then=then):
            yield Way(_to(then))
        case Choose(save=save, options=options):
            for option in options:
                yield from _taken(option.then, frozenset({save} if save else ()), called)
        case Ask(save=save, then=then):
            kept = frozenset({save})
            yield Way(_to(then), loses=kept) if step.optional else Way(_to(then), gives=kept)
        case Form(fields=fields, then=then):
            certain = frozenset(field.save for field in fields if not field.optional)
            yield Way(_to(then), certain, frozenset(field.save for field in fields) - certain)
        case Derive(save=save, rule=rule, then=then):
            kept = frozenset({save})
            yield Way(_to(then), kept) if RULES[rule].certain else Way(_to(then), loses=kept)
        case Remind(then=then):
            yield Way(_to(then))
        case Decide():
            yield from _branches(step)
        case CallStep(call=call):
            told = called(call.flow)
            saved = frozenset(call.save)
            if told.ends:
                yield Way(_to(call.then), gives=saved if told.gives is None else saved & told.gives)
        case Escalate():
            return
        case _:
            assert_never(step)


def _taken(then: Goto | Call | End, gives: frozenset[str], called: Called) -> Iterator[Way]:
    if not isinstance(then, Call):
        yield Way(_to(then), gives)
    elif called(then.flow).ends:
        yield Way(_to(then.then), gives)


def _branches(step: Decide) -> Iterator[Way]:
    """A row that holds proves what it asks ``known: true``; one that asks nothing but ``known: false`` proves the rest."""
    proven: frozenset[str] = frozenset()
    for row in step.rows:
        absent = _asked(row, "false")
        yield Way(row.then.step, proven | _asked(row, "true"), absent)
        if len(row.tests) == 1:
            proven |= absent
    yield Way(step.otherwise.step, proven)


def _tested(rows: tuple[Row, ...]) -> Iterator[tuple[str, str]]:
    proven: frozenset[str] = frozenset()
    for index, row in enumerate(rows):
        known = proven | _asked(row, "true")
        compared = dict.fromkeys(test.answer for test in row.tests if test.test != "known")
        yield from ((f"when/{index}", answer) for answer in compared if answer not in known)
        if len(row.tests) == 1:
            proven |= _asked(row, "false")


def _asked(row: Row, value: str) -> frozenset[str]:
    return frozenset(test.answer for test in row.tests if test.test == "known" and test.value == value)


def _to(then: Goto | End) -> str:
    return then.step if isinstance(then, Goto) else END


def _back(came: Mapping[tuple[str, bool], tuple[str, bool] | None], state: tuple[str, bool]) -> tuple[str, ...]:
    steps: list[str] = []
    at: tuple[str, bool] | None = state
    while at is not None:
        steps.append(at[0])
        at = came[at]
    return tuple(reversed(steps))
