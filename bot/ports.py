"""What the house needs from the outside, as protocols. ``app.py`` hands the adapters in; nobody else knows them.

A ``Store`` method is one use case and one transaction: it takes many contacts at once and uses one statement a table.
"""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol

from bot.desk.adviser import Adviser as Adviser  # noqa: PLC0414 - the port's users find its values here
from bot.desk.ticket import Ticket, TicketEvent
from bot.flow.effect import Passed, Subscribe
from bot.flow.event import Event
from bot.flow.message import Reply
from bot.flow.session import Passage, Session
from bot.model import (
    Account,
    AddressId,
    AdviserId,
    ContactId,
    Duration,
    Fragment,
    InboundId,
    Language,
    OutboxId,
    Outcome,
    Received,
    TicketId,
)
from bot.text.message import Message

Clock = Callable[[], datetime]
"""Now, in UTC."""

Tokens = Callable[[], str]
"""A new unguessable token: 128 bits or more, of a-z and 2-7."""

LOGIN_IDLE = timedelta(days=7)
"""A login that nobody used for so long is over. A week, as long as a new login costs a coordinator's time (ADR 14)."""


class Wake(Protocol):
    """Bells between the verbs: whoever commits work rings, whoever waits for it is woken. Losing a ring costs a delay.

    Bells are ``inbound``, ``outbox``, ``desk``, ``published`` and ``contact:<id>``.
    """

    def ring(self, *bells: str) -> None:
        """Wake everybody who listens to one of these bells."""

    def listen(self, *bells: str) -> "Listener":
        """Begin to listen; a ring from now on is not missed."""


class Listener(Protocol):
    """One who listens. Close it when done."""

    async def wait(self, seconds: float) -> frozenset[str]:
        """Return the bells rung since the last call; wait up to so many seconds for one, empty when none rang."""

    def close(self) -> None:
        """Stop listening."""


@dataclass(frozen=True, slots=True)
class Unread:
    """One fragment that waits to be understood."""

    id: InboundId
    account: Account
    fragment: Fragment
    at: datetime


@dataclass(frozen=True, slots=True)
class Case:
    """One contact with all that ``converse`` needs to go on.

    ``version`` is the session row's version (0: none yet). ``ticket`` is the newest ticket of the contact, or None.
    ``address`` and ``account`` are where the contact was last heard: answers go there. ``wanted`` are the flows of which
    the contact wants to be reminded; it is looked up only where the house itself has something to say.
    """

    contact: ContactId
    address: AddressId
    account: Account
    session: Session
    version: int
    ticket: Ticket | None
    unread: tuple[Unread, ...]
    wanted: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message to put into the outbox: the rendered words, and the reference they came from.

    ``token`` is its random name (for the buttons about it). ``head`` is true for what must go before everything that
    still waits for this contact (the help card). ``until`` is set for a reminder: from then on it is of no use any more.
    """

    token: str
    message: Message
    reply: Reply
    head: bool = False
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class NewTicket:
    """A question that a sprint brings to the queue."""

    topic: str
    urgency: str
    language: Language
    written: tuple[str, ...]
    trail: tuple[Passage, ...]
    promise_at: datetime


@dataclass(frozen=True, slots=True)
class TicketChange:
    """A ticket's new state, with its version one higher than the one it was computed from, and what happened.

    ``written`` are the parent's words to add to the thread.
    """

    ticket: Ticket
    events: tuple[TicketEvent, ...]
    written: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Done:
    """What became of one case: written whole or not at all.

    ``failed`` pairs a fragment with what went wrong there (the error's kind and place, never a text). ``stopped``: all
    reminders of the contact end; those of ``subscribed`` begin after that. ``passed`` are the arrows that were taken.
    """

    case: Case
    session: Session
    outgoing: tuple[Outgoing, ...]
    new_ticket: NewTicket | None = None
    change: TicketChange | None = None
    rating: str = ""
    failed: tuple[tuple[InboundId, str], ...] = ()
    stopped: bool = False
    subscribed: tuple[Subscribe, ...] = ()
    passed: tuple[Passed, ...] = ()


@dataclass(frozen=True, slots=True)
class OutboxItem:
    """A message that waits to be sent: ``address`` is the platform's own name of the conversation.

    ``attempts`` is how often its sending was begun before this time.
    """

    id: OutboxId
    contact: ContactId
    account: Account
    address: str
    token: str
    message: Message
    attempts: int
    queued_at: datetime


@dataclass(frozen=True, slots=True)
class Record:
    """What became of one sending, and when. ``next_at`` is when to try again, for ``Retry`` and ``Unsure``."""

    item: OutboxId
    outcome: Outcome
    at: datetime
    next_at: datetime | None = None
    dead: bool = False


@dataclass(frozen=True, slots=True)
class ChatLine:
    """One line of a web chat, of either side: ``mine`` holds the parent's fragment, ``message`` the house's words."""

    cursor: str
    at: datetime
    mine: Fragment | None = None
    message: Message | None = None
    token: str = ""


@dataclass(frozen=True, slots=True)
class ThreadLine:
    """One line of a ticket's thread. ``side`` is ``parent``, ``adviser`` or ``note`` (for colleagues, never sent)."""

    side: str
    text: str
    at: datetime
    adviser: AdviserId | None


@dataclass(frozen=True, slots=True)
class Thread:
    """A ticket as an adviser reads it."""

    ticket: Ticket
    first_line: str
    lines: tuple[ThreadLine, ...]
    trail: tuple[Passage, ...]
    events: tuple[TicketEvent, ...]


@dataclass(frozen=True, slots=True)
class AdviserChange:
    """What an adviser's action writes, in one transaction.

    The ticket by compare-and-set, its events, a line of the thread, and what the talk must hear of it (``house``
    fragments for the contact).
    """

    ticket: Ticket
    events: tuple[TicketEvent, ...]
    line: ThreadLine | None = None
    house: tuple[Fragment, ...] = ()
    closed_topic: str = ""
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class DayNear:
    """A calendar's day of which is to be reminded now: whoever wanted it so long ``before``, and said so in time."""

    calendar: str
    before: Duration
    day: date
    said_before: datetime


@dataclass(frozen=True, slots=True)
class Visit:
    """How often one arrow of a flow was taken, over all talks (see ``Passed``)."""

    flow: str
    step: str
    way: str
    count: int


@dataclass(frozen=True, slots=True)
class StoredRevision:
    """A published revision: its hash, its files by path, who published it and when."""

    name: str
    files: Mapping[str, bytes]
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Publishing:
    """One line of the history: which revision was published, by whom and when. ``id`` counts up with each line."""

    id: int
    revision: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class TalkPage:
    """Where some talks stand. ``unreadable`` counts those that do not open; ``last`` is the page's last contact.

    ``last`` is 0 where no more can follow.
    """

    sessions: tuple[Session, ...]
    unreadable: int
    last: ContactId


class Store(Protocol):
    """Everything that is kept. Bodies, answers, outbox texts, names and readable addresses are sealed when written."""

    # -- receive
    async def receive(self, batch: Sequence[Received]) -> Sequence[ContactId | None]:
        """Keep fragments, each once (by account and external id), making address and contact where they are new.

        All or nothing, in one transaction. Returns each fragment's contact (None where it names no address), also for a
        repetition.
        """

    # -- converse
    async def take(self, limit: int) -> Sequence[Case]:
        """Return up to so many contacts that have unread fragments, each with all of them (at most 100), in order."""

    async def replies(self, asked: Sequence[tuple[ContactId, str]]) -> Mapping[str, Reply]:
        """Return the references of messages by their tokens, each of its own contact only; unknown ones are left out."""

    async def commit(self, done: Sequence[Done], at: datetime) -> Sequence[ContactId]:
        """Write many cases in one transaction: sessions, tickets, outbox, and the fragments' "read" marks.

        A case whose session or ticket moved meanwhile is left as it was and its contact returned: compute it again.
        Each contact may stand only once. A case that has no written form is set aside as failed, and also returned.
        """

    # -- expire
    async def expire(self, now: datetime) -> int:
        """Commit one ``house`` fragment ``WaitExpired`` for each session whose ``wakes_at`` is due; return how many."""

    # -- remind
    async def leads(self, calendars: Sequence[str]) -> Sequence[tuple[str, Duration]]:
        """Return how long before parents want to be reminded of these calendars: each calendar with each of its times."""

    async def remind(self, days: Sequence[DayNear], now: datetime, limit: int) -> int:
        """Commit one ``house`` fragment ``Due`` for each reminder and day that is near; return how many.

        At most ``limit`` in one transaction. A reminder and day that was said once is never said again. Nobody is
        reminded where they would not get it: their address is gone.
        """

    async def withdraw(self, now: datetime) -> int:
        """Take back the messages that still wait and are of no use any more; return how many."""

    async def visits(self) -> Sequence[Visit]:
        """Return how often each arrow of the flows was taken."""

    # -- deliver
    async def due(self, account: Account, now: datetime, limit: int) -> Sequence[OutboxItem]:
        """Mark as ``sending`` and return the head of each contact's outbox that is due: answers first, then reminders.

        Both oldest first. A reminder that is of no use any more is taken back instead. Never two of one contact at once; a contact whose head waits for its next attempt is not returned.
        """

    async def recover(self, account: Account) -> int:
        """At start: what was ``sending`` when we were killed is due again. Returns how many."""

    async def record(self, records: Sequence[Record]) -> None:
        """Write what became of many sendings."""

    async def next_due(self, account: Account) -> datetime | None:
        """Return when the next waiting message of this account is due, None when none waits."""

    # -- web chat
    async def contact_of(self, account: Account, address: str) -> ContactId | None:
        """Return the contact behind an address, or None."""

    async def chat(self, contact: ContactId, after: str, limit: int) -> Sequence[ChatLine]:
        """Return both sides' lines after a cursor (empty: from the start, the newest ``limit``), in order."""

    async def seen(self, contact: ContactId, tokens: Sequence[str], at: datetime) -> None:
        """A page has shown these messages: they count as sent."""

    # -- desk
    async def open_tickets(self) -> Sequence[Thread]:
        """Return every ticket that is not closed, without its lines and trail, in no particular order."""

    async def thread(self, ticket: TicketId) -> Thread | None:
        """Return one ticket with everything, or None."""

    async def change(self, change: AdviserChange) -> bool:
        """Write an adviser's action if the ticket's version is the one it was computed from; else False, unchanged."""

    # -- people
    async def invite(self, adviser: Adviser, secret_hash: bytes, until: datetime, at: datetime) -> AdviserId:
        """Keep a new person (id 0) or an existing one's new link. The link's hash works once, until then."""

    async def invitation(self, secret_hash: bytes, now: datetime) -> Adviser | None:
        """Return whose invitation this is while it is valid. Looking does not use it up."""

    async def accept(self, secret_hash: bytes, login_hash: bytes, now: datetime, until: datetime) -> Adviser | None:
        """Use an invitation up and begin a login in one transaction; None when it is not valid any more."""

    async def login(self, login_hash: bytes, now: datetime) -> Adviser | None:
        """Return who is logged in, and note that the login was used.

        None when it is over, was not used for longer than ``LOGIN_IDLE``, or the person is disabled.
        """

    async def glance(self, login_hash: bytes, now: datetime) -> Adviser | None:
        """Return the same as ``login`` without noting a use: an open page keeps nobody logged in."""

    async def logout(self, login_hash: bytes) -> None:
        """End a login."""

    async def people(self) -> Sequence[Adviser]:
        """Return everybody, also the disabled, by name."""

    async def update_adviser(self, adviser: Adviser) -> None:
        """Write a person's settings."""

    # -- revisions
    async def publish(self, revision: StoredRevision) -> None:
        """Keep a revision, make it the current one, and note it in the history, in one transaction."""

    async def current(self) -> str:
        """Return the current revision's name, empty before the first."""

    async def revision(self, name: str) -> StoredRevision | None:
        """Return a revision with its files, and who published it last."""

    async def revisions(self, prefix: str) -> Sequence[str]:
        """Return the names of all revisions that begin so."""

    async def history(self, before: int, limit: int) -> Sequence[Publishing]:
        """Return up to so many lines of the history, newest first, before one of them (0: from the newest)."""

    async def talks(self, after: ContactId, limit: int) -> TalkPage:
        """Return where up to so many talks stand, in the order of their contacts, after one of them (0: from the first)."""

    # -- figures
    async def figures(self) -> Mapping[str, int]:
        """Return counts for operators: unread, outbox, dead, failed, open tickets."""


class Channel(Protocol):
    """One way to talk. Touches neither the store nor a flow."""

    account: Account

    def split(self, raw: bytes) -> Sequence[Fragment]:
        """Cut a payload into fragments. Reads ids only, never raises; what it cannot split is one without address."""

    def parse(self, fragment: Fragment) -> Sequence[Event]:
        """Understand one stored fragment: pure, tolerant, never raises."""

    async def send(self, item: OutboxItem) -> Outcome:
        """Send one message; an error is an outcome."""


class Poller(Protocol):
    """A channel that has to be asked for its updates."""

    def poll(self) -> AsyncIterator[bytes]:
        """Yield payloads; asking for the next one says that the one before is stored."""
