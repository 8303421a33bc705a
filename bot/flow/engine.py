"""``advance``: one happening in a talk, one sprint.

    advance(revision, session, event, now) -> Sprint(session, effects, passed)

Pure and total: no I/O, no clock, no chance, no words; any event in any session gives a sprint, on any revision that
the checker has let pass. ``now`` is an aware moment in the house's time zone. Never silent: each event leads to a
reply, to an effect on the parent's question, or to ``Ignore`` with the reason.

How a talk moves: ``walk.py`` runs steps until one waits; ``press.py`` takes their buttons, also those of long ago.
What a parent may do at any moment: ``everywhere.py``. The parent's question and the person who answers it:
``question.py``. This file only decides who is meant.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import assert_never

from bot.flow import everywhere, mend, own_data, press, question, token, walk
from bot.flow.about import is_same
from bot.flow.effect import Effect, Erase, Ignore, Passed
from bot.flow.event import (
    AdviserWrote,
    AskedGerman,
    AskedMore,
    AskedSource,
    AskedTerm,
    Blocked,
    Chose,
    Command,
    Due,
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
from bot.flow.graph import Ask, Choose, Escalate, Form, Remind, Revision
from bot.flow.message import Photo, Reply
from bot.flow.notices import ask_language, remind_of
from bot.flow.session import Session
from bot.flow.steps import ask, choose, escalate, form, missed, photo, remind
from bot.flow.talk import MENU, Talk

LONG_AGO = timedelta(hours=24)
"""A text typed after so long a pause is used only after asking whether to go on."""

DOUBLE_TAP = timedelta(seconds=2)
"""Within so short a time the same button was pressed once and sent twice."""

_NOT_HEARD = (WaitExpired, Due, AdviserWrote, TicketClosed, Blocked, Reacted, Ignored)
"""Happenings that are nothing the parent said."""


@dataclass(frozen=True, slots=True)
class Sprint:
    """What one event led to. ``passed`` are the arrows that the talk took, in order; only counted."""

    session: Session
    effects: tuple[Effect, ...]
    passed: tuple[Passed, ...] = ()


def advance(revision: Revision, session: Session, event: Event, now: datetime) -> Sprint:
    """Return the session after an event, and what is to be done."""
    talk = Talk(revision, session, now)
    mend.answers(talk)
    if not isinstance(event, _NOT_HEARD):
        mend.languages(talk)
    _hear(talk, event)
    if any(isinstance(effect, Erase) for effect in talk.effects):
        return Sprint(Session(), tuple(talk.effects))
    if not isinstance(event, _NOT_HEARD):
        talk.change(heard_at=now)
    _remember(talk, event)
    return Sprint(talk.session, tuple(talk.effects), tuple(talk.passed))


def _remember(talk: Talk, event: Event) -> None:
    """Keep the waiting question, and beside it what came in between: typed labels are looked up in both."""
    if replies := talk.replies():
        asked = talk.session.last[:1] if _is_aside(talk, event, replies[-1]) else ()
        talk.change(last=(*asked, replies[-1]))


def _is_aside(talk: Talk, event: Event, latest: Reply) -> bool:
    """Say whether a message came between the question and its answer."""
    if isinstance(event, AskedMore):
        return not any(is_same(latest, question) for question in talk.session.last[:1])
    if isinstance(event, (AdviserWrote, TicketClosed, Due)) or own_data.asks(latest):
        return True
    return talk.session.waits == "step" and ("menu" not in latest.extras or missed.is_guess(latest.options))


def _hear(talk: Talk, event: Event) -> None:  # noqa: C901, PLR0912 - one line a kind of event, and no other logic
    match event:
        case Started():
            everywhere.start(talk, event)
        case Command(name=name):
            everywhere.obey(talk, name)
        case Said():
            _hear_words(talk, event)
        case Chose():
            _hear_press(talk, event)
        case Shared():
            _hear_media(talk, event)
        case Edited(text=text):
            question.hear_edit(talk, text)
        case AskedGerman(reply=reply):
            everywhere.say_in_german(talk, reply)
        case AskedTerm(reply=reply):
            everywhere.explain(talk, reply)
        case AskedSource(reply=reply):
            everywhere.name_source(talk, reply)
        case AskedMore(reply=reply):
            everywhere.show_more(talk, reply)
        case Flooded():
            talk.notice("flood", MENU)
        case Unreadable():
            walk.answer_and_repeat(talk, "unreadable")
        case WaitExpired():
            _hear_silence(talk)
        case Due():
            remind_of(talk, event)
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


def _hear_words(talk: Talk, said: Said) -> None:
    if talk.session.owner == "desk":
        question.add(talk, said.text)
        if talk.session.language is None:
            ask_language(talk)
    elif talk.session.language is None:
        talk.keep_unheard(said.text)
        ask_language(talk)
    elif not talk.session.frames:
        _hear_words_unasked(talk, said.text)
    elif talk.session.waits == "leave":
        talk.keep_unheard(said.text)
        walk.repeat(talk)
    elif talk.session.waits == "language" and talk.session.going == walk.BEFORE_STEP:
        _hear_no_language(talk, said.text)
    elif talk.session.waits == "language" and not talk.frame.step:  # the flow ends behind the question
        talk.keep_unheard(said.text)
        walk.run(talk)
    elif talk.session.waits == "resume" or _long_ago(talk):
        _hold(talk, Chose("", said.text))
    else:
        _answer_step(talk, said)


def _hear_no_language(talk: Talk, words: str) -> None:
    """Keep the words: the step below was not asked yet, so they do not answer it. After two misses it is asked."""
    talk.keep_unheard(words)
    if talk.session.misses + 1 < missed.MISSES:
        talk.change(misses=talk.session.misses + 1)
        ask_language(talk)
    else:
        walk.run(talk)


def _hear_words_unasked(talk: Talk, words: str) -> None:
    if talk.session.question == "open":
        question.add(talk, words)
    else:
        question.offer_person(talk, words)


def _hold(talk: Talk, typed: Chose) -> None:
    """Keep the words, and the button they stand for if any, until the parent has said whether to go on.

    The latest answer counts; a question for a person may have several parts.
    """
    words = typed.words
    if talk.session.waits == "resume" and isinstance(walk.waiting_step(talk), Escalate):
        words = f"{talk.session.held}\n{words}".strip()
    else:
        talk.keep_held()
    talk.change(held=words, meant=typed.token, waits="resume")
    walk.repeat(talk)


def _answer_step(talk: Talk, said: Said) -> None:
    talk.change(waits="step")
    match walk.waiting_step(talk):
        case Choose() as step:
            choose.miss(step, talk, said)
        case Ask() as step:
            walk.move(talk, ask.take(step, talk, said))
        case Form() as step:
            walk.move(talk, form.take(step, talk, said))
        case Remind() as step:
            remind.miss(step, talk, said)
        case Escalate() as step:
            escalate.take(step, talk, said.text)
        case None:  # the step is gone: the parent hears it, the words stay
            talk.keep_unheard(said.text)
            walk.begin_again(talk)
        case _:  # the question for the language stood before it: run on
            talk.keep_unheard(said.text)
            walk.run(talk)


def _hear_press(talk: Talk, chose: Chose) -> None:
    pressed = chose.token
    kind, _, rest = pressed.partition(".")
    if kind == "c" and rest in everywhere.COMMANDS:
        everywhere.obey(talk, rest)
    elif kind == "l" and rest in talk.revision.languages:
        everywhere.take_language(talk, rest)
    elif kind == "t":
        _hear_talk_button(talk, pressed)
    elif pressed == talk.session.taken and not chose.words and _is_double_tap(talk):
        talk.effects.append(Ignore("pressed twice"))
    elif kind == "s" and rest in talk.revision.flows:
        _open_flow(talk, rest)
    else:
        _hear_option(talk, chose)


def _is_double_tap(talk: Talk) -> bool:
    """Say whether the button taken last was sent twice. One that led back to its own question may be wanted again."""
    heard = talk.session.heard_at
    place = talk.revision.buttons.get(talk.session.taken)
    asked = (option.token for reply in talk.session.last[:1] for option in reply.options)
    leads_back = place is not None and any(talk.revision.buttons.get(token) == place for token in asked)
    return not leads_back or heard is None or talk.now - heard < DOUBLE_TAP


def _open_flow(talk: Talk, flow: str) -> None:
    everywhere.go_to(talk, flow)
    if talk.session.waits != "leave":
        talk.change(taken=token.start(flow))


def _hear_option(talk: Talk, chose: Chose) -> None:
    pressed = chose.token
    place = talk.revision.buttons.get(pressed)
    if talk.session.language is None:
        ask_language(talk)
    elif place is None:
        walk.answer_and_repeat(talk, "button.gone")
    elif chose.words and (talk.session.waits == "resume" or (talk.session.waits == "step" and _long_ago(talk))):
        _hold(talk, chose)
    else:
        press.take(talk, place)
        talk.change(taken=pressed)


def _hear_talk_button(talk: Talk, pressed: str) -> None:  # noqa: C901 - one case a button, and no other logic
    waits = talk.session.waits
    step = walk.waiting_step(talk) if waits == "step" else None
    match pressed:
        case token.DONE if isinstance(step, Escalate):
            escalate.done(step, talk)
        case token.RESUME if waits == "resume":
            _resume(talk)
        case token.RESUME if waits == "leave":
            walk.back_to_form(talk)
        case token.LEAVE if waits == "leave":
            going = talk.session.going
            walk.start_flow(talk, going if going in talk.revision.flows else "start")
        case token.OTHER if waits == "step" and any(missed.is_guess(reply.options) for reply in talk.session.last):
            talk.keep_held()
            walk.repeat(talk)
        case token.HAND_OVER:
            everywhere.obey(talk, "mensch")
        case token.ANSWER | token.AGAIN:
            question.go_on(talk)
        case token.GOOD | token.BAD:
            question.rate(talk, pressed)
        case token.ERASE:
            own_data.erase(talk)
        case token.KEEP:
            own_data.keep(talk)
        case token.DONE | token.RESUME | token.LEAVE | token.OTHER:
            talk.effects.append(Ignore("pressed twice"))
        case _:
            walk.answer_and_repeat(talk, "button.gone")


def _hear_media(talk: Talk, shared: Shared) -> None:
    """Keep a photo that was asked for. Other media cannot be passed on yet: say so, keep what was written with them."""
    listens = talk.session.waits == "step" and talk.session.owner == "bot" and talk.session.language is not None
    step = walk.waiting_step(talk) if listens else None
    asked = photo.asked(step, talk)
    if asked is not None and shared.caption:
        talk.keep_words(shared.caption)
    if asked is not None and shared.kind == "photo" and shared.media:
        walk.move(talk, photo.take(step, talk, asked, Photo(shared.media)))
        return
    talk.notice("media.unreadable", extras=("help",))
    if asked is not None:
        ask.ask_again(asked, talk)
    elif shared.caption:
        _hear_words(talk, Said(shared.caption))
    else:
        walk.repeat(talk)


def _hear_silence(talk: Talk) -> None:
    if not walk.end_silence(talk):
        talk.change(wakes_at=None)
        talk.effects.append(Ignore("nothing to wait for"))


def _long_ago(talk: Talk) -> bool:
    heard = talk.session.heard_at
    return heard is not None and talk.now - heard > LONG_AGO


def _resume(talk: Talk) -> None:
    """Go on, with what was typed before, if anything was."""
    held, meant = talk.session.held, talk.session.meant
    talk.change(waits="step", held="", meant="", owner="bot")
    if meant in talk.revision.buttons:
        _hear_option(talk, Chose(meant))
    elif held:
        _answer_step(talk, Said(held))
    else:
        walk.repeat(talk)
