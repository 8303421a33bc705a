"""What the store's verbs need of a database: reading, writing whole or not at all, and claiming contacts.

SQLite (``sqlite_engine.py``) and PostgreSQL (``postgres_engine.py``) keep this. Their queries have the same names and
parameters; the verbs beside this file are written once, for both. A parameter that is a list is an array; a table of
several columns is passed ``as_json``.
"""

from collections.abc import Awaitable, Callable, Iterable
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol, TypeVar

import msgspec

T = TypeVar("T")
Connection = Any
"""What an engine's queries run on."""
Work = Callable[[Connection], Awaitable[T]]
"""What is done in one transaction. It may be begun anew after a deadlock, so it keeps nothing outside of it."""


class Engine(Protocol):
    """One open database."""

    queries: Any
    """The queries of ``sql/<engine>``, by name."""

    def reading(self) -> AbstractAsyncContextManager[Connection]:
        """Return a connection to read from, outside any transaction."""

    async def write(self, work: Work[T]) -> T:
        """Do some work in one transaction and return its result when it is durable.

        A caller that is cancelled leaves the transaction to end by itself, whole.
        """

    def claiming(self) -> AbstractAsyncContextManager[Connection]:
        """Return a connection on which contacts are claimed and read; what was claimed before is given up.

        Where the block ends well, the claim stands until ``write_claimed`` or ``release``. SQLite has one writer and
        claims nothing.
        """

    async def write_claimed(self, work: Work[T]) -> T:
        """Do some work as ``write`` does, in the claim's own transaction where it still stands, and end the claim."""

    async def release(self) -> None:
        """Give the claim up, if there is one."""

    async def scrub(self) -> bool:
        """Let what was deleted leave the files; False where somebody is reading them: try again later."""

    async def close(self) -> None:
        """Let running transactions end, and close."""


def as_json(rows: Iterable[object]) -> str:
    """Return a table as a statement takes it: one JSON array of rows, each an array of its columns."""
    return msgspec.json.encode(list(rows)).decode()
