"""How far a long command is: one line on a terminal's error stream, from the first second on; nothing in a script."""

import sys
import time
from types import TracebackType
from typing import Self

import click

SECONDS = 1.0
"""What is quicker needs no line."""
EVERY = 0.1
"""Seconds between two looks of the line."""


class Progress:
    """Called with what is being done, how much of it is done, and of how much; leaves the terminal clean at the end."""

    def __init__(self) -> None:
        self._shown = sys.stderr.isatty()
        self._next = time.monotonic() + SECONDS
        self._width = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._width:
            self._write("")

    def __call__(self, what: str, done: int, of: int) -> None:
        """Show how far it is, now and then."""
        if self._shown and time.monotonic() >= self._next:
            self._next = time.monotonic() + EVERY
            self._write(f"{what}: {min(done, of) * 100 // max(of, 1)} %")

    def _write(self, words: str) -> None:
        """Write over the line before; the cursor stays at the line's beginning."""
        click.echo(f"\r{words.ljust(self._width)}\r", err=True, nl=False)
        self._width = len(words)
