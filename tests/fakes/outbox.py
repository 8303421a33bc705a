"""An outbox in memory, and a channel whose outcomes a test decides: what ``work.deliver`` needs to be watched closely."""

import asyncio
import itertools
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.model import Account, ContactId, Gone, OutboxId, Outcome, Retry, Sent, Unsure
from bot.ports import OutboxItem, Record
from bot.text.message import Message

TELEGRAM = Account("telegram")


def now() -> datetime:
    """Return the machine's time."""
    return datetime.now(UTC)


@dataclass(slots=True)
class Row:
    """A message in the outbox. ``state`` is ``queued sending sent aside dead``."""

    item: OutboxItem
    state: str = "queued"
    attempts: int = 0
    next_at: datetime | None = None


class Outbox:
    """The part of the store that sends need. ``broken`` counts down the calls of each method that still fail."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self.records: list[Record] = []
        self.broken: defaultdict[str, int] = defaultdict(int)
        self.tried: defaultdict[str, int] = defaultdict(int)
        self._ids = itertools.count(1)

    def put(self, chat: str, *texts: str) -> None:
        """Let messages for a chat wait."""
        for text in texts:
            number = next(self._ids)
            message = Message(text=text, language="de", direction="ltr")
            self.rows.append(
                Row(OutboxItem(OutboxId(number), ContactId(int(chat)), TELEGRAM, chat, text, message, 0, now()))
            )

    def states(self, chat: str = "") -> list[str]:
        """Return the states of all messages (of a chat), in order."""
        return [row.state for row in self.rows if chat in {"", row.item.address}]

    async def due(self, account: Account, at: datetime, limit: int) -> Sequence[OutboxItem]:
        self._maybe_break("due")
        heads: dict[ContactId, Row] = {}
        for row in self.rows:
            if row.item.account == account and row.state in {"queued", "sending"}:
                heads.setdefault(row.item.contact, row)
        due = [row for row in heads.values() if row.state == "queued" and (row.next_at or at) <= at][:limit]
        items = []
        for row in due:
            given = row.item
            items.append(
                OutboxItem(
                    given.id,
                    given.contact,
                    given.account,
                    given.address,
                    given.token,
                    given.message,
                    row.attempts,
                    given.queued_at,
                )
            )
            row.state, row.attempts = "sending", row.attempts + 1
        return items

    async def recover(self, account: Account) -> int:
        self._maybe_break("recover")
        again = [row for row in self.rows if row.state == "sending" and row.item.account == account]
        for row in again:
            row.state = "queued"
        return len(again)

    async def record(self, records: Sequence[Record]) -> None:
        self._maybe_break("record")
        self.records += records
        for record in records:
            [row] = [row for row in self.rows if row.item.id == record.item]
            if record.dead:
                row.state = "dead"
            elif isinstance(record.outcome, Sent):
                row.state = "sent"
            elif isinstance(record.outcome, Gone):
                for waiting in self.rows:
                    if waiting.item.contact == row.item.contact and waiting.state in {"queued", "sending"}:
                        waiting.state = "aside"
            elif isinstance(record.outcome, Retry | Unsure):
                row.state, row.next_at = "queued", record.next_at

    async def next_due(self, account: Account) -> datetime | None:
        self._maybe_break("next_due")
        busy = {row.item.contact for row in self.rows if row.state == "sending"}
        waiting = [row for row in self.rows if row.state == "queued" and row.item.account == account]
        return min((row.next_at or row.item.queued_at for row in waiting if row.item.contact not in busy), default=None)

    def _maybe_break(self, method: str) -> None:
        self.tried[method] += 1
        if self.broken[method]:
            self.broken[method] -= 1
            raise OSError(f"{method}: database is locked")


class Scripted:
    """A channel that takes everything, except where ``script`` has outcomes (or errors) for a chat, in order."""

    account = TELEGRAM

    def __init__(self, timer: Callable[[], float]) -> None:
        self.script: defaultdict[str, list[Outcome | Exception]] = defaultdict(list)
        self.sent: list[tuple[float, str, str]] = []
        self.hold: dict[str, asyncio.Event] = {}
        self.under_way = 0
        self.most_under_way = 0
        self._timer = timer

    async def send(self, item: OutboxItem) -> Outcome:
        self.sent.append((self._timer(), item.address, item.message.text))
        self.under_way += 1
        self.most_under_way = max(self.most_under_way, self.under_way)
        try:
            if item.address in self.hold:
                await self.hold[item.address].wait()
            await asyncio.sleep(0)
        finally:
            self.under_way -= 1
        outcome = self.script[item.address].pop(0) if self.script[item.address] else Sent()
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    def texts(self, chat: str) -> list[str]:
        """Return what was sent into a chat, in order, repetitions too."""
        return [text for _, to, text in self.sent if to == chat]

    def times(self, chat: str) -> list[float]:
        """Return when something was sent into a chat."""
        return [at for at, to, _ in self.sent if to == chat]
