"""Which errors mean that the database is away: real ones, of both engines."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import asyncpg
import pytest

from bot.store.away import is_away
from bot.store.base import fetch
from bot.store.postgres_engine import UnknownOutcomeError
from bot.store.postgres_server import Server


def locked(folder: Path) -> None:
    with sqlite3.connect(folder / "a.sqlite") as one, sqlite3.connect(folder / "a.sqlite", timeout=0) as other:
        one.execute("begin immediate")
        other.execute("begin immediate")


def nowhere(folder: Path) -> None:
    sqlite3.connect(folder / "missing" / "a.sqlite")


def read_only(folder: Path) -> None:
    with sqlite3.connect(folder / "b.sqlite") as one:
        one.execute("create table t (a)")
    with sqlite3.connect(f"file:{folder / 'b.sqlite'}?mode=ro", uri=True) as other:
        other.execute("insert into t values (1)")


def no_server(_folder: Path) -> None:
    asyncio.run(Server("postgresql://nobody@127.0.0.1:1/none").connect())


def silence(_folder: Path) -> None:
    async def one_row_and_then_nothing(_connection: object) -> AsyncIterator[object]:
        yield {}
        raise TimeoutError

    asyncio.run(fetch(one_row_and_then_nothing, None))


def lost_answer(_folder: Path) -> None:
    raise UnknownOutcomeError


@pytest.mark.parametrize("trouble", [locked, nowhere, read_only, no_server, silence, lost_answer])
def test_a_database_that_is_away_is_told_from_a_fault(trouble: Callable[[Path], None], tmp_path: Path):
    """Locked, gone, read-only, not listening, silent: waiting helps."""
    with pytest.raises(Exception) as raised:  # noqa: PT011 - which kinds these are is what is asked
        trouble(tmp_path)
    assert is_away(raised.value)


def no_such_table(folder: Path) -> None:
    sqlite3.connect(folder / "c.sqlite").execute("select 1 from nothing")


def a_bug(_folder: Path) -> None:
    raise KeyError


def broken_statement(_folder: Path) -> None:
    raise asyncpg.PostgresSyntaxError


def closed_pipe(_folder: Path) -> None:
    raise BrokenPipeError


def file_of_somebody(folder: Path) -> None:
    (folder / "nowhere" / "export.json").write_text("{}", "utf-8")


@pytest.mark.parametrize("fault", [no_such_table, a_bug, broken_statement, closed_pipe, file_of_somebody])
def test_a_fault_of_ours_stays_one(fault: Callable[[Path], None], tmp_path: Path):
    """Waiting helps nobody there, so nobody is told to."""
    with pytest.raises(Exception) as raised:  # noqa: PT011 - as above
        fault(tmp_path)
    assert not is_away(raised.value)
