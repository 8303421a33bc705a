"""``ask``: one typed answer."""

from bot.flow import token
from bot.flow.graph import Ask, End, Goto, Stay
from bot.flow.message import Chosen, Day, Line, Option, Own, Text, Value, interface
from bot.flow.steps.choose import MISSES, PERSON
from bot.flow.talk import Talk
from bot.flow.values import read

SKIP = Option(token.SKIP, interface("button.skip"))


def enter(step: Ask, talk: Talk) -> Stay:
    """Ask."""
    talk.question(step.wording, _options(step))
    return Stay()


def take(step: Ask, talk: Talk, words: str) -> Goto | End | Stay:
    """Keep the answer and go on; where it is none, say what fits and ask again."""
    value = read(step, words, talk.now)
    if value is None:
        return _miss(step, talk)
    talk.keep(step.save, value)
    talk.pass_by(step.wording.text, _said(value))
    return step.then


def skip(step: Ask, talk: Talk) -> Goto | End | Stay:
    """Go on without an answer where there need not be one."""
    if not step.optional:
        return enter(step, talk)
    kept = tuple(pair for pair in talk.frame.answers if pair[0] != step.save)
    talk.change_frame(answers=kept)
    talk.pass_by(step.wording.text, interface("button.skip"))
    return step.then


def _miss(step: Ask, talk: Talk) -> Stay:
    talk.change(misses=talk.session.misses + 1)
    why = Line(interface(f"ask.retry.{step.type}")) if step.retry is None else talk.line(step.retry)
    options = (*_options(step), PERSON) if talk.session.misses >= MISSES else _options(step)
    talk.question(step.wording, options, before=(why,))
    return Stay()


def _options(step: Ask) -> tuple[Option, ...]:
    return (SKIP,) if step.optional else ()


def _said(value: Value) -> Text | Own:
    match value:
        case Chosen(label=label):
            return label
        case Day(date=day):
            return Own(f"{day:%d.%m.%Y}")
        case _:
            return Own(str(value))
