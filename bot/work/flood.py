"""Too many messages in too short a time: one polite answer, and nothing lost. Counts only what a parent sent.

A flood begins with the message that is one too many within the limit's seconds, whenever these begin, and lasts until
not more than half the limit came within them. So one flood is one, however long it lasts.
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
    before = session.pace or Pace()
    moment = round(now.timestamp() * 1000)
    begin = moment - limit.seconds * 1000
    recent = tuple(each for each in before.recent if begin < each <= moment)[-limit.messages :]
    goes_on = before.beyond > 0 and len(recent) > limit.messages / 2
    beyond = before.beyond + 1 if goes_on else int(len(recent) >= limit.messages)
    return msgspec.structs.replace(session, pace=Pace((*recent, moment), beyond))


def flooded(session: Session) -> bool:
    """Say whether the newest message is part of a flood."""
    return session.pace is not None and session.pace.beyond > 0


def first_too_many(session: Session) -> bool:
    """Say whether a flood begins with the newest message."""
    return session.pace is not None and session.pace.beyond == 1
