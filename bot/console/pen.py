"""Writes the interface's words in one language: fills placeholders, and puts moments and spans of time into words.

Digits are Latin, days dd.mm., clocks of 24 hours, in every language: they must match the paper in the parent's hand.
What is filled in stands in isolates (U+2068 … U+2069), so that a name in another script does not turn a sentence round.
"""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

from bot.desk import hours
from bot.model import Language, Topic
from bot.text.languages import direction

_PLACE = re.compile(r"\{(\w+)\}")
_LONG_AGO = timedelta(hours=24)
_ALWAYS = hours.parse("Mo-So 0-24")


class Pen:
    """Words of the interface in one language."""

    def __init__(self, words: Callable[[Language, str], str], language: Language) -> None:
        self._words = words
        self.language = language

    def __call__(self, key: str, **values: object) -> str:
        """Return a text with its placeholders filled. A place that nothing fills stays as it is written."""
        return _PLACE.sub(lambda found: _isolated(values, found), self._words(self.language, f"desk.{key}"))

    @property
    def tag(self) -> str:
        """The language as a web page names it (BCP 47)."""
        return tag(self.language)

    @property
    def direction(self) -> str:
        """``ltr`` or ``rtl``."""
        return direction(self.language)

    def moment(self, moment: datetime, now: datetime) -> str:
        """Return a moment in local time: the clock today, otherwise also the day."""
        local = moment.astimezone(hours.ZONE)
        if local.date() == now.astimezone(hours.ZONE).date():
            return self("time.clock", clock=f"{local:%H:%M}")
        return self(
            "time.day", weekday=self(f"weekday.{local.weekday()}"), day=f"{local:%d.%m.}", clock=f"{local:%H:%M}"
        )

    def waited(self, since: datetime, topic: Topic | None, now: datetime) -> str:
        """Return how long a parent has been waiting, in office time; since when, where that says more."""
        open_time = hours.worked(_office(topic), since, now)
        if now - since > _LONG_AGO or (not open_time and now - since > timedelta(minutes=5)):
            return self("waits.since", moment=self.moment(since, now))
        if open_time < timedelta(minutes=1):
            return self("waits.new")
        return self("waits.for", time=self._span(open_time))

    def left(self, until: datetime, topic: Topic | None, now: datetime) -> str:
        """Return how much of a promise is left, in office time; until when, where that says more."""
        open_time = hours.worked(_office(topic), now, until)
        if until <= now:
            return self("left.over", moment=self.moment(until, now))
        if until - now > _LONG_AGO or not open_time:
            return self("left.until", moment=self.moment(until, now))
        return self("left.for", time=self._span(open_time))

    def _span(self, span: timedelta) -> str:
        minutes = int(span.total_seconds() // 60)
        if minutes < 60:
            return self("time.minutes", count=max(minutes, 1))
        return self("time.hours", count=minutes // 60)


def share(since: datetime, until: datetime, topic: Topic | None, now: datetime) -> int:
    """Return how much of a promise is left, in per cent of its office time."""
    office = _office(topic)
    whole = hours.worked(office, since, until) or timedelta(minutes=1)
    return min(100, round(100 * (hours.worked(office, now, until) / whole)))


def tag(language: Language) -> str:
    """Return a language's code as a web page writes it (BCP 47)."""
    return language.replace("_", "-")


def _office(topic: Topic | None) -> hours.Hours:
    """Return the topic's hours; a topic that is gone is waited for around the clock."""
    return hours.parse(topic.hours) if topic else _ALWAYS


def _isolated(values: dict[str, object], found: re.Match[str]) -> str:
    if found[1] not in values:
        return found[0]
    value = values[found[1]]
    return f"\u2068{value}\u2069" if isinstance(value, str) else str(value)
