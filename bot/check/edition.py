"""An edition: one revision of the flows together with all words, ready to talk.

It is made of files only: the flows' YAML and the content catalogs (kept in the store, named by their hash), and the
program's own interface (shipped with it). Here it is decided in which languages a flow is whole, and which languages
are offered at all.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.check.load import Loaded, load
from bot.flow.content import Safety
from bot.flow.graph import Choose, Flow, Revision, Wording
from bot.flow.message import Line, Own, interface
from bot.flow.talk import SOURCE_LANGUAGE
from bot.model import Language
from bot.source.errors import AuthorError
from bot.text.catalogs import Catalogs, Words, read_catalog
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
    """What a talk runs on."""

    revision: Revision
    catalogs: Catalogs
    words: Understood
    loaded: Loaded


def name_of(files: Mapping[str, bytes]) -> str:
    """Return a revision's name: the first 16 hexadecimal digits of the hash of its files and their paths."""
    whole = hashlib.sha256()
    for path in sorted(files):
        whole.update(f"{path}\0{len(files[path])}\0".encode())
        whole.update(files[path])
    return whole.hexdigest()[:16]


def compose(
    files: Mapping[str, bytes], program: Interface, languages: Iterable[Language], folder: str = "flows"
) -> Edition:
    """Return the edition of these files; ``languages`` are those configured, in their order.

    ``folder`` is what the folder of flows is called in problems.

    Raises AuthorError, with all problems, where the flows may not be published.
    """
    flows = {path.removeprefix(FLOWS): raw for path, raw in files.items() if path.startswith(FLOWS)}
    loaded = load(flows, folder)
    if not loaded.sound:
        raise AuthorError(problem for problem in loaded.problems if problem.severity == "error")
    catalogs = _catalogs(files, loaded, program)
    whole = {flow.name: _whole(flow, loaded, catalogs) for flow in loaded.flows.values()}
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
        help_card=(Line(interface("help.default")),) if loaded.safety is None else _help_card(loaded.safety),
    )
    return Edition(revision, spoken, learn(spoken), loaded)


def missing(edition: Edition, language: Language, flow: str = "") -> tuple[str, ...]:
    """Return the keys of the texts that a language lacks: of one flow, or (empty) of what every language must have."""
    loaded, prefixes = edition.loaded, (f"{flow}/",) if flow else ("start/", "beratung/", "safety/")
    named = [loaded.flows[name] for name in ((flow,) if flow else ("start", "beratung"))]
    terms = {f"glossary/{term}/{part}" for each in named for term in _terms(each) for part in ("say", "short")}
    keys = [key for key in loaded.texts if (key.startswith(prefixes) and not _is_hidden(key)) or key in terms]
    return tuple(key for key in keys if not edition.catalogs.has("flows", [key], language))


def _is_hidden(key: str) -> bool:
    """Say whether a parent never sees this text."""
    return key.split("/")[1] in _NOT_SHOWN


def _catalogs(files: Mapping[str, bytes], loaded: Loaded, program: Interface) -> Catalogs:
    german = {key: text.german for key, text in loaded.texts.items()}
    content = {
        Language(path.removeprefix(LOCALES).removesuffix(CATALOG)): read_catalog(path, raw, german)
        for path, raw in files.items()
        if path.startswith(LOCALES) and path.endswith(CATALOG)
    }
    translated = {
        language: {"flows": words, "bot": program.translated.get(language, {})} for language, words in content.items()
    }
    return Catalogs({"flows": german, "bot": program.german}, translated)


def _whole(flow: Flow, loaded: Loaded, catalogs: Catalogs) -> frozenset[Language]:
    """Return the languages in which every text of a flow, and every glossary word it marks, is there."""
    own = [key for key in loaded.texts if key.startswith(f"{flow.name}/") and not _is_hidden(key)]
    terms = [f"glossary/{term}/{part}" for term in _terms(flow) for part in ("say", "short")]
    return frozenset(
        language
        for language in (SOURCE_LANGUAGE, *catalogs.translated)
        if catalogs.has("flows", (*own, *terms), language)
    )


def _terms(flow: Flow) -> frozenset[str]:
    return frozenset(term for wording in _wordings(flow) for term in wording.terms)


def _wordings(flow: Flow) -> Iterable[Wording]:
    for step in flow.steps.values():
        parts = [getattr(step, part, None) for part in ("wording", "retry", "closed", "nobody")]
        yield from (part for part in parts if isinstance(part, Wording))
        if isinstance(step, Choose):
            yield from (option.say for option in step.options if option.say is not None)


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
