"""``choose``: a question with buttons. An answer is an option's token, never the text of its label."""

from bot.flow import token
from bot.flow.graph import Call, Choice, Choose, Move, Stay
from bot.flow.message import Chosen, Line, Option, interface
from bot.flow.talk import ALWAYS, Talk

PERSON = Option(token.HAND_OVER, interface("button.ask_person"))
MISSES = 2
"""After so many answers that were none, a person is offered as a button."""


def enter(step: Choose, talk: Talk) -> Stay:
    """Ask."""
    talk.question(step.wording, _options(step, talk), always=_extras(step))
    return Stay()


def take(step: Choose, talk: Talk, name: str) -> Move:
    """Take the option of this name; one that is no more asks again."""
    chosen = next((choice for choice in step.options if name == choice.name or name in choice.was), None)
    if chosen is None:
        return enter(step, talk)
    if step.save:
        talk.keep(step.save, Chosen(chosen.name, chosen.label))
    talk.pass_by(step.wording.text, chosen.label)
    if chosen.say is not None:
        talk.tell(chosen.say)
    return chosen.then


def miss(step: Choose, talk: Talk, words: str) -> Stay:
    """Keep what was typed for a person, and ask again; after two misses with a person among the options."""
    talk.change(misses=talk.session.misses + 1)
    talk.keep_unheard(words)
    options = _options(step, talk)
    if talk.session.misses >= MISSES and not _leads_to_person(step):
        options = (*options, PERSON)
    talk.question(step.wording, options, before=(Line(interface("choose.miss")),), always=_extras(step))
    return Stay()


def _extras(step: Choose) -> tuple[str, ...]:
    """Return what the second row offers: a person is not offered twice."""
    return tuple(extra for extra in ALWAYS if extra != "person" or not _leads_to_person(step))


def _leads_to_person(step: Choose) -> bool:
    return any(isinstance(choice.then, Call) and choice.then.flow in {"beratung", "/mensch"} for choice in step.options)


def _options(step: Choose, talk: Talk) -> tuple[Option, ...]:
    return tuple(_option(step, choice, talk.flow.name) for choice in step.options)


def _option(step: Choose, choice: Choice, flow: str) -> Option:
    return Option(token.option(flow, step.name, choice.name), choice.label, choice.short)
