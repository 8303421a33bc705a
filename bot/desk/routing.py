"""Routing: who may take a question, who sees it, and in which order the queue stands.

The circle of those who may take a question starts small and grows while nobody answers. Its rungs:

0. people of the topic's teams who speak the parent's language,
1. everybody who speaks the language,
2. also people of the topic's teams who do not speak it,
3. nobody is added, but the coordinators see it in red.

A topic's ``wider_after`` says when the next rung begins, in office time since the parent has been waiting. Where
nobody at all stands on rung 0 the question starts on rung 1: waiting for an empty room helps nobody. Coordinators may
take everything and see everything; so a question is never invisible, and ``trouble`` tells them why one is stuck.

Pure: who is there, which topics exist and what time it is come in as one ``Roster``.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.desk import hours
from bot.desk.adviser import Adviser
from bot.desk.ticket import CLAIMED, CLOSED, OPEN, WAITING, Ticket, TicketEvent
from bot.model import AdviserId, Topic

COORDINATOR = "coordinator"
TOP = 3
"""The highest rung."""

_OWED_BY = {"opened", "parent_wrote", "reopened", "returned", "transferred", "adviser_gone"}
"""After one of these somebody owes the parent an answer."""


@dataclass(frozen=True, slots=True)
class Question:
    """A ticket with what routing reads from its history.

    ``since``: from when the parent has been waiting. ``offered``: to whom a colleague handed it, or who had it before
    it was reopened. ``involved``: everybody who ever had to do with it.
    """

    ticket: Ticket
    since: datetime
    offered: AdviserId | None = None
    involved: frozenset[AdviserId] = frozenset()


@dataclass(frozen=True, slots=True)
class Roster:
    """The house at one moment: who belongs to it, which topics there are, what time it is.

    ``circles`` are those that were worked out for this moment: thousands of questions stand in a few different ones.
    """

    people: Sequence[Adviser]
    topics: Mapping[str, Topic]
    now: datetime
    circles: dict[tuple[object, ...], frozenset[AdviserId]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    @property
    def present(self) -> tuple[Adviser, ...]:
        """Everybody who has not been disabled."""
        return tuple(person for person in self.people if person.disabled_at is None)


@dataclass(frozen=True, slots=True)
class Placed:
    """A question in somebody's queue: is it theirs, was it handed to them, may they take it, what is the trouble."""

    question: Question
    mine: bool
    offered: bool
    takeable: bool
    trouble: str


def queue(questions: Iterable[Question], adviser: Adviser, roster: Roster) -> tuple[Placed, ...]:
    """Return what this person sees, in order: theirs, handed to them, open, with colleagues, waiting for the parent.

    Within each: urgent first, then whose promise ends first, then who has been waiting longest.
    """
    seen = [placed(question, adviser, roster) for question in questions if visible(question, adviser, roster)]
    return tuple(sorted(seen, key=_order))


def placed(question: Question, adviser: Adviser, roster: Roster) -> Placed:
    """Return how a question stands to a person."""
    ticket = question.ticket
    return Placed(
        question,
        mine=ticket.adviser == adviser.id,
        offered=ticket.state == OPEN and question.offered == adviser.id,
        takeable=may_take(question, adviser, roster),
        trouble=trouble(question, roster),
    )


def visible(question: Question, adviser: Adviser, roster: Roster) -> bool:
    """Return whether a person sees a question: theirs, their team's, one they may take; coordinators all.

    A closed one is seen by those who had to do with it.
    """
    if adviser.disabled_at is not None:
        return False
    if adviser.role == COORDINATOR or question.ticket.adviser == adviser.id:
        return True
    if question.ticket.state == CLOSED:
        return adviser.id in question.involved
    return _in_team(question, adviser, roster) or adviser.id in circle(question, roster)


def may_take(question: Question, adviser: Adviser, roster: Roster) -> bool:
    """Return whether a person may take an open question now."""
    if question.ticket.state != OPEN or adviser.disabled_at is not None:
        return False
    return adviser.role == COORDINATOR or adviser.id in circle(question, roster)


def circle(question: Question, roster: Roster) -> frozenset[AdviserId]:
    """Return who may take a question now, beside the coordinators."""
    step = rung(question, roster)
    like = (question.ticket.topic, question.ticket.language, question.offered, step)
    if like not in roster.circles:
        roster.circles[like] = _circle(question, roster, step)
    return roster.circles[like]


def _circle(question: Question, roster: Roster, step: int) -> frozenset[AdviserId]:
    speak = {person.id for person in roster.present if question.ticket.language in person.languages}
    team = {person.id for person in roster.present if _in_team(question, person, roster)}
    offered = {person.id for person in roster.present if person.id == question.offered}
    match step:
        case 0:
            return frozenset((speak & team or speak) | offered)
        case 1:
            return frozenset(speak | offered)
        case _:
            return frozenset(speak | team | offered)


def rung(question: Question, roster: Roster) -> int:
    """Return how far the circle has grown, 0 to ``TOP``."""
    topic = roster.topics.get(question.ticket.topic)
    if topic is None:
        return 0
    office = hours.parse(topic.hours)
    begun = [wait for wait in topic.wider_after if hours.after(wait, office, question.since) <= roster.now]
    return min(len(begun), TOP)


def trouble(question: Question, roster: Roster) -> str:
    """Return why a question needs a coordinator: ``nobody`` may take it, the promise is ``late``; empty if it does not.

    A question on the highest rung counts as late: the whole circle has had its time.
    """
    if question.ticket.state not in {OPEN, CLAIMED}:
        return ""
    if question.ticket.state == OPEN and not circle(question, roster):
        return "nobody"
    if question.ticket.promise_at < roster.now or rung(question, roster) == TOP:
        return "late"
    return ""


def question(ticket: Ticket, events: Iterable[TicketEvent]) -> Question:
    """Read from a ticket's history what routing needs. Events are in the order they happened."""
    since: datetime | None = None
    offered: AdviserId | None = None
    last: AdviserId | None = None
    involved: set[AdviserId] = set()
    for event in events:
        since = _since(since, event)
        offered = _offered(offered, last, event)
        if event.adviser is not None:
            involved.add(event.adviser)
        if event.kind in {"claimed", "answered"}:
            last = event.adviser
    return Question(ticket, since or ticket.opened_at, offered, frozenset(involved))


def _since(since: datetime | None, event: TicketEvent) -> datetime | None:
    if event.kind == "answered":
        return None
    return event.at if since is None and event.kind in _OWED_BY else since


def _offered(offered: AdviserId | None, last: AdviserId | None, event: TicketEvent) -> AdviserId | None:
    match event.kind:
        case "offered":
            return event.adviser
        case "reopened":
            return last
        case "claimed" | "answered" | "returned" | "transferred" | "adviser_gone":
            return None
        case _:
            return offered


def _in_team(question: Question, adviser: Adviser, roster: Roster) -> bool:
    topic = roster.topics.get(question.ticket.topic)
    return topic is not None and bool(set(topic.teams) & set(adviser.teams))


def _order(entry: Placed) -> tuple[int, bool, datetime, datetime, int]:
    ticket = entry.question.ticket
    return (_group(entry), ticket.urgency != "urgent", ticket.promise_at, entry.question.since, ticket.id)


def _group(entry: Placed) -> int:
    state = entry.question.ticket.state
    if state == WAITING:
        return 4
    if entry.mine:
        return 0
    if entry.offered:
        return 1
    return 2 if state == OPEN else 3
