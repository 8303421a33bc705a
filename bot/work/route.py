"""What the parent is told when a question comes to the queue: until when, whether anybody is there now, or at all."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.desk import hours
from bot.desk.adviser import Adviser
from bot.model import Language, Topic


@dataclass(frozen=True, slots=True)
class Promise:
    """``until`` an answer is promised; ``open_now`` says whether the office is open, ``opens_at`` when it is next.

    ``somebody`` is whether anyone at the desk speaks the parent's language.
    """

    until: datetime
    open_now: bool
    opens_at: datetime
    somebody: bool


def promise_for(topic: Topic, language: Language, people: Sequence[Adviser], now: datetime) -> Promise:
    """Return what may honestly be promised to a parent who asks about this topic now."""
    return Promise(
        until=hours.promise(topic, now),
        open_now=hours.is_open(topic, now),
        opens_at=hours.next_opening(topic, now),
        somebody=any(language in person.languages for person in people if person.disabled_at is None),
    )
