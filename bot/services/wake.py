"""Bells within one process: whoever commits work rings, whoever waits for it is woken.

Promises: a ring after ``listen`` is never missed, however late ``wait`` is called; rings of one bell that nobody has
taken yet are one. Keeps nothing but open listeners and, for each, which of its own bells have rung. For one event loop.
"""

import asyncio
from collections import defaultdict


class Bells:
    """The bells of this process (``ports.Wake``)."""

    reconnections = 0
    """How often the way to other programs was lost and found again: there are none."""

    def __init__(self) -> None:
        self._listeners: defaultdict[str, set[BellListener]] = defaultdict(set)

    def ring(self, *bells: str) -> None:
        """Wake everybody who listens to one of these bells."""
        for bell in bells:
            for listener in self._listeners.get(bell, ()):
                listener.hear(bell)

    def listen(self, *bells: str) -> "BellListener":
        """Begin to listen; a ring from now on is not missed."""
        listener = BellListener(self, bells)
        for bell in bells:
            self._listeners[bell].add(listener)
        return listener

    def forget(self, listener: "BellListener", bells: tuple[str, ...]) -> None:
        """Stop waking a listener; a bell that nobody listens to leaves nothing behind."""
        for bell in bells:
            listeners = self._listeners.get(bell, set())
            listeners.discard(listener)
            if not listeners:
                self._listeners.pop(bell, None)


class BellListener:
    """One who listens (``ports.Listener``)."""

    def __init__(self, wake: Bells, bells: tuple[str, ...]) -> None:
        self._wake = wake
        self._bells = bells
        self._rung: set[str] = set()
        self._awake = asyncio.Event()

    def hear(self, bell: str) -> None:
        """Note that a bell has rung."""
        self._rung.add(bell)
        self._awake.set()

    async def wait(self, seconds: float) -> frozenset[str]:
        """Return the bells rung since the last call; wait up to so many seconds for one, empty when none rang."""
        try:
            async with asyncio.timeout(seconds):
                await self._awake.wait()
        except TimeoutError:
            return frozenset()
        rung = frozenset(self._rung)
        self._rung.clear()
        self._awake.clear()
        return rung

    def close(self) -> None:
        """Stop listening. Closing twice does no harm."""
        self._wake.forget(self, self._bells)
