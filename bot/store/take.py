"""Taking work: the contacts that wait, with all that is needed to go on with them.

What cannot be opened or read any more (changed on the disk, or of a form that nobody knows) is one contact's trouble:
it is marked failed, for operators to see, and the others are served.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime

from bot.desk.ticket import Ticket
from bot.flow.message import Reply
from bot.flow.session import Session
from bot.model import HOUSE, Account, AddressId, ContactId, InboundId
from bot.ports import Case, Unread
from bot.store import reminder_rows, rows
from bot.store.base import StoreBase, fetch
from bot.store.engine import Connection, as_json

MOST_FRAGMENTS = 100
"""So many fragments of a contact are taken at once; the rest comes next."""

LOOKS = 3
"""So often is looked again where those who seemed to wait were served by another program just now."""


class Taking(StoreBase):
    """The reading half of the store's side of ``work.converse``."""

    async def take(self, limit: int) -> Sequence[Case]:
        """Return up to so many contacts that have unread fragments, each with all of them (at most 100), in order.

        Nobody else takes them until ``commit``, ``release`` or the next ``take``. Talks are read before fragments: where
        an engine cannot claim, a talk that moves in between makes its case lose at ``commit``.
        """
        for _ in range(LOOKS):
            async with self._engine.claiming() as connection:
                waiting = await fetch(self._queries.waiting, connection, limit=limit)
                cases = await self._take(connection, [row["contact"] for row in waiting])
            if cases:
                return cases
            await self._engine.release()
            if not waiting:
                break
        return ()

    async def release(self) -> None:
        """Give back what was taken and not committed."""
        await self._engine.release()

    async def replies(self, asked: Sequence[tuple[ContactId, str]]) -> Mapping[str, Reply]:
        """Return the references of messages by their tokens, each of its own contact only; unknown ones are left out.

        One that does not open is as good as unknown.
        """
        replies = {}
        known = [(contact, token) for contact, token in asked if rows.is_text(token)]
        for row in await self._read(self._queries.replies, asked=as_json(known)) if known else ():
            with suppress(ValueError):
                replies[row["token"]] = rows.reply(self._own_key(row), row)
        return replies

    async def _take(self, connection: Connection, contacts: Sequence[int]) -> Sequence[Case]:
        if not contacts:
            return ()
        found = await fetch(self._queries.standing, connection, contacts=list(contacts))
        standing = {row["contact"]: row for row in found}
        tickets = await self._tickets(connection, (row["ticket"] for row in found))
        unread = await self._unread(connection, standing)
        about = [contact for contact, each in unread.items() if any(one.account == HOUSE for one in each)]
        wanted = await self._wanted(connection, about)
        cases = [
            await self._case(standing[contact], tickets, unread[contact], wanted[contact])
            for contact in contacts
            if unread[contact]
        ]
        return [case for case in cases if case is not None]

    async def _tickets(self, connection: Connection, ids: Iterable[int | None]) -> Mapping[int, Ticket]:
        wanted = [ticket for ticket in ids if ticket is not None]
        if not wanted:
            return {}
        return {row["id"]: rows.ticket(row) for row in await fetch(self._queries.tickets, connection, ids=wanted)}

    async def _wanted(self, connection: Connection, contacts: Sequence[int]) -> Mapping[int, frozenset[str]]:
        """Return of which flows contacts want to be reminded. What does not open is as good as not wanted."""
        wanted: defaultdict[int, frozenset[str]] = defaultdict(frozenset)
        for row in await fetch(self._queries.wanted_of, connection, contacts=contacts) if contacts else ():
            with suppress(ValueError):
                wanted[row["contact"]] |= {reminder_rows.reminder_flow(self._own_key(row), row)}
        return wanted

    async def _unread(
        self, connection: Connection, standing: Mapping[int, rows.Row]
    ) -> Mapping[int, tuple[Unread, ...]]:
        """Return each contact's fragments; those that do not open are marked failed."""
        fragments: defaultdict[int, tuple[Unread, ...]] = defaultdict(tuple)
        found = await fetch(self._queries.unread, connection, contacts=list(standing), most=MOST_FRAGMENTS)
        for row in found:
            try:
                fragments[row["contact"]] += (self._fragment(row, standing[row["contact"]]["wrapped"]),)
            except ValueError as error:
                await self._fail([row["id"]], error, rows.moment(row["at"]))
        return fragments

    def _fragment(self, row: rows.Row, wrapped: bytes | None) -> Unread:
        if row["address_readable"] is None:
            return rows.unread(self._house, row, None)
        return rows.unread(self._house, row, rows.address(self._house, self._key(row["contact"], wrapped), row))

    async def _case(
        self, row: rows.Row, tickets: Mapping[int, Ticket], unread: tuple[Unread, ...], wanted: frozenset[str]
    ) -> Case | None:
        """Return a contact's case; None where the talk does not open, and its fragments are marked failed."""
        try:
            session = self._session(row)
        except ValueError as error:
            await self._fail([each.id for each in unread], error, unread[-1].at)
            return None
        return Case(
            contact=ContactId(row["contact"]),
            address=AddressId(row["address"]),
            account=Account(row["address_account"]),
            session=session,
            version=row["version"] or 0,
            ticket=tickets.get(row["ticket"]),
            unread=unread,
            wanted=wanted,
            newcomer=row["newcomer_since"] is not None,
        )

    def _session(self, row: rows.Row) -> Session:
        return Session() if row["version"] is None else rows.session(self._own_key(row), row)

    async def _fail(self, fragments: Sequence[int], error: ValueError, at: datetime) -> None:
        """Mark fragments as failed, with the error's kind and place."""
        failed = [rows.failed_row(self._house, InboundId(each), f"store.take: {error}", at) for each in fragments]
        await self._engine.write(lambda connection: self._mark_failed(connection, failed))

    async def _mark_failed(self, connection: Connection, failed: Sequence[rows.Values]) -> None:
        await self._queries.mark_failed(connection, failed)
