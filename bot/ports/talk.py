"""One contact's case: what ``converse`` takes from the store, and what it writes there, whole or not at all."""

from dataclasses import dataclass
from datetime import datetime

from bot.desk.ticket import Ticket, TicketEvent
from bot.flow.effect import Passed, Subscribe
from bot.flow.message import Reply
from bot.flow.session import Passage, Session
from bot.model import Account, AddressId, ContactId, Fragment, InboundId, Language
from bot.text.message import Message


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
    the contact wants to be reminded; it is looked up only where the house itself has something to say. ``newcomer``: they
    have not gone on yet since they read what is kept of them.
    """

    contact: ContactId
    address: AddressId
    account: Account
    session: Session
    version: int
    ticket: Ticket | None
    unread: tuple[Unread, ...]
    wanted: frozenset[str] = frozenset()
    newcomer: bool = False


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

    ``goodbye``: the parent wanted everything erased; nothing else of the case is written, and this is the last they hear.
    The case's fragments end with the one that asked for it: what came later is somebody new. ``agreed``: they went on
    after they had read this wording of the notice.
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
    goodbye: Outgoing | None = None
    agreed: str = ""
