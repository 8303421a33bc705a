"""An event loop without a clock and without chance of its own: one seed, one course.

Time is a number that jumps to the next timer as soon as nothing else is ready, so nobody ever sleeps. Callbacks run in
asyncio's own order; which task is ready when is decided by waits whose lengths come from the seed. Tasks are numbered,
so that a set of them has the same order in every run, and each belongs to the machine that began it.
"""

import asyncio
import heapq
import itertools
from collections.abc import Callable, Coroutine
from contextvars import Context, ContextVar
from typing import Any, Protocol

OWNER: ContextVar["Owner | None"] = ContextVar("owner", default=None)
"""The machine on which this code runs; None: the world outside."""


class Owner(Protocol):
    """Whoever is told of every task that is begun on it."""

    def own(self, task: "NumberedTask") -> None:
        """Take note of a task."""


class NumberedTask(asyncio.Task[Any]):
    """A task whose place in a set does not depend on where it lies in memory."""

    def __init__(self, number: int, work: Coroutine[Any, Any, Any], **settings: Any) -> None:
        self.number = number
        super().__init__(work, **settings)

    def __hash__(self) -> int:
        return self.number

    def __eq__(self, other: object) -> bool:
        return self is other


class StuckError(Exception):
    """Everybody waits, and nothing will ever come."""


class SeededLoop(asyncio.BaseEventLoop):
    """The loop."""

    def __init__(self) -> None:
        super().__init__()
        self._now = 0.0
        self._numbers = itertools.count(1)
        self._timers: list[tuple[float, int, asyncio.TimerHandle]] = []
        self.set_task_factory(self._numbered)

    def time(self) -> float:
        """Return the seconds since the beginning."""
        return self._now

    def call_at(
        self, when: float, callback: Callable[..., object], *arguments: Any, context: Context | None = None
    ) -> asyncio.TimerHandle:
        """Call back at that time; of equal times, in the order of asking."""
        timer = asyncio.TimerHandle(when, callback, arguments, self, context)
        heapq.heappush(self._timers, (when, next(self._numbers), timer))
        return timer

    def _timer_handle_cancelled(self, _handle: object) -> None:
        """A cancelled timer is passed over when its time comes."""

    def _run_once(self) -> None:
        """Run what is ready; where nothing is, let time pass until something is."""
        timers, ready = self._timers, self._ready  # type: ignore[attr-defined]  # BaseEventLoop's queue
        while timers and timers[0][2].cancelled():
            heapq.heappop(timers)
        if not ready:
            if not timers:
                raise StuckError
            self._now = max(self._now, timers[0][0])
        while timers and timers[0][0] <= self._now:
            ready.append(heapq.heappop(timers)[2])
        for _ in range(len(ready)):
            handle = ready.popleft()
            if not handle._cancelled:
                handle._run()

    def run_in_executor(self, _executor: object, work: Callable[..., Any], *arguments: Any) -> Any:
        """Do it at once: there are no threads here."""
        future = self.create_future()
        try:
            future.set_result(work(*arguments))
        except Exception as error:  # noqa: BLE001 - as an executor would, it goes to whoever waits
            future.set_exception(error)
        return future

    def _numbered(self, loop: asyncio.AbstractEventLoop, work: Any, context: Context | None = None) -> NumberedTask:
        task = NumberedTask(next(self._numbers), work, loop=loop, context=context)
        owner = context.run(OWNER.get) if context is not None else OWNER.get()
        if owner is not None:
            owner.own(task)
        return task

    def _process_events(self, _events: object) -> None:
        """There are none."""

    def _write_to_self(self) -> None:
        """Nobody calls from another thread."""
