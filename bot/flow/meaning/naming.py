"""Names that must exist: every mention of a step, flow, topic, word, statement, calendar, file or answer is looked up."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from bot.flow.build.draft import Mention
from bot.flow.build.flow import PROBLEMS, Built
from bot.flow.build.parts import spelled
from bot.flow.meaning.answers import COMMANDS
from bot.source.names import hint, suggest
from bot.source.problem import Problem


@dataclass(frozen=True, slots=True)
class Known:
    """What the side files offer; None where a file could not be read: then nothing is looked up there.

    Nor where a file names nothing at all: what it lacks is a problem of its own, told there.
    ``terms`` are all forms of the glossary's words; ``files`` the paths of all files below the folder; ``folder`` is
    what stands before the files' names in problems.
    """

    topics: frozenset[str] | None = None
    terms: frozenset[str] | None = None
    facts: frozenset[str] | None = None
    calendars: frozenset[str] | None = None
    files: frozenset[str] | None = None
    folder: str = ""


def unknown_names(built: Iterable[Built], known: Known) -> Iterator[Problem]:
    """Yield a problem for every name that nobody knows, and for labels that stand twice in a question."""
    flows = {each.name: each for each in built}
    given = _given(flows.values())
    offered = _offered(flows, known)
    for each in flows.values():
        there = {**offered, "step": frozenset(each.steps)}
        doubtful = (m for m in each.mentions if m.kind in there and m.name not in there[m.kind])
        unknown = (problem for mention in doubtful for problem in _unknown(each, mention, flows, known))
        yield from islice(unknown, PROBLEMS)
        if each.flow is not None:
            yield from islice(_answers(each, flows, given.get(each.name, frozenset())), PROBLEMS)
        yield from _labels(each)


def _offered(flows: Mapping[str, Built], known: Known) -> Mapping[str, Collection[str]]:
    """Return the names that certainly exist, by the kind of mention, but for steps; other kinds are not looked up."""
    return {
        "flow": flows.keys() - COMMANDS.keys(),
        "topic": known.topics or (),
        "term": known.terms or (),
        "fact": known.facts or (),
        "calendar": known.calendars or (),
        "file": known.files or (),
    }


def callee(name: str) -> str:
    """Return the flow behind the name in a ``call``; empty where a command has none."""
    return COMMANDS.get(name, name)


def _unknown(each: Built, mention: Mention, flows: Mapping[str, Built], known: Known) -> Iterator[Problem]:
    name = mention.name
    match mention.kind:
        case "step" if not _is_there(name, each.steps):
            message = f"Den Schritt »{name}« gibt es in diesem Ablauf nicht."
            yield _missing(mention, "E201", message, each.steps, "unbekannter Schritt")
        case "flow" if name not in COMMANDS and not _is_there(name, flows):
            names = tuple(COMMANDS) if name.startswith("/") else tuple(flows)
            what = "Den Befehl" if name.startswith("/") else "Den Ablauf"
            yield _missing(mention, "E202", f"{what} »{name}« gibt es nicht.", names, "unbekannt")
        case "flow" if COMMANDS.get(name) == "datenschutz" and not _is_there(COMMANDS[name], flows):
            message = f"Der Befehl »{name}« ruft den Ablauf »{COMMANDS[name]}«, und den gibt es nicht."
            yield mention.place.problem(
                "E202", message, f"Legen Sie einen Ablauf »{COMMANDS[name]}« an.", "ohne Ablauf"
            )
        case "topic" if known.topics and not _is_there(name, known.topics):
            message = f"Das Thema »{name}« steht nicht in topics.yaml."
            yield _missing(mention, "E203", message, sorted(known.topics), "unbekanntes Thema")
        case "term" if known.terms and name not in known.terms:
            message = f"Das Wort »{name}« steht nicht im Glossar (glossary.yaml)."
            near = suggest(name, sorted(known.terms))
            help_ = f"Ein ähnlicher Name ist »{near}«." if near else _NO_TERM
            yield mention.place.problem("E204", message, help_, "unbekanntes Wort")
        case "fact" if known.facts and name not in known.facts:
            message = f"Die Aussage »{name}« steht nicht in facts.yaml."
            yield _missing(mention, "E215", message, sorted(known.facts), "unbekannte Aussage")
        case "calendar" if known.calendars is not None and not _is_there(name, known.calendars):
            yield _no_calendar(mention, known.calendars)
        case "file" if known.files is not None and name not in known.files:
            yield _no_file(mention, known.files, each.home)
        case _:
            return


_NO_TERM = "Tragen Sie es in glossary.yaml ein, oder nehmen Sie die Klammern [[ ]] weg."


def _no_calendar(mention: Mention, calendars: frozenset[str]) -> Problem:
    message = f"Den Kalender »{mention.name}« gibt es nicht."
    if calendars:
        return _missing(mention, "E221", message, sorted(calendars), "unbekannter Kalender")
    help_ = "Legen Sie eine Datei calendars/2026.yaml an, mit dem richtigen Jahr und diesem Kalender."
    return mention.place.problem("E221", message, help_, "unbekannter Kalender")


def _no_file(mention: Mention, files: frozenset[str], home: str) -> Problem:
    """Return the problem of a file that is not there; those that could be meant lie beside the flow and end alike."""
    place = f"{home}/" if home else ""
    name, _, ending = mention.name.removeprefix(place).rpartition(".")
    beside = [
        path.removeprefix(place) for path in sorted(files) if path.startswith(place) and path.endswith(f".{ending}")
    ]
    message = f"Die Datei »{name}.{ending}« gibt es neben diesem Ablauf nicht."
    near = hint(f"{name}.{ending}", beside) if beside else "Legen Sie die Datei neben den Ablauf."
    return mention.place.problem("E222", message, near, "keine Datei")


def _is_there(name: str, names: Collection[str]) -> bool:
    """Say whether a name exists, or will as soon as one that cannot be a name is written as its own problem says."""
    return name in names or any(name == spelled(other) for other in names)


def _answers(each: Built, flows: Mapping[str, Built], given: frozenset[str]) -> Iterator[Problem]:
    called = {mention.step: callee(mention.name) for mention in each.mentions if mention.part == "call"}
    saved = [mention for mention in each.mentions if mention.kind == "saved"]
    there = {step: flows.get(name) for step, name in called.items()}
    real = [mention for mention in saved if mention.step not in there or mention.name in _asked(there[mention.step])]
    own = given.union(mention.name for mention in saved)
    for mention in each.mentions:
        if mention.kind == "answer" and mention.name not in own:
            message = f"Die Antwort »{mention.name}« wird in diesem Ablauf nirgends gefragt."
            offered = given.union(other.name for other in real if mention.part != "with" or other.step != mention.step)
            yield _missing(mention, "E205", message, sorted(offered), "unbekannte Antwort")
    for mention in saved:
        other_flow = there.get(mention.step)
        if other_flow is not None and other_flow.flow is not None and mention.name not in _asked(other_flow):
            message = f"Die Antwort »{mention.name}« wird im Ablauf »{other_flow.name}« nirgends gefragt."
            yield _missing(mention, "E205", message, sorted(_asked(other_flow)), "unbekannte Antwort")


def _asked(flow: Built | None) -> frozenset[str]:
    """Return the answers that a flow asks for; of one that does not exist, none."""
    return frozenset(mention.name for mention in flow.mentions if mention.kind == "saved") if flow else frozenset()


def _given(flows: Iterable[Built]) -> Mapping[str, frozenset[str]]:
    """Return for each flow the answers that its callers give it."""
    found: dict[str, frozenset[str]] = {}
    for each in flows:
        called = {mention.step: callee(mention.name) for mention in each.mentions if mention.part == "call"}
        for mention in each.mentions:
            if mention.kind == "given" and mention.step in called:
                flow = called[mention.step]
                found[flow] = found.get(flow, frozenset()) | {mention.name}
    return found


def _labels(each: Built) -> Iterator[Problem]:
    """Yield a problem for each button that says the same as one before it, in full or where buttons are short."""
    full = [mention for mention in each.mentions if mention.kind == "label"]
    twice = list(_again(full))
    yield from (_twice(mention) for mention in twice)
    shown = {(mention.step, mention.part): mention for mention in full if mention.part != "fields"}
    shown |= {(mention.step, mention.part): mention for mention in each.mentions if mention.kind == "short"}
    yield from (_twice(mention) for mention in _again(shown.values()) if mention not in twice)


def _again(labels: Iterable[Mention]) -> Iterator[Mention]:
    """Yield each label that the same step has before, capitals and blanks aside."""
    seen: set[tuple[str, str]] = set()
    for mention in labels:
        label = (mention.step, " ".join(mention.name.casefold().split()))
        if label in seen:
            yield mention
        seen.add(label)


def _twice(mention: Mention) -> Problem:
    label = " ".join(mention.name.split())
    message = f"Die Beschriftung »{label}« steht in dieser Frage zweimal."
    help_ = "Geben Sie einer der beiden Tasten ein anderes Wort."
    if mention.part == "fields":
        message = f"»{label}« steht in diesem Formular zweimal: Beim Ändern wären zwei Tasten gleich."
        help_ = "Geben Sie einer der beiden Fragen bei »label« einen eigenen kurzen Namen."
    return mention.place.problem("E211", message, help_, "zweimal")


def _missing(mention: Mention, code: str, message: str, names: Iterable[str], note: str) -> Problem:
    return mention.place.problem(code, message, hint(mention.name, names), note)
