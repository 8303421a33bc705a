"""What an adviser does with a question: claim, answer, note, transfer, give back, close.

Each verb loads the thread, asks ``desk.may.can``, lets the state table decide, and writes by compare-and-set. Who loses
a race is told who was faster. What the talk must hear goes in as a ``house`` fragment of the same transaction, so the
parent's order is kept by the one writer. Nothing here sends anything, and no page is known here.
"""

import json
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.desk import hours
from bot.desk.adviser import Adviser
from bot.desk.may import can
from bot.desk.routing import Question, Roster, question
from bot.desk.ticket import (
    Answered,
    Claimed,
    Closed,
    Happening,
    Moved,
    Noted,
    Refused,
    Returned,
    Ticket,
    Transferred,
    apply,
)
from bot.model import AdviserId, Fragment, TicketId, Topic
from bot.ports import AdviserChange, Clock, Store, Thread, ThreadLine, Tokens, Wake

LONGEST = 4000
"""Characters of an answer or a note: what every channel carries in one message."""

ANY = 0
"""Stands for a version where it does not matter what happened meanwhile. Tickets begin with 1."""


@dataclass(frozen=True, slots=True)
class Office:
    """What the verbs need of the house. ``topics`` are the current revision's."""

    store: Store
    wake: Wake
    clock: Clock
    tokens: Tokens
    topics: Callable[[], Mapping[str, Topic]]

    async def roster(self) -> Roster:
        """Return the house as it is now."""
        return Roster(await self.store.people(), self.topics(), self.clock())

    def promise(self, topic: str, now: datetime) -> datetime:
        """Return until when a question of this topic that begins to be owed now is promised; now, if it is unknown."""
        known = self.topics().get(topic)
        return hours.promise(known, now) if known else now


@dataclass(frozen=True, slots=True)
class View:
    """One question as a person sees it, with the house around it."""

    thread: Thread
    question: Question
    roster: Roster


@dataclass(frozen=True, slots=True)
class Written:
    """It is done; the ticket as it is now."""

    ticket: Ticket


@dataclass(frozen=True, slots=True)
class Unseen:
    """There is no such question for this person."""


@dataclass(frozen=True, slots=True)
class Declined:
    """Not done. ``reason`` is one of the state table's, or ``forbidden empty long nobody moved``.

    ``holder`` is who has the question, if somebody has it.
    """

    reason: str
    holder: AdviserId | None = None


@dataclass(frozen=True, slots=True)
class Newer:
    """Not done: something happened since the person last looked, which they should see first."""


Result = Written | Unseen | Declined | Newer


@dataclass(frozen=True, slots=True)
class Deed:
    """One action, before it meets the ticket. ``line`` is the side and the words to add to the thread, if any."""

    action: str
    happening: Callable[[View], Happening]
    side: str = ""
    words: str = ""
    house: tuple[Mapping[str, str], ...] = ()
    version: int = ANY
    topic: str = ""
    outcome: str = ""


async def claim(office: Office, who: Adviser, ticket: TicketId) -> Result:
    """Take a question."""
    return await _do(office, who, ticket, Deed("claim", lambda _: Claimed(who.id)))


async def answer(office: Office, who: Adviser, ticket: TicketId, text: str, version: int) -> Result:
    """Write to the parent. ``version`` is the ticket's version the person has seen."""
    words = clean(text)
    house = ({"kind": "adviser_wrote", "text": words},)
    deed = Deed("answer", lambda _: Answered(who.id), "adviser", words, house, version)
    return _unfit(words) or await _do(office, who, ticket, deed)


async def note(office: Office, who: Adviser, ticket: TicketId, text: str) -> Result:
    """Write a note for colleagues, which the parent never gets."""
    words = clean(text)
    return _unfit(words) or await _do(office, who, ticket, Deed("note", lambda _: Noted(who.id), "note", words))


async def transfer(office: Office, who: Adviser, ticket: TicketId, to: AdviserId | None, text: str) -> Result:
    """Hand a question to one colleague, or (None) to whoever can, with a word to the next person."""
    words = clean(text)
    people = {person.id for person in (await office.roster()).present}
    if to is not None and to not in people - {who.id}:
        return Declined("nobody")

    def happening(view: View) -> Happening:
        return Transferred(who.id, to, words, office.promise(view.thread.ticket.topic, view.roster.now))

    return _unfit(words) or await _do(office, who, ticket, Deed("transfer", happening, "note", words))


async def give_back(office: Office, who: Adviser, ticket: TicketId) -> Result:
    """Put a question back into the queue."""

    def happening(view: View) -> Happening:
        return Returned(who.id, office.promise(view.thread.ticket.topic, view.roster.now))

    return await _do(office, who, ticket, Deed("return", happening))


async def close(office: Office, who: Adviser, ticket: TicketId, topic: str, outcome: str, version: int) -> Result:
    """Say that it is over: which topic it really was, and whether it is ``solved`` or ``unsolved``."""
    deed = Deed(
        "close",
        lambda _: Closed(who.id, topic, outcome),
        house=({"kind": "ticket_closed"},),
        version=version,
        topic=topic,
        outcome=outcome,
    )
    return await _do(office, who, ticket, deed)


async def look(office: Office, who: Adviser, ticket: TicketId) -> View | None:
    """Return a question for a person who may see it, else None."""
    thread = await office.store.thread(ticket)
    if thread is None:
        return None
    view = View(thread, question(thread.ticket, thread.events), await office.roster())
    return view if can(who, "see", view.question, view.roster) else None


def clean(text: str) -> str:
    """Return what a person typed as it is kept: composed, with plain newlines, without control characters."""
    composed = unicodedata.normalize("NFC", text[: LONGEST * 2].replace("\r\n", "\n").replace("\r", "\n"))
    return "".join(char for char in composed if char == "\n" or unicodedata.category(char) not in {"Cc", "Cs"}).strip()


def _unfit(words: str) -> Declined | None:
    if not words:
        return Declined("empty")
    return Declined("long") if len(words) > LONGEST else None


async def _do(office: Office, who: Adviser, ticket: TicketId, deed: Deed) -> Result:
    """Try; where somebody else was faster, look once more at what is there now and decide again."""
    for _ in range(2):
        view = await look(office, who, ticket)
        if view is None:
            return Unseen()
        judged = _judge(who, view, deed)
        if not isinstance(judged, Moved):
            return judged
        if await office.store.change(_change(office, who, judged, deed)):
            office.wake.ring(*(("inbound", "desk") if deed.house else ("desk",)))
            return Written(judged.ticket)
    return Declined("moved")


def _judge(who: Adviser, view: View, deed: Deed) -> Moved | Declined | Newer:
    now = view.thread.ticket
    moved = apply(now, deed.happening(view), view.roster.now)
    if isinstance(moved, Refused):
        return Declined(moved.reason, now.adviser)
    if not can(who, deed.action, view.question, view.roster):
        return Declined("forbidden", now.adviser)
    if deed.version not in {ANY, now.version}:
        return Newer()
    return moved


def _change(office: Office, who: Adviser, moved: Moved, deed: Deed) -> AdviserChange:
    at = moved.ticket.changed_at
    address = str(moved.ticket.contact)
    return AdviserChange(
        ticket=moved.ticket,
        events=moved.events,
        line=ThreadLine(deed.side, deed.words, at, who.id) if deed.side else None,
        house=tuple(Fragment(office.tokens(), address, _body(said)) for said in deed.house),
        closed_topic=deed.topic,
        outcome=deed.outcome,
    )


def _body(said: Mapping[str, str]) -> bytes:
    return json.dumps(said, ensure_ascii=False).encode()
