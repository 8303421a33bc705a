"""How a talk moves: steps run until one waits, calls stack, ends return; what waits is asked again, left, or gone."""

from typing import assert_never

from bot.flow.graph import (
    Ask,
    Call,
    CallStep,
    Choose,
    Decide,
    Derive,
    End,
    Escalate,
    Flow,
    Form,
    Goto,
    Move,
    Remind,
    Say,
    Stay,
    Step,
)
from bot.flow.message import Option, Value, interface
from bot.flow.notices import ask_language, say_help_card
from bot.flow.session import FRAMES, Frame
from bot.flow.steps import ask, call, choose, decide, derive, escalate, form, remind, say
from bot.flow.talk import MENU, SOURCE_LANGUAGE, Talk
from bot.flow.token import LEAVE, RESUME
from bot.flow.values import is_of

FLOWS = {"menu": "start", "mensch": "beratung", "datenschutz": "datenschutz"}
"""The everywhere-commands that are flows."""

BEFORE_STEP = "/sprache"
"""What ``Session.going`` says while the question for the language stands before a step that was not asked yet."""

STEPS = 100
"""At most so many steps in one sprint, although the checker proves that no silent loop exists."""


def move(talk: Talk, where: Move) -> None:
    """Go where the waiting step leads, counting the arrow, and on from there."""
    if not isinstance(where, Stay):
        _count(talk, where)
    follow(talk, where)


def follow(talk: Talk, where: Move) -> None:
    """Go where the waiting step leads, and on from there until a step waits or nothing is left to run."""
    if isinstance(where, Stay):
        talk.change(waits="step")
        return
    talk.keep_held()
    talk.change(misses=0, waits="nothing", taken="")
    _go(talk, where)
    _run_on(talk)


def run(talk: Talk) -> None:
    """Run from the top frame's step until one waits; where there is no frame, nothing waits."""
    talk.change(misses=0, waits="nothing", taken="")
    _run_on(talk)


def answer_and_repeat(talk: Talk, name: str) -> None:
    """Say a text of the program, and ask the waiting question again."""
    talk.notice(name, *(() if talk.session.waits == "step" else (MENU,)))
    repeat(talk)


def repeat(talk: Talk) -> None:
    """Ask the waiting question again. Where none waits, or a person has the talk, all has been said."""
    match talk.session.waits:
        case "language":
            ask_language(talk)
        case "step" | "resume" | "leave" if talk.session.owner == "desk":
            return
        case "step" | "resume" | "leave":
            _repeat_step(talk)
        case _:
            if talk.session.language is None:
                ask_language(talk)


def ask_to_leave(talk: Talk, flow: str) -> None:
    """Ask whether to leave a half-filled form for another flow."""
    talk.change(waits="leave", going=flow, owner="bot")
    options = (Option(RESUME, interface("button.resume")), Option(LEAVE, interface("button.leave")))
    talk.notice("form.leave", *options, extras=("help", "person"))


def start_flow(talk: Talk, name: str) -> None:
    """Drop what was running and begin a flow."""
    leave(talk)
    talk.change(frames=(), owner="bot")
    push(talk, name, "")
    run(talk)


def call_flow(talk: Talk, name: str) -> None:
    """Run a flow above what waits; at its end the waiting question is asked again. A half-filled form stays below."""
    begun = form.half_filled(talk)
    if begun and begun[-1].flow == name:
        back_to_form(talk)
        return
    above = [frame.flow for frame in talk.session.frames[len(begun) :]]
    kept = talk.session.frames[-(FRAMES - 1) :]
    if name in above:
        kept = talk.session.frames[: len(begun) + above.index(name)]
        leave(talk)
    talk.change(frames=kept)
    push(talk, name, talk.frame.step if kept else "")
    run(talk)


def back_to_form(talk: Talk) -> None:
    """Go on with the form that was begun, whatever came above it."""
    begun = form.half_filled(talk)
    leave(talk)
    talk.change(frames=begun, owner="bot")
    run(talk)


def leave(talk: Talk) -> None:
    """Leave what waits: a question half written goes to a person, it is never thrown away."""
    if talk.session.written:
        step = _collecting_step(talk)
        escalate.hand_over(step or escalate.RESCUE, talk)
    talk.keep_held()


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
    frame = talk.frame if talk.session.frames else None
    flow = None if frame is None else talk.revision.flows.get(frame.flow)
    if frame is None or flow is None:
        return None
    name = flow.now(frame.step)
    step = flow.steps.get(name)
    if step is None or lacking(flow, name, frame.answers):
        return None
    if name != frame.step:
        talk.change_frame(step=name)
    return step


def lacking(flow: Flow, step: str, answers: tuple[tuple[str, Value], ...]) -> tuple[str, ...]:
    """Return what a step needs of a frame and does not find there: answers not given, or given as another type."""
    needed = flow.needs.get(step)
    if not needed:
        return ()
    held = dict(answers)
    return tuple(name for name in sorted(needed) if name not in held or not is_of(flow.types.get(name, ""), held[name]))


def begin_again(talk: Talk) -> None:
    """This part was reworked: say so, and begin its flow at the first step, or the menu where the flow is gone."""
    talk.notice("talk.reworked")
    flow = talk.frame.flow if talk.session.frames else "start"
    start_flow(talk, flow if flow in talk.revision.flows else "start")


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


def _run_on(talk: Talk) -> None:
    for _ in range(STEPS):
        session = talk.session
        if session.waits == "language":
            return
        if not session.frames:
            talk.end_with_menu()
            return
        if session.owner == "desk" and talk.frame.asked:  # the form waits until the parent comes back to the bot
            talk.end_with_menu()
            talk.change(waits="resume")
            return
        step = waiting_step(talk)
        if step is None:
            _pass_gap(talk)
            continue
        where = _enter(step, talk)
        if isinstance(where, Stay):
            talk.change(waits="step")
            return
        _count(talk, where)
        _go(talk, where)
    talk.change(frames=())
    talk.notice("talk.failed")
    talk.end_with_menu()


def _enter(step: Step, talk: Talk) -> Move:  # noqa: PLR0911 - one line a kind of step
    match step:
        case Say():
            return say.enter(step, talk)
        case Choose():
            return choose.enter(step, talk)
        case Ask():
            return ask.enter(step, talk)
        case Form():
            return form.enter(step, talk)
        case Derive():
            return derive.enter(step, talk)
        case Decide():
            return decide.enter(step, talk)
        case CallStep():
            return call.enter(step)
        case Remind():
            return remind.enter(step, talk)
        case Escalate():
            return escalate.enter(step, talk)
        case _:
            assert_never(step)


def _pass_gap(talk: Talk) -> None:
    """There is no step here: the flow had ended where a command was called, or what was there is gone.

    Where it is gone, this is said, and its flow begins again; the menu, where that is gone too or needs a caller.
    """
    if not talk.frame.step:
        _end(talk)
        return
    talk.notice("talk.reworked")
    flow = talk.revision.flows.get(talk.frame.flow)
    name = "start" if flow is None or talk.frame.step == flow.first else flow.name
    talk.change(frames=())
    push(talk, name, "")


def _repeat_step(talk: Talk) -> None:
    step = waiting_step(talk)
    if step is None:
        begin_again(talk)
    elif talk.session.waits == "resume":
        _ask_to_resume(talk)
    elif talk.session.waits == "leave":
        ask_to_leave(talk, talk.session.going)
    else:
        move(talk, _enter(step, talk))


def _ask_to_resume(talk: Talk) -> None:
    """After a long pause, ask whether to go on where the talk was."""
    talk.notice("talk.resume", Option(RESUME, interface("button.resume")), MENU, flow=talk.flow.title)


def _count(talk: Talk, where: Goto | Call | End) -> None:
    """Count the arrow to the next step. A choice has counted its option; a call counts when it goes on."""
    match where:
        case Goto(step=name):
            talk.count(name)
        case End():
            talk.count("")
        case Call(flow=name, then=then) if name.startswith("/") and name[1:] not in FLOWS:
            _count(talk, then)
        case Call():
            return
        case _:
            assert_never(where)


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
        talk.change(going=BEFORE_STEP)
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
    while True:
        ended = talk.frame
        talk.change(frames=talk.session.frames[:-1])
        if not talk.session.frames:
            return
        _bring_back(talk, ended)
        _count_return(talk)
        if talk.frame.then:
            talk.change_frame(step=talk.frame.then, then="")
            return


def _count_return(talk: Talk) -> None:
    """Count the arrow of a call that goes on. What was called in between, above a question, has none."""
    flow = talk.revision.flows.get(talk.frame.flow)
    step = None if flow is None else flow.steps.get(talk.frame.step)
    if isinstance(step, CallStep) and talk.frame.then != talk.frame.step:
        talk.count(talk.frame.then)


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
