"""What has changed between two sets of flows, as values: steps and texts, in the words of the language of flows.

A step is followed through a renaming (``was:``), an option as well. Whatever differs is found: where a file's bytes
differ and nothing of it can be told, it is among ``others``. How it is said: ``cli.flows``.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from bot.check.edition import CATALOG, FLOWS, LOCALES
from bot.check.load import Loaded
from bot.flow.build.flow import RESERVED
from bot.flow.graph import Call, Choose, End, Flow, Goto, Step, Today
from bot.flow.message import Text
from bot.model import Duration, Language
from bot.source.errors import AuthorError
from bot.text.catalogs import read_catalog

THERE = "da"
"""What stands in place of a setting for an option or field that is there."""

NEW, GONE, CHANGED, UNREADABLE = "new", "gone", "changed", "unreadable"


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two: the files of a revision by path, and what was read of them."""

    files: Mapping[str, bytes]
    loaded: Loaded


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that differs: ``where`` is its path in the step; an empty ``old`` or ``new`` was or is not there."""

    where: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class StepChange:
    """A step that is new, gone, or changed. ``was`` is its name before, or empty where that is the same."""

    kind: str
    step: str
    was: str = ""
    texts: tuple[Difference, ...] = ()
    settings: tuple[Difference, ...] = ()


@dataclass(frozen=True, slots=True)
class FlowChange:
    """A flow that is new, gone, changed, or not readable on one side. ``texts`` and ``settings`` are the flow's own."""

    kind: str
    flow: str
    steps: tuple[StepChange, ...] = ()
    texts: tuple[Difference, ...] = ()
    settings: tuple[Difference, ...] = ()
    reordered: bool = False


@dataclass(frozen=True, slots=True)
class CatalogChange:
    """How many translations that may be sent are new, gone, or changed in a language."""

    language: Language
    new: int
    gone: int
    changed: int


@dataclass(frozen=True, slots=True)
class Changes:
    """All that differs. ``side`` are texts of glossary, help card and the like; ``others`` files that differ besides."""

    flows: tuple[FlowChange, ...]
    side: tuple[Difference, ...]
    catalogs: tuple[CatalogChange, ...]
    others: tuple[str, ...]


def compare(old: Side, new: Side) -> Changes:
    """Return what has changed from one to the other."""
    names = sorted({*old.loaded.flows, *new.loaded.flows})
    flows = tuple(each for name in names for each in _flow(old, new, name))
    side = tuple(_texts(_side_texts(old), _side_texts(new)))
    languages = sorted({*_languages(old), *_languages(new)})
    catalogs = tuple(each for language in languages for each in _catalog(old, new, Language(language)))
    told = {_file_of(each.flow) for each in flows} | {f"{each.where.split('/')[0]}.yaml" for each in side}
    told |= {f"{LOCALES}{each.language}{CATALOG}" for each in catalogs}
    differ = [path for path in sorted({*old.files, *new.files}) if old.files.get(path) != new.files.get(path)]
    return Changes(flows, side, catalogs, tuple(path for path in differ if not {path, _name(path)} & told))


def asks_otherwise(old: Loaded, new: Loaded, flow: str, step: tuple[str, str]) -> bool:
    """Say whether a step, by its name before and now, shows something else to who waits there. Where it leads does not count."""
    before, now = (loaded.flows[flow].steps.get(name) for loaded, name in zip((old, new), step, strict=True))
    if before is None or now is None:
        return False
    if type(before) is not type(now) or any(_texts(_of_step(old, flow, step[0]), _of_step(new, flow, step[1]))):
        return True
    return any(each.where.rpartition("/")[2] not in _LEADS for each in _settings(before, now, {}))


_STEP = re.compile("»(.*?)«")
_LEADS = ("then", "call", "with", "back", "otherwise", "was")


def _flow(old: Side, new: Side, name: str) -> Iterator[FlowChange]:
    before, now = old.loaded.flows.get(name), new.loaded.flows.get(name)
    if before is None or now is None:
        there = old if before is None else new
        unread = any(_name(path) == f"{name}.yaml" for path in there.files)
        yield FlowChange(UNREADABLE if unread else NEW if before is None else GONE, name)
        return
    named = {step: _before(before, now, step) for step in now.steps}
    change = FlowChange(
        CHANGED,
        name,
        steps=tuple(_steps(old, new, name, named)),
        texts=tuple(_texts(_of_flow(old.loaded, name), _of_flow(new.loaded, name))),
        settings=(Difference("topic", before.topic, now.topic),) if before.topic != now.topic else (),
        reordered=_is_reordered(before, named),
    )
    if change != FlowChange(CHANGED, name):
        yield change


def _before(before: Flow, now: Flow, step: str) -> str:
    """Return a step's name before; empty where it is new."""
    if step in before.steps:
        return step
    return next((was for was, name in now.was.items() if name == step and was in before.steps), "")


def _is_reordered(before: Flow, named: Mapping[str, str]) -> bool:
    kept = [was for was in named.values() if was]
    return kept != [step for step in before.steps if step in kept]


def _steps(old: Side, new: Side, flow: str, named: Mapping[str, str]) -> Iterator[StepChange]:
    before, now = old.loaded.flows[flow], new.loaded.flows[flow]
    for step in before.steps:
        if step not in named.values():
            yield StepChange(GONE, step, texts=tuple(_texts(_of_step(old.loaded, flow, step), {})))
    for step, was in named.items():
        if not was:
            yield StepChange(NEW, step, texts=tuple(_texts({}, _of_step(new.loaded, flow, step))))
            continue
        texts = _with_options_renamed(_of_step(old.loaded, flow, was), now.steps[step])
        change = StepChange(
            CHANGED,
            step,
            was="" if was == step else was,
            texts=tuple(_texts(texts, _of_step(new.loaded, flow, step))),
            settings=tuple(_settings(before.steps[was], now.steps[step], {old: to for to, old in named.items()})),
        )
        if change != StepChange(CHANGED, step):
            yield change


def _settings(before: Step, now: Step, renamed: Mapping[str, str]) -> Iterator[Difference]:
    """Yield what a step does otherwise, besides its texts. A step that is only called otherwise is the same."""
    old, new = dict(_flat(before)), dict(_flat(now))
    old = {
        where: _STEP.sub(lambda found: f"»{renamed.get(found[1], found[1])}«", words) for where, words in old.items()
    }
    if isinstance(now, Choose):
        old = _with_options_renamed(old, now)
    if _kind(before) != _kind(now):
        yield Difference("kind", _kind(before), _kind(now))
    there = [where for where in old if old[where] == new.get(where) == THERE]
    kept = [where for where in new if where in there]
    if there != kept:
        yield Difference("order", ", ".join(there), ", ".join(kept))
    yield from (Difference(where, *pair) for where, pair in _differing(old, new))


def _flat(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Yield every setting of a step by its path, in words. Texts, names and older names are told otherwise."""
    if isinstance(value, tuple) and value and all(hasattr(each, "name") for each in value):
        for each in value:
            yield f"{path}{each.name}", THERE
            yield from _flat(each, f"{path}{each.name}/")
    elif isinstance(value, Call):
        yield path, _said(value)
        beside = path.removesuffix("call").removesuffix("then")
        yield f"{beside}with", ", ".join(f"{there}: {here}" for there, here in value.given)
        yield f"{beside}back", ", ".join(value.save)
    elif _is_part(value):
        for field in fields(value):
            part = getattr(value, field.name)
            if field.name not in {"name", "was", "wording"} and not _is_text(part):
                yield from _flat(part, _below(path, field.name, part))
    else:
        yield path, _said(value)


def _below(path: str, field: str, part: Any) -> str:
    if field in {"options", "fields"}:
        return path
    return f"{path}{field}/" if _is_part(part) else f"{path}{field}"


def _is_part(value: Any) -> bool:
    return is_dataclass(value) and not isinstance(value, Goto | End | Call | Today | Duration)


def _is_text(value: Any) -> bool:
    return isinstance(value, Text) or hasattr(value, "text")


def _said(value: Any) -> str:  # noqa: PLR0911 - one line a kind of value
    match value:
        case Goto(step=step):
            return f"»{step}«"
        case End():
            return "Ende"
        case Call(flow=flow, then=then):
            return f"Ablauf {flow}, danach {_said(then)}"
        case Today():
            return "today"
        case Duration(count=count, unit=unit):
            return f"{count} {unit}"
        case None | ():
            return ""
        case bool():
            return "ja" if value else ""
        case tuple():
            return ", ".join(_said(each) for each in value)
        case _ if _is_part(value):
            return " ".join(words for _, words in _flat(value) if words)
        case _:
            return str(value)


def _kind(step: Step) -> str:
    return type(step).__name__.lower().removesuffix("step")


def _with_options_renamed(old: Mapping[str, str], now: Step) -> dict[str, str]:
    """Return texts or settings of a step with its options called as now."""
    if not isinstance(now, Choose):
        return dict(old)
    named = {was: option.name for option in now.options for was in option.was}
    return {"/".join((named.get(key.split("/")[0], key.split("/")[0]), *key.split("/")[1:])): old[key] for key in old}


def _texts(old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[Difference]:
    return (Difference(where, *pair) for where, pair in _differing(old, new))


def _differing(old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[tuple[str, tuple[str, str]]]:
    for key in dict.fromkeys((*new, *old)):
        pair = old.get(key, ""), new.get(key, "")
        if pair[0] != pair[1]:
            yield key, pair


def _of_step(loaded: Loaded, flow: str, step: str) -> dict[str, str]:
    start = f"{flow}/{step}/"
    return {key.removeprefix(start): text.german for key, text in loaded.texts.items() if key.startswith(start)}


def _of_flow(loaded: Loaded, flow: str) -> dict[str, str]:
    own = ("title", "examples", "keywords")
    start = tuple(f"{flow}/{field}" for field in own)
    found = {key: text.german for key, text in loaded.texts.items() if key.startswith(start)}
    return {key.partition("/")[2]: german for key, german in found.items() if key.split("/")[1] in own}


def _side_texts(side: Side) -> dict[str, str]:
    return {key: text.german for key, text in side.loaded.texts.items() if key.split("/")[0] in RESERVED}


def _catalog(old: Side, new: Side, language: Language) -> Iterator[CatalogChange]:
    before, now = _sendable(old, language), _sendable(new, language)
    change = CatalogChange(
        language,
        new=len(now.keys() - before.keys()),
        gone=len(before.keys() - now.keys()),
        changed=sum(before[key] != now[key] for key in before.keys() & now.keys()),
    )
    if change != CatalogChange(language, 0, 0, 0):
        yield change


def _sendable(side: Side, language: Language) -> Mapping[str, str]:
    """Return the translations of a language that may be sent; of a file that nobody can read none."""
    path = f"{LOCALES}{language}{CATALOG}"
    german = {key: text.german for key, text in side.loaded.texts.items()}
    try:
        return read_catalog(path, side.files.get(path, b""), german)
    except AuthorError:
        return {}


def _languages(side: Side) -> Iterable[str]:
    catalogs = (path for path in side.files if path.startswith(LOCALES) and path.endswith(CATALOG))
    return (path.removeprefix(LOCALES).removesuffix(CATALOG) for path in catalogs)


def _file_of(flow: str) -> str:
    return f"{flow}.yaml"


def _name(path: str) -> str:
    return path.rpartition("/")[2] if path.startswith(FLOWS) else path
