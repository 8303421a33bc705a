"""A whole transaction crosses to the connection's thread once, and nothing in it can wait for anything else."""

import asyncio
import sqlite3
import threading
from contextvars import ContextVar
from pathlib import Path

import pytest

from bot.store.sqlite_engine import Crossing, connect

_mark: ContextVar[str] = ContextVar("mark", default="")


async def with_table(folder: Path) -> Crossing:
    connection = await connect(folder / "data.sqlite")
    await connection.execute_fetchall("create table a (b)")
    return connection


async def test_all_of_it_happens_on_the_connections_thread(tmp_path: Path) -> None:
    """Statements and what stands between them run on one thread, in the caller's context, and the result comes back."""
    connection = await with_table(tmp_path)
    threads = set()

    async def work() -> str:
        for number in range(3):
            threads.add(threading.get_ident())
            await connection.execute_fetchall("insert into a values (?)", (number,))
        (row,) = await connection.execute_fetchall("select count(*) from a")
        return f"{_mark.get()} {row[0]}"

    _mark.set("here")
    try:
        assert await connection.at_once(work) == "here 3"
        assert threads == {connection._thread.ident}
    finally:
        await connection.close()


async def test_an_error_inside_comes_out(tmp_path: Path) -> None:
    """What a statement raises reaches the caller, and the connection goes on."""
    connection = await with_table(tmp_path)

    async def broken() -> None:
        await connection.execute_fetchall("insert into nowhere values (1)")

    try:
        with pytest.raises(sqlite3.OperationalError, match="nowhere"):
            await connection.at_once(broken)
        assert list(await connection.execute_fetchall("select * from a")) == []
    finally:
        await connection.close()


async def test_waiting_for_something_else_is_refused(tmp_path: Path) -> None:
    """A transaction that waits for anything but its statements would hold the write lock: it is an error at once."""
    connection = await with_table(tmp_path)

    async def dreaming() -> None:
        await asyncio.sleep(0)

    try:
        with pytest.raises(RuntimeError, match="waited for something else"):
            await connection.at_once(dreaming)
    finally:
        await connection.close()
