"""What golden talks cover: which steps and buttons of each flow some talk meets, in any language and in each.

The talks are played as ``elternlotse test`` plays them; a talk that goes otherwise than written counts as far as it goes.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from bot.check.edition import Edition
from bot.check.talks import Played, play
from bot.check.watch import Met, watched
from bot.flow.graph import Choose, Place
from bot.flow.talk import SOURCE_LANGUAGE
from bot.model import Language
from bot.text.interface import GERMAN
from bot.text.render import label


@dataclass(frozen=True, slots=True)
class Covered:
    """One flow: its steps and buttons, in the order written, and those of them that no talk meets."""

    flow: str
    steps: tuple[str, ...]
    options: tuple[Place, ...]
    steps_left: tuple[str, ...]
    options_left: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Coverage:
    """All flows, as covered in any language; ``languages`` holds the same for each language that has talks.

    ``played`` is what playing them has shown.
    """

    flows: tuple[Covered, ...]
    languages: Mapping[Language, tuple[Covered, ...]]
    played: tuple[Played, ...]


def coverage(edition: Edition) -> Coverage:
    """Play all golden talks and return what they meet."""
    found: dict[Language, Met] = {}
    noting: dict[Language, Edition] = {}
    played: list[Played] = []
    for talk in (talk for talks in edition.loaded.talks.values() for talk in talks):
        if talk.language not in noting:
            met = found[talk.language] = Met()
            noting[talk.language] = replace(edition, revision=watched(edition.revision, met))
        played.append(play(talk, noting[talk.language]))
    together = Met(
        steps={step for met in found.values() for step in met.steps},
        options={option for met in found.values() for option in met.options},
    )
    return Coverage(
        tuple(_covered(edition, together)),
        {language: tuple(_covered(edition, found[language])) for language in sorted(found)},
        tuple(played),
    )


def summary(covered: Iterable[Covered]) -> str:
    """Return one line: the share of steps and of buttons."""
    flows = tuple(covered)
    steps = _share(sum(len(each.steps) for each in flows), sum(len(each.steps_left) for each in flows))
    if not any(each.options for each in flows):
        return f"{steps} der Schritte"
    options = _share(sum(len(each.options) for each in flows), sum(len(each.options_left) for each in flows))
    return f"{steps} der Schritte, {options} der Tasten"


def table(found: Coverage, edition: Edition) -> Iterator[str]:
    """Yield, in words, what no talk covers yet, flow by flow, and then how it is in each language."""
    for each in found.flows:
        if each.steps_left or each.options_left:
            yield f"{each.flow}: {summary([each])}. In keinem Gespräch kommen vor:"
            yield from (f"  Schritt »{step}«" for step in each.steps_left)
            yield from (_button(place, edition) for place in each.options_left)
        else:
            yield f"{each.flow}: alles kommt in einem Gespräch vor."
    for language, flows in found.languages.items():
        yield f"Gespräche auf {language}: {summary(flows)}."


def _covered(edition: Edition, met: Met) -> Iterator[Covered]:
    options: dict[str, dict[Place, None]] = {}
    for place in edition.revision.buttons.values():
        options.setdefault(place.flow, {})[place] = None
    for name, flow in edition.revision.flows.items():
        own = tuple(options.get(name, ()))
        yield Covered(
            name,
            tuple(flow.steps),
            own,
            tuple(step for step in flow.steps if (name, step) not in met.steps),
            tuple(place for place in own if place not in met.options),
        )


def _button(place: Place, edition: Edition) -> str:
    """Return a line that names a button by what stands on it."""
    field, dot, kind = place.option.rpartition(".")
    where = f"bei »{field}« in »{place.step}«" if field else f"in »{place.step}«"
    if not dot:
        return f"  Taste »{_label(place, edition)}« {where}"
    if not kind:
        return f"  Taste, die die Antwort {where} ändert"
    return f"  Taste »{GERMAN[f'button.{kind}']}« {where}"


def _label(place: Place, edition: Edition) -> str:
    step = edition.revision.flows[place.flow].steps[place.step]
    options = step.options if isinstance(step, Choose) else ()
    own = next(option.label for option in options if option.name == place.option)
    return label(own, edition.catalogs, SOURCE_LANGUAGE)


def _share(whole: int, left: int) -> str:
    """Return a share in per cent, rounded down: 100 % is all of it."""
    return f"{(whole - left) * 100 // whole} % ({whole - left} von {whole})"
