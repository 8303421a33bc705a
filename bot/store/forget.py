"""Forgetting a contact: everything of theirs, their key first, in one transaction.

What stays says nothing about anybody: how many questions there were of which topic (``past_ticket``), under which names
fragments once came (``past_inbound``, so that a repetition is still known), and the contact's number among those that no
copy of the database may bring back (``erased``). Whoever works on the contact at this moment is waited for; what they
computed meanwhile finds nobody and is left unwritten.

Somebody who wanted to be forgotten is still told so. ``_part`` lets their address go to an heir: a new contact that has
nothing but the goodbye, and what came in after the word that asked for it. It is one transaction, so whenever the power
fails they are either both there as before, or forgotten with the goodbye on its way.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from bot.model import ContactId
from bot.ports import Done, Outgoing
from bot.privacy.seal import Key
from bot.store import rows
from bot.store.base import StoreBase, fetch
from bot.store.engine import Connection

DAY = timedelta(days=1) // timedelta(microseconds=1)
WISH, TIME = "wish", "time"
"""Why the words of a question are gone: the parent wanted it, or it was long enough ago."""


class Forgetting(StoreBase):
    """The store's side of everything that forgets whole contacts."""

    async def erase(self, contacts: Sequence[ContactId], at: datetime) -> int:
        """Erase everything of these contacts; return how many of them there were."""
        now = rows.micros(at)
        return len(await self._engine.write(lambda connection: self._lock_and_erase(connection, contacts, now)))

    async def erased(self, since: datetime) -> Mapping[ContactId, datetime]:
        """Return which contacts were erased since a moment, and when."""
        found = await self._read(self._queries.erased_since, since=rows.micros(since))
        return {ContactId(row["contact"]): rows.moment(row["at"]) for row in found}

    async def scrub(self) -> bool:
        """Let what was erased leave the database's files too; False where somebody is reading it: try again later."""
        return await self._engine.scrub()

    async def _lock_and_erase(self, connection: Connection, contacts: Sequence[int], at: int) -> Sequence[int]:
        found = await fetch(self._queries.lock_contacts, connection, contacts=list(contacts))
        there = [row["id"] for row in found]
        await self._erase(connection, there, WISH, at)
        return there

    async def _erase(self, connection: Connection, contacts: Sequence[int], why: str, at: int) -> None:
        """Erase contacts that are locked."""
        if not contacts:
            return
        queries, whose = self._queries, {"contacts": list(contacts)}
        await queries.drop_contact_keys(connection, **whose)
        await self._keep_counted(
            connection, [row["id"] for row in await fetch(queries.tickets_of, connection, **whose)], why, at
        )
        await queries.drop_feedback(connection, **whose)
        if reminders := [row["id"] for row in await fetch(queries.reminders_of, connection, **whose)]:
            await self._drop_reminders(connection, reminders)
        await queries.drop_outbox(connection, **whose)
        await queries.keep_ids_of(connection, **whose)
        await queries.drop_inbound(connection, **whose)
        await queries.drop_sessions(connection, **whose)
        await queries.drop_consents(connection, **whose)
        await queries.drop_newcomers(connection, **whose)
        await queries.drop_addresses(connection, **whose)
        await queries.drop_contacts(connection, **whose)
        await queries.put_erased(connection, **whose, at=at)

    async def _keep_counted(self, connection: Connection, tickets: Sequence[int], why: str, at: int) -> None:
        """Forget questions; only what is counted of them stays."""
        if not tickets:
            return
        queries, which = self._queries, {"tickets": list(tickets)}
        await queries.keep_counted(connection, **which, why=why, day=DAY, at=at)
        await queries.drop_ratings(connection, **which)
        await queries.drop_lines(connection, **which)
        await queries.drop_events(connection, **which)
        await queries.drop_tickets(connection, **which)

    async def _drop_reminders(self, connection: Connection, reminders: Sequence[int]) -> None:
        await self._queries.drop_reminded(connection, reminders=list(reminders))
        await self._queries.drop_reminders(connection, reminders=list(reminders))

    async def _part(self, connection: Connection, done: Done, goodbye: Outgoing, at: int) -> None:
        """Erase a contact, and let the goodbye and what came after the last word go to an heir.

        Where the address does not open any more nobody can be told; the contact is erased all the same.
        """
        contact, address = done.case.contact, done.case.address
        await fetch(self._queries.lock_contacts, connection, contacts=[contact])
        heir = (await fetch(self._queries.new_contacts, connection, moments=[at]))[0]["id"]
        wrapped = self._master.new_key(rows.contact_key_place(heir))
        key = self._unwrap(heir, wrapped)
        try:
            moved = await self._moved(connection, contact, address, key)
        except ValueError:
            await self._queries.drop_contacts(connection, contacts=[heir])
            await self._erase(connection, [contact], WISH, at)
            return
        await self._queries.put_newcomers(connection, contacts=[heir], at=at)
        await self._queries.put_contact_keys(connection, [{"contact": heir, "wrapped": wrapped}])
        after = max(unread.id for unread in done.case.unread)
        await self._queries.spare(connection, contact=contact, heir=heir, address=address, after=after)
        await self._queries.drop_outbox(connection, contacts=[contact])
        await self._queries.keep_ids_of(connection, contacts=[contact])
        await self._queries.drop_inbound(connection, contacts=[contact])
        await self._queries.move_address(connection, **moved, heir=heir)
        await self._queries.come_along(connection, heir=heir, address=address)
        await self._erase(connection, [contact], WISH, at)
        way = {"address": address, "account": done.case.account, "position": 0, "at": at}
        await self._queries.put_outbox(connection, [rows.outgoing_row(key, ContactId(heir), goodbye) | way])

    async def _moved(self, connection: Connection, contact: int, address: int, key: Key) -> rows.Values:
        """Return a contact's address, sealed with another's key; ValueError where it does not open."""
        keys = await fetch(self._queries.contact_keys, connection, contacts=[contact])
        own = self._own_key(keys[0]) if keys else None
        found = await fetch(self._queries.addresses_of, connection, contacts=[contact])
        (moved,) = (rows.hand_over_address(self._house, own, key, row) for row in found if row["address"] == address)
        return moved
