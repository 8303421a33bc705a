"""W3, the checker's look at room: each message should fit into every channel, in every language.

Texts are counted as they are shown: with the longest answers, with the short explanations of glossary words, with the
signs that keep numbers in order. A label that is too long is cut in the middle of a word; in a language that must be
complete that stops publishing (E301). How large files may be, ``media`` says.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from bot.check.load import Loaded
from bot.check.po import Catalogs as Files
from bot.check.sent import Label, Sent, messages
from bot.check.spot import spot
from bot.flow.graph import Ask, Choose, Flow, Form, Wording
from bot.flow.message import Line, Own, Reply, Text, content
from bot.flow.talk import SOURCE_LANGUAGE
from bot.model import Account, Language
from bot.source.problem import Problem
from bot.text.catalogs import Catalogs, Words
from bot.text.interface import GERMAN
from bot.text.limits import ENDINGS, LIMITS, Limits
from bot.text.render import label, render

_NAMES: Mapping[Account, str] = {
    Account("whatsapp"): "WhatsApp",
    Account("telegram"): "Telegram",
    Account("webchat"): "der Seite",
    Account("terminal"): "dem Terminal",
}
_UNKNOWN = 40
"""So long is an answer of which nobody knows how long it can be."""
_TYPES: Mapping[str, int] = {"date": 10, "postcode": 5}
"""How long answers of some types are."""


def problems(
    loaded: Loaded, words: Mapping[Language, Words], files: Files, complete: Collection[Language] = ()
) -> Iterator[Problem]:
    """Yield what does not fit, in German and in every language that has a catalog."""
    german = {key: text.german for key, text in loaded.texts.items()}
    translated = {language: {"flows": each, "bot": {}} for language, each in words.items()}
    catalogs = Catalogs({"flows": german, "bot": GERMAN}, translated)
    sent = [(flow, tuple(messages(flow))) for flow in loaded.flows.values()]
    for language in (SOURCE_LANGUAGE, *sorted(words)):
        look = _Look(loaded, catalogs, files, language, strict=language in complete)
        for flow, each in sent:
            yield from look.flow(flow, each)
    for flow, each in sent:
        yield from _files(loaded, flow, each)


@dataclass(frozen=True, slots=True)
class _Look:
    """One look at all messages in one language. ``strict``: a label that does not fit is an error."""

    loaded: Loaded
    catalogs: Catalogs
    files: Files
    language: Language
    strict: bool

    def flow(self, flow: Flow, sent: tuple[Sent, ...]) -> Iterator[Problem]:
        """Yield what does not fit of one flow's messages."""
        answers = Answers(flow, self.catalogs, self.language)
        for message in sent:
            yield from self._labels(message.labels)
            if (message.texts or message.summed) and self._has(each.text for each in message.texts):
                yield from self._text(message, answers)

    def _has(self, texts: Iterable[Text]) -> bool:
        return self.catalogs.has("flows", (text.key for text in texts), self.language)

    # -- labels

    def _labels(self, labels: tuple[Label, ...]) -> Iterator[Problem]:
        room, account = min((each.room(len(labels)), account) for account, each in LIMITS.items())
        for forms in labels:
            if self._has(forms):
                shown = [label(text, self.catalogs, self.language) for text in forms]
                if len(shown[0]) > room and len(shown[-1]) > room:
                    yield self._too_long(forms[-1].key, shown[-1], room, account)

    def _too_long(self, key: str, shown: str, room: int, account: Account) -> Problem:
        message = (
            f"»{shown[:80]}« hat {len(shown)} Zeichen. Auf einer Taste von {_NAMES[account]} ist Platz für {room}."
        )
        field = key.rpartition("/")[2]
        help_ = _SHORTER.get(field, "Kürzen Sie die Aufschrift.")
        if self.language != SOURCE_LANGUAGE:
            help_ = "Kürzen Sie die Übersetzung." if field == "short" else f"Kürzen Sie die Übersetzung. Oder: {help_}"
        return self._problem(key, "E301" if self.strict else "W301", message, help_, shown)

    # -- texts

    def _text(self, message: Sent, answers: "Answers") -> Iterator[Problem]:
        room = _least(message)
        if self._at_most(message, answers) <= room:
            return
        length = self._length(message, answers)
        if length <= room:
            return
        key = (message.texts[-1].text if message.texts else message.summed[0].wording.text).key
        tight = ", ".join(_NAMES[account] for account, each in LIMITS.items() if _room(each, message) < length)
        text = f"Der Text hat bis zu {length} Zeichen, mit Antworten und Erklärungen. Auf {tight} ist Platz für {room}."
        if message.summed:
            text = (
                f"Alle Fragen und Antworten zusammen haben bis zu {length} Zeichen. Auf {tight} ist Platz für {room}."
            )
        yield self._problem(key, _code(message, length), text, "Teilen Sie den Text auf zwei Schritte auf.", "")

    def _at_most(self, message: Sent, answers: "Answers") -> int:
        """Return a bound for a message's length that is quickly found: most messages are far below every limit."""
        total = sum(answers.longest(field.save) + _LABELLED for field in message.summed)
        for wording in message.texts:
            template = self.catalogs.find(wording.text, self.language)
            total += 2 * len(template) + 2
            total += sum(template.count(f"{{{name}}}") * (answers.longest(name) + 2) for name in wording.answers)
            total += sum(len(self._short(term)) + 5 for term in wording.terms)
        return total

    def _short(self, term: str) -> str:
        return self.catalogs.find(content("glossary", term, "short"), self.language)

    def _length(self, message: Sent, answers: "Answers") -> int:
        """Return a message's length as it is shown, in UTF-16 units, with the longest answers there may be."""
        lines = tuple(_line(wording, answers) for wording in message.texts)
        shown = render(Reply(lines), self.catalogs, self.language, _ROOMY, "").text if lines else ""
        summed = sum(answers.longest(field.save) + self._named(field) for field in message.summed)
        return len(shown.encode("utf-16-le", "replace")) // 2 + summed

    def _named(self, field: Ask) -> int:
        """Return how much stands beside an answer in a form's summary: its label, and signs between."""
        return 4 if field.label is None else len(label(field.label, self.catalogs, self.language)) + 5

    def _problem(self, key: str, code: str, message: str, help_: str, fragment: str) -> Problem:
        if self.language == SOURCE_LANGUAGE:
            return spot(self.loaded.texts[key].scalar, fragment).problem(code, message, help_)
        return self.files[self.language].problem(key, code, message, help_, fragment=fragment)


_SHORTER: Mapping[str, str] = {
    "label": "Geben Sie der Taste ein kurzes »short:«.",
    "short": "Kürzen Sie »short:«.",
    "ask": "Geben Sie der Frage ein kurzes »label:«.",
}
_LABELLED = 200
"""More than a label and the signs beside it take in a form's summary."""
_ROOMY = LIMITS[Account("webchat")]


def _line(wording: Wording, answers: "Answers") -> Line:
    return Line(wording.text, tuple((name, Own("x" * answers.longest(name))) for name in wording.answers))


def _least(message: Sent) -> int:
    return min(_room(each, message) for each in LIMITS.values())


def _room(limits: Limits, message: Sent) -> int:
    """Return how long a message's text may be on a channel."""
    room = min(limits.text, limits.body) if message.buttons else limits.text
    return min(room, limits.caption) if message.media else room


def _code(message: Sent, length: int) -> str:
    if length > min(each.text for each in LIMITS.values()):
        return "W303"
    return "W304" if message.media else "W302"


# ----------------------------------------------------------------------------------------------------------- answers


class Answers:
    """How long the answers of a flow can be in a language."""

    def __init__(self, flow: Flow, catalogs: Catalogs, language: Language) -> None:
        self._flow = flow
        self._catalogs = catalogs
        self._language = language

    def longest(self, name: str) -> int:
        """Return the length of the longest answer: what its questions allow, else what is usual."""
        asks, chooses = self._asked.get(name, ((), ()))
        lengths = [*(_longest(ask) for ask in asks), *(self._option(choose) for choose in chooses)]
        kind = self._flow.types.get(name, "")
        return max(lengths, default=_TYPES.get(kind, _UNKNOWN))

    @cached_property
    def _asked(self) -> Mapping[str, tuple[list[Ask], list[Choose]]]:
        """The questions whose answer is kept under each name."""
        found: dict[str, tuple[list[Ask], list[Choose]]] = {}
        for step in self._flow.steps.values():
            for each in step.fields if isinstance(step, Form) else (step,):
                if isinstance(each, Ask | Choose) and each.save:
                    asks, chooses = found.setdefault(each.save, ([], []))
                    if isinstance(each, Ask):
                        asks.append(each)
                    else:
                        chooses.append(each)
        return found

    def _option(self, choose: Choose) -> int:
        return max(len(label(option.label, self._catalogs, self._language)) for option in choose.options)


def _longest(ask: Ask) -> int:
    if isinstance(ask.maximum, int):
        return ask.maximum if ask.type == "text" else len(str(ask.maximum))
    return _TYPES.get(ask.type, _UNKNOWN)


# ------------------------------------------------------------------------------------------------------------- files


def _files(loaded: Loaded, flow: Flow, sent: tuple[Sent, ...]) -> Iterator[Problem]:
    """Yield files that some channel does not show as what they are."""
    used = {media.path: media for message in sent for media in message.media}
    for mention in loaded.mentions[flow.name]:
        media = used.get(mention.name) if mention.kind == "file" else None
        for path in () if media is None else (media.path, *(path for _, path in media.translated)):
            if media is not None and not path.endswith(ENDINGS[media.kind]):
                message = (
                    f"»{path}« zeigt WhatsApp nicht als Bild."
                    if media.kind == "picture"
                    else f"»{path}« zeigt nicht jeder Kanal."
                )
                help_ = f"Speichern Sie die Datei mit einer dieser Endungen: {', '.join(ENDINGS[media.kind])}."
                yield mention.place.problem("W305", message, help_)
