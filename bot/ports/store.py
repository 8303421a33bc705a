"""Everything that is kept: one protocol for every engine.

A method is one use case and one transaction: it takes many contacts at once and uses one statement a table.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from bot.desk.adviser import Adviser
from bot.desk.routing import Question
from bot.flow.message import Reply
from bot.model import Account, AdviserId, ContactId, Duration, InboundId, OutboxId, Received, TicketId
from bot.ports.channel import ChatLine, OutboxItem, Record
from bot.ports.content import DayNear, Publishing, StoredRevision, TalkPage, Visit
from bot.ports.desk import AdviserChange, PastQuestion, Thread
from bot.ports.figures import Vitals
from bot.ports.forget import Belongings, Quiet
from bot.ports.replay import DeadMessage, FailedFragment, Replayed
from bot.ports.talk import Case, Done


class ReplacedError(Exception):
    """Somebody else is on a post that was ours: what we wanted to write there was not written."""


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
        """Return up to so many contacts that have unread fragments, each with all of them (at most 100), in order.

        No other program takes them until ``commit``, ``release`` or the next ``take``.
        """

    async def release(self) -> None:
        """Give back what was taken and not committed."""

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

    # -- posts
    async def hold(self, post: str, lease: timedelta) -> bool:
        """Become, or stay, the one on this post for so long; False while somebody else is."""

    async def leave(self, post: str) -> None:
        """Give a post up, so that another can take it at once."""

    # -- deliver: whoever held ``deliver:<account>`` and was replaced there gets ReplacedError, and nothing is written
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

    async def open_versions(self) -> Mapping[TicketId, int]:
        """Return every ticket that is not closed, with its version: it grows with whatever happens to the ticket."""

    async def questions(self, tickets: Sequence[TicketId]) -> Sequence[Question]:
        """Return what routing needs to know of these tickets, of those that are there. Nothing sealed is opened."""

    async def first_lines(self, tickets: Sequence[TicketId]) -> Mapping[TicketId, str]:
        """Return what parents wrote first in these tickets; empty where it does not open."""

    async def thread(self, ticket: TicketId) -> Thread | None:
        """Return one ticket with everything, or None."""

    async def past_question(self, ticket: TicketId) -> PastQuestion | None:
        """Return what is left of a question whose words are gone, or None."""

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

    # -- what is kept of a contact
    async def belongings(self, contact: ContactId) -> Belongings:
        """Return everything that is kept of a contact, opened, by table and column.

        Without advisers and their notes. Every table is there; where there is no such contact, all are empty.
        """

    async def goodbye(self, contact: ContactId) -> ChatLine | None:
        """Return the goodbye of one who only stands for somebody that was erased, None for everybody else."""

    async def line(self, contact: ContactId, token: str) -> ChatLine | None:
        """Return one message of the house to a contact, by its token; None where there is no such message."""

    # -- forget
    async def erase(self, contacts: Sequence[ContactId], at: datetime) -> int:
        """Erase everything of these contacts, in one transaction; return how many of them there were.

        What was computed for them meanwhile is not written; what was being sent is recorded without error. Of their
        questions stays what is counted, of their fragments what tells a repetition; neither names them.
        """

    async def erased(self, since: datetime) -> Mapping[ContactId, datetime]:
        """Return which contacts were erased since a moment, and when: no copy from before may bring them back."""

    async def scrub(self) -> bool:
        """Let what was erased leave the database's files too; False where somebody is reading it: try again later."""

    async def forget(self, kind: str, before: datetime, at: datetime, limit: int) -> int:
        """Take away up to so much of one kind that is older than a moment, in one transaction; return how much.

        ``kind`` is that of a rule in ``privacy.retention``. What waits to be taken or is being sent stays.
        """

    async def past(self, kind: str, before: datetime, limit: int) -> int:
        """Return how much ``forget`` would find, counted up to a limit. Nothing is changed."""

    async def quiet(self, after: ContactId, before: datetime, limit: int) -> Quiet:
        """Look at so many talks, in the order of their contacts; return whose may be erased, as unheard of since then.

        Not who has an open question, or wants to be reminded.
        """

    async def look_for_old(self, now: datetime, jump: timedelta) -> datetime:
        """Note that what is old is looked for now; return since when no two looks were further apart than a jump."""

    async def erase_quiet(self, contacts: Sequence[ContactId], before: datetime, at: datetime) -> int:
        """Erase those of these contacts that nobody has heard of since; return how many."""

    # -- replay
    async def failed(self, after: InboundId, limit: int) -> Sequence[FailedFragment]:
        """Return up to so many fragments at which the program failed, after one of them (0: from the first), in order."""

    async def dead(self, after: OutboxId, limit: int) -> Sequence[DeadMessage]:
        """Return up to so many messages that were given up, after one of them (0: from the first), in order."""

    async def replay(self, fragments: Sequence[InboundId], messages: Sequence[OutboxId]) -> Replayed:
        """Let some of these wait again, each at its old place; return which: others are not given up any more."""

    # -- figures
    async def figures(self) -> Mapping[str, int]:
        """Return counts for operators: unread, outbox, dead, failed, open tickets."""

    async def vitals(self, accounts: Sequence[Account]) -> Vitals:
        """Return how the store stands now, by its own clock; of these accounts also what is to be sent."""

    async def touch(self, at: datetime) -> None:
        """Write something small and durable: where this returns, the store can be written."""
