"""How a talk moves: steps run until one waits, calls stack, ends return. And how a step is entered from outside."""

from typing import assert_never

from bot.flow.graph import (
    Ask,
    Call,
    CallStep,
    Choose,
    Decide,
    End,
    Escalate,
    Flow,
    Goto,
    Move,
    Place,
    Say,
    Stay,
    Step,
)
from bot.flow.message import Chosen, Day, Option, Value, interface
from bot.flow.notices import ask_language, say_help_card
from bot.flow.session import FRAMES, Frame
from bot.flow.steps import ask, call, choose, decide, escalate, say
from bot.flow.talk import MENU, SOURCE_LANGUAGE, Talk
from bot.flow.token import RESUME

FLOWS = {"menu": "start", "mensch": "beratung", "datenschutz": "datenschutz"}
"""The everywhere-commands that are flows."""

STEPS = 100
"""At most so many steps in one sprint, although the checker proves that no silent loop exists."""


def move(talk: Talk, where: Move) -> None:
    """Go where a step leads, and on from there until a step waits or nothing is left to run."""
    for _ in range(STEPS):
        if isinstance(where, Stay):
            talk.change(waits="step")
            return
        talk.change(misses=0, waits="nothing")
        _go(talk, where)
        if talk.session.waits == "language":
            return
        if not talk.session.frames:
            talk.end_with_menu()
            return
        where = _enter(talk)
    talk.change(frames=())
    talk.notice("talk.failed")
    talk.end_with_menu()


def run(talk: Talk) -> None:
    """Run from the top frame's step; where there is no frame, nothing waits."""
    if talk.session.frames:
        move(talk, Goto(talk.frame.step) if talk.frame.step else End())
    else:
        talk.end_with_menu()


def repeat(talk: Talk) -> None:
    """Ask the waiting question again. Where none waits, all has been said."""
    match talk.session.waits:
        case "language":
            ask_language(talk)
        case "resume":
            ask_to_resume(talk)
        case "step" if waiting_step(talk) is None:
            begin_again(talk)
        case "step":
            move(talk, _enter(talk))
        case _:
            if talk.session.language is None:
                ask_language(talk)


def ask_to_resume(talk: Talk) -> None:
    """After a long pause, ask whether to go on where the talk was."""
    talk.change(waits="resume")
    talk.notice("talk.resume", Option(RESUME, interface("button.resume")), MENU, flow=talk.flow.title)


def start_flow(talk: Talk, name: str) -> None:
    """Drop what was running and begin a flow."""
    leave(talk)
    talk.change(frames=(), owner="bot", waits="nothing", misses=0, held="")
    push(talk, name, "")
    run(talk)


def call_flow(talk: Talk, name: str) -> None:
    """Run a flow above what waits; at its end the waiting question is asked again."""
    above = [frame.flow for frame in talk.session.frames]
    if name in above:
        leave(talk)
    kept = talk.session.frames[: above.index(name)] if name in above else talk.session.frames[-(FRAMES - 1) :]
    talk.change(frames=kept, misses=0)
    push(talk, name, talk.frame.step if kept else "")
    run(talk)


def leave(talk: Talk) -> None:
    """Leave what waits: a question half written goes to a person, it is never thrown away."""
    if talk.session.written:
        step = _collecting_step(talk)
        escalate.hand_over(step or escalate.RESCUE, talk)
    if talk.session.held:
        talk.keep_unheard(talk.session.held)
        talk.change(held="")


def collects(talk: Talk) -> bool:
    """Say whether the parent is writing their question just now."""
    return talk.session.waits == "step" and isinstance(waiting_step(talk), Escalate)


def end_silence(talk: Talk) -> bool:
    """Bring a question that was being written to a person; say whether there was one."""
    if not talk.session.written:
        return False
    escalate.done(_collecting_step(talk) or escalate.RESCUE, talk)
    return True


def waiting_step(talk: Talk) -> Step | None:
    """Return the top frame's step, by its present name; None where flow or step is no more, or lacks answers."""
    if not talk.session.frames or talk.frame.flow not in talk.revision.flows:
        return None
    name = talk.flow.was.get(talk.frame.step, talk.frame.step)
    step = talk.flow.steps.get(name)
    if step is None or not _holds_answers(talk.flow, name, talk.frame.answers):
        return None
    if name != talk.frame.step:
        talk.change_frame(step=name)
    return step


def begin_again(talk: Talk) -> None:
    """This part was reworked: say so, and begin its flow at the first step, or the menu where the flow is gone."""
    talk.notice("talk.reworked")
    flow = talk.frame.flow if talk.session.frames else "start"
    start_flow(talk, flow if flow in talk.revision.flows else "start")


def take_option(talk: Talk, place: Place) -> None:
    """Take a button of the waiting step, or of an older message: then the talk goes back there."""
    if not _waits_at(talk, place):
        _go_back(talk, place)
    step = waiting_step(talk)
    if isinstance(step, Choose):
        talk.change(waits="step")
        move(talk, choose.take(step, talk, place.option))
    else:
        begin_again(talk)


def push(talk: Talk, name: str, then: str, answers: tuple[tuple[str, Value], ...] = ()) -> None:
    """Put a flow on the stack; where it is not there in the parent's language, say so and take the source language."""
    flow = talk.revision.flows[name]
    if talk.session.frames:
        talk.change_frame(then=then)
    whole = talk.session.language in talk.revision.whole.get(name, frozenset())
    if not whole:
        talk.notice("flow.not_translated", extras=("person",))
    frame = Frame(name, flow.first, answers, language=None if whole else SOURCE_LANGUAGE)
    talk.change(frames=(*talk.session.frames, frame))


def _enter(talk: Talk) -> Move:  # noqa: PLR0911 - one line a kind of step
    step = waiting_step(talk)
    match step:
        case Say():
            return say.enter(step, talk)
        case Choose():
            return choose.enter(step, talk)
        case Ask():
            return ask.enter(step, talk)
        case Decide():
            return decide.enter(step, talk)
        case CallStep():
            return call.enter(step)
        case Escalate():
            return escalate.enter(step, talk)
        case None:
            return _reworked(talk)
        case _:
            assert_never(step)


def _reworked(talk: Talk) -> Move:
    """A step that is gone was met while running: say so and go on with the menu."""
    talk.notice("talk.reworked")
    talk.change(frames=())
    push(talk, "start", "")
    return Goto(talk.frame.step)


def _go(talk: Talk, where: Goto | Call | End) -> None:
    match where:
        case Goto(step=name):
            talk.change_frame(step=name)
        case Call(flow=name) if name.startswith("/"):
            _call_command(talk, where)
        case Call():
            _call(talk, where)
        case End():
            _end(talk)
        case _:
            assert_never(where)


def _call_command(talk: Talk, call: Call) -> None:
    """Run an everywhere-command inside a flow: it answers, and the flow goes on."""
    name, then = call.flow[1:], call.then
    if name == "menu":
        talk.change(frames=())
        push(talk, FLOWS[name], "")
    elif name in FLOWS:
        _call(talk, Call(FLOWS[name], then))
    elif name == "sprache":
        talk.change_frame(step=then.step if isinstance(then, Goto) else "")
        ask_language(talk)
    else:
        say_help_card(talk)
        _go(talk, then)


def _call(talk: Talk, call: Call) -> None:
    given = tuple((name, value) for name, own in call.given if (value := talk.answer(own)) is not None)
    talk.change(frames=talk.session.frames[-(FRAMES - 1) :])
    push(talk, call.flow, call.then.step if isinstance(call.then, Goto) else "", given)
    talk.change_frame(save=call.save)


def _end(talk: Talk) -> None:
    """End the top frame; its caller goes on, or ends as well."""
    while talk.session.frames:
        ended = talk.frame
        talk.change(frames=talk.session.frames[:-1])
        if talk.session.frames:
            _bring_back(talk, ended)
        if talk.session.frames and talk.frame.then:
            talk.change_frame(step=talk.frame.then, then="")
            return


def _bring_back(talk: Talk, ended: Frame) -> None:
    answers = dict(ended.answers)
    for name in ended.save:
        if name in answers:
            talk.keep(name, answers[name])


def _collecting_step(talk: Talk) -> Escalate | None:
    """Return the step that collects, on top or below a flow that was called meanwhile, cutting the stack down to it."""
    for depth in range(len(talk.session.frames), 0, -1):
        below = Talk(talk.revision, talk.session, talk.now)
        below.change(frames=talk.session.frames[:depth])
        step = waiting_step(below)
        if isinstance(step, Escalate):
            talk.change(frames=below.session.frames)
            return step
    return None


def _waits_at(talk: Talk, place: Place) -> bool:
    if talk.session.waits != "step" or not talk.session.frames:
        return False
    flow = talk.revision.flows.get(talk.frame.flow)
    now_at = None if flow is None else flow.was.get(talk.frame.step, talk.frame.step)
    return talk.frame.flow == place.flow and now_at == place.step


def _go_back(talk: Talk, place: Place) -> None:
    """Cut the stack down to the button's flow; one that is not on the stack becomes the only frame."""
    leave(talk)
    flows = [frame.flow for frame in talk.session.frames]
    kept = talk.session.frames[: flows.index(place.flow) + 1] if place.flow in flows else ()
    talk.change(frames=kept, owner="bot", waits="step", misses=0, held="")
    if not kept:
        push(talk, place.flow, "")
    talk.change_frame(step=place.step, then="")


def _holds_answers(flow: Flow, step: str, answers: tuple[tuple[str, Value], ...]) -> bool:
    held = dict(answers)
    return all(name in held and _is_of(flow.types.get(name, ""), held[name]) for name in flow.needs.get(step, ()))


def _is_of(kind: str, value: Value) -> bool:
    match kind:
        case "number":
            return isinstance(value, int)
        case "date":
            return isinstance(value, Day)
        case "option":
            return isinstance(value, Chosen)
        case _:
            return isinstance(value, str)
