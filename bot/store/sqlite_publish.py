"""Published revisions, and the counts that operators look at."""

from collections.abc import Mapping

from bot.ports import StoredRevision
from bot.store import rows
from bot.store.sqlite_base import SqliteBase
from bot.store.sqlite_engine import Connection

CURRENT = "current_revision"


class Publishing(SqliteBase):
    """The store's side of ``work.publish``."""

    async def publish(self, revision: StoredRevision) -> None:
        """Keep a revision and make it the current one."""
        row = rows.revision_row(self._house, revision)
        await self._engine.write(lambda connection: self._publish(connection, row))

    async def _publish(self, connection: Connection, row: rows.Values) -> None:
        await self._queries.put_revision(connection, **row)
        await self._queries.put_setting(connection, name=CURRENT, value=row["name"].encode())

    async def current(self) -> str:
        """Return the current revision's name, empty before the first."""
        name: bytes | None = await self._queries.setting(self._engine.reader, name=CURRENT)
        return "" if name is None else name.decode()

    async def revision(self, name: str) -> StoredRevision | None:
        """Return a revision with its files."""
        row = await self._queries.revision(self._engine.reader, name=name)
        return None if row is None else rows.revision(self._house, row)

    async def figures(self) -> Mapping[str, int]:
        """Return counts for operators: unread, failed, aside, outbox, dead, tickets (not closed)."""
        return {row["name"]: row["number"] for row in await self._read(self._queries.figures)}
