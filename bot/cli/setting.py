"""What several commands need of ``elternlotse`` itself: the configuration that ``--config`` names."""

import os
from pathlib import Path

import click

from bot.config import Config, read_file

LOG = "bot.cli.log"
"""Under this name the context keeps from when on is logged."""


def config_of(context: click.Context) -> Config:
    """Return the configuration; its paths are taken from where the file lies."""
    return read_file(Path(context.find_root().obj), os.environ)
