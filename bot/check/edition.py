"""An edition: one revision of the flows together with all words, ready to talk.

It is made of files only: the flows' YAML and the content catalogs (kept in the store, named by their hash), and the
program's own interface (shipped with it). Here it is decided in which languages a flow is whole, and which languages
are offered at all.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from bot.check.load import Loaded, load
from bot.check.sent import messages
from bot.flow.content import Safety
from bot.flow.graph import (
    Flow,
    Revision,
)
from bot.flow.message import Line, Own, interface
from bot.flow.talk import SOURCE_LANGUAGE
from bot.model import Language
from bot.source.errors import AuthorError
from bot.text.catalogs import Catalogs, Words, read_catalog
from bot.text.media import MediaFile, media_files
from bot.text.understand import Words as Understood
from bot.text.understand import learn

FLOWS = "flows/"
LOCALES = "locales/"
CATALOG = "/LC_MESSAGES/flows.po"
_NOT_SHOWN = ("examples", "keywords")


@dataclass(frozen=True, slots=True)
class Interface:
    """The program's own words: German, translated, and the keys without which a language is not offered."""

    german: Words
    translated: Mapping[Language, Words]
    needed: frozenset[str]


@dataclass(frozen=True, slots=True)
class Edition:
    """What a talk runs on. ``media`` are the files that go with its messages, by path below the flows."""

    revision: Revision
    catalogs: Catalogs
    words: Understood
    loaded: Loaded
    media: Mapping[str, MediaFile] = field(default_factory=dict)


def name_of(files: Mapping[str, bytes]) -> str:
    """Return a revision's name: the first 16 hexadecimal digits of the hash of its files and their paths."""
    whole = hashlib.sha256()
    for path in sorted(files):
        whole.update(f"{path}\0{len(files[path])}\0".encode())
        whole.update(files[path])
    return whole.hexdigest()[:16]


def files_of(flows: Mapping[str, bytes], catalogs: Mapping[str, tuple[str, bytes]]) -> dict[str, bytes]:
    """Return a revision's files, by path: its flows, by path below their folder, and a catalog for each language."""
    return {f"{FLOWS}{path}": raw for path, raw in flows.items()} | {
        f"{LOCALES}{language}{CATALOG}": raw for language, (_, raw) in catalogs.items()
    }


def flows_of(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return a revision's flows and what lies beside them, by path below their folder."""
    return {path.removeprefix(FLOWS): raw for path, raw in files.items() if path.startswith(FLOWS)}


def catalogs_of(files: Mapping[str, bytes]) -> dict[str, tuple[str, bytes]]:
    """Return a revision's catalogs, each with its path, by language."""
    return {
        path.removeprefix(LOCALES).removesuffix(CATALOG): (path, raw)
        for path, raw in files.items()
        if path.startswith(LOCALES) and path.endswith(CATALOG)
    }


def compose(
    files: Mapping[str, bytes], program: Interface, languages: Iterable[Language], folder: str = "flows"
) -> Edition:
    """Return the edition of these files; ``languages`` are those configured, in their order.

    ``folder`` is what the folder of flows is called in problems.

    Raises AuthorError, with all problems, where the flows may not be published.
    """
    flows = flows_of(files)
    loaded = load(flows, folder)
    if not loaded.sound:
        raise AuthorError(problem for problem in loaded.problems if problem.severity == "error")
    catalogs = _catalogs(files, loaded, program)
    shown = _shown(loaded)
    whole = {flow.name: _whole(flow, shown.get(flow.name, []), catalogs) for flow in loaded.flows.values()}
    offered = tuple(each for each in languages if _is_offered(each, whole, loaded, catalogs, program))
    spoken = Catalogs(catalogs.german, catalogs.translated, offered)
    revision = Revision(
        name=name_of(files),
        flows=loaded.flows,
        topics=loaded.topics,
        buttons=loaded.buttons,
        whole=whole,
        languages=offered,
        drafts=frozenset(offered) - {SOURCE_LANGUAGE},
        calendars=loaded.calendars,
        help_card=(Line(interface("help.default")),) if loaded.safety is None else _help_card(loaded.safety),
        texts=frozenset(loaded.texts),
    )
    return Edition(revision, spoken, learn(spoken), loaded, media_files(revision.name, flows))


def missing(edition: Edition, language: Language, flow: str = "") -> tuple[str, ...]:
    """Return the keys of the texts that a language lacks: of one flow, or (empty) of what every language must have."""
    loaded, prefixes = edition.loaded, (f"{flow}/",) if flow else ("start/", "beratung/", "safety/")
    named = [loaded.flows[name] for name in ((flow,) if flow else ("start", "beratung"))]
    terms = {f"glossary/{term}/{part}" for each in named for term in _terms(each) for part in ("say", "short")}
    keys = [key for key in loaded.texts if (key.startswith(prefixes) and not _is_hidden(loaded, key)) or key in terms]
    return tuple(key for key in keys if not edition.catalogs.has("flows", [key], language))


def _is_hidden(loaded: Loaded, key: str) -> bool:
    """Say whether a parent never sees this text."""
    return loaded.texts[key].kind in _NOT_SHOWN


def _catalogs(files: Mapping[str, bytes], loaded: Loaded, program: Interface) -> Catalogs:
    german = {key: text.german for key, text in loaded.texts.items()}
    content = {Language(code): read_catalog(path, raw, german) for code, (path, raw) in catalogs_of(files).items()}
    translated = {
        language: {"flows": words, "bot": program.translated.get(language, {})} for language, words in content.items()
    }
    return Catalogs({"flows": german, "bot": program.german}, translated)


def _shown(loaded: Loaded) -> Mapping[str, list[str]]:
    """Return the keys of all texts that parents may see, by the flow or side file they belong to."""
    found: dict[str, list[str]] = {}
    for key in loaded.texts:
        if not _is_hidden(loaded, key):
            found.setdefault(key.partition("/")[0], []).append(key)
    return found


def _whole(flow: Flow, own: Iterable[str], catalogs: Catalogs) -> frozenset[Language]:
    """Return the languages in which every text of a flow (``own``), and every glossary word it marks, is there."""
    terms = [f"glossary/{term}/{part}" for term in _terms(flow) for part in ("say", "short")]
    return frozenset(
        language
        for language in (SOURCE_LANGUAGE, *catalogs.translated)
        if catalogs.has("flows", (*own, *terms), language)
    )


def _terms(flow: Flow) -> frozenset[str]:
    return frozenset(term for sent in messages(flow) for wording in sent.texts for term in wording.terms)


def _is_offered(
    language: Language, whole: Mapping[str, frozenset[Language]], loaded: Loaded, catalogs: Catalogs, program: Interface
) -> bool:
    card = [key for key in loaded.texts if key.startswith("safety/")]
    return (
        language in whole["start"]
        and language in whole["beratung"]
        and catalogs.has("flows", card, language)
        and catalogs.has("bot", program.needed, language)
    )


def _help_card(safety: Safety) -> tuple[Line, ...]:
    numbers = (
        Line(
            interface("help.number"),
            (("number", Own(number.number)), ("label", number.label), ("hours", number.hours)),
            close=place > 0,
        )
        for place, number in enumerate(safety.numbers)
    )
    return (Line(safety.card), *numbers)
