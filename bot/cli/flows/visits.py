"""How often the arrows of a flow were taken, as the store of the house on this machine knows it."""

from collections.abc import Mapping

import click

from bot.app.base import visited
from bot.cli.running import run_async
from bot.config import Config


def visits(config: Config, flow: str) -> Mapping[tuple[str, str], int]:
    """Return how often each arrow was taken, by its step and its way."""
    return run_async(_visits(config, flow))


async def _visits(config: Config, flow: str) -> Mapping[tuple[str, str], int]:
    async with visited(config, click.echo) as base:
        return {(each.step, each.way): each.count for each in await base.store.visits() if each.flow == flow}
