"""The parent's question, once a person has it: words for the desk, the person's answers, the closing."""

from datetime import datetime, timedelta

from bot.flow import token, walk
from bot.flow.effect import AddToTicket, Ignore, Rated, Reopen
from bot.flow.graph import Revision
from bot.flow.message import Line, Option, Own, Reply, interface
from bot.flow.session import Session
from bot.flow.steps import escalate
from bot.flow.steps.missed import PERSON
from bot.flow.talk import MENU, Talk

PAUSE = timedelta(minutes=10)
"""After so long a pause the next words for the desk are acknowledged."""

REOPENS = timedelta(days=7)
"""So long after the closing another question is the same ticket."""

_ANSWER = Option(token.ANSWER, interface("button.answer"))
_AFTERWARDS = (
    Option(token.GOOD, interface("button.good")),
    Option(token.BAD, interface("button.bad")),
    Option(token.AGAIN, interface("button.again")),
    MENU,
)


def is_for_person(revision: Revision, session: Session, now: datetime) -> bool:
    """Say whether words would be for a person: one has the talk, or the parent is writing their question."""
    return session.owner == "desk" or bool(session.written) or walk.collects(Talk(revision, session, now))


def add(talk: Talk, words: str) -> None:
    """Pass words on to the desk; the first after a pause are acknowledged."""
    heard = talk.session.heard_at
    talk.change(owner="desk")
    talk.effects.append(AddToTicket((words,)))
    if heard is None or talk.now - heard > PAUSE:
        talk.notice("question.noted", MENU)


def hear_edit(talk: Talk, words: str) -> None:
    """Pass a changed message on where a person has the talk; the pencil says that it was changed."""
    if talk.session.owner == "desk":
        add(talk, f"✎ {words}")
    elif walk.collects(talk):
        talk.change(written=(*talk.session.written, f"✎ {words}"))
        talk.effects.append(Ignore("collected"))
    else:
        talk.effects.append(Ignore("edited"))


def offer_person(talk: Talk, words: str) -> None:
    """Nothing waits and nobody was asked: offer a person, and keep the words for them."""
    talk.keep_unheard(words)
    talk.notice("words.unheard", PERSON, MENU)


def pass_answer(talk: Talk, words: str) -> None:
    """Say a person's answer, clearly as a person's, with a button to answer."""
    talk.change(question="open")
    talk.reply(Reply((Line(Own(words)),), (_ANSWER, MENU), speaker="person"))


def close(talk: Talk) -> None:
    """Say that the person has closed the question; the talk is the bot's again."""
    talk.change(question="closed", question_closed_at=talk.now, owner="bot")
    talk.reply(Reply((Line(interface("question.closed")),), _AFTERWARDS))


def go_on(talk: Talk) -> None:
    """Give the talk back to the desk, reopening what was closed less than seven days ago; else ask anew."""
    closed_at = talk.session.question_closed_at
    recent = closed_at is not None and talk.now - closed_at <= REOPENS
    if talk.session.question == "closed" and recent:
        talk.effects.append(Reopen())
    elif talk.session.question != "open":
        walk.call_flow(talk, walk.FLOWS["mensch"])
        return
    walk.leave(talk)
    talk.change(question="open")
    escalate.give_to_desk(talk)
    talk.notice("question.write_now", MENU)


def rate(talk: Talk, pressed: str) -> None:
    """Keep how it was."""
    talk.effects.append(Rated("good" if pressed == token.GOOD else "bad"))
    talk.notice("feedback.thanks", MENU)
