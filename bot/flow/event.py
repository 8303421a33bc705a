"""What can happen in a talk: one value a happening. Channels and the house make them, ``advance`` takes them.

An event never carries a platform's vocabulary and never a translated word that means something:
a pressed button is its token, a command is its name, typed words have been understood before.
"""

from dataclasses import dataclass, field
from datetime import date

from bot.flow.message import Reply
from bot.model import Language


@dataclass(frozen=True, slots=True)
class Started:
    """The parent opens the talk, by ``/start``, a deep link or the page.

    ``flow`` is the flow a deep link names, or empty; ``language`` the language it names, or None. ``hint`` is the
    phone's language, or empty.
    """

    flow: str = ""
    language: Language | None = None
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """Words the parent typed, which are neither a button's label nor a command.

    ``guesses`` are tokens of buttons in sight that the words come near to, the nearest first, at most three: they are
    offered, never taken.
    """

    text: str
    guesses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Chose:
    """A button was pressed, or its label or number typed. ``token`` names it (see ``flow/token.py``).

    ``words`` is what was typed, empty for a press. Both mean the same, so they are equal; but only a press can be a
    double tap, and only who presses is surely looking at the question.
    """

    token: str
    words: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Shared:
    """A photo, voice message, document or the like. ``kind`` is one of ``photo voice document place contact sticker``.

    ``caption`` is what the parent wrote with it, or empty. ``media`` is the channel's reference to the kept file; it is
    empty where a channel cannot keep files yet.
    """

    kind: str
    caption: str = ""
    media: str = ""


@dataclass(frozen=True, slots=True)
class Command:
    """An everywhere-command, by its ASCII name without the slash: ``menu``, ``sprache``, ``mensch`` and so on."""

    name: str


@dataclass(frozen=True, slots=True)
class AskedGerman:
    """The parent wants to see one message in German. ``reply`` is that message as it was said."""

    reply: Reply


@dataclass(frozen=True, slots=True)
class AskedTerm:
    """The parent wants to know what the glossary words of one message mean."""

    reply: Reply


@dataclass(frozen=True, slots=True)
class AskedSource:
    """The parent wants to know where one message's statement comes from."""

    reply: Reply


@dataclass(frozen=True, slots=True)
class AskedMore:
    """The parent wants to see the next buttons of one message, on a channel that shows few at once."""

    reply: Reply


@dataclass(frozen=True, slots=True)
class Edited:
    """The parent changed an earlier message; ``text`` is what it says now."""

    text: str


@dataclass(frozen=True, slots=True)
class Reacted:
    """The parent put an emoji on a message: kindness, not a question."""


@dataclass(frozen=True, slots=True)
class Flooded:
    """The parent wrote so much in so little time that several messages are answered as one."""


@dataclass(frozen=True, slots=True)
class WaitExpired:
    """The silence that the session was waiting for is over."""


@dataclass(frozen=True, slots=True)
class Due:
    """The day comes near of which the parent wanted to be reminded. ``flow`` is where they said so."""

    flow: str
    day: date


@dataclass(frozen=True, slots=True)
class AdviserWrote:
    """A person answers the parent's question. ``text`` is their words, as they wrote them."""

    text: str


@dataclass(frozen=True, slots=True)
class TicketClosed:
    """A person has closed the parent's question."""


@dataclass(frozen=True, slots=True)
class Blocked:
    """The parent has blocked us on the platform. Nothing is answered."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Something came that we cannot read: an unknown kind of message."""


@dataclass(frozen=True, slots=True)
class Ignored:
    """Something came that concerns no talk (a delivery status, a chat's housekeeping). ``why`` is for the log."""

    why: str


Event = (
    Started
    | Said
    | Chose
    | Shared
    | Command
    | AskedGerman
    | AskedTerm
    | AskedSource
    | AskedMore
    | Edited
    | Reacted
    | Flooded
    | WaitExpired
    | Due
    | AdviserWrote
    | TicketClosed
    | Blocked
    | Unreadable
    | Ignored
)
