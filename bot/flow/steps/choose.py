"""``choose``: a question with buttons. An answer is an option's token, never the text of its label."""

from bot.flow import token
from bot.flow.event import Said
from bot.flow.graph import Call, Choice, Choose, Move, Stay
from bot.flow.message import Chosen, Option
from bot.flow.steps.missed import NOT_UNDERSTOOD, missed, with_person
from bot.flow.talk import ALWAYS, Talk


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
    talk.count(chosen.name)
    if chosen.say is not None:
        talk.tell(chosen.say)
    return chosen.then


def miss(step: Choose, talk: Talk, said: Said) -> Stay:
    """Ask again; after two misses with a person among the options."""
    if not missed(talk, said):
        options = _options(step, talk)
        options = options if _leads_to_person(step) else with_person(talk, options)
        talk.question(step.wording, options, before=(NOT_UNDERSTOOD,), always=_extras(step))
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
