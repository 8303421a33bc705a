"""What publishing means, said in plain German: where parents go, which talks changed, what a revision holds."""

from collections.abc import Iterator, Mapping

from bot.check.edition import CATALOG, FLOWS, LOCALES, Edition
from bot.flow.fate import BEGINS, RENAMED
from bot.work.impact import CHANGED, Group, Impact
from bot.work.publish import Proposal

NAMED = 4
"""So many names stand in a short list."""


def coverage(edition: Edition) -> str:
    """Return how many flows each language has in full."""
    flows_of = edition.revision.whole.values()
    parts = [f"{code} {sum(code in whole for whole in flows_of)}" for code in edition.revision.languages]
    return f"Abläufe je Sprache: {', '.join(parts)}."


def impact_told(impact: Impact) -> Iterator[str]:
    """Yield what becomes of parents in mid-flow; nothing where there is none."""
    if impact.waiting:
        lately = f", in den letzten 24 Stunden aktiv: {impact.recent}" if impact.recent else ""
        yield f"Eltern mitten in einem Gespräch: {impact.waiting}{lately}."
        stay = impact.waiting - sum(group.number for group in impact.groups)
        yield "  Für alle geht es weiter wie bisher." if not impact.groups else f"  weiter wie bisher: {stay}"
    for group in impact.groups:
        yield f"  {_place(group)} {_happens(group)}"
    for flow, step, number in impact.returns:
        yield f"  »{flow}«, Schritt »{step}«: dorthin können {number} nicht zurück; »{flow}« beginnt für sie von vorn."
    for language, number in impact.languages:
        yield f"  {language} gibt es nicht mehr: {number} werden nach einer anderen Sprache gefragt."
    for language, flow, number in impact.german:
        yield f"  »{flow}« gibt es auf {language} nicht mehr ganz: {number} lesen dort auf Deutsch weiter."
    if impact.unreadable:
        yield f"  nicht zu öffnen: {impact.unreadable} (siehe »Was tun, wenn …« in docs/guides/betrieb.md)"


def talks_told(proposal: Proposal) -> Iterator[str]:
    """Yield which golden talks changed, and where they go otherwise than written."""
    before = {} if proposal.before is None else proposal.before.loaded.talks
    changed = [
        path
        for path, talks in proposal.edition.loaded.talks.items()
        if _texts(before, path) != _texts({path: talks}, path)
    ]
    gone = [f"{path} (weg)" for path in before if path not in proposal.edition.loaded.talks]
    if proposal.before is not None and (changed or gone):
        yield f"Muster-Gespräche, die sich geändert haben: {short([*changed, *gone])}."
    if reworded := len({(each.file, each.line) for each in proposal.differences}):
        yield f"Stellen, an denen Muster-Gespräche jetzt etwas anderes sagen als aufgeschrieben: {reworded}."


def summary(old: Mapping[str, bytes], new: Mapping[str, bytes]) -> str:
    """Return in a few words what differs between two revisions' files."""
    differ = [path for path in sorted({*old, *new}) if old.get(path) != new.get(path)]
    fresh = [_stem(path) for path in differ if path not in old and _is_yaml(path)]
    gone = [_stem(path) for path in differ if path not in new and _is_yaml(path)]
    changed = [_stem(path) for path in differ if path in old and path in new and _is_yaml(path)]
    languages = [path.split("/")[1] for path in differ if path.startswith(LOCALES) and path.endswith(CATALOG)]
    others = [path for path in differ if path.startswith(FLOWS) and not _is_yaml(path)]
    parts = [
        f"{name}: {short(found)}"
        for name, found in (("neu", fresh), ("weg", gone), ("geändert", changed), ("Übersetzungen", languages))
        if found
    ]
    return "; ".join([*parts, *([f"Gespräche und Dateien: {len(others)}"] if others else [])]) or "dieselben Dateien"


def short(names: list[str]) -> str:
    """Return a list of names, cut where it becomes long."""
    more = f" und {len(names) - NAMED} weitere" if len(names) > NAMED else ""
    return f"{', '.join(names[:NAMED])}{more}"


def _place(group: Group) -> str:
    return f"»{group.flow}«, Schritt »{group.step}«"


def _happens(group: Group) -> str:
    lately = f" ({group.recent} davon zuletzt aktiv)" if group.recent else ""
    number = f"{group.number}{lately}"
    match group.kind:
        case _ if group.kind == RENAMED:
            return f"heißt jetzt »{group.to}«: {number} gehen dort weiter."
        case _ if group.kind == CHANGED:
            return f"fragt jetzt anders: {number} bleiben dort."
        case _ if group.kind == BEGINS and group.lacks:
            return f"braucht jetzt {_listed(group.lacks)}: {number} haben das nicht beantwortet und beginnen von vorn."
        case _ if group.kind == BEGINS:
            return f"gibt es nicht mehr: {number} beginnen von vorn, bei »{group.to}«."
        case _:
            return f"gehört zu einem Ablauf, den es nicht mehr gibt: {number} kommen ins Menü."


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(f"»{name}«" for name in names)


def _texts(talks: Mapping[str, object], path: str) -> list[str]:
    found = talks.get(path, ())
    return [talk.text for talk in found] if isinstance(found, tuple) else []


def _is_yaml(path: str) -> bool:
    return path.startswith(FLOWS) and path.endswith(".yaml")


def _stem(path: str) -> str:
    return path.rpartition("/")[2].removesuffix(".yaml")
