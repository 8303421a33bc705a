"""What several commands need: the configuration that ``--config`` names, and running something asynchronous."""

import asyncio
import os
from collections.abc import Coroutine
from pathlib import Path
from typing import TypeVar

import click
import uvloop

from bot.config import Config, read_file

T = TypeVar("T")


def config_of(context: click.Context) -> Config:
    """Return the configuration; its paths are taken from where the file lies."""
    return read_file(Path(context.find_root().obj), os.environ)


def run_async(work: Coroutine[None, None, T]) -> T:
    """Run something asynchronous to its end."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(work)
