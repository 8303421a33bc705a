"""``say``: a message, with what goes with it; then on."""

from bot.flow.graph import End, Goto, Say
from bot.flow.talk import Talk


def enter(step: Say, talk: Talk) -> Goto | End:
    """Say the text and go on."""
    link = () if step.link is None else ((step.link.label, step.link.url),)
    talk.tell(step.wording, step.media, link)
    return step.then
