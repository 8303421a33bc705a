"""Random editing of flows, and random walks through them: what a coordinator may do while parents are in mid-flow.

An edit takes the flows as plain values and a source of chance, and changes them. It is kept only where the checker lets
the result pass: what cannot be published need not be survived.
"""

import copy
import json
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from random import Random
from typing import Any

import yaml
from core.small import DE, made

from bot.check.edition import Edition
from bot.check.load import SIDE_FILES
from bot.check.talks import BEGIN
from bot.flow.engine import Sprint, advance
from bot.flow.event import Chose, Command, Event, Said, Shared, Started, WaitExpired
from bot.flow.graph import Revision
from bot.flow.session import Session
from bot.flow.token import command
from bot.source.errors import AuthorError

Flows = dict[str, Any]
"""Every flow as plain values, by its path."""

WORDS = ("7", "19", "1.1.2025", "24.12.2026", "Ana", "40233", "Ja", "Das ist meine Frage an Sie", "alles", "")
TYPES = ("text", "number", "date")


def editions(files: Mapping[str, bytes], chance: Random, tries: int) -> Iterator[tuple[dict[str, bytes], Edition]]:
    """Yield what was made of these files by editing once or several times, with its edition, after so many tries."""
    original = {path: _plain(raw) for path, raw in files.items() if _is_flow(path)}
    flows = original
    for _ in range(tries):
        draft = copy.deepcopy(flows if chance.random() < 0.7 else original)
        try:
            chance.choice(EDITS)(draft, chance)
            now = {**_side(files), **{path: _dumped(flow) for path, flow in draft.items()}}
            found = made(now)
        except (AuthorError, IndexError):  # it cannot be published, or there is nothing to edit so
            continue
        if a_person_is_near(found.revision, Session(language=DE), BEGIN):
            flows = draft
            yield now, found


def walked(revision: Revision, chance: Random, now: datetime, steps: int) -> Iterator[tuple[Session, datetime]]:
    """Yield the session after each step of a parent who mostly presses what they see."""
    session = Session()
    flow = chance.choice(sorted(revision.flows))
    event: Event = Started(flow, chance.choice([*revision.languages, None]))
    for _ in range(steps):
        session = advance(revision, session, event, now).session
        yield session, now
        event = chance.choice([pressed, pressed, pressed, typed, typed, anything])(revision, session, chance)
        now += timedelta(seconds=chance.choice([5, 5, 700, 90_000]))


def pressed(revision: Revision, session: Session, chance: Random) -> Event:
    """Press a button in sight."""
    tokens = [option.token for reply in session.last for option in reply.options]
    return Chose(chance.choice(tokens)) if tokens else typed(revision, session, chance)


def typed(_revision: Revision, _session: Session, chance: Random) -> Event:
    """Type something."""
    return Said(chance.choice(WORDS))


def anything(revision: Revision, _session: Session, chance: Random) -> Event:
    """Press any button there is, give a command, send a photo, or keep silent."""
    commands = [Command(name) for name in ("menu", "sprache", "mensch", "hilfe", "datenschutz", "stopp")]
    press = Chose(chance.choice(sorted(revision.buttons)))
    return chance.choice([press, press, Shared("photo", media="m1"), WaitExpired(), *commands])


def a_person_is_near(revision: Revision, session: Session, now: datetime) -> bool:
    """Say whether one tap reaches a person, or two where the language is not chosen."""
    after: Sprint = advance(revision, session, Chose(command("mensch")), now)
    if after.session.language is None:
        after = advance(revision, after.session, Chose(f"l.{revision.languages[0]}"), now)
    asked = advance(revision, after.session, Said("Meine Frage an einen Menschen"), now).session
    return asked.owner == "desk" or bool(asked.written)


# -- edits


def rename_a_step(flows: Flows, chance: Random) -> None:
    """Rename a step; mostly saying what it was called."""
    flow = _flow(flows, chance)
    old = chance.choice(list(flow["steps"]))
    new = f"{old}-neu"
    flow["steps"] = {new if name == old else name: step for name, step in flow["steps"].items()}
    if chance.random() < 0.6:
        flow["steps"][new]["was"] = [*_listed(flow["steps"][new].get("was")), old]
    _redirect(flow, old, new)


def remove_a_step(flows: Flows, chance: Random) -> None:
    """Take a step out; what led there leads to another."""
    flow = _flow(flows, chance)
    old = chance.choice(list(flow["steps"]))
    del flow["steps"][old]
    _redirect(flow, old, chance.choice(list(flow["steps"])))


def reorder(flows: Flows, chance: Random) -> None:
    """Put the steps in another order."""
    flow = _flow(flows, chance)
    names = list(flow["steps"])
    chance.shuffle(names)
    flow["steps"] = {name: flow["steps"][name] for name in names}


def retype_an_ask(flows: Flows, chance: Random) -> None:
    """Ask for an answer of another type; branches that compare it compare something that fits."""
    flow = _flow(flows, chance)
    step = chance.choice([step for step in flow["steps"].values() if "ask" in step])
    step["type"] = kind = chance.choice(TYPES)
    step.pop("min", None)
    step.pop("max", None)
    tests = {"text": {"is": "abc"}, "number": {"at_least": "7"}, "date": {"before": "2026-06-01"}}
    for row in _rows(flows):
        for name in row.get("when", {}):
            if name == step["save"]:
                row["when"][name] = tests[kind]


def change_an_option(flows: Flows, chance: Random) -> None:
    """Rename, remove or add an option."""
    step = chance.choice([step for _, step in _steps(flows) if "choose" in step])
    option = chance.choice(step["options"])
    match chance.choice(["rename", "was", "remove", "add"]):
        case "rename":
            option["label"] = f"{option['label']} neu"
        case "was":
            option["was"] = [*_listed(option.get("was")), option.get("name") or _slug(option["label"])]
            option["label"] = f"{option['label']} anders"
            option.pop("name", None)
        case "remove":
            step["options"].remove(option)
        case _:
            step["options"].append({"label": f"Noch {len(step['options'])}", "end": "true"})


def change_a_form(flows: Flows, chance: Random) -> None:
    """Take a field out, put one in, ask one for another type, or ask in another order."""
    fields = chance.choice([step["fields"] for _, step in _steps(flows) if "form" in step])
    match chance.choice(["remove", "add", "retype", "reorder"]):
        case "remove":
            fields.remove(chance.choice(fields))
        case "add":
            fields.append({"ask": "Noch etwas?", "save": f"feld_{len(fields)}", "type": chance.choice(TYPES)})
        case "retype":
            field = chance.choice(fields)
            fields[fields.index(field)] = {"ask": field["ask"], "save": field["save"], "type": chance.choice(TYPES)}
        case _:
            chance.shuffle(fields)


def retype_a_step(flows: Flows, chance: Random) -> None:
    """Make a question of a message, a message of a question, a typed answer of buttons."""
    flow = _flow(flows, chance)
    name = chance.choice(list(flow["steps"]))
    kinds: list[dict[str, Any]] = [
        {"say": "Jetzt nur ein Satz."},
        {"choose": "Jetzt eine Auswahl?", "options": [{"label": "So"}, {"label": "Anders", "end": "true"}]},
        {"ask": "Jetzt eine Frage?", "save": "neue_antwort", "type": chance.choice(TYPES)},
        {"escalate": "Jetzt schreiben Sie bitte."},
    ]
    flow["steps"][name] = chance.choice(kinds)


def remove_a_flow(flows: Flows, chance: Random) -> None:
    """Take a flow out; who called it says something instead."""
    path = chance.choice(list(flows))
    gone = flows.pop(path)["flow"]
    for _, step in _steps(flows):
        if step.get("call") == gone:
            step.pop("call"), step.pop("save", None), step.pop("with", None)
            step["say"] = "Das gibt es nicht mehr."
        for option in step.get("options", ()):
            if option.get("call") == gone:
                option.pop("call")


def ask_for_more(flows: Flows, chance: Random) -> None:
    """Put in a question whose answer a later step needs."""
    flow = _flow(flows, chance)
    items = list(flow["steps"].items())
    place = chance.randrange(len(items))
    later = chance.choice([step for _, step in items[place:] if "say" in step or "choose" in step])
    kind = "say" if "say" in later else "choose"
    later[kind] = later[kind] + " Dazu: {dazu}."
    asked = {"ask": "Was gehört dazu?", "save": "dazu", "type": chance.choice(TYPES)}
    flow["steps"] = dict([*items[:place], ("dazu", asked), *items[place:]])


def keep_under_another_name(flows: Flows, chance: Random) -> None:
    """Keep an answer under another name, here and where it is used."""
    flow = _flow(flows, chance)
    step = chance.choice([step for step in flow["steps"].values() if isinstance(step.get("save"), str)])
    old, new = step["save"], f"{step['save']}_neu"
    written = json.dumps(flow["steps"]).replace(f"{{{old}}}", f"{{{new}}}")
    for word in ("save", "of"):
        written = written.replace(f'"{word}": "{old}"', f'"{word}": "{new}"')
    flow["steps"] = json.loads(written.replace(f'"when": {{"{old}"', f'"when": {{"{new}"'))


EDITS: tuple[Callable[[Flows, Random], None], ...] = (
    rename_a_step,
    rename_a_step,
    remove_a_step,
    reorder,
    retype_an_ask,
    change_an_option,
    change_a_form,
    retype_a_step,
    remove_a_flow,
    remove_a_flow,
    ask_for_more,
    keep_under_another_name,
)


def chance(seed: int) -> Random:
    """Return a source of chance that says the same again."""
    return Random(seed)  # noqa: S311 - a test must be repeatable


def _plain(raw: bytes) -> Any:
    return yaml.load(raw, yaml.BaseLoader)  # noqa: S506 - it makes nothing but texts, lists and mappings


def _is_flow(path: str) -> bool:
    name = path.rpartition("/")[2]
    return path.startswith("flows/") and name.endswith(".yaml") and name not in SIDE_FILES and "calendars/" not in path


def _side(files: Mapping[str, bytes]) -> dict[str, bytes]:
    return {path: raw for path, raw in files.items() if not _is_flow(path) and not path.endswith(".talk")}


def _dumped(flow: Any) -> bytes:
    return json.dumps(flow, ensure_ascii=False, indent=1).encode()


def _flow(flows: Flows, chance: Random) -> Any:
    return flows[chance.choice(list(flows))]


def _steps(flows: Flows) -> Iterator[tuple[str, Any]]:
    return ((name, step) for flow in flows.values() for name, step in flow["steps"].items())


def _rows(flows: Flows) -> Iterator[Any]:
    return (row for _, step in _steps(flows) for row in step.get("decide", ()))


def _redirect(flow: Any, old: str, new: str) -> None:
    for step in flow["steps"].values():
        for place in (step, *step.get("options", ()), *step.get("decide", ())):
            for word in ("goto", "else"):
                if place.get(word) == old:
                    place[word] = new


def _listed(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value or ())


def _slug(label: str) -> str:
    return label.lower().replace(" ", "-")
