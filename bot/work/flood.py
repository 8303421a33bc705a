"""Too many messages in too short a time: one polite answer, and nothing lost. Counts only what a parent sent."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec

from bot.flow.session import Pace, Session


@dataclass(frozen=True, slots=True)
class FloodLimit:
    """More than ``messages`` within ``seconds`` are a flood."""

    messages: int
    seconds: int


def count(session: Session, now: datetime, limit: FloodLimit) -> Session:
    """Return the session with one more message counted in the present window, or in a new one."""
    pace = session.pace
    if pace is None or now - pace.since >= timedelta(seconds=limit.seconds):
        pace = Pace(now, 0)
    return msgspec.structs.replace(session, pace=Pace(pace.since, pace.count + 1))


def over(session: Session, limit: FloodLimit) -> int:
    """Return by how many messages the present window is over the limit; 0 or less is none."""
    return 0 if session.pace is None else session.pace.count - limit.messages
