"""A stage: one talk played without a store, on the same core, words and rendering as production.

Golden talks run on it, and so does ``elternlotse talk``. Time and tokens come in; nobody is waited for.
"""

import itertools
from dataclasses import dataclass
from datetime import datetime

from bot.check.edition import Edition
from bot.desk import hours
from bot.flow.about import with_message
from bot.flow.card import waiting_card
from bot.flow.effect import AddToTicket, Effect, Ignore, OpenTicket, Rated, Reopen
from bot.flow.engine import advance
from bot.flow.event import Chose, Event, Said, WaitExpired
from bot.flow.message import Reply, interface
from bot.flow.session import Session
from bot.flow.talk import SOURCE_LANGUAGE
from bot.model import Account, Language
from bot.text.limits import LIMITS
from bot.text.message import Button, Message
from bot.text.render import render
from bot.text.understand import understand


@dataclass(frozen=True, slots=True)
class Shown:
    """What followed from one happening: messages and effects, in order."""

    messages: tuple[Message, ...]
    effects: tuple[str, ...]


class Stage:
    """One talk being played. ``fell_back``: a flow was not there in the talk's language, and German stood in for it."""

    def __init__(self, edition: Edition, session: Session, now: datetime) -> None:
        self.edition = edition
        self.session = session
        self.now = now
        self._replies: dict[str, Reply] = {}
        self._buttons: list[Button] = []
        self._numbers = itertools.count(1)
        self.fell_back = False

    def hear(self, event: Event) -> Shown:
        """Play one happening."""
        if isinstance(event, Said):
            event = understand(event, self.session, self.edition.words)
        event = with_message(event, self._replies)
        sprint = advance(self.edition.revision, self.session, event, self.now)
        self.session = sprint.session
        messages: list[Message] = []
        effects: list[str] = []
        for effect in sprint.effects:
            self.fell_back = self.fell_back or _falls_back(effect)
            messages += self._messages(effect)
            effects += self._written(effect)
        for message in messages:
            self._buttons = [*message.buttons, *message.extras, *self._buttons]
        return Shown(tuple(messages), tuple(effects))

    def press(self, label: str) -> Shown | None:
        """Press the newest button with this label; None where there is none."""
        button = next((each for each in self._buttons if each.label == label), None)
        return None if button is None else self.hear(Chose(button.token))

    def pass_time(self, until: datetime) -> Shown:
        """Let time pass, and with it the silences that the talk waits for."""
        shown = Shown((), ())
        if self.session.wakes_at is not None and self.session.wakes_at <= until:
            self.now = self.session.wakes_at
            shown = self.hear(WaitExpired())
        self.now = until
        return shown

    @property
    def language(self) -> Language:
        """The language in which is spoken."""
        return self.session.language or self.session.hint or SOURCE_LANGUAGE

    def _messages(self, effect: Effect) -> list[Message]:
        match effect:
            case Reply():
                return [self._say(effect)]
            case OpenTicket():
                return [self._say(self._card(effect))]
            case _:
                return []

    def _say(self, reply: Reply) -> Message:
        token = f"stage{next(self._numbers)}"
        self._replies[token] = reply
        return render(reply, self.edition.catalogs, self.language, LIMITS[Account("terminal")], token)

    def _card(self, asked: OpenTicket) -> Reply:
        topics = self.edition.revision.topics
        topic = topics.get(asked.topic) or next(iter(topics.values()))
        until = hours.promise(topic, self.now).astimezone(self.now.tzinfo)
        return waiting_card(asked, until, closed=not hours.is_open(topic, self.now), nobody=False)

    def _written(self, effect: Effect) -> list[str]:
        match effect:
            case OpenTicket(topic=topic, urgency=urgency, written=written):
                urgent = f" urgency={urgency}" if urgency else ""
                return [f"ticket topic={topic} language={self.language}{urgent} {_quoted(written)}"]
            case AddToTicket(written=written):
                return [f"add {_quoted(written)}"]
            case Reopen():
                return ["reopen"]
            case Rated(rating=rating):
                return [f"rated {rating}"]
            case Reply() | Ignore():
                return []


def _falls_back(effect: Effect) -> bool:
    return isinstance(effect, Reply) and any(line.text == interface("flow.not_translated") for line in effect.lines)


def _quoted(written: tuple[str, ...]) -> str:
    return " ".join('"' + " ".join(words.split()).replace('"', "'") + '"' for words in written)
