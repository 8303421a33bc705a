"""aiosql's queries as PostgreSQL runs them: parameters by name, lists as arrays, many rows in one statement.

Promises: a query of several statements runs them one after the other, so that the last sees what was committed while
the first waited for a lock; a text that PostgreSQL cannot hold (NUL, half a character) matches nothing where it is
looked for, and is a ValueError where it would be written. Knows no table and no connection but the one it is given.
"""

import re
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import aiosql
import asyncpg
from aiosql.utils import VAR_REF

Connection = Any
"""A connection of asyncpg, or the pool's stand-in for one."""

SQL = Path(__file__).parent / "sql" / "postgres"

_WRITES = re.compile(r"^\s*(?:insert|update|delete)\b", re.MULTILINE)
_UNHELD = re.compile("[\x00\ud800-\udfff]")
_NO_SUCH = "\ufffd"
"""Stands for what cannot be held where something is looked for; nothing that is kept is called so."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement as PostgreSQL takes it, and the names of its parameters in their order."""

    sql: str
    names: tuple[str, ...]


class Adapter:
    """Runs aiosql's queries on asyncpg; the stock adapter knows neither several statements nor rows as arrays."""

    is_aio_driver = True

    def __init__(self) -> None:
        self.statements: dict[str, tuple[Statement, ...]] = {}
        self._fit: dict[str, Callable[[object], object]] = {}

    def process_sql(self, name: str, _kind: object, sql: str) -> str:
        """Keep a query's statements; return the text as it was."""
        self.statements[name] = tuple(_numbered(part) for part in re.split(r";\s*(?:\n|$)", sql) if part.strip())
        self._fit[name] = _written if _WRITES.search(sql) else _sought
        return sql

    async def select(
        self, connection: Connection, name: str, _sql: str, parameters: Any, _record: object
    ) -> AsyncIterator[asyncpg.Record]:
        """Yield all rows."""
        last, values = await self._all_but_last(connection, name, parameters)
        for row in await connection.fetch(last, *values):
            yield row

    async def select_one(
        self, connection: Connection, name: str, _sql: str, parameters: Any, _record: object
    ) -> asyncpg.Record | None:
        """Return the first row."""
        last, values = await self._all_but_last(connection, name, parameters)
        row: asyncpg.Record | None = await connection.fetchrow(last, *values)
        return row

    async def select_value(self, connection: Connection, name: str, _sql: str, parameters: Any) -> Any:
        """Return the first row's first column."""
        last, values = await self._all_but_last(connection, name, parameters)
        return await connection.fetchval(last, *values)

    async def insert_update_delete(self, connection: Connection, name: str, _sql: str, parameters: Any) -> None:
        """Run a writing query."""
        last, values = await self._all_but_last(connection, name, parameters)
        await connection.fetch(last, *values)

    async def insert_update_delete_many(
        self, connection: Connection, name: str, _sql: str, rows: Sequence[Mapping[str, object]] = ()
    ) -> None:
        """Run a writing query for many rows at once: each parameter is an array of one column."""
        if rows:
            columns = {column: [row[column] for row in rows] for column in rows[0]}
            last, values = await self._all_but_last(connection, name, columns, _column)
            await connection.fetch(last, *values)

    async def _all_but_last(
        self,
        connection: Connection,
        name: str,
        parameters: Mapping[str, object],
        fit: Callable[[object], object] | None = None,
    ) -> tuple[str, Sequence[object]]:
        """Run what comes before a query's last statement; return that one, ready to be run."""
        fitted = {key: (fit or self._fit[name])(value) for key, value in parameters.items()}
        *before, last = self.statements[name]
        for statement in before:
            await connection.fetch(statement.sql, *(fitted[key] for key in statement.names))
        return last.sql, [fitted[key] for key in last.names]


def load_queries() -> Any:
    """Return the queries of ``sql/postgres``, by name."""
    adapter: Callable[[], Any] = Adapter
    return aiosql.from_path(SQL, adapter)


def statements_of(queries: Any) -> Mapping[str, Sequence[Statement]]:
    """Return what each query runs."""
    statements: Mapping[str, Sequence[Statement]] = queries.driver_adapter.statements
    return statements


def _numbered(sql: str) -> Statement:
    """Write a statement's parameters as PostgreSQL numbers them."""
    numbers: dict[str, int] = {}
    return Statement(VAR_REF.sub(partial(_number, numbers), sql).strip(), tuple(numbers))


def _number(numbers: dict[str, int], found: re.Match[str]) -> str:
    if found["var_name"] is None:  # it stands within quotes
        return found[0]
    return f"{found['lead']}${numbers.setdefault(found['var_name'], len(numbers) + 1)}"


def _sought(value: object) -> object:
    """Return what is looked for; what PostgreSQL cannot hold becomes something that nothing is called."""
    if isinstance(value, str):
        return _UNHELD.sub(_NO_SUCH, value)
    return [_sought(each) for each in value] if isinstance(value, list) and any_text(value) else value


def _written(value: object) -> object:
    """Return what is written. A list beside it names what is looked for."""
    return _sought(value) if isinstance(value, list) else _insist(value)


def _column(value: object) -> object:
    """Return a column of many rows."""
    if isinstance(value, list) and any_text(value):
        for each in value:
            _insist(each)
    return value


def any_text(values: Sequence[object]) -> bool:
    """Say whether these are texts: a column is of one kind, and may lack some."""
    return isinstance(next((each for each in values if each is not None), None), str)


def _insist(value: object) -> object:
    """Refuse a text that PostgreSQL cannot hold, before anything is sent. Says nothing of it."""
    if isinstance(value, str) and _UNHELD.search(value):
        raise ValueError("a text with NUL or half a character cannot be kept")
    return value
