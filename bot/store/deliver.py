"""The outbox as ``work.deliver`` needs it: the head of each contact's queue, and what became of it.

An item is ``queued``, then ``sending``, then ``sent`` (or ``dead``, with the reason; or queued again, for later).
While its address is gone it is ``aside``, until something new comes from there. A reminder that is of no use any more
is ``withdrawn``. A web chat's page fetches what is
queued by itself: those items are never due.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from bot.model import Account, Gone, Outcome, Rejected, Retry, Sent, Unsure
from bot.ports import OutboxItem, Record
from bot.store import rows
from bot.store.base import fetch
from bot.store.engine import Connection
from bot.store.hold import Holding

FETCHED = Account("webchat")
"""The account whose messages are fetched, not sent."""

SENDING = "deliver:"
"""How the posts of those who send begin; the account follows."""


def sender(account: Account) -> str:
    """Return the post of the one who sends for an account."""
    return f"{SENDING}{account}"


class Delivering(Holding):
    """The store's side of ``work.deliver``."""

    async def due(self, account: Account, now: datetime, limit: int) -> Sequence[OutboxItem]:
        """Mark as ``sending`` and return the head of each contact's outbox that is due, oldest first."""
        if account == FETCHED:
            return ()
        heads = await self._read(self._queries.heads, account=account, now=rows.micros(now), limit=limit)
        if not heads:
            return ()
        marked = await self._engine.write(lambda connection: self._mark(connection, account, heads, rows.micros(now)))
        mine = {row["id"] for row in marked}
        items = [await self._item(row, now) for row in heads if row["id"] in mine]
        return [item for item in items if item is not None]

    async def _mark(
        self, connection: Connection, account: Account, heads: Sequence[rows.Row], now: int
    ) -> Sequence[rows.Row]:
        """Mark what is of use as being sent; a reminder whose time is over is taken back instead."""
        await self._on_post(connection, [sender(account)])
        late = {row["id"] for row in heads if row["until"] is not None and row["until"] <= now}
        if late:
            await fetch(self._queries.withdraw, connection, ids=list(late), at=now)
        ids = [row["id"] for row in heads if row["id"] not in late]
        return await fetch(self._queries.mark_sending, connection, ids=ids)

    async def _item(self, row: rows.Row, now: datetime) -> OutboxItem | None:
        """Return an item; None where it does not open, and it is given up, so that the next one can go."""
        try:
            return rows.outbox_item(self._house, self._own_key(row), row)
        except ValueError as error:
            await self.record([Record(row["id"], Rejected(f"store.due: {error}"), now)])
            return None

    async def recover(self, account: Account) -> int:
        """At start: what was ``sending`` when we were killed is due again. Returns how many."""
        return len(await self._engine.write(lambda connection: self._recover(connection, account)))

    async def _recover(self, connection: Connection, account: Account) -> Sequence[rows.Row]:
        await self._on_post(connection, [sender(account)])
        return await fetch(self._queries.recover, connection, account=account)

    async def record(self, records: Sequence[Record]) -> None:
        """Write what became of many sendings."""
        ended = [row for record in records for row in self._ended(record)]
        postponed = [row for record in records for row in _postponed(record)]
        gone = [row for record in records for row in self._gone(record)]
        if ended or postponed or gone:
            await self._engine.write(lambda connection: self._write_records(connection, ended, postponed, gone))

    async def _write_records(
        self,
        connection: Connection,
        ended: Sequence[rows.Values],
        postponed: Sequence[rows.Values],
        gone: Sequence[rows.Values],
    ) -> None:
        await self._on_post(connection, [post for post in self._held if post.startswith(SENDING)])
        await self._queries.end_items(connection, ended)
        await self._queries.postpone(connection, postponed)
        await self._queries.lose_addresses(connection, [{"id": row["id"], "at": row["at"]} for row in gone])
        await self._queries.set_aside(connection, [{"id": row["id"], "reason": row["reason"]} for row in gone])

    def _ended(self, record: Record) -> Iterable[rows.Values]:
        """Say which item is done with: it was sent, or it is given up."""
        row = {"id": record.item, "at": rows.micros(record.at)}
        if isinstance(record.outcome, Sent):
            yield {**row, "state": "sent", "reason": None}
        elif record.dead or isinstance(record.outcome, Rejected):
            reason = rows.seal_reason(self._house, record.item, _reason(record.outcome))
            yield {**row, "state": "dead", "reason": reason}

    def _gone(self, record: Record) -> Iterable[rows.Values]:
        """Say whose address is gone."""
        if isinstance(record.outcome, Gone):
            reason = rows.seal_reason(self._house, record.item, record.outcome.reason)
            yield {"id": record.item, "at": rows.micros(record.at), "reason": reason}

    async def next_due(self, account: Account) -> datetime | None:
        """Return when the next waiting message of this account is due, None when none waits."""
        if account == FETCHED:
            return None
        return rows.moment_or_none(await self._ask(self._queries.next_due, account=account))


def _postponed(record: Record) -> Iterable[rows.Values]:
    """Say which item waits for its next attempt; the trouble of a whole account is not held against one message."""
    outcome = record.outcome
    if isinstance(outcome, Retry | Unsure) and not record.dead:
        excused = isinstance(outcome, Retry) and outcome.everyone
        yield {"id": record.item, "next_at": rows.micros_or_none(record.next_at), "excused": int(excused)}


def _reason(outcome: Outcome) -> str:
    """Say why an item is given up."""
    match outcome:
        case Retry(reason=reason) | Gone(reason=reason) | Rejected(reason=reason):
            return reason
        case Unsure():
            return "no answer"
        case Sent():
            return ""
