"""A ticket: a parent's question in the shared queue, and the table of what may happen to it.

A question is in one of four states. It is **open** while it lies in the queue, **claimed** while one person has it
and owes the parent an answer, **waiting** while it is the parent's turn, and **closed** when it is over.

``NEXT`` is the whole truth: what is not in the table cannot happen. The pictures in the docs are drawn from it.
Around the table stand a few guards that depend on *who* or *when*, in ``_objection``: one owner at a time (nobody
answers over a colleague's head), a hand-over needs a word to the next person, and a closed question comes back for
seven days, after which a new one is begun.

Three decisions are easily taken for mistakes:

* Handing a question to a person puts it back into the queue with that person's name on it. Were it theirs at once, it
  would lie unseen with somebody who is ill or away; so it is offered to them first and stays visible to the others.
* Answering an open question claims it first: two taps would be one too many for somebody on a tram, and the claim
  still loses the race when a colleague was faster.
* A promise to the parent is kept over every change of hands. Only where nothing was owed (it was the parent's turn, or
  the question was closed) does a new promise begin; the happening brings it along.

Nothing here knows a database, a page, a clock, or whether a person *may* do a thing (``may.py``).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import ClassVar

from bot.model import AdviserId, ContactId, Language, TicketId

OPEN = "open"
CLAIMED = "claimed"
WAITING = "waiting"
CLOSED = "closed"

REOPENS_FOR = timedelta(days=7)
"""So long after its closing "Noch eine Frage" brings the same question back; later it is a new one."""

OUTCOMES = ("solved", "unsolved")
"""How a person says a question ended."""

NEXT: Mapping[str, Mapping[str, str]] = {
    OPEN: {
        "claimed": CLAIMED,
        "answered": WAITING,
        "noted": OPEN,
        "parent_wrote": OPEN,
        "routed_wider": OPEN,
        "withdrawn": CLOSED,
    },
    CLAIMED: {
        "answered": WAITING,
        "noted": CLAIMED,
        "parent_wrote": CLAIMED,
        "returned": OPEN,
        "transferred": OPEN,
        "adviser_gone": OPEN,
        "closed": CLOSED,
        "withdrawn": CLOSED,
    },
    WAITING: {
        "parent_wrote": CLAIMED,
        "answered": WAITING,
        "noted": WAITING,
        "returned": OPEN,
        "transferred": OPEN,
        "adviser_gone": OPEN,
        "closed": CLOSED,
        "withdrawn": CLOSED,
    },
    CLOSED: {
        "reopened": OPEN,
    },
}
"""State, what happens, next state."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """A question. ``version`` grows with every change; writers compare it. ``adviser`` is who has it, or None.

    ``state`` is ``open`` (in the queue), ``claimed`` (somebody's), ``waiting`` (for the parent) or ``closed``.
    ``promise_at`` is until when an answer was promised.
    """

    id: TicketId
    contact: ContactId
    state: str
    version: int
    topic: str
    urgency: str
    language: Language
    adviser: AdviserId | None
    opened_at: datetime
    changed_at: datetime
    promise_at: datetime

    def __post_init__(self) -> None:
        if self.state not in NEXT or (self.adviser is not None) != (self.state in {CLAIMED, WAITING}):
            raise ValueError(f"A question cannot be {self.state!r} with adviser {self.adviser}.")


@dataclass(frozen=True, slots=True)
class TicketEvent:
    """One append-only row: what happened to a ticket, when, by whom (None: the parent or the house), and why.

    ``offered`` stands beside ``transferred`` where the question was handed to a person; ``adviser`` is that person.
    """

    kind: str
    at: datetime
    adviser: AdviserId | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A person takes the question."""

    by: AdviserId
    kind: ClassVar[str] = "claimed"


@dataclass(frozen=True, slots=True)
class Answered:
    """A person has written to the parent."""

    by: AdviserId
    kind: ClassVar[str] = "answered"


@dataclass(frozen=True, slots=True)
class Noted:
    """A person has written a note for colleagues."""

    by: AdviserId
    kind: ClassVar[str] = "noted"


@dataclass(frozen=True, slots=True)
class Returned:
    """A person gives the question back to the queue."""

    by: AdviserId
    promise_at: datetime
    kind: ClassVar[str] = "returned"


@dataclass(frozen=True, slots=True)
class Transferred:
    """A person hands the question on, to one colleague or (None) to whoever can. ``note`` is obligatory."""

    by: AdviserId
    to: AdviserId | None
    note: str
    promise_at: datetime
    kind: ClassVar[str] = "transferred"


@dataclass(frozen=True, slots=True)
class Closed:
    """A person says it is over: which topic it really was, and how it ended (one of ``OUTCOMES``)."""

    by: AdviserId
    topic: str
    outcome: str
    kind: ClassVar[str] = "closed"

    def __post_init__(self) -> None:
        if self.outcome not in OUTCOMES:
            raise ValueError(f"A question ends {' or '.join(OUTCOMES)}, not {self.outcome!r}.")


@dataclass(frozen=True, slots=True)
class ParentWrote:
    """The parent adds to the question."""

    promise_at: datetime
    kind: ClassVar[str] = "parent_wrote"


@dataclass(frozen=True, slots=True)
class Reopened:
    """The parent has another question after the closing."""

    promise_at: datetime
    kind: ClassVar[str] = "reopened"


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """The parent takes the question back."""

    kind: ClassVar[str] = "withdrawn"


@dataclass(frozen=True, slots=True)
class AdviserGone:
    """Who has the question is no longer there."""

    adviser: AdviserId
    promise_at: datetime
    kind: ClassVar[str] = "adviser_gone"


@dataclass(frozen=True, slots=True)
class RoutedWider:
    """Nobody answered so far: from now on more people may take the question."""

    rung: int
    kind: ClassVar[str] = "routed_wider"


Happening = (
    Claimed
    | Answered
    | Noted
    | Returned
    | Transferred
    | Closed
    | ParentWrote
    | Reopened
    | Withdrawn
    | AdviserGone
    | RoutedWider
)
"""What can happen to a question. ``promise_at`` is the promise it gets if nothing was owed until now."""


@dataclass(frozen=True, slots=True)
class Moved:
    """It happened: the ticket as it is now, one version on, and the rows to add to its history."""

    ticket: Ticket
    events: tuple[TicketEvent, ...]


@dataclass(frozen=True, slots=True)
class Refused:
    """It cannot happen. ``reason`` is one of ``closed taken yours nobodys not_closed late note``.

    ``taken``: a colleague has it · ``yours``: you have it already · ``nobodys``: take it first · ``not_closed``: there
    is nothing to reopen · ``late``: closed too long ago · ``note``: a hand-over without a word.
    """

    reason: str


def apply(ticket: Ticket, happening: Happening, now: datetime) -> Moved | Refused:
    """Return what becomes of a ticket by a happening, or why it cannot happen. Total: never raises."""
    reason = _objection(ticket, happening, now)
    if reason:
        return Refused(reason)
    state = NEXT[ticket.state][happening.kind]
    moved = replace(
        ticket,
        state=state,
        version=ticket.version + 1,
        adviser=_owner(ticket, happening, state),
        changed_at=now,
        promise_at=_promise(ticket, happening),
    )
    return Moved(moved, _events(ticket, happening, now))


def diagram() -> str:
    """Return the table as a Mermaid state diagram, for the docs."""
    lines = ["stateDiagram-v2", f"    [*] --> {OPEN}: opened"]
    for state, row in NEXT.items():
        for target in dict.fromkeys(row.values()):
            kinds = ", ".join(kind for kind, after in row.items() if after == target)
            lines.append(f"    {state} --> {target}: {kinds}")
    return "\n".join(lines)


def _objection(ticket: Ticket, happening: Happening, now: datetime) -> str:
    if isinstance(happening, Claimed) and ticket.state in {CLAIMED, WAITING}:
        return "yours" if ticket.adviser == happening.by else "taken"
    if isinstance(happening, Reopened) and ticket.state != CLOSED:
        return "not_closed"
    if happening.kind not in NEXT[ticket.state]:
        return {OPEN: "nobodys", CLOSED: "closed"}.get(ticket.state, "taken")
    return _particular(ticket, happening, now)


def _particular(ticket: Ticket, happening: Happening, now: datetime) -> str:
    """Say what stands in the way although the table allows it, or nothing."""
    match happening:
        case Answered(by=person) | AdviserGone(adviser=person):
            return "taken" if ticket.adviser not in {None, person} else ""
        case Transferred(note=note):
            return "" if note.strip() else "note"
        case Reopened():
            return "late" if now - ticket.changed_at > REOPENS_FOR else ""
        case _:
            return ""


def _owner(ticket: Ticket, happening: Happening, state: str) -> AdviserId | None:
    if state in {OPEN, CLOSED}:
        return None
    if isinstance(happening, Claimed | Answered):
        return happening.by
    return ticket.adviser


def _promise(ticket: Ticket, happening: Happening) -> datetime:
    owed = ticket.state in {OPEN, CLAIMED}
    match happening:
        case Returned() | Transferred() | AdviserGone() | ParentWrote() | Reopened():
            return ticket.promise_at if owed else happening.promise_at
        case _:
            return ticket.promise_at


def _events(ticket: Ticket, happening: Happening, now: datetime) -> tuple[TicketEvent, ...]:
    match happening:
        case Answered(by=by):
            claim = (TicketEvent(Claimed.kind, now, by),) if ticket.state == OPEN else ()
            return (*claim, TicketEvent(happening.kind, now, by))
        case Transferred(by=by, to=to):
            offer = (TicketEvent("offered", now, to),) if to is not None else ()
            return (TicketEvent(happening.kind, now, by), *offer)
        case Closed(by=by, outcome=outcome):
            return (TicketEvent(happening.kind, now, by, outcome),)
        case RoutedWider(rung=rung):
            return (TicketEvent(happening.kind, now, None, str(rung)),)
        case Claimed(by=by) | Noted(by=by) | Returned(by=by) | AdviserGone(adviser=by):
            return (TicketEvent(happening.kind, now, by),)
        case ParentWrote() | Reopened() | Withdrawn():
            return (TicketEvent(happening.kind, now),)
