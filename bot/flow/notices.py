"""Two messages that every part of the core may need: the question for the language, and the help card."""

from bot.flow import token
from bot.flow.message import Line, Option, Reply, Text, interface
from bot.flow.talk import ALWAYS, SOURCE_LANGUAGE, Talk


def ask_language(talk: Talk) -> None:
    """Ask for the language: each by its own name, first the one that the phone suggests."""
    languages = talk.revision.languages
    hint = talk.session.hint
    order = (*(code for code in languages if code == hint), *(code for code in languages if code != hint))
    options = tuple(Option(token.language(code), Text("language", code)) for code in order)
    lines = (Line(Text("every", "language.word")), Line(interface("language.choose")))
    talk.reply(Reply(lines, options, ("help",), language=talk.session.language or hint or SOURCE_LANGUAGE))
    talk.change(waits="language")


def say_help_card(talk: Talk) -> None:
    """Say where help is to be had at once. It needs no choice of language."""
    language = talk.session.language or talk.session.hint or SOURCE_LANGUAGE
    german = () if language == SOURCE_LANGUAGE else ("german",)
    extras = (*german, *(extra for extra in ALWAYS if extra != "help"))
    talk.reply(Reply(talk.revision.help_card, extras=extras, language=language))
