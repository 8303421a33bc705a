"""What stands beside the flows: glossary, help card, statements. Values only; ``build/content.py`` reads them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from bot.flow.message import Text
from bot.model import Language


@dataclass(frozen=True, slots=True)
class Entry:
    """One official word: its explanation, its two to four words for brackets, and the other forms it is written in."""

    term: str
    say: Text
    short: Text
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Statement:
    """What flows say about school, nursery and money, as ``facts.yaml`` has it.

    ``confidence`` is ``verified secondary`` or ``uncertain``; ``until`` the last day it holds, None where it has no end.
    """

    id: str
    confidence: str
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Number:
    """One telephone number of the help card. ``number`` is as dialled, with its spaces; ``key`` is without them."""

    number: str
    label: Text
    hours: Text
    checked_on: date
    languages: str = ""
    cost: str = ""
    source: str = ""

    @property
    def key(self) -> str:
        """The number's name in the catalogs."""
        return self.number.replace(" ", "")


@dataclass(frozen=True, slots=True)
class Safety:
    """The help card. ``words`` are what the finder looks for: kind of danger -> language -> words."""

    card: Text
    numbers: tuple[Number, ...]
    words: Mapping[str, Mapping[Language, tuple[str, ...]]] = field(default_factory=dict)
