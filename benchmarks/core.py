"""The pure parts, in this process: one event of a talk, one message put into words."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bot.app.files import program
from bot.check.edition import CATALOG, FLOWS, LOCALES, Edition, compose
from bot.flow.engine import advance
from bot.flow.event import Chose, Command, Event, Said, Started
from bot.flow.message import Reply
from bot.flow.session import Session
from bot.model import Account, Language
from bot.services.collector import settle
from bot.text.limits import LIMITS
from bot.text.render import render

REPOSITORY = Path(__file__).parent.parent
ARABIC = Language("ar")
LANGUAGES = (Language("de"), Language("tr"), ARABIC, Language("uk"))
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
ROUNDS = 2000
TALK: Sequence[Event] = (
    Started(flow="geld-fuer-bildung"),
    Said("Das verstehe ich nicht"),
    Command("menu"),
    Command("mensch"),
    Said("Meine Frage"),
    Chose("t.done"),
    Said("Noch etwas"),
    Command("hilfe"),
)
"""A talk as it may go: a topic, a slip, the menu, a question to a person, help."""


@dataclass(frozen=True, slots=True)
class Speed:
    """One repetition, a second."""

    advance: float
    render: float


def measure(repetitions: int) -> Sequence[Speed]:
    """Return so many repetitions, with the collector as a running house has it."""
    edition = repository()
    settle()
    return [Speed(_rate(len(TALK), lambda: _play(edition)), _rate(1, _menu(edition))) for _ in range(repetitions)]


def repository() -> Edition:
    """Return the repository's flows and texts as an edition."""
    flows, locales = REPOSITORY / "flows", REPOSITORY / "locales"
    files = {f"{FLOWS}{path.relative_to(flows)}": path.read_bytes() for path in sorted(flows.rglob("*.yaml"))}
    for language in LANGUAGES[1:]:
        files[f"{LOCALES}{language}{CATALOG}"] = (locales / language / "LC_MESSAGES" / "flows.po").read_bytes()
    return compose(files, program(locales), LANGUAGES)


def _play(edition: Edition) -> None:
    session = Session(language=ARABIC, told=("ar", "privacy"))
    for event in TALK:
        session = advance(edition.revision, session, event, NOW).session


def _menu(edition: Edition) -> Callable[[], object]:
    session = Session(language=ARABIC, told=("ar", "privacy"))
    effects = advance(edition.revision, session, Command("menu"), NOW).effects
    reply = next(effect for effect in effects if isinstance(effect, Reply))
    return lambda: render(reply, edition.catalogs, ARABIC, LIMITS[Account("webchat")], "token")


def _rate(each: int, work: Callable[[], object]) -> float:
    """Return how many a second of a core's time, where one call does so many."""
    began = time.process_time()
    for _ in range(ROUNDS):
        work()
    return ROUNDS * each / (time.process_time() - began)
