"""Time that passes only when nobody has anything to do: waits of hours take no time, and every run is the same.

``run`` runs something on such a loop. ``Loop.freeze`` lets time pass as it does for a program that was stopped: it wakes
up later, and everything that should have happened meanwhile is due at once.
"""

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class Loop(asyncio.SelectorEventLoop):
    """An event loop with a clock of its own, for programs that wait for time and for each other, not for the outside."""

    def __init__(self) -> None:
        self._now = 1000.0
        super().__init__(_Impatient(self))

    def time(self) -> float:
        """Return the seconds of this loop's own clock."""
        return self._now

    def freeze(self, seconds: float) -> None:
        """Let time pass in which nothing runs."""
        self._now += seconds


class _Impatient(selectors.SelectSelector):
    def __init__(self, loop: Loop) -> None:
        super().__init__()
        self._loop = loop

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        found = super().select(0)
        if not found and timeout is None:
            raise AssertionError("everybody waits for somebody who will never come")
        if not found and timeout:
            self._loop.freeze(timeout)
        return found


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run something on a loop of this kind; it must not wait for threads or the network."""
    with asyncio.Runner(loop_factory=Loop) as runner:
        return runner.run(work)
