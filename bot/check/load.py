"""Files -> checked flows: everything is read once, and all problems of all files come back together, by place.

Pure: the files come in as bytes (``folder`` reads them). Whatever needs catalogs or
languages is decided above, from ``texts``.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache, partial
from types import MappingProxyType
from typing import Generic, TypeVar

from bot.check import media
from bot.check.golden import GoldenTalk, parse
from bot.desk import hours
from bot.flow.build import content as side_files
from bot.flow.build.calendar import calendars
from bot.flow.build.draft import NAME, Beside, Draft, Mention, SourceText
from bot.flow.build.flow import RESERVED, Built, build
from bot.flow.buttons import buttons
from bot.flow.content import Entry, Safety, Statement
from bot.flow.graph import CalendarDay, Flow, Place
from bot.flow.meaning.examine import examine
from bot.flow.meaning.naming import Known
from bot.model import Topic
from bot.source.nodes import Node, Source
from bot.source.problem import Problem, arranged
from bot.source.reader import Document, read

TOPICS, GLOSSARY, SAFETY, FACTS = "topics.yaml", "glossary.yaml", "safety.yaml", "facts.yaml"
SIDE_FILES = (TOPICS, GLOSSARY, SAFETY, FACTS)
_HOME = {"topic": TOPICS, "term": GLOSSARY, "fact": FACTS}
"""Where what a flow mentions is to be found."""
CALENDARS = "calendars/"
"""The folder of the days to be reminded of, one file a year."""
_YEAR = re.compile(r"calendars/([0-9]{4})\.yaml")


@dataclass(frozen=True, slots=True)
class Loaded:
    """All that a folder of flows holds. What is unsound is left out; ``problems`` say why.

    ``texts`` are all texts to translate by their key in the catalogs; ``buttons`` every button there is and was.
    ``safety`` is None only where a problem says so; the program has a card of its own then. ``facts`` are the statements
    by their ids; ``mentions`` what each flow names, with places; ``calendars`` the days of all years, by calendar.
    """

    flows: Mapping[str, Flow]
    topics: Mapping[str, Topic]
    glossary: Mapping[str, Entry]
    safety: Safety | None
    texts: Mapping[str, SourceText]
    buttons: Mapping[str, Place]
    talks: Mapping[str, tuple[GoldenTalk, ...]]
    problems: tuple[Problem, ...]
    facts: Mapping[str, Statement] = field(default_factory=dict)
    mentions: Mapping[str, tuple[Mention, ...]] = field(default_factory=dict)
    calendars: Mapping[str, tuple[CalendarDay, ...]] = field(default_factory=dict)

    @property
    def sound(self) -> bool:
        """Whether it may be published: no problem is an error."""
        return all(problem.severity != "error" for problem in self.problems)


@dataclass(slots=True)
class _Reading:
    """The files while they are read."""

    files: Mapping[str, bytes]
    folder: str
    refused: Mapping[str, Problem]
    problems: list[Problem] = field(default_factory=list)
    texts: dict[str, SourceText] = field(default_factory=dict)

    @property
    def paths(self) -> frozenset[str]:
        """Every file there is, read or not."""
        return frozenset(self.files.keys() | self.refused.keys())

    def document(self, path: str) -> Document:
        """Read a file; of one that was left unread nothing is known but its name."""
        if path in self.files:
            return _read(self.name(path), self.files[path])
        return Document(Source(self.name(path), ()), None, (self.refused[path],))

    def name(self, path: str) -> str:
        """Return what problems call a file."""
        return f"{self.folder}/{path}" if self.folder else path


NOTHING: Mapping[str, Problem] = MappingProxyType({})


def load(files: Mapping[str, bytes], folder: str = "", refused: Mapping[str, Problem] = NOTHING) -> Loaded:
    """Read and check everything. Keys are paths below ``folder``, such as ``mitmachen/elternabend.yaml``.

    ``refused`` are files and folders that were left unread, with the problem that says why: nothing is missed in them.
    """
    reading = _Reading(files, folder, refused, list(refused.values()))
    topics = _side(reading, TOPICS, _topics)
    glossary = _side(reading, GLOSSARY, side_files.glossary)
    safety = _side(reading, SAFETY, side_files.safety)
    facts = _side(reading, FACTS, side_files.facts)
    terms = {form: entry.term for entry in (glossary.found or {}).values() for form in (entry.term, *entry.also)}
    built = tuple(_flows(reading, terms))
    used = {_HOME[mention.kind] for each in built for mention in each.mentions if mention.kind in _HOME}
    for path in sorted({TOPICS, *used} - reading.paths):
        reading.problems.append(_missing(reading, path))
    if SAFETY not in reading.paths:
        reading.problems.append(_without_card(reading))
    talks = _talks(reading)
    days = _calendars(reading)
    reading.problems.extend(media.problems(files, reading.name))
    known = Known(topics.names, glossary.names, facts.names, days.names, reading.paths, folder)
    meant = examine(built, known)
    reading.problems.extend(meant.problems)
    return Loaded(
        flows=meant.flows,
        topics=topics.found or {},
        glossary=glossary.found or {},
        safety=safety.found,
        texts=reading.texts,
        buttons=buttons(meant.flows.values()),
        talks=talks,
        problems=arranged(_told(reading, built)),
        facts=facts.found or {},
        mentions={each.name: each.mentions for each in built},
        calendars=days.found or {},
    )


def _told(reading: _Reading, built: tuple[Built, ...]) -> Iterable[Problem]:
    """Hold back what a folder without flows, or one that could not be read whole, would only echo."""
    unread = set(reading.refused.values())
    told = [problem for problem in reading.problems if problem.code not in _ECHOES or problem in unread]
    if any(not path.endswith((".yaml", ".yml", ".talk", *media.ENDINGS)) for path in reading.refused):
        return told
    return reading.problems if built else [*told, _empty(reading)]


_ECHOES = frozenset({"E202", "E213", "E214", "E218", "W104"})
"""What is said of flows and side files that seem to be missing."""


def _empty(reading: _Reading) -> Problem:
    help_ = "Legen Sie Abläufe hinein (Dateien, die auf .yaml enden), oder nennen Sie den richtigen Ordner."
    return Problem(reading.folder or ".", 0, 0, "E125", "In diesem Ordner liegt kein Ablauf.", help_)


T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Side(Generic[T]):
    """A side file: what it holds, and the names in it; None where it is missing or unreadable."""

    found: T | None
    names: frozenset[str] | None


def _side(reading: _Reading, path: str, reader: Callable[[Draft, Node], T]) -> _Side[T]:
    if path not in reading.paths:
        return _Side(None, None)
    document = reading.document(path)
    draft = Draft({}, list(document.problems))
    found = None if document.root is None else reader(draft, document.root)
    reading.problems.extend(draft.problems)
    reading.texts.update(draft.texts)
    names = frozenset(mention.name for mention in draft.mentions if mention.kind == "name")
    return _Side(found, None if document.root is None else names)


def _calendars(reading: _Reading) -> _Side[Mapping[str, tuple[CalendarDay, ...]]]:
    """Read the calendars of all years; of one that nobody can read the names are not known."""
    days: dict[str, list[CalendarDay]] = {}
    names: frozenset[str] | None = frozenset()
    for path in sorted(each for each in reading.paths if each.startswith(CALENDARS) and each.endswith(".yaml")):
        year = _YEAR.fullmatch(path)
        if year is None:
            reading.problems.append(_no_year(reading, path))
            continue
        found = _side(reading, path, partial(calendars, year=int(year[1])))
        names = None if names is None or found.names is None else names | found.names
        for name, those in (found.found or {}).items():
            days.setdefault(name, []).extend(those)
    return _Side({name: tuple(those) for name, those in days.items()}, names)


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
    for path in sorted(reading.paths):
        if path.endswith(".yml") and path in reading.files:
            reading.problems.append(_misnamed(reading, path))
        if not path.endswith(".yaml") or path in SIDE_FILES or path.startswith(CALENDARS):
            continue
        beside = Beside(path.rpartition("/")[0], reading.paths)
        built = _build(reading, path, terms, beside)
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
        may_be = NAME.fullmatch(built.name) and built.name not in RESERVED  # else E115 says how to write it
        if name is not None and may_be and path.rpartition("/")[2] != f"{built.name}.yaml":
            message = f"Der Ablauf heißt »{built.name}«, seine Datei aber anders."
            help_ = f"Nennen Sie die Datei {built.name}.yaml, dann findet man sie."
            reading.problems.append(name.problem("W102", message, help_, "anderer Name"))
        first[built.name] = reading.name(path)
        reading.texts.update(built.texts)
        yield built


def _build(reading: _Reading, path: str, terms: Mapping[str, str], beside: Beside) -> Built:
    if path not in reading.files:
        return build(reading.document(path), terms, beside)
    return _built(reading.name(path), reading.files[path], tuple(terms.items()), beside)


@lru_cache(1024)
def _built(name: str, raw: bytes, terms: tuple[tuple[str, str], ...], beside: Beside) -> Built:
    """Build a file's flow; one that did not change since is built already."""
    return build(read(name, raw), dict(terms), beside)


_read = lru_cache(64)(read)
"""The side files are read again with every check, and hardly ever change."""


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


def _no_year(reading: _Reading, path: str) -> Problem:
    message = "Diese Datei heißt nicht nach einem Jahr, wird also nicht gelesen."
    return Problem(reading.name(path), 0, 0, "E115", message, "Nennen Sie sie nach dem Jahr, zum Beispiel 2026.yaml.")


def _misnamed(reading: _Reading, path: str) -> Problem:
    help_ = f"Nennen Sie die Datei {path.removesuffix('.yml')}.yaml."
    return Problem(reading.name(path), 0, 0, "W103", "Dateien, die auf .yml enden, werden nicht gelesen.", help_)
