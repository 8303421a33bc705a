"""``remind``: ask whether to be reminded of a calendar's days. The days themselves come as ``Due``, when they are near."""

from bot.flow.buttons import NO, YES, made
from bot.flow.effect import Subscribe
from bot.flow.event import Said
from bot.flow.graph import End, Goto, Remind, Stay
from bot.flow.message import Option, interface
from bot.flow.steps.missed import NOT_UNDERSTOOD, missed, with_person
from bot.flow.talk import Talk

_LABELS = {YES: interface("button.yes"), NO: interface("button.no")}


def enter(step: Remind, talk: Talk) -> Stay:
    """Ask."""
    talk.question(step.wording, _options(step, talk))
    return Stay()


def press(step: Remind, talk: Talk, name: str) -> Goto | End | Stay:
    """Remind or not, and go on."""
    if name not in _LABELS:
        return enter(step, talk)
    talk.pass_by(step.wording.text, _LABELS[name])
    if name == YES:
        talk.effects.append(Subscribe(talk.flow.name, step.calendar, step.before))
        if step.yes_text is None:
            talk.notice("remind.yes")
        else:
            talk.tell(step.yes_text)
    return step.then


def miss(step: Remind, talk: Talk, said: Said) -> Stay:
    """Ask again."""
    if not missed(talk, said):
        talk.question(step.wording, with_person(talk, _options(step, talk)), before=(NOT_UNDERSTOOD,))
    return Stay()


def _options(step: Remind, talk: Talk) -> tuple[Option, ...]:
    return tuple(Option(made(talk.flow.name, step.name, name), label) for name, label in _LABELS.items())
