"""Receiving: many fragments, each once, in one transaction. Needs no contact's key, so a first message is cheap."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from bot.model import Account, ContactId, Received
from bot.store import rows
from bot.store.base import StoreBase, fetch
from bot.store.engine import Connection, as_json


class _Name(NamedTuple):
    """An address as it is kept: its account and its alias."""

    account: Account
    alias: str


class _Known(NamedTuple):
    """An address that has its row."""

    id: int
    contact: int
    gone_at: int | None


@dataclass(frozen=True, slots=True)
class _Sealed:
    """A fragment ready to be written: its row and, where it names an address, that address."""

    row: rows.Values
    name: _Name | None


class Receiving(StoreBase):
    """The store's side of ``work.receive``."""

    async def receive(self, batch: Sequence[Received]) -> Sequence[ContactId | None]:
        """Keep fragments, each once, making address and contact where they are new; return each one's contact."""
        addresses: dict[_Name, rows.Values] = {}
        sealed = [self._seal(received, addresses) for received in batch]
        if not sealed:
            return ()
        known = await self._engine.write(lambda connection: self._keep(connection, sealed, addresses))
        return [None if each.name is None else ContactId(known[each.name].contact) for each in sealed]

    def _seal(self, received: Received, addresses: dict[_Name, rows.Values]) -> _Sealed:
        """Seal a fragment, and its address where this batch has not met it yet."""
        row = rows.fragment_row(self._house, received.account, received.fragment, received.at)
        if received.fragment.address is None:
            return _Sealed(row, None)
        account, address = received.account, received.fragment.address
        name = _Name(account, rows.address_alias(self._house, account, address))
        if name not in addresses:
            addresses[name] = rows.address_row(self._house, name.account, name.alias, address, received.at)
        return _Sealed(row, name)

    async def _keep(
        self, connection: Connection, sealed: Sequence[_Sealed], addresses: Mapping[_Name, rows.Values]
    ) -> Mapping[_Name, _Known]:
        known = await self._know(connection, addresses)
        gone = [each.id for each in known.values() if each.gone_at is not None]
        last = await self._queries.last_inbound(connection) if gone else 0
        await self._queries.put_inbound(connection, [_inbound_row(each, known) for each in sealed])
        if gone:
            await self._queries.return_addresses(connection, gone=gone, last=last)
            await self._queries.return_outbox(connection, gone=gone)
        return known

    async def _know(self, connection: Connection, addresses: Mapping[_Name, rows.Values]) -> dict[_Name, _Known]:
        """Return every address with its contact; those that are new are made.

        One that is erased between the two looks stays as it was seen first: then it is refused, and all is begun anew.
        """
        known = await self._find(connection, addresses)
        new = [row for name, row in addresses.items() if name not in known]
        if not new:
            return known
        contacts = await fetch(self._queries.new_contacts, connection, moments=[row["at"] for row in new])
        paired = zip(new, contacts, strict=True)
        await self._queries.put_addresses(connection, [{**row, "contact": made["id"]} for row, made in paired])
        made = [row["id"] for row in contacts]
        await self._queries.put_newcomers(connection, contacts=made, at=new[0]["at"])
        return known | await self._find(connection, addresses)

    async def _find(self, connection: Connection, addresses: Mapping[_Name, rows.Values]) -> dict[_Name, _Known]:
        found = await fetch(self._queries.addresses, connection, wanted=as_json(addresses))
        return {
            _Name(row["account"], row["external"]): _Known(row["id"], row["contact"], row["gone_at"]) for row in found
        }


def _inbound_row(sealed: _Sealed, known: Mapping[_Name, _Known]) -> rows.Values:
    """Return a fragment's row; one that names no address concerns no talk and is set aside."""
    if sealed.name is None:
        return {**sealed.row, "contact": None, "address": None, "state": "aside"}
    address = known[sealed.name]
    return {**sealed.row, "contact": address.contact, "address": address.id, "state": "unread"}
