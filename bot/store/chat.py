"""Both sides of a web chat as one list, and a cursor that skips nothing and doubles nothing.

The two sides are two rows of ids that grow as rows are committed. A cursor holds how far a reader has come in each
(``i12-o34``), so a line that is committed late, with an earlier time than what was shown, still comes. The sides are
merged by time without ever leaving the order of either.
"""

import re
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from bot.model import Account, ContactId
from bot.ports import ChatLine
from bot.privacy.seal import Key
from bot.store import rows
from bot.store.base import StoreBase

_CURSOR = re.compile(r"i([0-9]{1,18})-o([0-9]{1,18})", re.ASCII)


@dataclass(frozen=True, slots=True)
class _Cursor:
    """How far a reader has come on either side."""

    inbound: int = 0
    outbox: int = 0

    def __str__(self) -> str:
        return f"i{self.inbound}-o{self.outbox}"


class Chatting(StoreBase):
    """The store's side of the web chat."""

    async def contact_of(self, account: Account, address: str) -> ContactId | None:
        """Return the contact behind an address, or None."""
        alias = rows.address_alias(self._house, account, address)
        found = await self._ask(self._queries.contact_of, account=account, external=alias)
        return None if found is None else ContactId(found)

    async def chat(self, contact: ContactId, after: str, limit: int) -> Sequence[ChatLine]:
        """Return both sides' lines after a cursor, in order; after an empty or unknown one the newest ``limit``."""
        known = _CURSOR.fullmatch(after)
        if known is None:
            heard = await self._read(self._queries.newest_parent_lines, contact=contact, limit=limit)
            said = await self._read(self._queries.newest_house_lines, contact=contact, limit=limit)
            return await self._lines(contact, list(_merge(_Cursor(), heard[::-1], said[::-1]))[-limit:])
        start = _Cursor(int(known[1]), int(known[2]))
        heard = await self._read(self._queries.parent_lines, contact=contact, after=start.inbound, limit=limit)
        said = await self._read(self._queries.house_lines, contact=contact, after=start.outbox, limit=limit)
        return await self._lines(contact, list(_merge(start, heard, said))[:limit])

    async def seen(self, contact: ContactId, tokens: Sequence[str], at: datetime) -> None:
        """A page has shown these messages: they count as sent."""
        if known := [token for token in tokens if rows.is_text(token)]:
            values = {"contact": contact, "tokens": known, "at": rows.micros(at)}
            await self._engine.write(lambda connection: self._queries.mark_seen(connection, **values))

    async def _lines(self, contact: ContactId, merged: "Sequence[_Heard | _Said]") -> Sequence[ChatLine]:
        """Open the lines. One that does not open (changed on the disk) cannot be shown to anybody; the others can."""
        key = (await self._keys([contact])).get(contact) if merged else None
        lines = []
        for each in merged:
            with suppress(ValueError):
                lines.append(self._line(key, each))
        return lines

    def _line(self, key: Key | None, each: "_Heard | _Said") -> ChatLine:
        cursor, row = str(each.cursor), each.row
        match each:
            case _Heard():
                mine = rows.fragment(self._house, row, rows.address(self._house, key, row))
                return ChatLine(cursor, rows.moment(row["at"]), mine=mine)
            case _Said():
                message = rows.message(self._sure(key), row)
                return ChatLine(cursor, rows.moment(row["queued_at"]), message=message, token=row["token"])


@dataclass(frozen=True, slots=True)
class _Heard:
    """A line of the parent, and the cursor after it."""

    cursor: _Cursor
    row: rows.Row


@dataclass(frozen=True, slots=True)
class _Said:
    """A line of the house, and the cursor after it."""

    cursor: _Cursor
    row: rows.Row


def _merge(start: _Cursor, heard: Sequence[rows.Row], said: Sequence[rows.Row]) -> Iterator[_Heard | _Said]:
    """Yield both sides by time, each in its own order, with the cursor after each line."""
    cursor, parents, house = start, deque(heard), deque(said)
    while parents or house:
        if parents and (not house or parents[0]["at"] <= house[0]["queued_at"]):
            row = parents.popleft()
            cursor = _Cursor(row["id"], cursor.outbox)
            yield _Heard(cursor, row)
        else:
            row = house.popleft()
            cursor = _Cursor(cursor.inbound, row["id"])
            yield _Said(cursor, row)
