"""Every message of the proof put into words by the real ``render``, in each language that has its texts.

Messages share their lines and labels, so each line and each label is rendered once a language; a message is as long as
its lines and the gaps between them, at most (a glossary word is explained in the first only). Only where that is more
than a channel takes, or files and pages go with it, the message itself is rendered, for each channel. A parent's answer
is filled in by the longest there can be.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import msgspec

from bot.check.edition import Edition
from bot.check.proof.longest import Longest
from bot.flow.message import Line, Own, Reply, Text
from bot.model import Account, Language
from bot.text.limits import LIMITS, Limits
from bot.text.message import Message
from bot.text.render import label, render

SPLIT = frozenset({Account("telegram"), Account("whatsapp")})
"""Channels on which a text that is too long for one message goes out in several."""
_WIDEST = LIMITS[Account("webchat")]
_ROOM = min(limits.text for channel, limits in LIMITS.items() if channel not in SPLIT)
_GAP = len("\n\n")


@dataclass(frozen=True, slots=True)
class Unfit:
    """A message that a channel cannot send, in a language, and why."""

    reply: Reply
    why: str


@dataclass(frozen=True, slots=True)
class _Measure:
    """A line or label in some languages: how long at most, where it is blank, and where it is not translated."""

    longest: int
    blank: frozenset[Language]
    missing: frozenset[Language]


@dataclass(slots=True)
class Words:
    """Renders messages and counts: ``renderings`` made; ``untranslated``: messages that a language has not, yet."""

    edition: Edition
    renderings: int = 0
    untranslated: int = 0
    _longest: Longest = field(init=False)
    _measures: dict[tuple[Line | Text | Own, tuple[Language, ...]], _Measure] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._longest = Longest(self.edition)

    def shape(self, reply: Reply, language: Language) -> Reply:
        """Return a message without what differs from parent to parent: answers, language, the page of buttons."""
        lines = tuple(map(self._longest.without, reply.lines))
        spoken = None if reply.language == language else reply.language
        return msgspec.structs.replace(reply, lines=lines, language=spoken, page=0)

    def unfit(self, shapes: Iterable[Reply], languages: tuple[Language, ...]) -> Iterator[Unfit]:
        """Yield, of all messages in all languages, what cannot be sent; of each message the first reason."""
        for shape in shapes:
            spoken = languages if shape.language is None else (shape.language,)
            if why := next(self._unfit(shape, spoken), ""):
                yield Unfit(shape, why)

    def put(self, reply: Reply, language: Language, limits: Limits) -> Message:
        """Render a message."""
        self.renderings += 1
        return render(reply, self.edition.catalogs, language, limits, "proof", self.edition.media)

    def _unfit(self, shape: Reply, languages: tuple[Language, ...]) -> Iterator[str]:
        lines = [self._measure(line, languages) for line in shape.lines]
        labels = [self._measure(option.label, languages) for option in shape.options]
        missing = _NOWHERE.union(*(each.missing for each in (*lines, *labels)))
        self.untranslated += len(missing)
        for language in sorted(_NOWHERE.union(*(each.blank for each in labels)) - missing):
            yield f"{language}: eine Taste hat keine Beschriftung"
        empty = frozenset(languages).intersection(*(each.blank for each in lines)) - missing
        length = sum(each.longest + _GAP for each in lines)
        if empty or length > _ROOM or shape.media or shape.links or shape.speaker == "person":
            for language in (each for each in languages if each not in missing):
                yield from self._rendered(shape, language)

    def _rendered(self, shape: Reply, language: Language) -> Iterator[str]:
        lines = tuple(self._longest.filled(line, language) for line in shape.lines)
        reply = msgspec.structs.replace(shape, lines=lines)
        for channel, limits in LIMITS.items():
            message = self.put(reply, language, limits)
            if not message.text.strip() and not message.media:
                yield f"{channel}, {language}: die Nachricht ist leer"
            length = _units(message.text)
            if length > limits.text and channel not in SPLIT:
                yield f"{channel}, {language}: der Text hat {length} Zeichen, erlaubt sind {limits.text}"

    def _measure(self, part: Line | Text | Own, languages: tuple[Language, ...]) -> _Measure:
        """Measure a line or a label once in each language that has it."""
        key = (part, languages)
        if key not in self._measures:
            text = part.text if isinstance(part, Line) else part
            lengths = {each: self._length(part, each) for each in languages if self._has(text, each)}
            self._measures[key] = _Measure(
                longest=max(lengths.values(), default=0),
                blank=frozenset(language for language, length in lengths.items() if not length),
                missing=frozenset(languages) - lengths.keys(),
            )
        return self._measures[key]

    def _length(self, part: Line | Text | Own, language: Language) -> int:
        if not isinstance(part, Line):
            return _units(label(part, self.edition.catalogs, language).strip())
        reply = Reply((self._longest.filled(part, language),))
        return _units(self.put(reply, language, _WIDEST).text.strip())

    def _has(self, text: Text | Own, language: Language) -> bool:
        if isinstance(text, Own) or text.domain != "flows":
            return True
        return self.edition.catalogs.has("flows", (text.key,), language)


_NOWHERE: frozenset[Language] = frozenset()


def _units(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "replace")) // 2
