"""``escalate``: collect the parent's question and bring it to a person.

Collecting is silent: the platform's own marks say that a message arrived. "Fertig" or ten minutes of silence end it,
whichever is first; what was written is never thrown away.
"""

from datetime import timedelta

from bot.flow import token
from bot.flow.effect import Ignore, OpenTicket
from bot.flow.graph import Escalate, Stay, Wording
from bot.flow.message import Line, Option, Own, interface
from bot.flow.steps.form import half_filled
from bot.flow.talk import Talk

SILENCE = timedelta(minutes=10)
"""So long after the last message the question counts as complete."""

WRITTEN = 50
"""One question keeps at most so many messages; more of them go to the ticket it opened."""

RESCUE = Escalate("", Wording(interface("escalate.empty")))
"""Stands in for a step that a new revision has taken away while its question was being written."""

DONE = Option(token.DONE, interface("button.done"))


def enter(step: Escalate, talk: Talk) -> Stay:
    """Ask for the question. What was typed before and not understood is its beginning."""
    written = (*talk.session.written, *talk.session.unheard)
    talk.change(written=written, unheard=(), wakes_at=talk.now + SILENCE if written else None)
    before = tuple(Line(interface("escalate.already"), (("words", Own(words)),)) for words in written[-1:])
    talk.question(step.wording, (DONE,), before=before)
    return Stay()


def take(step: Escalate, talk: Talk, words: str) -> None:
    """Collect one message."""
    talk.change(written=(*talk.session.written, words), wakes_at=talk.now + SILENCE)
    talk.effects.append(Ignore("collected"))
    if len(talk.session.written) >= WRITTEN:
        done(step, talk)


def done(step: Escalate, talk: Talk) -> None:
    """Bring the question to a person: the talk is the desk's now, and all frames are dropped but a half-filled form."""
    if not talk.session.written:
        talk.question(step.wording, (DONE,), before=(Line(interface("escalate.empty")),))
        return
    hand_over(step, talk)
    if step is not RESCUE:
        talk.count("")
    give_to_desk(talk)


def give_to_desk(talk: Talk) -> None:
    """Let a person have the talk. A half-filled form stays below, until the parent comes back to the bot."""
    kept = half_filled(talk)
    talk.change(owner="desk", waits="resume" if kept else "nothing", frames=kept, misses=0, held="")


def hand_over(step: Escalate, talk: Talk) -> None:
    """Bring what was written to a person, whatever the talk does next."""
    talk.effects.append(_ticket(step, talk, talk.session.written))
    talk.change(written=(), wakes_at=None, question="open")


def _ticket(step: Escalate, talk: Talk, written: tuple[str, ...]) -> OpenTicket:
    closed = None if step.closed is None else talk.line(step.closed)
    nobody = None if step.nobody is None else talk.line(step.nobody)
    return OpenTicket(_topic(step, talk), step.urgency, written, talk.session.trail, closed, nobody)


def _topic(step: Escalate, talk: Talk) -> str:
    """Return the step's topic, else that of the nearest caller which has another one than this flow."""
    flows = [talk.revision.flows[frame.flow] for frame in talk.session.frames if frame.flow in talk.revision.flows]
    topics = [flow.topic for flow in reversed(flows) if flow.topic]
    own = topics[0] if topics else next(iter(talk.revision.topics), "")
    return step.topic or next((topic for topic in topics if topic != own), own)
