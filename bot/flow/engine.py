"""``advance``: one happening in a talk, one sprint.

    advance(revision, session, event, now) -> Sprint(session, effects)

Pure and total: no I/O, no clock, no chance, no words; any event in any session gives a sprint, on any revision that
the checker has let pass. ``now`` is an aware moment in the house's time zone. Never silent: each event leads to a
reply, to an effect on the parent's question, or to ``Ignore`` with the reason.

How a talk moves: ``walk.py`` runs steps until one waits. What a parent may do at any moment: ``everywhere.py``.
The parent's question and the person who answers it: ``question.py``. This file only decides who is meant.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import assert_never

from bot.flow import everywhere, question, token, walk
from bot.flow.effect import Effect, Ignore
from bot.flow.event import (
    AdviserWrote,
    AskedGerman,
    AskedSource,
    AskedTerm,
    Blocked,
    Chose,
    Command,
    Edited,
    Event,
    Flooded,
    Ignored,
    Reacted,
    Said,
    Shared,
    Started,
    TicketClosed,
    Unreadable,
    WaitExpired,
)
from bot.flow.graph import Ask, Choose, Escalate, Revision
from bot.flow.notices import ask_language
from bot.flow.session import Session
from bot.flow.steps import ask, choose, escalate
from bot.flow.talk import MENU, Talk

LONG_AGO = timedelta(hours=24)
"""A text typed after so long a pause is used only after asking whether to go on."""

_NOT_HEARD = (WaitExpired, AdviserWrote, TicketClosed, Blocked, Reacted, Ignored)
"""Happenings that are nothing the parent said."""


@dataclass(frozen=True, slots=True)
class Sprint:
    """What one event led to."""

    session: Session
    effects: tuple[Effect, ...]


def advance(revision: Revision, session: Session, event: Event, now: datetime) -> Sprint:
    """Return the session after an event, and what is to be done."""
    talk = Talk(revision, session, now)
    everywhere.mend_language(talk)
    _hear(talk, event)
    if not isinstance(event, _NOT_HEARD):
        talk.change(heard_at=now)
    _remember(talk, event)
    return Sprint(talk.session, tuple(talk.effects))


def _remember(talk: Talk, event: Event) -> None:
    """Keep the waiting question, and beside it what came in between: typed labels are looked up in both."""
    if replies := talk.replies():
        aside = talk.session.waits == "step" and "menu" not in replies[-1].extras
        before = talk.session.last[:1] if aside or isinstance(event, (AdviserWrote, TicketClosed)) else ()
        talk.change(last=(*before, replies[-1]))


def _hear(talk: Talk, event: Event) -> None:  # noqa: C901, PLR0912 - one line a kind of event, and no other logic
    match event:
        case Started():
            everywhere.start(talk, event)
        case Command(name=name):
            everywhere.obey(talk, name)
        case Said(text=text):
            _hear_words(talk, text)
        case Chose(token=pressed):
            _hear_press(talk, pressed)
        case Shared(caption=caption):
            _hear_media(talk, caption)
        case Edited(text=text):
            question.hear_edit(talk, text)
        case AskedGerman(reply=reply):
            everywhere.say_in_german(talk, reply)
        case AskedTerm(reply=reply):
            everywhere.explain(talk, reply)
        case AskedSource(reply=reply):
            everywhere.name_source(talk, reply)
        case Flooded():
            talk.notice("flood", MENU)
        case Unreadable():
            _answer_and_repeat(talk, "unreadable")
        case WaitExpired():
            _hear_silence(talk)
        case AdviserWrote(text=text):
            question.pass_answer(talk, text)
        case TicketClosed():
            question.close(talk)
        case Reacted():
            talk.effects.append(Ignore("reaction"))
        case Blocked():
            talk.effects.append(Ignore("blocked"))
        case Ignored(why=why):
            talk.effects.append(Ignore(why))
        case _:
            assert_never(event)


def _hear_words(talk: Talk, words: str) -> None:
    if talk.session.owner == "desk":
        question.add(talk, words)
        if talk.session.language is None:
            ask_language(talk)
    elif talk.session.language is None:
        talk.keep_unheard(words)
        ask_language(talk)
    elif not talk.session.frames:
        _hear_words_unasked(talk, words)
    elif talk.session.waits == "resume" or _long_ago(talk):
        talk.change(held=f"{talk.session.held}\n{words}".strip())
        _ask_to_resume(talk)
    else:
        _answer_step(talk, words)


def _hear_words_unasked(talk: Talk, words: str) -> None:
    if talk.session.question == "open":
        question.add(talk, words)
    else:
        question.offer_person(talk, words)


def _answer_step(talk: Talk, words: str) -> None:
    talk.change(waits="step")
    match walk.waiting_step(talk):
        case Choose() as step:
            choose.miss(step, talk, words)
        case Ask() as step:
            walk.move(talk, ask.take(step, talk, words))
        case Escalate() as step:
            escalate.take(step, talk, words)
        case None:  # the step is gone: the parent hears it, the words stay
            talk.keep_unheard(words)
            walk.begin_again(talk)
        case _:  # the question for the language stood before it: run on
            talk.keep_unheard(words)
            walk.run(talk)


def _hear_press(talk: Talk, pressed: str) -> None:
    kind, _, rest = pressed.partition(".")
    if kind == "c" and rest in everywhere.COMMANDS:
        everywhere.obey(talk, rest)
    elif kind == "l" and rest in talk.revision.languages:
        everywhere.take_language(talk, rest)
    elif kind == "t":
        _hear_talk_button(talk, pressed)
    elif pressed == talk.session.taken:
        talk.effects.append(Ignore("pressed twice"))
    else:
        _hear_option(talk, pressed)


def _hear_option(talk: Talk, pressed: str) -> None:
    place = talk.revision.buttons.get(pressed)
    if talk.session.language is None:
        ask_language(talk)
    elif place is None:
        _answer_and_repeat(talk, "button.gone")
    else:
        walk.take_option(talk, place)
        talk.change(taken=pressed)


def _hear_talk_button(talk: Talk, pressed: str) -> None:
    step = walk.waiting_step(talk) if talk.session.waits == "step" else None
    match pressed:
        case token.DONE if isinstance(step, Escalate):
            escalate.done(step, talk)
        case token.SKIP if isinstance(step, Ask):
            walk.move(talk, ask.skip(step, talk))
        case token.RESUME if talk.session.waits == "resume":
            _resume(talk)
        case token.HAND_OVER:
            everywhere.obey(talk, "mensch")
        case token.ANSWER | token.AGAIN:
            question.go_on(talk)
        case token.GOOD | token.BAD:
            question.rate(talk, pressed)
        case token.DONE | token.SKIP | token.RESUME:
            talk.effects.append(Ignore("pressed twice"))
        case _:
            _answer_and_repeat(talk, "button.gone")


def _hear_media(talk: Talk, caption: str) -> None:
    """Photos and voice cannot be passed on yet: say so, keep what was written with them."""
    talk.notice("media.unreadable", extras=("help",))
    if caption:
        _hear_words(talk, caption)
    else:
        walk.repeat(talk)


def _hear_silence(talk: Talk) -> None:
    if not walk.end_silence(talk):
        talk.change(wakes_at=None)
        talk.effects.append(Ignore("nothing to wait for"))


def _answer_and_repeat(talk: Talk, name: str) -> None:
    talk.notice(name, *(() if talk.session.waits == "step" else (MENU,)))
    walk.repeat(talk)


def _long_ago(talk: Talk) -> bool:
    heard = talk.session.heard_at
    return heard is not None and talk.now - heard > LONG_AGO


def _ask_to_resume(talk: Talk) -> None:
    if walk.waiting_step(talk) is None:
        talk.change(waits="step")
        _answer_step(talk, talk.session.held)
    else:
        walk.ask_to_resume(talk)


def _resume(talk: Talk) -> None:
    held = talk.session.held
    talk.change(waits="step", held="")
    _answer_step(talk, held)
