"""A question as the desk shows it in a few lines: on a card of the queue and on top of its own page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.console.pen import Pen, share, tag
from bot.console.shown import beginning
from bot.desk.adviser import Adviser
from bot.desk.routing import Placed, Roster, question, queue
from bot.desk.ticket import CLAIMED, CLOSED, OPEN, WAITING
from bot.model import AdviserId, Language, TicketId
from bot.ports import Thread
from bot.text.languages import direction, own_name

GROUPS = ("mine", "offered", "open", "others", "waiting")
"""The queue's parts, in the order they stand in."""

VIEWS = ("me", "mine", "all")
"""For me (mine, and what I may take) · mine · all that I see."""


@dataclass(frozen=True, slots=True)
class Card:
    """What a card shows. ``owed`` is whether the parent waits for us; ``left`` and ``share`` are then the promise's rest.

    ``language_tag``, ``language_dir`` and ``language_name`` are the parent's language as a page, and as a person, knows it.
    """

    id: TicketId
    version: int
    contact: int
    state: str
    group: str
    topic: str
    first: str
    language: Language
    language_tag: str
    language_dir: str
    language_name: str
    urgent: bool
    owed: bool
    waited: str
    left: str
    share: int
    late: bool
    nobody: bool
    mine: bool
    takeable: bool
    holder: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Board:
    """The queue as a page: cards by group, the view and language chosen, and how many each view would show."""

    groups: Sequence[tuple[str, Sequence[Card]]]
    view: str
    language: str
    counts: Mapping[str, int]
    languages: Sequence[Card]
    takeable: int


def board(threads: Sequence[Thread], who: Adviser, roster: Roster, pen: Pen, view: str, language: str) -> Board:
    """Return the queue of a person through a view and, where one is named, of one language."""
    firsts = {thread.ticket.id: thread.first_line for thread in threads}
    asked = (question(thread.ticket, thread.events) for thread in threads)
    entries = queue(asked, who, roster)
    cards = [card(entry, firsts[entry.question.ticket.id], who, roster, pen) for entry in entries]
    spoken = [each for each in cards if language in {"", each.language}]
    chosen = [each for each in spoken if _in_view(each, view)]
    return Board(
        groups=[(group, found) for group in GROUPS if (found := [each for each in chosen if each.group == group])],
        view=view,
        language=language,
        counts={name: sum(_in_view(each, name) for each in spoken) for name in VIEWS},
        languages=list({each.language: each for each in cards}.values()),
        takeable=sum(each.takeable for each in spoken),
    )


def card(entry: Placed, first: str, who: Adviser, roster: Roster, pen: Pen) -> Card:
    """Return one question as a card for a person."""
    ticket, since = entry.question.ticket, entry.question.since
    topic = roster.topics.get(ticket.topic)
    owed = ticket.state in {OPEN, CLAIMED}
    return Card(
        id=ticket.id,
        version=ticket.version,
        contact=ticket.contact,
        state=ticket.state,
        group=_group(entry),
        topic=topic.title if topic else ticket.topic,
        first=beginning(first),
        language=ticket.language,
        language_tag=tag(ticket.language),
        language_dir=direction(ticket.language),
        language_name=own_name(ticket.language),
        urgent=ticket.urgency == "urgent" and ticket.state != CLOSED,
        owed=owed,
        waited=pen.waited(since, topic, roster.now),
        left=pen.left(ticket.promise_at, topic, roster.now),
        share=share(since, ticket.promise_at, topic, roster.now),
        late=owed and (entry.trouble == "late" or ticket.promise_at <= roster.now),
        nobody=entry.trouble == "nobody",
        mine=entry.mine,
        takeable=entry.takeable,
        holder=name_of(ticket.adviser, who, roster, pen),
        since=since,
    )


def name_of(person: AdviserId | None, who: Adviser, roster: Roster, pen: Pen) -> str:
    """Return a person's name as a colleague reads it; empty for nobody."""
    if person is None:
        return ""
    if person == who.id:
        return pen("you")
    return next((other.name for other in roster.people if other.id == person), pen("somebody"))


def _group(entry: Placed) -> str:
    state = entry.question.ticket.state
    if state == WAITING:
        return "waiting"
    if entry.mine:
        return "mine"
    if entry.offered:
        return "offered"
    return "open" if state == OPEN else "others"


def _in_view(card: Card, view: str) -> bool:
    match view:
        case "mine":
            return card.mine or card.group == "offered"
        case "me":
            return card.mine or card.takeable
        case _:
            return True
