"""Groups whose commands are loaded when they are called: a command pays for what it imports, not for all the others.

A group lists its commands without loading them: their names and lines stand in its table, which names the place of each.
"""

import gc
from collections import UserDict
from collections.abc import Sequence
from importlib import import_module
from typing import Any

import click


class Later(click.Command):
    """Stands in a group for a command that is not loaded yet: its place is ``module:name``, ``line`` is its line in the list."""

    def __init__(self, name: str, place: str, line: str) -> None:
        super().__init__(name, help=line)
        self._place = place

    def load(self) -> click.Command:
        """Return the command itself. What is imported stays: the search for rubbish in it would cost a tenth of a start."""
        module, _, name = self._place.partition(":")
        gc.disable()
        try:
            command: click.Command = getattr(import_module(module), name)
        finally:
            gc.enable()
        return command


class Commands(UserDict[str, click.Command]):
    """The commands of a group by their names, each loaded by whoever asks for it."""

    def __init__(self, table: Sequence[Later]) -> None:
        super().__init__({str(each.name): each for each in table})

    def __getitem__(self, name: str) -> click.Command:
        found = super().__getitem__(name)
        return found.load() if isinstance(found, Later) else found


class LaterGroup(click.Group):
    """A group of the commands of a table."""

    def __init__(self, *, table: Sequence[Later], **settings: Any) -> None:
        super().__init__(commands=Commands(table), **settings)
        self._listed = click.Group(commands=table)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list as every group does, without loading a command."""
        self._listed.format_commands(ctx, formatter)
