"""What is old goes, in small steps: each is one short transaction and may be repeated, so a kill midway only pauses it.

Each step looks for some of what is over, outside any transaction, and looks at these once more inside: what has come to
life meanwhile stays. Words go before what they hang on. Nothing here knows how long anything is kept: a moment comes in.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from bot.model import ContactId
from bot.ports import Quiet
from bot.store import rows
from bot.store.base import fetch
from bot.store.engine import Connection, as_json
from bot.store.forget import TIME, Forgetting

LOOKED = "forgot_at"
"""The setting that says when was last looked for what is old, and since when the clock goes on evenly."""

Found = Sequence[rows.Row]
Take = Callable[[Connection, Found, int, int], Awaitable[int]]
"""Take away what was found, if it is still older than the first moment; the second is now. Returns how much went."""


class Retaining(Forgetting):
    """The store's side of ``work.forget``."""

    async def forget(self, kind: str, before: datetime, at: datetime, limit: int) -> int:
        """Take away up to so much of one kind that is older than a moment, in one transaction; return how much.

        ``kind`` is that of a rule in ``privacy.retention``.
        """
        find, take = self._kinds()[kind]
        old, now = rows.micros(before), rows.micros(at)
        found = await self._past(find, old, limit)
        if not found:
            return 0
        return await self._engine.write(lambda connection: take(connection, found, old, now))

    async def past(self, kind: str, before: datetime, limit: int) -> int:
        """Return how much ``forget`` would find, counted up to a limit. Nothing is changed."""
        return len(await self._past(self._kinds()[kind][0], rows.micros(before), limit))

    async def quiet(self, after: ContactId, before: datetime, limit: int) -> Quiet:
        """Look at so many talks, in the order of their contacts; return whose may be erased, as unheard of since then."""
        old = rows.micros(before)
        page = await self._read(self._queries.talks_since, after=after, most=limit)
        asked = [row["contact"] for row in page if row["changed_at"] < old]
        found = await self._read(self._queries.still_idle, contacts=asked, before=old) if asked else ()
        last = page[-1]["contact"] if len(page) == limit else 0
        return Quiet(tuple(ContactId(row["contact"]) for row in found), ContactId(last))

    async def erase_quiet(self, contacts: Sequence[ContactId], before: datetime, at: datetime) -> int:
        """Erase those of these contacts that nobody has heard of since; return how many."""
        found: Found = [{"contact": contact} for contact in contacts]
        old, now = rows.micros(before), rows.micros(at)
        return await self._engine.write(lambda connection: self._take_idle(connection, found, old, now))

    async def look_for_old(self, now: datetime, jump: timedelta) -> datetime:
        """Note that what is old is looked for now; return since when no two looks were further apart than a jump."""
        span = jump // timedelta(microseconds=1)
        return rows.moment(await self._engine.write(lambda connection: self._look(connection, rows.micros(now), span)))

    async def _look(self, connection: Connection, now: int, jump: int) -> int:
        kept: bytes | None = await self._queries.setting(connection, name=LOOKED)
        last, since = map(int, kept.split()) if kept else (now, now)
        since = min(since, now) if abs(now - last) <= jump else now
        await self._queries.put_setting(connection, name=LOOKED, value=f"{now} {since}".encode())
        return since

    async def _past(self, find: Any, before: int, limit: int) -> Found:
        span = {} if find is self._queries.said_goodbye else {"before": before}
        return await self._read(find, **span, most=limit)

    def _kinds(self) -> Mapping[str, tuple[Any, Take]]:
        """Return how each kind is looked for and taken away."""
        queries = self._queries
        return {
            "fragments": (queries.past_fragments, self._take_fragments),
            "ids": (queries.past_ids, self._take_ids),
            "messages": (queries.past_messages, self._take_messages),
            "unsaid": (queries.unsaid, self._take_messages),
            "questions": (queries.past_tickets, self._take_questions),
            "reminders": (queries.past_reminders, self._take_reminders),
            "days": (queries.past_days, self._take_days),
            "links": (queries.past_links, self._take_links),
            "strangers": (queries.strangers, self._take_strangers),
            "goodbyes": (queries.said_goodbye, self._take_goodbyes),
        }

    async def _take_fragments(self, connection: Connection, found: Found, _before: int, _at: int) -> int:
        ids = [row["id"] for row in found]
        await self._queries.keep_ids(connection, ids=ids)
        return len(await fetch(self._queries.drop_fragments, connection, ids=ids))

    async def _take_ids(self, connection: Connection, found: Found, _before: int, _at: int) -> int:
        await self._queries.drop_ids(connection, ids=as_json((row["account"], row["external"]) for row in found))
        return len(found)

    async def _take_messages(self, connection: Connection, found: Found, _before: int, _at: int) -> int:
        return len(await fetch(self._queries.drop_messages, connection, ids=[row["id"] for row in found]))

    async def _take_questions(self, connection: Connection, found: Found, before: int, at: int) -> int:
        whose = sorted({row["contact"] for row in found})
        free = {row["id"] for row in await fetch(self._queries.free_contacts, connection, contacts=whose)}
        asked = [row["id"] for row in found if row["contact"] in free]
        still = await fetch(self._queries.still_past, connection, tickets=asked, before=before)
        await self._keep_counted(connection, [row["id"] for row in still], TIME, at)
        return len(still)

    async def _take_reminders(self, connection: Connection, found: Found, before: int, _at: int) -> int:
        asked = [row["id"] for row in found]
        still = await fetch(self._queries.still_ended, connection, reminders=asked, before=before)
        await self._drop_reminders(connection, [row["id"] for row in still])
        return len(still)

    async def _take_days(self, connection: Connection, found: Found, _before: int, _at: int) -> int:
        await self._queries.drop_days(connection, days=as_json((row["reminder"], row["day"]) for row in found))
        return len(found)

    async def _take_links(self, connection: Connection, found: Found, before: int, _at: int) -> int:
        await self._queries.drop_logins_before(connection, before=before)
        await self._queries.drop_invitations_before(connection, before=before)
        return len(found)

    async def _take_strangers(self, connection: Connection, found: Found, before: int, at: int) -> int:
        return await self._erase_still(connection, found, self._queries.still_strangers, {"before": before}, at)

    async def _take_goodbyes(self, connection: Connection, found: Found, _before: int, at: int) -> int:
        return await self._erase_still(connection, found, self._queries.still_gone, {}, at)

    async def _take_idle(self, connection: Connection, found: Found, before: int, at: int) -> int:
        return await self._erase_still(connection, found, self._queries.still_idle, {"before": before}, at)

    async def _erase_still(
        self, connection: Connection, found: Found, still: Any, span: Mapping[str, int], at: int
    ) -> int:
        """Erase those of whom it is still true, and on whom nobody works at this moment."""
        whose = [row["contact"] for row in found]
        free = [row["id"] for row in await fetch(self._queries.free_contacts, connection, contacts=whose)]
        gone = [row["contact"] for row in await fetch(still, connection, contacts=free, **span)]
        await self._erase(connection, gone, TIME, at)
        return len(gone)
