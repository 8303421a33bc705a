"""Messages that every part of the core may need: the question for the language, the help card, a reminder."""

from bot.flow import token
from bot.flow.event import Due
from bot.flow.message import Day, Line, Option, Own, Reply, Text, interface
from bot.flow.talk import ALWAYS, SOURCE_LANGUAGE, Talk


def ask_language(talk: Talk) -> None:
    """Ask for the language: each by its own name, first the one that the phone suggests."""
    languages = talk.revision.languages
    hint = talk.session.hint
    order = (*(code for code in languages if code == hint), *(code for code in languages if code != hint))
    options = tuple(Option(token.language(code), Text("language", code)) for code in order)
    lines = (Line(Text("every", "language.word")), Line(interface("language.choose")))
    extras = ("help",) if talk.session.language is None else ALWAYS
    talk.reply(Reply(lines, options, extras, language=talk.session.language or hint or SOURCE_LANGUAGE))
    talk.change(waits="language")


def say_help_card(talk: Talk) -> None:
    """Say where help is to be had at once. It needs no choice of language."""
    language = talk.session.language or talk.session.hint or SOURCE_LANGUAGE
    german = () if language == SOURCE_LANGUAGE else ("german",)
    extras = (*german, *(extra for extra in ALWAYS if extra != "help"))
    talk.reply(Reply(talk.revision.help_card, extras=extras, language=language))


def remind_of(talk: Talk, event: Due) -> None:
    """Say that a day is near. The flow that it is about may be gone, or not be there in the parent's language."""
    flow = talk.revision.flows.get(event.flow)
    more = () if flow is None else (Option(token.start(event.flow), interface("button.open")),)
    stop = Option(token.command("stopp"), interface("button.stop"))
    about = Own(event.flow) if flow is None else flow.title
    line = Line(interface("remind.due"), (("flow", about), ("date", Day(event.day))))
    spoken = talk.session.language or talk.session.hint or SOURCE_LANGUAGE
    whole = spoken in talk.revision.whole.get(event.flow, frozenset())
    german = ("german",) if whole and spoken != SOURCE_LANGUAGE else ()
    talk.reply(Reply((line,), (*more, stop), german, language=None if whole or flow is None else SOURCE_LANGUAGE))
