"""What has changed between two sets of flows, in words that a coordinator understands."""

from collections.abc import Iterable, Iterator

from bot.check.changes import (
    CHANGED,
    GONE,
    NEW,
    THERE,
    UNREADABLE,
    CatalogChange,
    Changes,
    Difference,
    FlowChange,
    StepChange,
)
from bot.source.problem import visible

WORDS = {
    "kind": "Art",
    "then": "danach",
    "otherwise": "sonst",
    "rows": "Verzweigung",
    "call": "ruft",
    "with": "gibt mit",
    "back": "bekommt zurück",
    "order": "Reihenfolge",
    "type": "Art der Antwort",
    "save": "gemerkt als",
    "optional": "freiwillig",
    "minimum": "mindestens",
    "maximum": "höchstens",
    "topic": "Thema",
    "urgency": "Dringlichkeit",
    "media": "Datei",
    "url": "Adresse",
    "rule": "Rechnung",
    "of": "aus",
    "calendar": "Kalender",
    "before": "vorher",
}
"""Settings by what they are called here; one that is not named says its own name."""


def told(changes: Changes) -> Iterator[str]:
    """Yield all that differs, line by line."""
    for flow in changes.flows:
        yield from _flow(flow)
    if changes.side:
        yield "Glossar, Hilfe-Karte und Themen:"
        yield from _texts(changes.side, "  ")
    for catalog in changes.catalogs:
        yield _catalog(catalog)
    for path in changes.others:
        yield f"{visible(path)}: anders, aber kein Text für Eltern (ansehen: --format unified)"


def _flow(flow: FlowChange) -> Iterator[str]:
    match flow.kind:
        case _ if flow.kind == NEW:
            yield f"Ablauf »{flow.flow}«: neu"
        case _ if flow.kind == GONE:
            yield f"Ablauf »{flow.flow}«: gibt es nicht mehr"
        case _ if flow.kind == UNREADABLE:
            yield f"Ablauf »{flow.flow}«: auf einer Seite nicht lesbar (ansehen: elternlotse check, --format unified)"
        case _:
            yield f"Ablauf »{flow.flow}«:"
            yield from _texts(flow.texts, "  ")
            yield from (_setting(each, "  ") for each in flow.settings)
            if flow.reordered:
                yield "  Die Schritte stehen in anderer Reihenfolge."
            for step in flow.steps:
                yield from _step(step)


def _step(step: StepChange) -> Iterator[str]:
    match step.kind:
        case _ if step.kind == NEW:
            yield f"  Schritt »{step.step}«: neu"
        case _ if step.kind == GONE:
            yield f"  Schritt »{step.step}«: gibt es nicht mehr"
        case _ if step.kind == CHANGED and step.was:
            yield f"  Schritt »{step.step}«: hieß vorher »{step.was}«"
        case _:
            yield f"  Schritt »{step.step}«:"
    yield from _texts(step.texts, "    ")
    yield from (_setting(each, "    ") for each in step.settings)


def _texts(texts: Iterable[Difference], indent: str) -> Iterator[str]:
    for each in texts:
        yield f"{indent}{visible(each.where)}:"
        yield from (f"{indent}  - {visible(line)}" for line in each.old.splitlines())
        yield from (f"{indent}  + {visible(line)}" for line in each.new.splitlines())


def _setting(each: Difference, indent: str) -> str:
    place, _, name = each.where.rpartition("/")
    if THERE in {each.old, each.new} and "" in {each.old, each.new}:
        return f"{indent}»{name}«: {'neu' if each.new else 'fällt weg'}"
    before = f"»{place}« " if place else ""
    return f"{indent}{before}{WORDS.get(name, name)}: {visible(each.old or '–')} → {visible(each.new or '–')}"


def _catalog(catalog: CatalogChange) -> str:
    numbers = ((catalog.new, "neu"), (catalog.changed, "geändert"), (catalog.gone, "weg"))
    return (
        f"Übersetzungen auf {catalog.language}: {', '.join(f'{word} {number}' for number, word in numbers if number)}"
    )
