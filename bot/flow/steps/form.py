"""``form``: several questions, one a message; then a summary, in which every answer can be changed.

The frame says where in the form a talk is (``part``) and which fields are done (``asked``), as long as it is in it.
What is asked next is worked out anew each time, so a form that was edited in between asks what it lacks and no more.
"""

from bot.flow.buttons import CHANGE, CONFIRM, made
from bot.flow.event import Said
from bot.flow.graph import Ask, End, Form, Goto, Stay
from bot.flow.message import Line, Option, Shown, interface
from bot.flow.session import Frame
from bot.flow.steps import ask
from bot.flow.steps.ask import Question
from bot.flow.steps.missed import NOT_UNDERSTOOD, missed, with_person
from bot.flow.talk import Talk
from bot.flow.values import is_of

SUMMARY = ".summary"
_TO_CHANGE = ".change"


def enter(step: Form, talk: Talk) -> Stay:
    """Begin with the introduction and the first question; come back to where the form was left."""
    if not talk.frame.part:
        talk.tell(step.wording)
        talk.change_frame(part=SUMMARY, asked=())
    return _show(step, talk)


def take(step: Form, talk: Talk, said: Said) -> Stay:
    """Take typed words: the answer to a field, or a miss where only buttons answer."""
    question = waiting(step, talk)
    if question is not None:
        return go_on(step, talk) if ask.hear(question, talk, said) else Stay()
    if not talk.frame.part or _open(step, talk) is not None:  # the form was edited meanwhile, and asks something else
        talk.keep_unheard(said.text)
        return enter(step, talk)
    return Stay() if missed(talk, said) else _show(step, talk, before=(NOT_UNDERSTOOD,))


def press(step: Form, talk: Talk, name: str) -> Goto | End | Stay:
    """Take a button of this form, also one of an older message: it belongs to its field, whatever is asked now."""
    talk.change(misses=0)
    _come_back(step, talk)
    part, dot, button = name.partition(".")
    field = _field(step, part)
    if field is None:
        return _press_summary(step, talk, name)
    if not button:
        talk.change_frame(part=part if part in talk.frame.asked else SUMMARY)
        return _show(step, talk)
    talk.change_frame(part=part)
    return go_on(step, talk) if ask.hear_press(_question(step, field), talk, dot + button) else Stay()


def waiting(step: Form, talk: Talk) -> Question | None:
    """Return the field's question that waits for its answer; None at the summary."""
    field = _field(step, talk.frame.part)
    return None if field is None else _question(step, field)


def go_on(step: Form, talk: Talk) -> Stay:
    """Go on from the field that has just been answered: to the next open question, or to the summary."""
    done = talk.frame.part
    others = tuple(name for name in talk.frame.asked if name != done)
    talk.change_frame(part=SUMMARY, asked=(*others, done))
    talk.change(misses=0, taken="")
    return _show(step, talk)


def half_filled(talk: Talk) -> tuple[Frame, ...]:
    """Return the frames up to the one that holds a form which was begun and not confirmed; none where none does."""
    frames = talk.session.frames
    return next((frames[:depth] for depth in range(len(frames), 0, -1) if _is_begun(talk, frames[depth - 1])), ())


def _is_begun(talk: Talk, frame: Frame) -> bool:
    flow = talk.revision.flows.get(frame.flow)
    if flow is None or not frame.asked:
        return False
    return isinstance(flow.steps.get(flow.now(frame.step)), Form)


def _press_summary(step: Form, talk: Talk, name: str) -> Goto | End | Stay:
    """Confirm or change; while something is open, that is asked first."""
    if name == CONFIRM and not _open(step, talk):
        talk.change_frame(part="", asked=())
        return step.then
    talk.change_frame(part=_TO_CHANGE if name == CHANGE else SUMMARY)
    return _show(step, talk)


def _come_back(step: Form, talk: Talk) -> None:
    """Come into the form by a button of an older message: what the frame holds of it has been asked."""
    if talk.frame.part:
        return
    held = {field.name for field in step.fields if _holds(talk, field)}
    whole = all(field.name in held or field.optional for field in step.fields)
    asked = tuple(field.name for field in step.fields if whole or field.name in held)
    talk.change_frame(part=SUMMARY, asked=asked)


def _show(step: Form, talk: Talk, before: tuple[Line, ...] = ()) -> Stay:
    """Ask the field that the talk is at, else the first that is open; where none is, show what was answered."""
    field = _field(step, talk.frame.part) or _open(step, talk)
    if field is not None:
        talk.change_frame(part=field.name)
        ask.pose(_question(step, field), talk)
    elif talk.frame.part == _TO_CHANGE:
        _offer_change(step, talk, before)
    else:
        talk.change_frame(part=SUMMARY)
        _summarise(step, talk, before)
    return Stay()


def _open(step: Form, talk: Talk) -> Ask | None:
    """Return the first field that has not been asked, or whose answer is not of its type (any more)."""
    return next((field for field in step.fields if not _is_done(talk, field)), None)


def _is_done(talk: Talk, field: Ask) -> bool:
    return field.name in talk.frame.asked and (_holds(talk, field) or _is_skipped(talk, field))


def _holds(talk: Talk, field: Ask) -> bool:
    value = talk.answer(field.save)
    return value is not None and is_of(field.type, value)


def _is_skipped(talk: Talk, field: Ask) -> bool:
    return field.optional and talk.answer(field.save) is None


def _summarise(step: Form, talk: Talk, before: tuple[Line, ...]) -> None:
    answers = tuple(line for place in range(len(step.fields)) for line in _answered(step, place, talk))
    lines = (*before, Line(interface("form.summary")), *answers, Line(interface("form.right")))
    flow = talk.flow.name
    options = (
        Option(made(flow, step.name, CONFIRM), interface("button.confirm")),
        Option(made(flow, step.name, CHANGE), interface("button.change")),
    )
    shown = (term for field in step.fields if field.label is None for term in field.wording.terms)
    talk.wait_for(lines, with_person(talk, options), terms=tuple(dict.fromkeys(shown)))


def _answered(step: Form, place: int, talk: Talk) -> tuple[Line, ...]:
    """Return what a field says in the summary. Labelled ones stand together, like a list."""
    field = step.fields[place]
    value = talk.answer(field.save)
    answer: tuple[str, Shown] = ("answer", interface("form.nothing") if value is None else value)
    if field.label is None:
        return (talk.line(field.wording), Line(interface("form.answer"), (answer,), close=True))
    close = place > 0 and step.fields[place - 1].label is not None
    return (Line(interface("form.labelled"), (("label", field.label), answer), close=close),)


def _offer_change(step: Form, talk: Talk, before: tuple[Line, ...]) -> None:
    flow = talk.flow.name
    options = tuple(
        Option(made(flow, step.name, f"{field.name}."), field.label or field.wording.text) for field in step.fields
    )
    talk.wait_for((*before, Line(interface("form.change"))), with_person(talk, options))


def _field(step: Form, name: str) -> Ask | None:
    return next((field for field in step.fields if field.name == name), None)


def _question(step: Form, field: Ask) -> Question:
    return Question(field, step.name, field.name)
