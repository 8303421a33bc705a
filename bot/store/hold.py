"""Posts: work that one program at a time may do, such as sending for an account.

A post is a row with its holder and until when; the database's clock decides. Whoever holds it says so again and again.
A program that was frozen finds somebody else on its post: then it cannot write there any more (``on_post`` locks the row
until the transaction ends). A lock of a connection would stay with a frozen program for ever: ADR 22.
"""

from collections.abc import Iterable
from datetime import timedelta

from bot.ports import ReplacedError
from bot.store.base import StoreBase, fetch
from bot.store.engine import Connection

_MICROSECOND = timedelta(microseconds=1)


class Holding(StoreBase):
    """The store's side of ``work.post``."""

    async def hold(self, post: str, lease: timedelta) -> bool:
        """Become, or stay, the one on this post for so long; False while somebody else is."""
        values = {"name": post, "holder": self._holder, "lease": lease // _MICROSECOND}
        epoch = await self._engine.write(lambda connection: self._queries.hold(connection, **values))
        if epoch is None:
            return False
        self._held.add(post)
        return True

    async def leave(self, post: str) -> None:
        """Give a post up, so that another can take it at once.

        It stays among those that were once ours: what a cancelled caller left to end by itself may begin only after this.
        """
        values = {"name": post, "holder": self._holder}
        await self._engine.write(lambda connection: self._queries.leave(connection, **values))

    async def _on_post(self, connection: Connection, posts: Iterable[str]) -> None:
        """Make sure that nobody else is on posts that were once ours, until the transaction ends; ReplacedError."""
        if held := [post for post in posts if post in self._held]:
            others = await fetch(self._queries.others_on, connection, posts=held, holder=self._holder)
            if others:
                raise ReplacedError([row["name"] for row in others])
