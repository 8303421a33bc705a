"""What can happen in a state: the one place that knows which events each kind of step takes.

Buttons in sight are pressed whatever the step; here stands what is typed, sent or waited for beside them. ``always``
lists what may happen at any moment: every everywhere-command, and what parents, advisers and platforms do unasked.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import assert_never

from bot.check.proof.answers import SLIPS, Answers
from bot.flow.event import (
    AdviserWrote,
    AskedGerman,
    AskedMore,
    AskedSource,
    AskedTerm,
    Chose,
    Command,
    Due,
    Edited,
    Event,
    Flooded,
    Said,
    Shared,
    Started,
    TicketClosed,
    Unreadable,
    WaitExpired,
)
from bot.flow.everywhere import COMMANDS
from bot.flow.graph import (
    Ask,
    CallStep,
    Choose,
    Decide,
    Derive,
    Escalate,
    Flow,
    Form,
    Remind,
    Say,
    Step,
)
from bot.flow.message import Reply
from bot.flow.session import Frame, Session
from bot.flow.steps.missed import MISSES

QUESTION = "Das möchte ich einen Menschen fragen"
"""What is typed where no typed answer is wanted: long enough to be kept for a person."""
DAY = timedelta(days=2)
"""A pause after which a typed text is not used without asking."""
SILENCE = timedelta(minutes=11)
"""A pause that ends the writing of a question."""


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that happens, so long after the one before it."""

    event: Event
    after: timedelta = timedelta(0)


def accepted(session: Session, flow: Flow, step: Step, answers: Answers) -> Iterator[Act]:
    """Yield what a state that waits at a step takes: every button in sight, and what is typed, of each class once.

    After one miss nothing but the next miss is new: the buttons and answers are those from before it.
    """
    if 0 < session.misses < MISSES:
        yield Act(Said(QUESTION)) if isinstance(step, Choose | Remind) else Act(Said(SLIPS[0]))
        return
    yield from (Act(Chose(token)) for token in in_sight(session))
    match step:
        case Choose() | Remind():
            yield Act(Said(QUESTION))
            yield from _near(session)
        case Ask():
            yield from _typed(flow, step, answers)
        case Form():
            yield from _typed_in_form(session.frames[-1], flow, step, answers)
        case Escalate():
            yield Act(Said(QUESTION))
            yield Act(WaitExpired(), SILENCE)
        case Say() | Decide() | Derive() | CallStep():
            return  # nothing waits there
        case _:
            assert_never(step)


def in_sight(session: Session) -> tuple[str, ...]:
    """Return the buttons of the waiting question that belong to it, not to the house."""
    replies = session.last[:1]
    return tuple(option.token for reply in replies for option in reply.options if not option.token.startswith("c."))


def always(session: Session) -> Iterator[Act]:
    """Yield what may happen at any moment."""
    yield from (Act(Command(name)) for name in COMMANDS)
    yield Act(Said(QUESTION), DAY)
    yield Act(Shared("photo"))
    yield Act(Shared("voice", QUESTION))
    yield Act(Edited(QUESTION))
    yield from (Act(event) for event in (Flooded(), Unreadable(), AdviserWrote("Guten Tag"), TicketClosed()))
    yield from (Act(Started()), Act(Chose("nobody-knows-it")))
    yield from (Act(Due(frame.flow, _SOME_DAY)) for frame in session.frames[-1:])
    for reply in session.last[:1]:
        yield from (Act(event) for event in _about(reply))


def is_heard(event: Event) -> bool:
    """Say whether a parent did this and waits for an answer."""
    return isinstance(
        event, Said | Chose | Command | Shared | Started | AskedGerman | AskedTerm | AskedSource | AskedMore
    )


def _near(session: Session) -> Iterator[Act]:
    """Yield words that come near to a button, which is offered then."""
    tokens = in_sight(session)[:2]
    if tokens:
        yield Act(Said("fast so", tokens))


def _typed(flow: Flow, asked: Ask, answers: Answers) -> Iterator[Act]:
    yield from (Act(Said(words)) for words in answers.words(flow.name, asked))
    yield from (Act(Said(words)) for words in answers.slip(asked))
    yield Act(Shared("photo", media="photo")) if asked.type == "photo" else Act(Shared("photo"))


def _typed_in_form(frame: Frame, flow: Flow, form: Form, answers: Answers) -> Iterator[Act]:
    field = next((field for field in form.fields if field.save == frame.part), None)
    if field is None:
        yield Act(Said(QUESTION))
    else:
        yield from _typed(flow, field, answers)


_SOME_DAY = date(2026, 11, 10)


def _about(reply: Reply) -> Iterator[Event]:
    yield AskedMore(reply)
    if "german" in reply.extras:
        yield AskedGerman(reply)
    if "term" in reply.extras:
        yield AskedTerm(reply)
    if "source" in reply.extras:
        yield AskedSource(reply)
