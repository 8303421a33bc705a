"""What several commands need of ``elternlotse`` itself: the configuration that ``--config`` names."""

import os
from collections.abc import Collection
from pathlib import Path

import click

from bot.config import Config, read_file

LOG = "bot.cli.log"
"""Under this name the context keeps from when on is logged."""

_PASSWORDS = ("ELTERNLOTSE_STORE_PASSWORD", "ELTERNLOTSE_STORE_PASSWORD_FILE")


def config_of(context: click.Context) -> Config:
    """Return the configuration; its paths are taken from where the file lies."""
    return read_file(Path(context.find_root().obj), os.environ)


def config_beside(context: click.Context, named: Collection[str]) -> Config:
    """Return the configuration for a call that names databases itself: a password may be meant for one of those."""
    bare = {name: value for name, value in os.environ.items() if name not in _PASSWORDS}
    config = read_file(Path(context.find_root().obj), bare)
    for_them = not config.store.postgres and any("://" in each for each in named)
    return config if for_them else config_of(context)
