"""A stage: one talk played without a store, on the same core, words and rendering as production.

Golden talks run on it, and so does ``elternlotse talk``. Time and tokens come in; nobody is waited for: when time
passes, silences end and reminders come as they do in production, by the same calculation.
"""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

import msgspec

from bot.check.edition import Edition
from bot.desk import due, hours
from bot.flow.about import with_message
from bot.flow.card import waiting_card
from bot.flow.effect import (
    AddToTicket,
    Effect,
    Erase,
    Ignore,
    OpenTicket,
    Rated,
    Reopen,
    Subscribe,
    Unsubscribe,
)
from bot.flow.engine import advance
from bot.flow.event import Chose, Due, Event, Said, WaitExpired
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
        self._wanted: dict[Subscribe, datetime] = {}
        self._reminded: set[tuple[Subscribe, date]] = set()
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
            self._keep(effect)
        for message in messages:
            self._buttons = [*message.buttons, *message.extras, *self._buttons]
        return Shown(tuple(messages), tuple(effects))

    def press(self, label: str) -> Shown | None:
        """Press the newest button with this label; None where there is none."""
        token = self.token_of(label)
        return self.hear(Chose(token)) if token else None

    def token_of(self, label: str) -> str:
        """Return the token of the newest button with this label, empty where there is none."""
        return next((each.token for each in self._buttons if each.label == label), "")

    def label_of(self, token: str) -> str:
        """Return the label of the newest button with this token, empty where there is none."""
        return next((each.label for each in self._buttons if each.token == token), "")

    def pass_time(self, until: datetime) -> Shown:
        """Let time pass, and with it all that happens by then, in its order."""
        messages: tuple[Message, ...] = ()
        effects: tuple[str, ...] = ()
        while coming := list(self._coming(until)):
            moment, event = min(coming, key=lambda each: each[0])
            self.now = max(self.now, moment.astimezone(self.now.tzinfo))
            shown = self.hear(self._begin(event))
            messages, effects = (*messages, *shown.messages), (*effects, *shown.effects)
        self.now = max(self.now, until)
        return Shown(messages, effects)

    def _coming(self, until: datetime) -> Iterator[tuple[datetime, WaitExpired | tuple[Subscribe, date]]]:
        """Yield what happens by itself until then, with its moment: the end of a silence, and the next reminders."""
        if self.session.wakes_at is not None and self.session.wakes_at <= until:
            yield self.session.wakes_at, WaitExpired()
        for wanted, since in self._wanted.items():
            for day in self._days(wanted):
                moment = due.next_due(day, wanted.before, since, self.now, hours.ZONE)
                if moment is not None and moment <= until:
                    yield moment, (wanted, day)

    def _days(self, wanted: Subscribe) -> Iterator[date]:
        """Yield the days of which was not reminded yet."""
        for day in self.edition.revision.calendars.get(wanted.calendar, ()):
            if day.everywhere and (wanted, day.date) not in self._reminded:
                yield day.date

    def _begin(self, happening: WaitExpired | tuple[Subscribe, date]) -> Event:
        """Note that something happens, so that it does not happen again."""
        if isinstance(happening, WaitExpired):
            self.session = msgspec.structs.replace(self.session, wakes_at=None)
            return happening
        self._reminded.add(happening)
        wanted, day = happening
        return Due(wanted.flow, day)

    def _keep(self, effect: Effect) -> None:
        """Keep what the parent wants to be reminded of: said again it changes nothing."""
        match effect:
            case Subscribe():
                self._wanted.setdefault(effect, self.now)
            case Unsubscribe() | Erase():
                self._wanted.clear()
            case _:
                pass

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
        return render(
            reply, self.edition.catalogs, self.language, LIMITS[Account("terminal")], token, self.edition.media
        )

    def _card(self, asked: OpenTicket) -> Reply:
        topics = self.edition.revision.topics
        topic = topics.get(asked.topic) or next(iter(topics.values()))
        until = hours.promise(topic, self.now).astimezone(self.now.tzinfo)
        return waiting_card(asked, until, closed=not hours.is_open(topic, self.now), nobody=False)

    def _written(self, effect: Effect) -> list[str]:
        line = ""
        match effect:
            case OpenTicket(topic=topic, urgency=urgency, written=written):
                urgent = f" urgency={urgency}" if urgency else ""
                line = f"ticket topic={topic} language={self.language}{urgent} {_quoted(written)}"
            case AddToTicket(written=written):
                line = f"add {_quoted(written)}"
            case Reopen():
                line = "reopen"
            case Rated(rating=rating):
                line = f"rated {rating}"
            case Subscribe(calendar=calendar, before=before):
                line = f'remind calendar={calendar} before="{before.count} {before.unit}"'
            case Unsubscribe():
                line = "stop"
            case Erase():
                line = "erase"
            case Reply() | Ignore():
                pass
        return [line] if line else []


def _falls_back(effect: Effect) -> bool:
    return isinstance(effect, Reply) and any(line.text == interface("flow.not_translated") for line in effect.lines)


def _quoted(written: tuple[str, ...]) -> str:
    return " ".join('"' + " ".join(words.split()).replace('"', "'") + '"' for words in written)
