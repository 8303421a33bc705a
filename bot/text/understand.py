"""Understanding what was typed: from words to an event that means something.

    understand(said, session, words) -> Command | Chose | Said

In this order: a command with its slash; the label of a button in sight, in the parent's language or in German; its
number; a command's word in any language. What stays is ``Said``. While a person has the talk, or the parent writes
their question, only labels, slashes and the words for help and menu count: everything else is for the person.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.flow.event import Chose, Command, Said
from bot.flow.message import Option, Text, interface
from bot.flow.session import Session
from bot.flow.talk import SOURCE_LANGUAGE
from bot.flow.values import latin_digits
from bot.model import Language
from bot.text.catalogs import Catalogs
from bot.text.fold import fold
from bot.text.interface import ENGLISH_WORDS
from bot.text.render import label

ALWAYS = frozenset({"hilfe", "menu"})
"""Commands whose words count also while a person has the talk."""

EXTRA_SLASHES: Mapping[str, str] = {
    "help": "hilfe", "language": "sprache", "human": "mensch", "german": "deutsch", "stop": "stopp",
    "privacy": "datenschutz", "mydata": "meinedaten", "delete": "loeschen", "connect": "verbinden",
}  # fmt: skip
"""English names of the commands."""


_PLACE = re.compile(r"\s*(\d{1,2})\s*[.)]?\s*")


@dataclass(frozen=True, slots=True)
class Words:
    """What is understood: the catalogs, and every command's words in every language, folded."""

    catalogs: Catalogs
    commands: Mapping[str, str] = field(default_factory=dict)


def learn(catalogs: Catalogs) -> Words:
    """Gather the commands' words of all languages. The English ones win, then German, then the others as offered."""
    commands: dict[str, str] = {}
    for name, english in ENGLISH_WORDS.items():
        for word in english:
            commands.setdefault(fold(word), name)
    for language in dict.fromkeys((SOURCE_LANGUAGE, *catalogs.translated)):
        for name in ENGLISH_WORDS:
            for word in catalogs.find(interface(f"command.{name}.words"), language).replace("،", ",").split(","):
                commands.setdefault(fold(word), name)
    commands.pop("", None)
    return Words(catalogs, commands)


def understand(said: Said, session: Session, words: Words) -> Command | Chose | Said:
    """Return what the parent means."""
    text = said.text.strip()
    if text.startswith("/"):
        return _slash(text, words) or said
    folded = fold(text)
    if not folded:
        return said
    if pressed := _label(folded, session, words):
        return Chose(pressed)
    writes_freely = session.owner == "desk" or bool(session.written)
    if (pressed := _number(text, session)) and not writes_freely:
        return Chose(pressed)
    name = words.commands.get(folded)
    if name is None or (writes_freely and name not in ALWAYS):
        return said
    return Command(name)


def asks_for_help(said: Said, words: Words) -> bool:
    """Say whether this is a word for help in any language, also where a button in sight is labelled the same."""
    return words.commands.get(fold(said.text)) == "hilfe"


def _slash(text: str, words: Words) -> Command | None:
    name = text[1:].split(maxsplit=1)[0].partition("@")[0].lower() if len(text) > 1 else ""
    name = EXTRA_SLASHES.get(name, name)
    if name in ENGLISH_WORDS:
        return Command(name)
    known = words.commands.get(fold(name))
    return None if known is None else Command(known)


def _label(folded: str, session: Session, words: Words) -> str:
    """Return the token of the button in sight that is labelled so, the latest message first; else empty."""
    languages = (session.language or session.hint or SOURCE_LANGUAGE, SOURCE_LANGUAGE)
    options = [option for reply in reversed(session.last) for option in reply.options]
    return next((o.token for o in options if folded in _labels(o, languages, words.catalogs)), "")


def _labels(option: Option, languages: tuple[Language, Language], catalogs: Catalogs) -> set[str]:
    texts: list[Text] = [text for text in (option.label, option.short) if isinstance(text, Text)]
    return {fold(label(text, catalogs, language)) for text in texts for language in languages}


def _number(text: str, session: Session) -> str:
    """Return the token of the option with this number in the question that waits; else empty."""
    asked = session.last[0].options if session.last and session.waits in {"step", "language", "resume"} else ()
    choices = [option.token for option in asked if not option.token.startswith(("t.", "c."))]
    number = _PLACE.fullmatch(latin_digits(text[:10]))
    place = int(number[1]) if number else 0
    return choices[place - 1] if 1 <= place <= len(choices) else ""
