"""A folder of flows together with its catalogs: all problems of both, from all families of the checker.

Forms and meanings (E1, E2) come from ``load``. What needs words, languages or the day is a family of its own, which
looks at a ``Whole`` and returns problems; ``FAMILIES`` names them all. To add one, write it in a file of its own and
put it there. Families are asked also where flows are unsound, for what is left of them.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from bot.check import fit, style
from bot.check import words as wording
from bot.check.folder import Catalogs, Folder
from bot.check.load import Loaded, load
from bot.check.po import Catalogs as Files
from bot.check.po import written
from bot.flow.build.say import translated
from bot.model import Language
from bot.source.errors import AuthorError
from bot.source.problem import Problem, arranged
from bot.text.catalogs import Words, read_catalog


@dataclass(frozen=True, slots=True)
class Whole:
    """What a family looks at: what the folder holds, the catalogs as they are written, and the day.

    ``words`` are the translations that may be sent, by language; of a catalog that nobody can read there are none.
    ``complete`` are the languages in which nothing may be missing.
    """

    loaded: Loaded
    files: Files
    words: Mapping[Language, Words]
    today: date
    complete: Collection[Language] = ()


Family = Callable[[Whole], Iterable[Problem]]
FAMILIES: tuple[Family, ...] = (
    lambda whole: fit.problems(whole.loaded, whole.words, whole.files, whole.complete),
    lambda whole: wording.problems(whole.loaded, whole.words, whole.files, whole.complete),
    lambda whole: style.problems(whole.loaded, whole.today),
)
"""The families beyond E1, E2 and E400, in no order: problems are sorted by place."""


def examine(
    folder: Folder, catalogs: Catalogs, today: date, complete: Collection[Language] = ()
) -> tuple[Problem, ...]:
    """Return every problem of a folder and its catalogs; where single files were asked for, only theirs."""
    if folder.only:
        catalogs = Catalogs({}, ())  # what is wrong with a translation stands in its catalog, and nobody asked for that
    loaded = load(folder.files, str(folder.path), folder.refused)
    words, unreadable = _words(catalogs, {key: text.german for key, text in loaded.texts.items()})
    wanted = {f"{folder.path}/{path}" for path in _with_media(folder, loaded)}
    looked_at = _only(loaded, wanted) if wanted else loaded
    whole = Whole(looked_at, written(catalogs.files), words, today, complete)
    further = [problem for family in FAMILIES for problem in family(whole)]
    found = arranged([*loaded.problems, *catalogs.problems, *unreadable, *further])
    return tuple(problem for problem in found if not wanted or problem.file in wanted)


def _with_media(folder: Folder, loaded: Loaded) -> frozenset[str]:
    """Return the files that were asked for, with the files their flows name, in all languages: they go out together."""
    asked = {f"{folder.path}/{path}" for path in folder.only}
    named = frozenset(
        mention.name
        for mentions in loaded.mentions.values()
        for mention in mentions
        if mention.kind == "file" and mention.place.source.file in asked
    )
    paths = frozenset(folder.files.keys() | folder.refused.keys())
    return folder.only.union(named, (other for path in named for _, other in translated(path, paths)))


def _only(loaded: Loaded, files: Collection[str]) -> Loaded:
    """Return what stands in some files, with the glossary that their texts need: of others nobody wants to know."""
    flows = {name: flow for name, flow in loaded.flows.items() if loaded.mentions[name][0].place.source.file in files}
    texts = {
        key: text
        for key, text in loaded.texts.items()
        if key.startswith("glossary/") or text.scalar.place.source.file in files
    }
    return replace(loaded, flows=flows, texts=texts)


def _words(catalogs: Catalogs, german: Words) -> tuple[Mapping[Language, Words], list[Problem]]:
    """Read every catalog; one that nobody can read is a problem of its own and stops no other."""
    words: dict[Language, Words] = {}
    problems: list[Problem] = []
    for language, (file, raw) in catalogs.files.items():
        try:
            words[Language(language)] = read_catalog(file, raw, german)
        except AuthorError as error:
            problems += error.problems
    return words, problems
