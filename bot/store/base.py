"""What the store's verbs share, whatever the engine: reading, the keys. No verb of its own, no SQL."""

from collections.abc import Iterable, Sequence
from functools import lru_cache, partial
from typing import Any

from bot.privacy.seal import House, Key, Master, SealBrokenError
from bot.store import rows
from bot.store.engine import Connection, Engine

KEYS_AT_HAND = 4096
"""So many contacts' keys stay unwrapped. They are found by their wrapped form, which is read anew each time."""


async def fetch(query: Any, connection: Connection, **parameters: object) -> Sequence[rows.Row]:
    """Return all rows of a query."""
    return [row async for row in query(connection, **parameters)]


class StoreBase:
    """An open database. Its verbs are the mixins beside this file; ``whole.py`` puts them together.

    ``holder`` is what tells this program from any other that has the same database open.
    """

    def __init__(self, engine: Engine, master: Master, house: House, holder: str) -> None:
        self._engine = engine
        self._queries = engine.queries
        self._master = master
        self._house = house
        self._holder = holder
        self._held: set[str] = set()
        self._unwrap = lru_cache(KEYS_AT_HAND)(partial(rows.contact_key, master))

    async def close(self) -> None:
        """Let what is being written end, and close."""
        await self._engine.close()

    async def _read(self, query: Any, **parameters: object) -> Sequence[rows.Row]:
        """Return all rows of a query outside any transaction."""
        async with self._engine.reading() as connection:
            return await fetch(query, connection, **parameters)

    async def _ask(self, query: Any, **parameters: object) -> Any:
        """Return the one row or value of a query outside any transaction, None where there is none."""
        async with self._engine.reading() as connection:
            return await query(connection, **parameters)

    def _key(self, contact: int, wrapped: bytes | None) -> Key | None:
        """Return a contact's key, None while they have none."""
        return None if wrapped is None else self._unwrap(contact, wrapped)

    def _own_key(self, row: rows.Row) -> Key:
        """Return the key of the contact that a row is about; there must be one."""
        return self._sure(self._key(row["contact"], row["wrapped"]))

    def _sure(self, key: Key | None) -> Key:
        """Return a key that must be there, since something was sealed with it."""
        if key is None:
            raise SealBrokenError("contact_key.wrapped is missing")
        return key

    async def _keys(self, contacts: Iterable[int]) -> dict[int, Key]:
        """Return the keys of those contacts that have one."""
        found = await self._read(self._queries.contact_keys, contacts=list(contacts))
        return {row["contact"]: self._own_key(row) for row in found}
