"""Too many messages in too short a time: one polite answer, and nothing lost. Counts only what a parent sent.

A bucket: each message fills it by one, time empties it. It is full at ``messages`` and empties within ``seconds``; what
comes on top of a full one is a flood, until the bucket is half empty again. So one flood is one, however long it lasts
and whenever it began, and a parent who only writes quickly never meets it.
"""

from dataclasses import dataclass
from datetime import datetime

import msgspec

from bot.flow.session import Pace, Session


@dataclass(frozen=True, slots=True)
class FloodLimit:
    """More than ``messages`` within ``seconds`` are a flood."""

    messages: int
    seconds: int


def count(session: Session, now: datetime, limit: FloodLimit) -> Session:
    """Return the session with one more message counted."""
    before = session.pace or Pace(now, 0)
    passed = max(0.0, (now - before.since).total_seconds())
    level = max(0.0, before.level - passed * limit.messages / limit.seconds)
    beyond = before.beyond if level > limit.messages / 2 else 0
    level = min(level + 1, 1.5 * limit.messages)  # so that every flood ends after a pause of ``seconds``
    if beyond or level > limit.messages:
        beyond += 1
    return msgspec.structs.replace(session, pace=Pace(now, level, beyond))


def flooded(session: Session) -> bool:
    """Say whether the newest message is part of a flood."""
    return session.pace is not None and session.pace.beyond > 0


def first_too_many(session: Session) -> bool:
    """Say whether a flood begins with the newest message."""
    return session.pace is not None and session.pace.beyond == 1
