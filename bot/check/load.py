"""Files -> checked flows: everything is read once, and all problems of all files come back together, by place.

Pure: the files come in as bytes (``folder`` reads them). Whatever needs catalogs or
languages is decided above, from ``texts``.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from bot.check.golden import GoldenTalk, parse
from bot.desk import hours
from bot.flow import token
from bot.flow.build import content as side_files
from bot.flow.build.draft import Draft, SourceText
from bot.flow.build.flow import Built, build
from bot.flow.content import Entry, Safety
from bot.flow.graph import Choose, Flow, Place
from bot.flow.meaning.examine import examine
from bot.flow.meaning.naming import Known
from bot.model import Topic
from bot.source.nodes import Node
from bot.source.problem import Problem, arranged
from bot.source.reader import read

TOPICS, GLOSSARY, SAFETY, FACTS = "topics.yaml", "glossary.yaml", "safety.yaml", "facts.yaml"
SIDE_FILES = (TOPICS, GLOSSARY, SAFETY, FACTS)
_HOME = {"topic": TOPICS, "term": GLOSSARY, "fact": FACTS}
"""Where what a flow mentions is to be found."""
LATER_FOLDER = "calendars/"
"""Dates of ``remind``, which this version has not: not read."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """All that a folder of flows holds. What is unsound is left out; ``problems`` say why.

    ``texts`` are all texts to translate by their key in the catalogs; ``buttons`` every button there is and was.
    ``safety`` is None only where a problem says so; the program has a card of its own then.
    """

    flows: Mapping[str, Flow]
    topics: Mapping[str, Topic]
    glossary: Mapping[str, Entry]
    safety: Safety | None
    texts: Mapping[str, SourceText]
    buttons: Mapping[str, Place]
    talks: Mapping[str, tuple[GoldenTalk, ...]]
    problems: tuple[Problem, ...]

    @property
    def sound(self) -> bool:
        """Whether it may be published: no problem is an error."""
        return all(problem.severity != "error" for problem in self.problems)


@dataclass(slots=True)
class _Reading:
    """The files while they are read."""

    files: Mapping[str, bytes]
    folder: str
    problems: list[Problem] = field(default_factory=list)
    texts: dict[str, SourceText] = field(default_factory=dict)

    def name(self, path: str) -> str:
        """Return what problems call a file."""
        return f"{self.folder}/{path}" if self.folder else path


def load(files: Mapping[str, bytes], folder: str = "") -> Loaded:
    """Read and check everything. Keys are paths below ``folder``, such as ``mitmachen/elternabend.yaml``."""
    reading = _Reading(files, folder)
    topics = _side(reading, TOPICS, _topics)
    glossary = _side(reading, GLOSSARY, side_files.glossary)
    safety = _side(reading, SAFETY, side_files.safety)
    facts = _side(reading, FACTS, side_files.facts)
    terms = {form: entry.term for entry in (glossary.found or {}).values() for form in (entry.term, *entry.also)}
    built = tuple(_flows(reading, terms))
    used = {_HOME[mention.kind] for each in built for mention in each.mentions if mention.kind in _HOME}
    for path in sorted({TOPICS, *used} - files.keys()):
        reading.problems.append(_missing(reading, path))
    if SAFETY not in files:
        reading.problems.append(_without_card(reading))
    talks = _talks(reading)
    meant = examine(built, Known(topics.names, glossary.names, facts.names, folder))
    reading.problems.extend(meant.problems)
    return Loaded(
        flows=meant.flows,
        topics=topics.found or {},
        glossary=glossary.found or {},
        safety=safety.found,
        texts=reading.texts,
        buttons=buttons(meant.flows.values()),
        talks=talks,
        problems=arranged(reading.problems),
    )


def buttons(flows: Iterable[Flow]) -> Mapping[str, Place]:
    """Return every button by its token, with the names that steps and options had before."""
    return {
        token.option(flow.name, step_name, option_name): Place(flow.name, step.name, option.name)
        for flow in flows
        for step in flow.steps.values()
        if isinstance(step, Choose)
        for option in step.options
        for step_name in (step.name, *(old for old, new in flow.was.items() if new == step.name))
        for option_name in (option.name, *option.was)
    }


T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Side(Generic[T]):
    """A side file: what it holds, and the names in it; None where it is missing or unreadable."""

    found: T | None
    names: frozenset[str] | None


def _side(reading: _Reading, path: str, reader: Callable[[Draft, Node], T]) -> _Side[T]:
    if path not in reading.files:
        return _Side(None, None)
    document = read(reading.name(path), reading.files[path])
    draft = Draft({}, list(document.problems))
    found = None if document.root is None else reader(draft, document.root)
    reading.problems.extend(draft.problems)
    reading.texts.update(draft.texts)
    names = frozenset(mention.name for mention in draft.mentions if mention.kind == "name")
    return _Side(found, None if document.root is None else names)


def _topics(draft: Draft, root: Node) -> Mapping[str, Topic]:
    """Read the topics and try their hours: only ``desk`` knows what hours mean."""
    found = side_files.topics(draft, root)
    for mention in draft.mentions:
        if mention.kind != "hours":
            continue
        try:
            hours.parse(mention.name)
        except ValueError as error:
            help_ = "Schreiben Sie Tage und Uhrzeiten, zum Beispiel Mo-Fr 9-17."
            draft.problems.append(mention.place.problem("E114", str(error), help_, "keine Sprechzeit"))
    return found


def _flows(reading: _Reading, terms: Mapping[str, str]) -> Iterable[Built]:
    """Build every file that holds a flow, in the order of their paths; of two with one name only the first."""
    first: dict[str, str] = {}
    for path in sorted(reading.files):
        if path.endswith(".yml"):
            reading.problems.append(_misnamed(reading, path))
        if not path.endswith(".yaml") or path in SIDE_FILES or path.startswith(LATER_FOLDER):
            continue
        built = build(read(reading.name(path), reading.files[path]), terms)
        reading.problems.extend(built.problems)
        name = next((mention.place for mention in built.mentions if mention.kind == "name" and not mention.step), None)
        if name is not None and built.name in first:
            message = f"Einen Ablauf »{built.name}« gibt es schon, in {first[built.name]}."
            reading.problems.append(
                name.problem(
                    "E216", message, "Geben Sie einem der beiden Abläufe einen anderen Namen.", "zweiter Ablauf"
                )
            )
            continue
        if name is not None and path.rpartition("/")[2] != f"{built.name}.yaml":
            message = f"Der Ablauf heißt »{built.name}«, seine Datei aber anders."
            help_ = f"Nennen Sie die Datei {built.name}.yaml, dann findet man sie."
            reading.problems.append(name.problem("W102", message, help_, "anderer Name"))
        first[built.name] = reading.name(path)
        reading.texts.update(built.texts)
        yield built


def _talks(reading: _Reading) -> Mapping[str, tuple[GoldenTalk, ...]]:
    """Read the golden talks; what cannot be read of them is a problem like any other."""
    talks: dict[str, tuple[GoldenTalk, ...]] = {}
    for path in sorted(reading.files):
        if path.endswith(".talk"):
            talks[path], problems = parse(reading.name(path), reading.files[path])
            reading.problems.extend(problems)
    return talks


def _missing(reading: _Reading, path: str) -> Problem:
    help_ = f"Legen Sie die Datei {path} in den Ordner der Abläufe, oder prüfen Sie den Ordner, der darüber liegt."
    return Problem(reading.name(path), 0, 0, "E218", f"Die Datei {path} fehlt.", help_)


def _without_card(reading: _Reading) -> Problem:
    help_ = f"Legen Sie die Datei {SAFETY} mit Ihren Nummern in den Ordner der Abläufe."
    message = f"Die Datei {SAFETY} fehlt. Die Hilfe-Karte nennt dann nur 110 und 112."
    return Problem(reading.name(SAFETY), 0, 0, "W104", message, help_)


def _misnamed(reading: _Reading, path: str) -> Problem:
    help_ = f"Nennen Sie die Datei {path.removesuffix('.yml')}.yaml."
    return Problem(reading.name(path), 0, 0, "W103", "Dateien, die auf .yml enden, werden nicht gelesen.", help_)
