"""What is kept of a parent, as a page to read in their language. Plain HTML in one file, without script or picture.

What people wrote is never markup here, and stands in its own direction. What is there for programs only is left to the
JSON (``own_data.py``).
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from html import escape
from typing import Protocol

from bot.check.edition import Edition
from bot.flow.event import Chose, Edited, Event, Said, Shared
from bot.flow.message import Chosen, Day, Own, Photo, Text, Value, content, interface
from bot.flow.session import Passage, Session
from bot.flow.talk import SOURCE_LANGUAGE
from bot.model import Account, Fragment
from bot.ports import Belongings
from bot.text.languages import direction, own_name
from bot.text.message import Message
from bot.text.render import plain

_STYLE = (
    "body{font:1rem/1.5 sans-serif;max-width:45rem;margin:2rem auto;padding:0 1rem}li{margin:.5rem 0}small{color:#555}"
)


class Reads(Protocol):
    """Whoever understands what a parent sent by one way: a channel."""

    def parse(self, fragment: Fragment, /) -> Sequence[Event]:
        """Understand one stored fragment; never raises."""


class Page:
    """The page of one contact, in the making, in the language they speak."""

    def __init__(self, kept: Belongings, edition: Edition, channels: Mapping[Account, Reads], now: datetime) -> None:
        self._kept = kept
        self._edition = edition
        self._channels = channels
        self._now = now
        self._session = next((row["body"] for row in kept["session"] if isinstance(row["body"], Session)), Session())
        self._language = self._session.language or self._session.hint or SOURCE_LANGUAGE

    def html(self) -> str:
        """Return the whole page."""
        title = escape(self._word("data.title"))
        about = self._word("data.as_of").replace("{moment}", self._moment(self._now))
        parts = [
            ("data.you", self._about()),
            ("data.received", self._received()),
            ("data.sent", self._sent()),
            ("data.answers", self._answers()),
            ("data.questions", self._questions()),
            ("data.reminders", self._reminders()),
            ("data.ratings", self._ratings()),
        ]
        body = "".join(f"<h2>{escape(self._word(name))}</h2>{self._list(lines)}" for name, lines in parts)
        language = self._language.replace("_", "-")
        return (
            f'<!doctype html><html lang="{language}" dir="{direction(self._language)}"><meta charset="utf-8">'
            f'<meta name="viewport" content="width=device-width"><title>{title}</title><style>{_STYLE}</style>'
            f"<h1>{title}</h1><p>{escape(about)}</p>{body}</html>\n"
        )

    def _list(self, lines: Iterable[str]) -> str:
        items = "".join(f"<li>{line}</li>" for line in lines)
        return f"<ul>{items}</ul>" if items else f"<p>{escape(self._word('data.nothing'))}</p>"

    def _about(self) -> Iterable[str]:
        for row in self._kept["contact"]:
            yield self._pair("data.since", self._moment(row["made_at"]))
        yield self._pair("data.language", own_name(self._language))
        for row in self._kept["address"]:
            yield self._pair("data.address", f"{row['account']}: {row['readable']}")
        for row in self._kept["consent"]:
            yield self._pair("data.agreed", self._moment(row["at"]))

    def _received(self) -> Iterable[str]:
        for row in self._kept["inbound"]:
            channel = self._channels.get(Account(str(row["account"])))
            if channel is not None and isinstance(row["body"], bytes):
                for event in channel.parse(Fragment("", None, row["body"])):
                    if words := self._heard(event):
                        yield self._said(words, row["at"])

    def _sent(self) -> Iterable[str]:
        for row in self._kept["outbox"]:
            message = row["message"]
            yield self._said(message.text if isinstance(message, Message) else str(message), row["queued_at"])

    def _answers(self) -> Iterable[str]:
        for passage in self._session.trail:
            yield self._passage(passage)
        for frame in self._session.frames:
            for _, value in frame.answers:
                yield _bdi(self._value(value))
        for words in (*self._session.written, *self._session.unheard):
            yield _bdi(words)

    def _questions(self) -> Iterable[str]:
        for ticket in self._kept["ticket"]:
            topic = self._edition.revision.topics.get(str(ticket["topic"]))
            yield self._pair("data.topic", topic.title if topic else str(ticket["topic"]), ticket["opened_at"])
            trail = ticket["trail"]
            yield from (self._passage(passage) for passage in (trail if isinstance(trail, tuple) else ()))
            for line in self._kept["message"]:
                if line["ticket"] == ticket["id"]:
                    who = self._word("chat.you" if line["side"] == "parent" else "chat.adviser")
                    yield f"{escape(who)}: {self._said(str(line['text']), line['at'])}"

    def _reminders(self) -> Iterable[str]:
        for row in self._kept["reminder"]:
            flow = self._edition.revision.flows.get(str(row["flow"]))
            title = self._text(flow.title) if flow else str(row["flow"])
            yield self._said(title, row["since"])

    def _ratings(self) -> Iterable[str]:
        for row in self._kept["feedback"]:
            yield self._said(self._word(f"button.{row['rating']}"), row["at"])

    def _heard(self, event: Event) -> str:
        match event:
            case Said(text=text) | Edited(text=text):
                return text
            case Shared(caption=caption):
                return caption
            case Chose(token=token) if place := self._edition.revision.buttons.get(token):
                return self._text(content(place.flow, place.step, place.option, "label"))
            case _:
                return ""

    def _passage(self, passage: Passage) -> str:
        answer = passage.answer.words if isinstance(passage.answer, Own) else self._text(passage.answer)
        return f"{_bdi(self._text(passage.question))}: {_bdi(answer)}"

    def _value(self, value: Value) -> str:
        match value:
            case Chosen(label=label):
                return self._text(label)
            case Day(date=day):
                return _day(day)
            case Photo():
                return self._word("answer.photo")
            case _:
                return str(value)

    def _pair(self, name: str, value: str, at: object = None) -> str:
        return f"{escape(self._word(name))}: {self._said(value, at)}"

    def _said(self, words: str, at: object = None) -> str:
        moment = f" <small>{self._moment(at)}</small>" if isinstance(at, datetime) else ""
        return f"{_bdi(words)}{moment}"

    def _text(self, text: Text) -> str:
        return plain(self._edition.catalogs.find(text, self._language))

    def _word(self, name: str) -> str:
        return self._edition.catalogs.find(interface(name), self._language)

    def _moment(self, at: object) -> str:
        return f"{at.astimezone(self._now.tzinfo):%d.%m.%Y, %H:%M}" if isinstance(at, datetime) else ""


def _day(day: date) -> str:
    return f"{day:%d.%m.%Y}"


def _bdi(words: str) -> str:
    """Return somebody's words as the page shows them: never as markup, in their own direction, with their lines."""
    return f'<bdi dir="auto">{escape(words).replace(chr(10), "<br>")}</bdi>'
