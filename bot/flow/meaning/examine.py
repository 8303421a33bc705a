"""What the flows of a folder mean together (E2): names that exist, answers that are there, ways that lead somewhere.

All flows are examined at once. What would only echo another problem is held back: a flow whose form is wrong has its
names checked and nothing else; one with a wrong ``goto`` is not searched for steps nobody reaches.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from graphlib import TopologicalSorter

from bot.flow.build.derive import SAID as TAKEN
from bot.flow.build.draft import Mention
from bot.flow.build.flow import Built
from bot.flow.dates import RULES
from bot.flow.graph import Ask, CallStep, Decide, Derive, Flow, Step, Test
from bot.flow.graph import Form as FormStep
from bot.flow.meaning.answers import FITTING, SAID, WRITE, Kind, kinds, own_kinds, typed
from bot.flow.meaning.branches import never_wins
from bot.flow.meaning.naming import Known, callee, unknown_names
from bot.flow.meaning.paths import Given, Ways, needs, path_without, reachable, skipped, uses
from bot.flow.meaning.weave import (
    chains,
    circles,
    graph,
    missing,
    silent_loops,
    too_deep,
    unused,
    walked,
)
from bot.source.names import hint, listed
from bot.source.problem import Problem, arranged


@dataclass(frozen=True, slots=True)
class Meant:
    """The flows that are sound in themselves, with what ``meaning`` adds to them, and all that is wrong."""

    flows: Mapping[str, Flow]
    problems: tuple[Problem, ...]


def examine(built: Iterable[Built], known: Known) -> Meant:
    """Examine all flows of a folder together."""
    return _Examination(tuple(built), known).result()


class _Examination:
    """One run over all flows."""

    def __init__(self, built: tuple[Built, ...], known: Known) -> None:
        self._mentions: dict[tuple[str, str], list[Mention]] = {}
        for each in built:
            for mention in each.mentions:
                self._mentions.setdefault((each.name, mention.kind), []).append(mention)
        self._problems = list(unknown_names(built, known))
        lost = {problem.file for problem in self._problems if problem.code == "E201"}
        self._flows = {each.name: each.flow for each in built if each.flow is not None and each.file not in lost}
        self._kinds = kinds(self._flows)
        self._unfit: set[tuple[str, str, int]] = set()
        self._together(built, known.folder)

    def _together(self, built: tuple[Built, ...], folder: str) -> None:
        """Look at the flows' calls, and prepare what the look at each flow needs."""
        calling = graph(built)
        found = tuple(circles(calling))
        self._problems += [problem for _, problem in found]
        circular = frozenset[str]().union(*(flows for flows, _ in found))
        order = _order(calling, circular)
        if not found:
            self._problems += too_deep(calling, chains(order, calling))
        absent = tuple(missing(built, folder))
        self._problems += absent or unused(built, calling)
        self._walked, called = walked(order, self._flows, circular)
        for loop in silent_loops(self._flows, self._walked, called, circular):
            place = self._mention(loop[0][0], "name", loop[0][1]).place
            message = (
                f"Diese Schritte laufen im Kreis, ohne auf die Eltern zu warten: {_arrows(step for _, step in loop)}."
            )
            help_ = "Fragen Sie in einem der Schritte etwas (choose oder ask), oder enden Sie dort mit »end: true«."
            self._problems.append(place.problem("E208", message, help_, "Kreis ohne Frage"))

    def result(self) -> Meant:
        """Examine each flow and return everything."""
        flows = {name: self._flow(flow) for name, flow in self._flows.items()}
        return Meant(flows, arranged(self._problems))

    def _flow(self, flow: Flow) -> Flow:
        graph_, there, own = self._walked[flow.name].ways, self._walked[flow.name].given, self._kinds[flow.name]
        self._types(flow, own)
        flow = replace(flow, steps={name: self._typed(flow, step, own) for name, step in flow.steps.items()})
        self._problems += self._unreachable(flow, graph_, there)
        for name in there:
            step = flow.steps[name]
            if isinstance(step, FormStep) or not graph_.uses[name] <= there[name]:
                self._problems += self._not_given(flow, graph_, name, there[name])
            if isinstance(step, Derive):
                self._problems += self._unfitting(flow, step, own)
            if isinstance(step, Decide):
                self._problems += self._losers(flow, step, own, there[name])
        types = {answer: kind.type for answer, kind in own.items() if kind.type}
        return replace(flow, types=types, needs=needs(flow, graph_))

    def _types(self, flow: Flow, own: Mapping[str, Kind]) -> None:
        """Note answers that have two types, at the last question that asks for one, else at the last call that brings one."""
        for answer, kind in own.items():
            if len(kind.types) < 2:
                continue
            saved = [mention for mention in self._all(flow.name, "saved") if mention.name == answer]
            asking = [mention for mention in saved if answer in own_kinds(flow.steps[mention.step])]
            places = asking or self._bringing(flow, answer)
            if places:
                said = " und ".join(f"einmal {SAID[type_]}" for type_ in sorted(kind.types))
                message = f"Die Antwort »{answer}« ist {said}."
                help_ = "Geben Sie einer der beiden Antworten einen anderen Namen."
                self._problems.append(places[-1].place.problem("E219", message, help_, "zwei Arten"))

    def _bringing(self, flow: Flow, answer: str) -> list[Mention]:
        """Return where calls bring an answer that nobody here asks for; nothing where it had two types before."""
        found = list(self._brought(flow, answer))
        return [] if any(len(kind.types) > 1 for _, kind in found) else [mention for mention, _ in found]

    def _brought(self, flow: Flow, answer: str) -> Iterator[tuple[Mention, Kind]]:
        for caller in self._flows.values():
            for step in caller.steps.values():
                if not isinstance(step, CallStep):
                    continue
                for there, here in step.call.given if step.call.flow == flow.name else ():
                    if there == answer:
                        yield self._at(caller, "given", answer, step), self._kinds[caller.name].get(here, Kind())
                if caller is flow and answer in step.call.save:
                    back = self._kinds.get(step.call.flow, {})
                    yield self._at(flow, "saved", answer, step), back.get(answer, Kind())

    def _unfitting(self, flow: Flow, step: Derive, own: Mapping[str, Kind]) -> Iterator[Problem]:
        """Yield a problem for each answer that a calculation cannot take."""
        takes = [type_ for type_ in RULES[step.rule].takes if type_ != "calendar"]
        of = [each for each in self._all(flow.name, "answer") if (each.step, each.part) == (step.name, "of")]
        for mention, type_ in zip(of, takes, strict=False):
            kind = own.get(mention.name, Kind())
            if kind.type not in {"", type_}:
                message = f"»{step.rule}« braucht hier {TAKEN[type_]}, aber »{mention.name}« ist {SAID[kind.type]}."
                help_ = f"Nennen Sie eine Antwort mit »type: {type_}«."
                yield mention.place.problem("E220", message, help_, "passt nicht")

    def _typed(self, flow: Flow, step: Step, own: Mapping[str, Kind]) -> Step:
        """Return a step whose tests hold values of their answer's type."""
        if not isinstance(step, Decide):
            return step
        rows = []
        for index, row in enumerate(step.rows):
            tests = tuple(
                self._test(flow, step.name, index, test, own.get(test.answer, _UNKNOWN)) for test in row.tests
            )
            rows.append(row if tests == row.tests else replace(row, tests=tests))
        return step if tuple(rows) == step.rows else replace(step, rows=tuple(rows))

    def _test(self, flow: Flow, step: str, index: int, test: Test, kind: Kind) -> Test:
        """Return a test with the value it means, and note one that does not fit its answer."""
        if kind.type == "option" and test.test in {"is", "one_of"}:
            for mention in self._values(flow, step, index, test):
                if mention.name not in kind.options:
                    message = f"»{mention.name}« ist keine Taste von »{test.answer}«."
                    problem = mention.place.problem(
                        "E217", message, hint(mention.name, sorted(kind.options)), "keine Taste"
                    )
                    self._problems.append(problem)
                    self._unfit.add((flow.name, step, index))
            return test
        meant = typed(test, kind)
        if isinstance(meant, Test):
            return meant
        help_ = f"Nehmen Sie einen von diesen Vergleichen: {listed(FITTING[kind.type])}."
        if kind.type == "text":
            help_ = f"Geben Sie der Frage »type: number« oder »type: date«, oder nehmen Sie: {listed(FITTING['text'])}."
        if test.test in FITTING[kind.type]:  # then it is the value that does not fit
            help_ = WRITE[kind.type]
        values = list(self._values(flow, step, index, test))
        unfit = (each for each in values if isinstance(typed(replace(test, value=each.name), kind), str))
        place = next(unfit, values[0]).place
        self._problems.append(place.problem("E217", meant, help_, "passt nicht"))
        self._unfit.add((flow.name, step, index))
        return test

    def _values(self, flow: Flow, step: str, index: int, test: Test) -> Iterator[Mention]:
        """Yield where the values of a test stand."""
        part = f"when/{index}/{test.answer}/{test.test}"
        return (each for each in self._all(flow.name, "value") if (each.step, each.part) == (step, part))

    def _unreachable(self, flow: Flow, graph_: Ways, there: Given) -> Iterator[Problem]:
        """Yield a problem for each step nobody reaches, but not for those that only such a step leads to."""
        left = [name for name in flow.steps if name not in there]
        behind = {way.to for name in left for way in graph_[name] if way.to != name}
        roots = [name for name in left if name not in behind]
        while left:
            root = roots.pop(0) if roots else left[0]
            met = reachable(graph_, root)
            left = [name for name in left if name not in met]
            message = f"Zum Schritt »{root}« führt kein Weg."
            help_ = f"Führen Sie mit »goto: {root}« dorthin, oder löschen Sie den Schritt."
            yield self._mention(flow.name, "name", root).place.problem("E207", message, help_, "kein Weg hierher")

    def _not_given(self, flow: Flow, graph_: Ways, name: str, there: frozenset[str]) -> Iterator[Problem]:
        asked = {mention.name for mention in self._all(flow.name, "saved")}
        known = self._kinds[flow.name].keys() | asked
        lacking = {(part, answer) for part, answer in uses(flow.steps[name]) if answer not in there and answer in known}
        lacking |= skipped(flow.steps[name])
        for mention in self._all(flow.name, "answer"):
            if mention.step == name and (mention.part, mention.name) in lacking:
                path = path_without(flow, graph_, name, mention.name) or (name,)
                message = f"Die Antwort »{mention.name}« ist hier nicht auf jedem Weg bekannt: {_arrows(path)}."
                if mention.name not in asked:
                    message = f"Die Antwort »{mention.name}« fehlt, wenn der Ablauf ohne seinen Aufrufer beginnt."
                look = f"rüfen Sie mit decide: when: {{{mention.name}: {{known: true}}}}."
                why = _why_it_may_lack(flow, graph_, path, mention.name)
                help_ = f"{why} P{look}" if why else f"Fragen Sie vorher danach, oder p{look}"
                yield mention.place.problem("E206", message, help_, "nicht immer bekannt")

    def _losers(self, flow: Flow, step: Decide, own: Mapping[str, Kind], there: frozenset[str]) -> Iterator[Problem]:
        for index in never_wins(step, own, there):
            if (flow.name, step.name, index) in self._unfit:
                continue
            row = next(m for m in self._all(flow.name, "row") if m.step == step.name and m.name == str(index))
            message = "Diese Zeile kann nie zutreffen."
            help_ = "Löschen Sie sie, oder stellen Sie sie vor die Zeile, die ihr alles wegnimmt."
            yield row.place.problem("E212", message, help_, "trifft nie zu")

    def _all(self, flow: str, kind: str) -> Iterable[Mention]:
        return self._mentions.get((flow, kind), ())

    def _at(self, flow: Flow, kind: str, name: str, step: Step) -> Mention:
        return next(each for each in self._all(flow.name, kind) if (each.name, each.step) == (name, step.name))

    def _mention(self, flow: str, kind: str, name: str) -> Mention:
        return next(mention for mention in self._all(flow, kind) if mention.name == name and mention.step)


_UNKNOWN = Kind()
"""The kind of an answer of which nothing is known."""


def _order(calling: Mapping[str, tuple[Mention, ...]], circular: frozenset[str]) -> tuple[str, ...]:
    """Return the flows so that called ones come before their callers; calls within a circle are left out."""
    return tuple(
        TopologicalSorter(
            {
                name: [to for mention in mentions if not {name, to := callee(mention.name)} <= circular]
                for name, mentions in calling.items()
            }
        ).static_order()
    )


def _why_it_may_lack(flow: Flow, graph_: Ways, path: tuple[str, ...], answer: str) -> str:
    """Say where on a path an answer need not be given although its step is there; nothing where no step is."""
    for name in path[:-1]:
        step, lost = flow.steps[name], any(answer in way.loses for way in graph_[name])
        if lost and isinstance(step, Ask | FormStep):
            return f"Die Frage in »{name}« darf übersprungen werden."
        if lost and isinstance(step, Derive):
            return f"Die Rechnung in »{name}« hat nicht immer ein Ergebnis."
    return ""


def _arrows(names: Iterable[str]) -> str:
    shown = [f"»{name}«" for name in names]
    return " → ".join(shown if len(shown) <= 8 else [*shown[:4], "…", *shown[-3:]])
