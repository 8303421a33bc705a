"""A database that goes away while a command works: a sentence that says what to do, never a traceback."""

import asyncio
from collections.abc import AsyncIterator, Coroutine

import asyncpg
import click
import pytest
from cli.test_commands import SMALL, elternlotse
from docs.shell import undisturbed
from fakes.postgres import drop_database, fresh_database
from fakes.process import write_config

from bot.cli.running import run_async
from bot.cli.setting import LOG
from bot.source.errors import OperatorError
from bot.store.base import fetch


def run_a_command_that_ends_with(error: Exception) -> None:
    """Run a command as ``elternlotse`` does; in its middle it meets an error."""

    async def work() -> None:
        async def statement(_connection: object) -> AsyncIterator[object]:
            yield {}
            raise error

        await fetch(statement, None)

    run_a_command(work())


def run_a_command(work: Coroutine[None, None, None]) -> None:
    """Run something as a command does, and leave the log as it was."""
    with undisturbed(), click.Context(click.Command("anything")) as context:
        context.meta[LOG] = "warning"
        run_async(work)


def test_d09_a_database_that_goes_away_is_told_with_what_to_do():
    """D09: the server is killed in the middle of a command."""
    with pytest.raises(OperatorError, match=r"(?s)antwortet nicht mehr \(ConnectionResetError\).*Hilfe: .*läuft"):
        run_a_command_that_ends_with(ConnectionResetError())


def test_a_pipe_that_somebody_closed_is_not_the_databases():
    """``elternlotse flows list | head -1`` is nothing to be told of a database."""

    async def says() -> None:
        raise BrokenPipeError

    with pytest.raises(BrokenPipeError):
        run_a_command(says())


def test_a_fault_of_ours_is_not_the_databases():
    """A bug stays one: whoever reads that the database is away would look in the wrong place."""
    with pytest.raises(KeyError):
        run_a_command_that_ends_with(KeyError("name"))


async def test_commands_that_only_look_make_nothing_on_a_server(tmp_path, monkeypatch):
    """In a database that is not Elternlotse's, or not yet, no table is made; what to do is told, with its address."""
    url = await fresh_database(template="template1")
    monkeypatch.setenv("ELTERNLOTSE_STORE", url)
    config = write_config(tmp_path, flows=SMALL)
    for words in (("people", "list"), ("data", "replay")):
        done = await asyncio.to_thread(elternlotse, *words, config=config)
        assert 2 == done.returncode
        assert "noch keine Datenbank von Elternlotse: postgresql://" in done.stderr
    connection = await asyncpg.connect(url)
    assert 0 == await connection.fetchval("select count(*) from pg_tables where schemaname = 'public'")
    await connection.close()
    assert not (tmp_path / "data" / "keys").exists()
    await drop_database(url)
