"""The store is taken away while parents talk, and given back: locked, killed, or without room.

Meanwhile posts are answered that they cannot be kept (503), and the house lives; afterwards it catches up by itself,
without being started anew, and nothing of what was acknowledged is lost. What takes the store away stands in
``troubles.py``.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field

from load.scene import Condition, Scene, until

CALM = 0.3
"""Seconds of ordinary talk before each trouble."""
PATIENCE = 60.0
"""Seconds within which posts must be refused, and later be accepted again."""
SOME = 3
"""So many posts must be refused each time."""

LOST = ("receive:written:4", "commit:written:3", "due:written:2", "due:written:5", "record:written:3")
"""Where answers get lost."""

Trouble = Callable[[Scene], AbstractAsyncContextManager[None]]


@dataclass
class Outages:
    """What was seen. Seconds: how long the store was away, until a post was accepted again, until all was answered."""

    away: list[float] = field(default_factory=list)
    accepted: list[float] = field(default_factory=list)
    caught_up: list[float] = field(default_factory=list)
    acknowledged: int = 0
    refused: int = 0
    died: bool = False
    findings: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        """Return it for a person."""
        return (
            f"{len(self.away)} times away for up to {max(self.away):.1f} s: {self.acknowledged} acts acknowledged,"
            f" {self.refused} refused; accepted again within {max(self.accepted):.2f} s,"
            f" all answered within {max(self.caught_up):.2f} s\n" + "\n".join(self.findings[:40])
        )


async def outages(
    played: Scene, trouble: Trouble, *, times: int, seconds: float, wishes: Sequence[str] = ()
) -> Outages:
    """Let parents talk, take the store away so often, each time for at least so long, and judge.

    The product's own command runs, or a victim with these wishes.
    """
    seen = Outages()
    await (played.server.bear(*wishes) if wishes else played.server.start())
    async with played.traffic():
        for _ in range(times):
            await asyncio.sleep(CALM)
            await _once(played, trouble, seconds, seen)
    await played.settle()
    seen.died = not played.server.is_alive
    await played.server.stop()
    seen.acknowledged, seen.refused = played.acknowledged, played.refused
    seen.findings += await played.findings(forgiving=True)
    return seen


async def lost_answers(played: Scene) -> list[str]:
    """Let the answers to some COMMITs get lost, of each verb that writes, and say what is wrong in the end."""
    wishes = [word for where in LOST for word in ("--lose", where)]
    await played.server.bear(*wishes)
    async with played.traffic():
        await asyncio.sleep(CALM)
    await played.settle()
    await played.server.stop()
    return [*await played.findings(forgiving=True), *(await played.tally()).too_often(0)]


async def _once(played: Scene, trouble: Trouble, seconds: float, seen: Outages) -> None:
    began, refused = time.monotonic(), played.refused
    async with trouble(played):
        await until(_so(lambda: played.refused >= refused + SOME), PATIENCE)
        await asyncio.sleep(began + seconds - time.monotonic())
    given_back, acknowledged = time.monotonic(), played.acknowledged
    seen.away.append(given_back - began)
    await until(_so(lambda: played.acknowledged > acknowledged), PATIENCE)
    seen.accepted.append(time.monotonic() - given_back)
    await until(played.backlog(), PATIENCE)
    seen.caught_up.append(time.monotonic() - given_back)


def _so(condition: Callable[[], bool]) -> Condition:
    async def so() -> bool:
        return condition()

    return so
