"""Published revisions and their history, where all talks stand, and the counts that operators look at."""

import asyncio
from collections.abc import Mapping, Sequence

from bot.flow.session import Session
from bot.model import ContactId
from bot.ports import Publishing as Line
from bot.ports import StoredRevision, TalkPage
from bot.privacy.seal import Key
from bot.store import house_rows, rows
from bot.store.base import StoreBase
from bot.store.engine import Connection

CURRENT = "current_revision"
NEWEST = 2**63 - 1
"""No line of the history has a greater number."""


class Publishing(StoreBase):
    """The store's side of ``work.publish`` and ``work.impact``."""

    async def publish(self, revision: StoredRevision) -> None:
        """Keep a revision, make it the current one, and note it in the history."""
        row = await asyncio.to_thread(house_rows.revision_row, self._house, revision)  # pictures take a while to pack
        await self._engine.write(lambda connection: self._publish(connection, row))

    async def _publish(self, connection: Connection, row: rows.Values) -> None:
        await self._queries.put_revision(connection, name=row["name"], files=row["files"])
        await self._queries.put_publishing(connection, name=row["name"], by=row["by"], at=row["at"])
        await self._queries.put_setting(connection, name=CURRENT, value=row["name"].encode())

    async def current(self) -> str:
        """Return the current revision's name, empty before the first."""
        name: bytes | None = await self._ask(self._queries.setting, name=CURRENT)
        return "" if name is None else name.decode()

    async def revision(self, name: str) -> StoredRevision | None:
        """Return a revision with its files, and who published it last."""
        row = await self._ask(self._queries.revision, name=name) if rows.is_text(name) else None
        return None if row is None else await asyncio.to_thread(house_rows.revision, self._house, row)

    async def revisions(self, prefix: str) -> Sequence[str]:
        """Return the names of all revisions that begin so."""
        if not rows.is_text(prefix):
            return []
        return [row["name"] for row in await self._read(self._queries.revisions, prefix=prefix)]

    async def history(self, before: int, limit: int) -> Sequence[Line]:
        """Return up to so many lines of the history, newest first, before one of them (0: from the newest)."""
        found = await self._read(self._queries.history, before=before or NEWEST, most=limit)
        return [house_rows.publishing(self._house, row) for row in found]

    async def talks(self, after: ContactId, limit: int) -> TalkPage:
        """Return where up to so many talks stand, after one contact; keys are unwrapped for this once."""
        found = await self._read(self._queries.talks, after=after, most=limit)
        sessions = tuple(session for row in found for session in self._opened(row))
        last = ContactId(found[-1]["contact"]) if len(found) == limit else ContactId(0)
        return TalkPage(sessions, len(found) - len(sessions), last)

    def _opened(self, row: rows.Row) -> Sequence[Session]:
        """Return a talk; none where it does not open: that is found out, and told, when its parent writes."""
        try:
            return [rows.session(self._sure(self._key_once(row)), row)]
        except ValueError:
            return []

    def _key_once(self, row: rows.Row) -> Key | None:
        """Return a contact's key without keeping it at hand: reading all talks would push out everybody else's."""
        return None if row["wrapped"] is None else rows.contact_key(self._master, row["contact"], row["wrapped"])

    async def figures(self) -> Mapping[str, int]:
        """Return counts for operators: unread, failed, aside, outbox, dead, tickets (not closed)."""
        return {row["name"]: row["number"] for row in await self._read(self._queries.figures)}
