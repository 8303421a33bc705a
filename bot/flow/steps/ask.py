"""``ask``: one answer, typed, pressed or sent. A form's fields are asked with the same functions."""

from dataclasses import dataclass

from bot.flow.buttons import NO, SKIP, YES, made, of_question
from bot.flow.event import Said
from bot.flow.graph import Ask, End, Goto, Stay
from bot.flow.message import Chosen, Day, Line, Option, Own, Photo, Text, Value, interface
from bot.flow.steps.missed import missed, with_person
from bot.flow.talk import Talk
from bot.flow.values import read

_LABELS = {SKIP: interface("button.skip"), YES: interface("button.yes"), NO: interface("button.no")}
_SENT = interface("answer.photo")


@dataclass(frozen=True, slots=True)
class Question:
    """An ``ask`` and where it stands: ``step`` is its step's name; ``field`` its name in a form, empty outside."""

    ask: Ask
    step: str
    field: str = ""


def enter(step: Ask, talk: Talk) -> Stay:
    """Ask."""
    pose(alone(step), talk)
    return Stay()


def take(step: Ask, talk: Talk, said: Said) -> Goto | End | Stay:
    """Keep the answer and go on; where it is none, say what fits and ask again."""
    return step.then if hear(alone(step), talk, said) else Stay()


def press(step: Ask, talk: Talk, name: str) -> Goto | End | Stay:
    """Take the button of this name, and go on."""
    return step.then if hear_press(alone(step), talk, name) else Stay()


# -- for forms as well


def alone(step: Ask) -> Question:
    """Return the question of a step of its own."""
    return Question(step, step.name)


def pose(question: Question, talk: Talk) -> None:
    """Ask."""
    talk.question(question.ask.wording, _options(question, talk))


def hear(question: Question, talk: Talk, said: Said) -> bool:
    """Keep a typed answer; where it is none, ask again. Say whether there is an answer now."""
    value = read(question.ask, said.text, talk.now)
    if value is None:
        _miss(question, talk, said)
        return False
    keep(question, talk, value)
    return True


def hear_press(question: Question, talk: Talk, name: str) -> bool:
    """Take a button; one that is no longer this question's asks again. Say whether the question is done."""
    if name not in of_question(question.ask):
        pose(question, talk)
        return False
    if name == SKIP:
        talk.drop(question.ask.save)
        _note(question, talk, _LABELS[SKIP])
    else:
        keep(question, talk, Chosen(name.removeprefix("."), _LABELS[name]))
    return True


def keep(question: Question, talk: Talk, value: Value) -> None:
    """Keep an answer, and note it on the parent's way."""
    talk.keep(question.ask.save, value)
    _note(question, talk, _said(value))


def ask_again(question: Question, talk: Talk) -> None:
    """Count an answer that could not be kept, and ask again."""
    talk.change(misses=talk.session.misses + 1)
    talk.question(question.ask.wording, with_person(talk, _options(question, talk)))


def _miss(question: Question, talk: Talk, said: Said) -> None:
    """Say what fits and ask again. Free text is never near a button: it is what it is."""
    ask = question.ask
    if missed(talk, Said(said.text) if ask.type == "text" else said):
        return
    why = Line(interface(f"ask.retry.{ask.type}")) if ask.retry is None else talk.line(ask.retry)
    talk.question(ask.wording, with_person(talk, _options(question, talk)), before=(why,))


def _note(question: Question, talk: Talk, answer: Text | Own) -> None:
    """Note the answer on the parent's way; a form's answer that was changed stands there once."""
    note = talk.correct if question.field in talk.frame.asked else talk.pass_by
    note(question.ask.wording.text, answer)


def _options(question: Question, talk: Talk) -> tuple[Option, ...]:
    flow, step, field = talk.flow.name, question.step, question.field
    return tuple(Option(made(flow, step, f"{field}{name}"), _LABELS[name]) for name in of_question(question.ask))


def _said(value: Value) -> Text | Own:
    match value:
        case Chosen(label=label):
            return label
        case Day(date=day):
            return Own(f"{day:%d.%m.%Y}")
        case Photo():
            return _SENT
        case _:
            return Own(str(value))
