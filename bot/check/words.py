"""W4, the checker's look at words: each translation beside its German, and the labels that stand side by side.

Only translations that would be sent are looked at: fuzzy, stale and empty ones are figures, not problems, except in
languages that must be complete. E401 stops publishing, everything else is a warning.
"""

from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache

from bot.check.load import Loaded
from bot.check.po import Catalogs as Files
from bot.check.spot import spot
from bot.flow.build.draft import SourceText
from bot.flow.graph import Choose, Flow, Form, Step
from bot.flow.message import Text
from bot.flow.talk import SOURCE_LANGUAGE
from bot.model import Language
from bot.source.problem import Problem
from bot.text.catalogs import Words
from bot.text.compare import LONGEST, Original, faults, own_faults
from bot.text.fold import fold
from bot.text.shown import Fault

SOUGHT = frozenset({"examples", "keywords"})
"""Kinds of texts that a parent never sees: the finder reads them."""
_NAMED = 3
"""So many missing texts are named."""


def problems(
    loaded: Loaded, words: Mapping[Language, Words], files: Files, complete: Collection[Language] = ()
) -> Iterator[Problem]:
    """Yield what is wrong with the words of flows and side files, in every language.

    ``words`` are the translations that may be sent; ``files`` the catalogs they come from.
    """
    originals = _originals(loaded)
    yield from _german(loaded)
    for language, each in sorted(words.items()):
        yield from _translated(originals, each, files, language)
        yield from _alike(loaded, each, files, language)
    for language in sorted(set(complete) - {SOURCE_LANGUAGE}):
        yield from _missing(loaded, words.get(language, {}), files, language)


def _originals(loaded: Loaded) -> Mapping[str, Original]:
    forms = {form: entry.term for entry in loaded.glossary.values() for form in (entry.term, *entry.also)}
    return {key: Original(text.german, forms, text.kind in SOUGHT) for key, text in loaded.texts.items()}


def _translated(originals: Mapping[str, Original], words: Words, files: Files, language: Language) -> Iterator[Problem]:
    for key, translation in words.items():
        for fault in faults(originals[key], translation, language):
            yield _problem(files, language, key, fault)


def _problem(files: Files, language: Language, key: str, fault: Fault) -> Problem:
    return files[language].problem(key, fault.code, fault.message, fault.help, note=fault.note, fragment=fault.fragment)


# ------------------------------------------------------------------------------------------------- the German itself


def _german(loaded: Loaded) -> Iterator[Problem]:
    for text in loaded.texts.values():
        for fault in own_faults(text.german[:LONGEST]):
            yield _written(text, fault)


def _written(text: SourceText, fault: Fault) -> Problem:
    """Return a problem at a fragment of a German text."""
    return spot(text.scalar, fault.fragment).problem(fault.code, fault.message, fault.help, fault.note)


# ---------------------------------------------------------------------------------------------- labels side by side


def _alike(loaded: Loaded, words: Words, files: Files, language: Language) -> Iterator[Problem]:
    """Yield options of one question that a parent who types cannot tell apart."""
    for flow in loaded.flows.values():
        for step in flow.steps.values():
            seen: dict[str, str] = {}
            for texts in choices(step):
                shown = {text.key: said for text in texts if (said := words.get(text.key, ""))}
                folded = {key: _fold(said) for key, said in shown.items()}
                twice = next((key for key in shown if folded[key] in seen), None)
                if twice is not None:
                    yield _twice(files, language, flow, step, twice, shown[twice], seen[folded[twice]])
                seen |= {folded[key]: said for key, said in shown.items() if folded[key]}


_fold = lru_cache(4096)(fold)
"""Labels come again and again: "Jemanden fragen"."""


def choices(step: Step) -> Iterator[tuple[Text, ...]]:
    """Yield the labels of each option of a step: the long one, and the short one where there is one."""
    if isinstance(step, Choose):
        for option in step.options:
            yield (option.label,) if option.short is None else (option.label, option.short)
    elif isinstance(step, Form):
        for field in step.fields:
            yield (field.wording.text if field.label is None else field.label,)


def _twice(files: Files, language: Language, flow: Flow, step: Step, key: str, said: str, other: str) -> Problem:
    message = f"»{said}« steht in »{flow.name}/{step.name}« zweimal zur Wahl"
    message += "." if said == other else f" (»{other}«)."
    help_ = "Übersetzen Sie die beiden Tasten verschieden: Eltern dürfen sie auch tippen."
    return files[language].problem(key, "W409", message, help_, note="zweimal", fragment=said)


# ------------------------------------------------------------------------------------------------ what must be whole


def _missing(loaded: Loaded, words: Words, files: Files, language: Language) -> Iterator[Problem]:
    """Yield for each flow or side file the texts that a language lacks although it must be complete."""
    lacking: dict[str, list[str]] = {}
    for key, text in loaded.texts.items():
        if key not in words and text.kind not in SOUGHT:
            lacking.setdefault(key.partition("/")[0], []).append(key)
    for part, keys in lacking.items():
        more = f" und {len(keys) - _NAMED} weitere" if len(keys) > _NAMED else ""
        message = f"Auf {language} fehlen Texte von »{part}«: {', '.join(keys[:_NAMED])}{more}."
        help_ = f"Übersetzen Sie sie, oder setzen Sie languages.{language}.complete in den Einstellungen auf false."
        if language in files:
            yield files[language].problem(keys[0], "W414", message, help_)
        else:
            yield Problem(f"locales/{language}/LC_MESSAGES/flows.po", 0, 0, "W414", message, help_)
