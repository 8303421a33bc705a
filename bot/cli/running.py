"""Running something asynchronous to its end, with the log as ``--log`` wants it: nothing else of the commands logs."""

import asyncio
from collections.abc import Coroutine
from typing import TypeVar

import click
import uvloop

from bot.cli.setting import LOG
from bot.services.logs import configure

T = TypeVar("T")


def run_async(work: Coroutine[None, None, T]) -> T:
    """Run something asynchronous to its end."""
    configure(click.get_current_context().meta[LOG])
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(work)
