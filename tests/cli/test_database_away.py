"""A database that goes away while a command works: a sentence that says what to do, never a traceback."""

import asyncio

import click
import pytest

from bot.cli.running import run_async
from bot.cli.setting import LOG
from bot.source.errors import OperatorError


def run_a_command_that_ends_with(error: Exception) -> None:
    """Run a command as ``elternlotse`` does; in its middle it meets an error."""

    async def work() -> None:
        await asyncio.sleep(0)
        raise error

    with click.Context(click.Command("anything")) as context:
        context.meta[LOG] = "warning"
        run_async(work())


def test_d09_a_database_that_goes_away_is_told_with_what_to_do():
    """D09: the server is killed in the middle of a command."""
    with pytest.raises(OperatorError, match=r"(?s)antwortet nicht mehr \(ConnectionResetError\).*Hilfe: .*läuft"):
        run_a_command_that_ends_with(ConnectionResetError())


def test_a_fault_of_ours_is_not_the_databases():
    """A bug stays one: whoever reads that the database is away would look in the wrong place."""
    with pytest.raises(KeyError):
        run_a_command_that_ends_with(KeyError("name"))
