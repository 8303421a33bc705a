"""Running something asynchronous to its end, with the log as ``--log`` wants it: nothing else of the commands logs.

A database that goes away in the middle is told as what it is; transactions are whole or not there.
"""

import asyncio
from collections.abc import Coroutine
from typing import TypeVar

import click
import uvloop

from bot.cli.setting import LOG
from bot.services.logs import configure
from bot.source.errors import OperatorError
from bot.store.away import is_away

T = TypeVar("T")


def run_async(work: Coroutine[None, None, T]) -> T:
    """Run something asynchronous to its end; OperatorError where the database does not answer any more."""
    configure(click.get_current_context().meta[LOG])
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        try:
            return runner.run(work)
        except Exception as error:
            if not is_away(error):
                raise
            raise OperatorError(
                f"Die Datenbank antwortet nicht mehr ({type(error).__name__}). Was schon bestätigt war, ist gespeichert.\n"
                "  = Hilfe: Prüfen Sie, ob die Datenbank läuft und ob auf der Platte Platz ist. Wiederholen Sie dann den Befehl."
            ) from error
