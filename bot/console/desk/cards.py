"""A question as the desk shows it in a few lines: on a card of the queue and on top of its own page."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.console.pen import Pen, share, tag
from bot.console.shown import beginning
from bot.desk.adviser import Adviser
from bot.desk.routing import Placed, Question, Roster, queue
from bot.desk.ticket import CLAIMED, CLOSED, OPEN, WAITING
from bot.model import AdviserId, Language, TicketId
from bot.text.languages import direction, own_name

GROUPS = ("mine", "offered", "open", "others", "waiting")
"""The queue's parts, in the order they stand in."""

VIEWS = ("me", "mine", "all")
"""For me (mine, and what I may take) · mine · all that I see."""

MOST = 50
"""So many cards of a group are shown, the most urgent first; the others follow as those are dealt with."""


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
class Group:
    """One part of the queue: the entries that are shown first, and how many there are in all."""

    name: str
    entries: Sequence[Placed]
    count: int


@dataclass(frozen=True, slots=True)
class Choice:
    """What a person sees of the queue through a view and, where one is named, of one language.

    ``counts`` is how many each view would show, ``languages`` which there are, ``takeable`` how many they may take.
    """

    groups: Sequence[Group]
    view: str
    language: str
    counts: Mapping[str, int]
    languages: Sequence[Language]
    takeable: int

    @property
    def tickets(self) -> Sequence[TicketId]:
        """The questions that are shown."""
        return [entry.question.ticket.id for group in self.groups for entry in group.entries]


@dataclass(frozen=True, slots=True)
class Board:
    """The queue as a page: cards by group, with how many the group has; languages as code, as pages name it, its name."""

    groups: Sequence[tuple[str, Sequence[Card], int]]
    view: str
    language: str
    counts: Mapping[str, int]
    languages: Sequence[tuple[Language, str, str]]
    takeable: int


def choose(questions: Iterable[Question], who: Adviser, roster: Roster, view: str, language: str) -> Choice:
    """Return what is to be shown of the queue, in its order."""
    entries = queue(questions, who, roster)
    spoken = [each for each in entries if language in {"", each.question.ticket.language}]
    chosen = [each for each in spoken if _in_view(each, view)]
    groups: Mapping[str, list[Placed]] = {name: [] for name in GROUPS}
    for each in chosen:
        groups[_group(each)].append(each)
    return Choice(
        groups=[Group(name, found[:MOST], len(found)) for name, found in groups.items() if found],
        view=view,
        language=language,
        counts={name: sum(_in_view(each, name) for each in spoken) for name in VIEWS},
        languages=list(dict.fromkeys(each.question.ticket.language for each in entries)),
        takeable=sum(each.takeable for each in spoken),
    )


def board(choice: Choice, firsts: Mapping[TicketId, str], who: Adviser, roster: Roster, pen: Pen) -> Board:
    """Return the queue as a page; ``firsts`` is what the parents wrote first in the questions that are shown."""

    def shown(entry: Placed) -> Card:
        return card(entry, firsts.get(entry.question.ticket.id, ""), who, roster, pen)

    return Board(
        groups=[(group.name, [shown(entry) for entry in group.entries], group.count) for group in choice.groups],
        view=choice.view,
        language=choice.language,
        counts=choice.counts,
        languages=[(code, tag(code), own_name(code)) for code in choice.languages],
        takeable=choice.takeable,
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


def _in_view(entry: Placed, view: str) -> bool:
    match view:
        case "mine":
            return entry.mine or _group(entry) == "offered"
        case "me":
            return entry.mine or entry.takeable
        case _:
            return True
