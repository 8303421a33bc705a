"""Understanding what was typed: from words to an event that means something.

    understand(said, session, words) -> Command | Chose | AskedMore | Said

In this order: a command with its slash; the answer to whether to erase everything; the answer to a guess; the label of a button in sight, in the parent's language
or in German; where the language is asked for, what people call it; a button's number; a command's word in any language. What stays is ``Said``, with the buttons of the waiting question that the words
come near to. While a person has the talk, or the parent writes their question, only labels, slashes and the words for
help, menu, STOPP and for one's data count: everything else is for the person.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from bot.flow import token
from bot.flow.event import AskedMore, Chose, Command, Event, Said
from bot.flow.message import Option, Own, Text, interface
from bot.flow.own_data import asks
from bot.flow.session import Session
from bot.flow.steps.missed import is_guess
from bot.flow.talk import SOURCE_LANGUAGE
from bot.flow.values import latin_digits
from bot.model import Language
from bot.text.catalogs import Catalogs
from bot.text.fold import fold
from bot.text.interface import ENGLISH_WORDS
from bot.text.languages import names
from bot.text.near import near
from bot.text.render import label

ALWAYS = frozenset({"hilfe", "menu", "stopp", "meinedaten", "loeschen"})
"""Commands whose words count also while a person has the talk."""

EXTRA_SLASHES: Mapping[str, str] = {
    "help": "hilfe", "language": "sprache", "human": "mensch", "german": "deutsch", "stop": "stopp",
    "privacy": "datenschutz", "mydata": "meinedaten", "delete": "loeschen", "connect": "verbinden",
}  # fmt: skip
"""English names of the commands."""

YES, NO, MORE = interface("button.yes"), interface("button.no"), interface("button.more")
ENGLISH_LABELS: Mapping[Text, str] = {YES: "yes", NO: "no", interface("button.skip"): "skip"}
"""What is understood in every language beside the catalogs' labels."""

SAY_THE_SAME: Mapping[Text, Text] = {
    interface("button.confirm"): YES, interface("button.resume"): YES, interface("button.erase"): YES,
    interface("button.change"): NO, interface("button.leave"): NO, interface("button.other"): NO,
    interface("button.keep"): NO,
}  # fmt: skip
"""Buttons that a simple yes or no presses: they answer a question that asks for one."""

_NOT_NUMBERED = ("c.", "m.", "s.", "t.")
"""Buttons of the house, which no number presses."""

ENGLISH = Language("en")
FEW = 3
"""So many words are near a language's name at most; a name or code of so few letters is only itself."""

_PLACE = re.compile(r"\s*(\d{1,2})\s*[.)]?\s*")


_HELP: tuple[Event, ...] = (Command("hilfe"), Chose(token.command("hilfe")))


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


def understand(said: Said, session: Session, words: Words) -> Command | Chose | AskedMore | Said:
    """Return what the parent means."""
    text = said.text.strip()
    if text.startswith("/"):
        return _slash(text, words) or said
    folded = fold(text)
    if not folded:
        return said
    sight = _Sight(session, words.catalogs)
    writes_freely = session.owner == "desk" or bool(session.written)
    pressed = sight.erasing(folded)
    if not pressed:
        pressed = sight.labelled(folded) if writes_freely else _pressed(text, folded, sight, session)
    if pressed:
        return Chose(pressed, text)
    name = words.commands.get(folded)
    if name is not None and (not writes_freely or name in ALWAYS):
        return Command(name)
    if writes_freely or session.waits != "step":
        return said
    return sight.about_question(folded, said)


def _pressed(text: str, folded: str, sight: "_Sight", session: Session) -> str:
    """Return the token of the button that these words press; else empty."""
    pressed = sight.answered(folded) or sight.labelled(folded)
    if not pressed and session.waits == "language":
        pressed = sight.language(folded)
    return pressed or sight.meant(folded) or _number(text, session)


def asks_for_help(event: Event, words: Words) -> bool:
    """Say whether this asks for help: the command, its button, or a word for it in any language, whatever is in sight."""
    if isinstance(event, Said):
        return words.commands.get(fold(event.text)) == "hilfe"
    return event in _HELP


def _slash(text: str, words: Words) -> Command | None:
    name = text[1:].split(maxsplit=1)[0].partition("@")[0].lower() if len(text) > 1 else ""
    name = EXTRA_SLASHES.get(name, name)
    if name in ENGLISH_WORDS:
        return Command(name)
    known = words.commands.get(fold(name))
    return None if known is None else Command(known)


def _number(text: str, session: Session) -> str:
    """Return the token of the option with this number in the question that waits, or in what was guessed; else empty."""
    if session.waits not in {"step", "language", "resume"} or not session.last:
        return ""
    asked = session.last[-1] if is_guess(session.last[-1].options) else session.last[0]
    choices = _numbered([option.token for option in asked.options])
    number = _PLACE.fullmatch(latin_digits(text[:10]))
    place = int(number[1]) if number else 0
    return choices[place - 1] if 1 <= place <= len(choices) else ""


def _numbered(tokens: Sequence[str]) -> Sequence[str]:
    """Return the buttons that have a number. A single one beside a question is "Überspringen": a typed 1 may be the answer."""
    own = [token for token in tokens if not token.startswith(_NOT_NUMBERED)]
    beside = [token for token in own if token.startswith("a.")]
    return [token for token in own if token not in beside] if len(beside) == 1 else own


class _Sight:
    """The buttons that a parent sees: those of the waiting question, and of what came in between."""

    def __init__(self, session: Session, catalogs: Catalogs) -> None:
        self._last = session.last
        self._languages = (session.language or session.hint or SOURCE_LANGUAGE, SOURCE_LANGUAGE)
        self._catalogs = catalogs

    def labelled(self, folded: str) -> str:
        """Return the token of the button with this label, the latest message first; else empty."""
        return next((option.token for option in self._options() if self._is_label(folded, option)), "")

    def meant(self, folded: str) -> str:
        """Return the token of the button that these words stand for: a yes, a no, its English label; else empty."""
        return next((option.token for option in self._options() if folded in self._other_words(option)), "")

    def answered(self, folded: str) -> str:
        """Return the token of the guess's button that these words press, a yes or a no among them; else empty.

        A yes answers what was asked last, also where the question below has an option "Ja".
        """
        options = self._last[-1].options if self._last else ()
        if not is_guess(options):
            return ""
        labelled = next((option.token for option in options if self._is_label(folded, option)), "")
        refused = token.OTHER if folded in self._words(NO) else ""
        return labelled or refused or self._confirmed(folded, options)

    def erasing(self, folded: str) -> str:
        """Return the token of the button by which whether to erase everything, asked last, is answered; else empty."""
        latest = self._last[-1:]
        if not any(asks(reply) for reply in latest):
            return ""
        options = [option for reply in latest for option in reply.options]
        return next(
            (each.token for each in options if self._is_label(folded, each) or folded in self._other_words(each)), ""
        )

    def language(self, folded: str) -> str:
        """Return the token of the language that is called so, or nearly so in a few words; else empty."""
        offered = [option.token for reply in self._last for option in reply.options if option.token.startswith("l.")]
        codes = [Language(each.removeprefix("l.")) for each in offered]
        others = tuple(sorted({*codes, *self._languages, ENGLISH}))
        called = {each: names(code, others) for each, code in zip(offered, codes, strict=True)}
        exact = [each for each in offered if folded in called[each]]
        if exact or len(folded.split()) > FEW:
            return min(exact, key=len, default="")  # "Persisch" is rather Persian than that of Afghanistan
        alike = near(folded, {each: [(name, "") for name in called[each] if len(name) > FEW] for each in offered})
        return alike[0] if len(alike) == 1 else ""

    def about_question(self, folded: str, said: Said) -> AskedMore | Said:
        """Return the words with the waiting question's buttons that they come near to; or that more are asked for."""
        question = self._last[:1]
        if folded in self._words(MORE) and question and question[0].options:
            return AskedMore(question[0])
        options = [option for reply in question for option in reply.options if option.token != token.DONE]
        return Said(said.text, near(folded, {option.token: self._pairs(option) for option in options}))

    def _options(self) -> Iterator[Option]:
        return (option for reply in reversed(self._last) for option in reply.options)

    def _confirmed(self, folded: str, options: Sequence[Option]) -> str:
        """Return the token of the only button that was guessed, if this is a yes; else empty."""
        guessed = [option.token for option in options if not option.token.startswith("t.")]
        return guessed[0] if len(guessed) == 1 and folded in self._words(YES) else ""

    def _is_label(self, folded: str, option: Option) -> bool:
        """Say whether these are a button's words, its long or its short ones. Most of a talk's time is spent here."""
        return self._is_text(folded, option.label) or self._is_text(folded, option.short)

    def _is_text(self, folded: str, text: Text | Own | None) -> bool:
        if not isinstance(text, Text):
            return False
        return any(_folded(label(text, self._catalogs, code)) == folded for code in self._languages)

    def _other_words(self, option: Option) -> set[str]:
        """Return what presses a button beside its label: that in English, or a simple yes or no."""
        if not isinstance(option.label, Text):
            return set()
        same = SAY_THE_SAME.get(option.label, option.label)
        return self._words(same) if same in ENGLISH_LABELS else set()

    def _words(self, text: Text) -> set[str]:
        own = {_folded(label(text, self._catalogs, language)) for language in self._languages}
        return own | {ENGLISH_LABELS[text]} if text in ENGLISH_LABELS else own

    def _pairs(self, option: Option) -> set[tuple[str, Language]]:
        """Return a button's labels, folded, each with its language."""
        texts = [text for text in (option.label, option.short) if isinstance(text, Text)]
        return {(_folded(label(text, self._catalogs, code)), code) for text in texts for code in self._languages}


@lru_cache(8192)
def _folded(words: str) -> str:
    """Fold a button's label: there are a few thousand, looked at again and again."""
    return fold(words)
