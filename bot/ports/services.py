"""What the machine and chance give: the time, unguessable tokens, and bells between the verbs."""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

Clock = Callable[[], datetime]
"""Now, in UTC."""

Tokens = Callable[[], str]
"""A new unguessable token: 128 bits or more, of a-z and 2-7."""


class Wake(Protocol):
    """Bells between the verbs: whoever commits work rings, whoever waits for it is woken. Losing a ring costs a delay.

    Bells are ``inbound``, ``outbox``, ``desk``, ``published``, ``erased`` and ``contact:<id>``.
    """

    def ring(self, *bells: str) -> None:
        """Wake everybody who listens to one of these bells."""

    def listen(self, *bells: str) -> "Listener":
        """Begin to listen; a ring from now on is not missed."""


class Listener(Protocol):
    """One who listens. Close it when done."""

    async def wait(self, seconds: float) -> frozenset[str]:
        """Return the bells rung since the last call; wait up to so many seconds for one, empty when none rang."""

    def close(self) -> None:
        """Stop listening."""
