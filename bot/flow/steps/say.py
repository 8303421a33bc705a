"""``say``: a message, then on."""

from bot.flow.graph import End, Goto, Say
from bot.flow.talk import Talk


def enter(step: Say, talk: Talk) -> Goto | End:
    """Say the text and go on."""
    talk.tell(step.wording)
    return step.then
