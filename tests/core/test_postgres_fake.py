"""The test server: one for all processes of a session, gone when the last of them is, however it ended."""

import asyncio
import os
import signal
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest
from fakes.postgres import drop_database, fresh_database, postgres_server

SECONDS = 20.0


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder that is nobody's."""
    with tempfile.TemporaryDirectory(prefix="lotse-pg-") as made:
        yield Path(made)


USER = """
import asyncio, sys, time
from fakes.postgres import fresh_database
print(asyncio.run(fresh_database()), flush=True)
time.sleep(60)
"""


async def user(session: str) -> tuple[asyncio.subprocess.Process, str]:
    """Start a process of a test session; return it with the database that it got."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", USER),
        stdout=asyncio.subprocess.PIPE,
        cwd=Path(__file__).parents[1],
        env={**os.environ, "PYTEST_XDIST_TESTRUNUID": session},
    )
    assert process.stdout is not None
    return process, (await process.stdout.readline()).decode().strip()


async def test_a_session_has_one_server_until_its_last_process_ends() -> None:
    """Processes of one session share a server, each with databases of its own; killed, they leave nothing behind."""
    (one, first), (two, second) = await asyncio.gather(user(f"a{os.getpid()}"), user(f"a{os.getpid()}"))
    (folder,) = {Path(url.partition("host=")[2]) for url in (first, second)}
    assert first != second
    one.send_signal(signal.SIGKILL)
    await one.wait()
    await (await asyncpg.connect(second)).close()
    two.send_signal(signal.SIGKILL)
    await two.wait()
    async with asyncio.timeout(SECONDS):
        while await asyncio.to_thread(folder.exists):
            pass


async def test_a_fresh_database_has_the_schema_and_nothing_in_it() -> None:
    """A test finds every table, empty, and no keys; another test's database is another."""
    urls = [await fresh_database(), await fresh_database()]
    assert len(set(urls)) == 2
    for url in urls:
        connection = await asyncpg.connect(url)
        assert await connection.fetchval("select count(*) from setting") == 0
        assert await connection.fetchval("select count(*) from migration") > 0
        await connection.execute("insert into contact (made_at) values (1)")
        assert await connection.fetchval("select count(*) from contact") == 1
        await connection.close()
        await drop_database(url)


async def test_a_server_of_ones_own_is_killed_and_started_again(place: Path) -> None:
    """What was committed is there after a kill; the folder stays, and serves again."""
    with postgres_server(place / "pg", ("max_connections=7",)) as server:
        connection = await asyncpg.connect(server.url)
        await connection.execute("create table t (a int); insert into t values (1)")
        server.kill()
        server.start()
        connection = await asyncpg.connect(server.url)
        assert await connection.fetchval("select a from t") == 1
        assert await connection.fetchval("show max_connections") == "7"
        assert await connection.fetchval("show fsync") == "on"
        await connection.close()
    with postgres_server(place / "pg") as server:
        connection = await asyncpg.connect(server.url)
        assert await connection.fetchval("select a from t") == 1
        await connection.close()
