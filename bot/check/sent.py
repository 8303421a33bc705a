"""The messages that a flow can send, as far as its authors write them: texts, buttons and files, in the flow's order.

What the program adds by itself (a sentence when an answer did not fit, "Überspringen") is short and not counted.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import assert_never

from bot.flow.graph import (
    Ask,
    CallStep,
    Choose,
    Decide,
    Derive,
    End,
    Escalate,
    Flow,
    Form,
    Remind,
    Say,
    Step,
    Wording,
)
from bot.flow.message import Media, Text

Label = tuple[Text, ...]
"""What a button may say: its label, and its short form where there is one."""


@dataclass(frozen=True, slots=True)
class Sent:
    """One message. ``buttons`` is true where it carries buttons, also the house's own: "Menü", "Mehr …".

    ``summed`` are the questions of a form whose answers are shown again.
    """

    texts: tuple[Wording, ...]
    buttons: bool
    labels: tuple[Label, ...] = ()
    media: tuple[Media, ...] = ()
    summed: tuple[Ask, ...] = ()


def messages(flow: Flow) -> Iterator[Sent]:
    """Yield every message of a flow."""
    for step in flow.steps.values():
        yield from _of(step)


def _of(step: Step) -> Iterator[Sent]:
    match step:
        case Say():
            yield Sent((step.wording,), _ends(step), media=step.media)
        case Choose():
            yield from _offered(step)
        case Ask():
            yield from _asked(step)
        case Form():
            yield from _form(step)
        case Remind():
            yield Sent((step.wording,), buttons=True)
            if step.yes_text is not None:
                yield Sent((step.yes_text,), _ends(step))
        case Escalate():
            yield Sent((step.wording,), buttons=True)
            yield Sent(tuple(each for each in (step.closed, step.nobody) if each is not None), buttons=True)
        case Derive() | Decide() | CallStep():
            pass
        case _:
            assert_never(step)


def _offered(choose: Choose) -> Iterator[Sent]:
    labels = tuple((each.label,) if each.short is None else (each.label, each.short) for each in choose.options)
    yield Sent((choose.wording,), buttons=True, labels=labels)
    for option in choose.options:
        if option.say is not None:
            yield Sent((option.say,), isinstance(option.then, End))


def _ends(step: Say | Remind) -> bool:
    """Say whether a flow may end after a step: the last message carries "Menü"."""
    return isinstance(step.then, End)


def _asked(ask: Ask) -> Iterator[Sent]:
    """Yield a question, and where it is asked again what is said before it."""
    yield Sent((ask.wording,) if ask.retry is None else (ask.retry, ask.wording), buttons=True)


def _form(form: Form) -> Iterator[Sent]:
    """Yield what a form says: its questions one by one, all answers, and the list of questions to change one."""
    yield Sent((form.wording,), buttons=False)
    for field in form.fields:
        yield from _asked(field)
    yield Sent(tuple(each.wording for each in form.fields if each.label is None), buttons=True, summed=form.fields)
    yield Sent((), buttons=True, labels=tuple((field.label or field.wording.text,) for field in form.fields))
