"""What was given up, and letting it wait again: after a mistake was mended, or a platform is back."""

from collections.abc import Sequence

from bot.model import Account, ContactId, InboundId, OutboxId
from bot.ports import DeadMessage, FailedFragment, Replayed
from bot.store import rows
from bot.store.base import StoreBase, fetch
from bot.store.engine import Connection

CLOSED = "does not open"
"""What is said of a reason that does not open itself."""


class Replaying(StoreBase):
    """The store's side of ``work.replay``."""

    async def failed(self, after: InboundId, limit: int) -> Sequence[FailedFragment]:
        """Return up to so many fragments at which the program failed, after one of them (0: from the first), in order."""
        found = await self._read(self._queries.failed_fragments, after=after, most=limit)
        return [self._fragment_given_up(row) for row in found]

    async def dead(self, after: OutboxId, limit: int) -> Sequence[DeadMessage]:
        """Return up to so many messages that were given up, after one of them (0: from the first), in order."""
        found = await self._read(self._queries.dead_messages, after=after, most=limit)
        return [self._message_given_up(row) for row in found]

    async def replay(self, fragments: Sequence[InboundId], messages: Sequence[OutboxId]) -> Replayed:
        """Let some of these wait again, each at its old place; return which: others are not given up any more."""
        return await self._engine.write(lambda connection: self._replay(connection, fragments, messages))

    async def _replay(
        self, connection: Connection, fragments: Sequence[InboundId], messages: Sequence[OutboxId]
    ) -> Replayed:
        again = await fetch(self._queries.replay_fragments, connection, ids=list(fragments))
        waiting = await fetch(self._queries.replay_messages, connection, ids=list(messages))
        return Replayed(
            tuple(sorted(InboundId(row["id"]) for row in again)), tuple(sorted(OutboxId(row["id"]) for row in waiting))
        )

    def _fragment_given_up(self, row: rows.Row) -> FailedFragment:
        try:
            error = rows.failure(self._house, row)
        except ValueError:
            error = CLOSED
        return FailedFragment(
            InboundId(row["id"]), ContactId(row["contact"]), Account(row["account"]), rows.moment(row["at"]), error
        )

    def _message_given_up(self, row: rows.Row) -> DeadMessage:
        try:
            reason = rows.reason(self._house, row)
        except ValueError:
            reason = CLOSED
        return DeadMessage(
            OutboxId(row["id"]),
            ContactId(row["contact"]),
            Account(row["account"]),
            rows.moment(row["queued_at"]),
            row["attempts"],
            reason,
        )
