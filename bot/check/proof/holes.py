"""A hole of the proof as a conversation in ``.talk`` form: played anew in German, ready to be saved beside the flow."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.check.edition import Edition
from bot.check.golden import line_of
from bot.check.proof.acts import Act
from bot.check.stage import Shown, Stage
from bot.check.talks import written
from bot.flow.event import (
    AdviserWrote,
    AskedGerman,
    AskedMore,
    AskedSource,
    AskedTerm,
    Chose,
    Command,
    Due,
    Edited,
    Event,
    Flooded,
    Said,
    Shared,
    Started,
    TicketClosed,
    Unreadable,
    WaitExpired,
)
from bot.flow.session import Session
from bot.flow.talk import SOURCE_LANGUAGE

SAID = {
    "breaks": "Hier bricht das Programm ab",
    "silent": "Hier antwortet niemand",
    "endless": "Hier laufen zu viele Schritte, ohne auf die Eltern zu warten",
    "gone": "Hier heißt es, dieser Teil sei neu geschrieben: Ein Schritt oder eine Antwort fehlt",
    "lost": "Danach wartet die Frage nicht mehr, die vorher wartete",
    "person": "Von hier führen keine zwei Tasten zu einem Menschen",
    "limits": "Diese Nachricht lässt sich nicht senden",
}
"""What is wrong at a hole, by its kind."""


@dataclass(frozen=True, slots=True)
class Hole:
    """Something parents must never meet: its kind, the flow it is in, one sentence, and the way there as a talk."""

    kind: str
    flow: str
    message: str
    talk: str


def sentence(kind: str, detail: str) -> str:
    """Return what is wrong, in one sentence."""
    return f"{SAID[kind]} ({detail})." if detail else f"{SAID[kind]}."


def talk_of(acts: Iterable[Act], edition: Edition, flow: str, message: str, now: datetime) -> str:
    """Return acts as a talk in German with all that is said, its comment the message."""
    session = Session(language=SOURCE_LANGUAGE, told=tuple(sorted({*edition.revision.languages, "privacy"})))
    playing = _Playing(Stage(edition, session, now))
    lines = [line for act in acts for line in playing.lines(act)]
    return "\n".join((f"# {message}", f"flow: {flow}", f"language: {SOURCE_LANGUAGE}", *lines))


class _Playing:
    """One talk while it is written down."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    def lines(self, act: Act) -> Iterator[str]:
        """Play an act and yield how a talk writes it, and what followed."""
        if act.after:
            yield f"~ {_duration(act.after)}"
            yield from self._told(self._stage.pass_time(self._stage.now + act.after))
        if (isinstance(act.event, WaitExpired) and act.after) or self._has_language(act.event):
            return
        yield self._line(act.event)
        try:
            shown = self._stage.hear(act.event)
        except Exception:  # noqa: BLE001 - the hole may be that it breaks: then nothing is said
            return
        yield from self._told(shown)

    def _has_language(self, event: Event) -> bool:
        """Say whether this only chooses the language, which a talk has from its first line on."""
        chooses = isinstance(event, Chose) and event.token.startswith("l.")
        return chooses and self._stage.session.waits != "language"

    def _told(self, shown: Shown) -> Iterator[str]:
        for message in shown.messages:
            yield line_of(written(message))
        yield from (f"! {effect}" for effect in shown.effects)

    def _line(self, event: Event) -> str:
        match event:
            case Started(flow=flow):
                return f"> /start {flow}".rstrip()
            case Command(name=name):
                return f"> /{name}"
            case Said(text=text):
                return f"> {' '.join(text.split())}"
            case Chose(token=pressed) if label := self._stage.label_of(pressed):
                return f"> [{label}]"
            case Shared(kind=kind):
                return f"> ({kind})"
            case _:
                return f"# ({_UNSAID[type(event)]})"


def _duration(time: timedelta) -> str:
    return f"{time.days} Tage" if time.days else f"{int(time.total_seconds()) // 60} Minuten"


_UNSAID: Mapping[type[Event], str] = {
    Chose: "eine Taste, die hier nicht zu sehen ist",
    Flooded: "sehr viele Nachrichten auf einmal",
    Unreadable: "etwas, das niemand lesen kann",
    Edited: "eine frühere Nachricht wird geändert",
    AdviserWrote: "ein Mensch antwortet",
    TicketClosed: "die Frage wird abgeschlossen",
    WaitExpired: "es ist lange still",
    AskedGerman: "die Nachricht auf Deutsch zeigen",
    AskedTerm: "die Wörter erklären",
    AskedSource: "die Quelle nennen",
    AskedMore: "die nächsten Tasten zeigen",
    Due: "eine Erinnerung kommt",
}
"""What a talk cannot write down, as a comment in its place."""
