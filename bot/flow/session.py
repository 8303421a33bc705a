"""A session: all that is kept between two happenings of a talk, as one immutable value with a JSON form.

It holds names only, never steps or texts, so it survives every new revision.
"""

from datetime import datetime

import msgspec

from bot.flow.message import Own, Part, Reply, Text, Value
from bot.model import Language

FRAMES = 8
"""Calls stack at most this deep."""


class Frame(Part, frozen=True):
    """One running flow: where it is, what was answered in it.

    ``then`` is the step the frame goes on with when the flow it called ends; empty means that it ends too.
    ``save`` names the answers that go back to the caller at this frame's end. ``language`` is set where the flow is
    not there in the contact's language. ``part`` is where in a form the frame is: a field's name, ``.summary`` or
    ``.change`` (which answer to change), and empty outside of forms; ``asked`` are the form's fields that have been
    answered or skipped.
    """

    flow: str
    step: str
    answers: tuple[tuple[str, Value], ...] = ()
    then: str = ""
    save: tuple[str, ...] = ()
    language: Language | None = None
    part: str = ""
    asked: tuple[str, ...] = ()


class Passage(Part, frozen=True):
    """One station of the way a parent came: the question there, and the option taken or the answer given."""

    question: Text
    answer: Text | Own


class Pace(Part, frozen=True):
    """How quickly a parent writes: what tells a flood.

    ``recent`` are the moments of the newest messages, in milliseconds since 1970; ``beyond`` is how many of them came
    since the present flood began, 0 outside of one.
    """

    recent: tuple[int, ...] = ()
    beyond: int = 0


class Session(Part, frozen=True):
    """Where a talk stands.

    ``language`` is None until the parent has chosen; ``hint`` is what their phone suggests, or None.
    ``waits`` says what the next message answers: ``nothing``, ``language``, ``step`` (the top frame's), ``resume``, or
    ``leave`` (whether to leave a half-filled form for the flow named in ``going``). While it waits for a language that
    a flow asks for, ``going`` is ``/sprache``: the step behind it was not asked yet.
    ``owner`` is ``bot`` or ``desk``. ``question`` is the parent's question as the talk knows it: ``none open closed``.
    ``written`` is what an ``escalate`` has collected; ``unheard`` what was typed and not understood, kept for a person;
    ``held`` a text that waits until the parent has said whether to go on, or whether what was guessed was meant.
    ``meant`` is the token that the held text was understood as, or empty.
    ``last`` are the waiting question and, where something came in between, the latest reply; ``taken`` is the token
    that led to the present wait. ``told`` names the notices that were given once. ``wakes_at`` is when ``WaitExpired``
    is due, or None. ``pace`` counts the parent's newest messages. ``erase_asked_at`` is when the parent was asked whether
    to erase everything, ``data_shown_at`` when they last got all that is kept of them.
    """

    language: Language | None = None
    hint: Language | None = None
    frames: tuple[Frame, ...] = ()
    waits: str = "nothing"
    misses: int = 0
    owner: str = "bot"
    question: str = "none"
    question_closed_at: datetime | None = None
    written: tuple[str, ...] = ()
    unheard: tuple[str, ...] = ()
    held: str = ""
    meant: str = ""
    going: str = ""
    trail: tuple[Passage, ...] = ()
    last: tuple[Reply, ...] = ()
    taken: str = ""
    told: tuple[str, ...] = ()
    heard_at: datetime | None = None
    wakes_at: datetime | None = None
    pace: Pace | None = None
    erase_asked_at: datetime | None = None
    data_shown_at: datetime | None = None


def dump(value: Session | Reply) -> bytes:
    """Return the JSON form of a session or a reply."""
    return msgspec.json.encode(value)


def load_session(raw: bytes) -> Session:
    """Read a session's JSON form."""
    return _SESSION.decode(raw)


def load_reply(raw: bytes) -> Reply:
    """Read a reply's JSON form."""
    return _REPLY.decode(raw)


_SESSION = msgspec.json.Decoder(Session)
_REPLY = msgspec.json.Decoder(Reply)
