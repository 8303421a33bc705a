"""Where a talk that waits would be on another revision.

Decides nothing: it asks ``walk`` what would become of the talk at its next message. Whoever publishes can so count,
before it happens, who goes on and who begins again.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from bot.flow import mend, walk
from bot.flow.graph import Revision
from bot.flow.session import Session
from bot.flow.talk import Talk

FREE, STAYS, RENAMED, BEGINS, MENU = "free", "stays", "renamed", "begins", "menu"


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of a talk.

    ``kind`` is ``free`` (it waits at no step), ``stays``, ``renamed`` (its step has another name now), ``begins`` (its
    flow begins again) or ``menu`` (its flow is gone). ``flow`` and ``step`` are where it waits by the names it holds;
    ``to`` is the step's name now, the flow's first step, or empty. ``lacks`` are the answers that the step needs now
    and the talk has not. ``lost`` are places, as pairs (flow, step), to which a called flow would return and cannot.
    """

    kind: str
    flow: str = ""
    step: str = ""
    to: str = ""
    lacks: tuple[str, ...] = ()
    lost: tuple[tuple[str, str], ...] = ()


def fate(revision: Revision, session: Session, now: datetime) -> Fate:
    """Return what would become of a talk at its next message."""
    if not session.frames:
        return Fate(FREE)
    talk = Talk(revision, session, now)
    mend.answers(talk)
    frame = talk.frame
    lost = tuple(_lost(talk))
    if not frame.step:  # only the language was to be chosen, then the flow ends
        return Fate(FREE, lost=lost)
    if walk.waiting_step(talk) is not None:
        kind = STAYS if talk.frame.step == frame.step else RENAMED
        return Fate(kind, frame.flow, frame.step, talk.frame.step, lost=lost)
    flow = revision.flows.get(frame.flow)
    if flow is None:
        return Fate(MENU, frame.flow, frame.step, lost=lost)
    now_named = flow.now(frame.step)
    lacks = walk.lacking(flow, now_named, frame.answers) if now_named in flow.steps else ()
    return Fate(BEGINS, frame.flow, frame.step, flow.first, lacks, lost)


def _lost(talk: Talk) -> Iterator[tuple[str, str]]:
    """Yield the callers' places that are no more; what the called flow will bring back counts as there."""
    for frame, called in pairwise(talk.session.frames):
        flow = talk.revision.flows.get(frame.flow)
        name = "" if flow is None else flow.now(frame.then)
        there = flow is not None and name in flow.steps
        if frame.then and (
            flow is None or not there or set(walk.lacking(flow, name, frame.answers)) - set(called.save)
        ):
            yield frame.flow, frame.then
