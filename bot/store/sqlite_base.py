"""What the verbs of the SQLite store share: the engine, the queries, the keys. No verb of its own."""

import sqlite3
from collections.abc import Iterable, Sequence
from functools import lru_cache, partial
from typing import Any

from bot.privacy.seal import House, Key, Master, SealBrokenError
from bot.store import rows
from bot.store.sqlite_engine import Connection, Engine, as_json

KEYS_AT_HAND = 4096
"""So many contacts' keys stay unwrapped. They are found by their wrapped form, which is read anew each time."""


async def fetch(query: Any, connection: Connection, **parameters: object) -> Sequence[sqlite3.Row]:
    """Return all rows of a query."""
    return [row async for row in query(connection, **parameters)]


class SqliteBase:
    """An open database. Its verbs are the mixins beside this file; ``sqlite.py`` puts them together."""

    def __init__(self, engine: Engine, queries: Any, master: Master, house: House) -> None:
        self._engine = engine
        self._queries = queries
        self._master = master
        self._house = house
        self._unwrap = lru_cache(KEYS_AT_HAND)(partial(rows.contact_key, master))

    async def _read(self, query: Any, **parameters: object) -> Sequence[sqlite3.Row]:
        """Return all rows of a query outside any transaction."""
        return await fetch(query, self._engine.reader, **parameters)

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
        found = await self._read(self._queries.contact_keys, contacts=as_json(contacts))
        return {row["contact"]: self._own_key(row) for row in found}
