"""What everything in a simulated house shares: the seed's chance, the clock that jumps, and the account of what happened."""

import hashlib
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from simulation.disk import Disk
from simulation.seeded_loop import SeededLoop

if TYPE_CHECKING:
    from pathlib import Path

BEGIN = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
"""A Monday morning."""


class World:
    """One run. ``trace`` is what happened, a line each; ``findings`` are promises that were broken.

    ``excuses`` counts what allows a sender to take up what was in the air.
    """

    def __init__(self, seed: int, folder: "Path") -> None:
        self.seed = seed
        self.folder = folder
        self.disk = Disk(self, folder / "house.sqlite")
        self.trace: list[str] = []
        self.findings: list[str] = []
        self.failure: BaseException | None = None
        self.jumped = timedelta(0)
        self.has_jumped = False
        self.excuses = 0
        self._chances: dict[str, random.Random] = {}

    @cached_property
    def loop(self) -> SeededLoop:
        """The loop in which all of it happens."""
        return SeededLoop()

    def chance(self, about: str) -> random.Random:
        """Return the chance about one matter: what happens in one does not shift the others."""
        if about not in self._chances:
            self._chances[about] = random.Random(f"{self.seed} {about}")  # noqa: S311 - a run is repeated by it
        return self._chances[about]

    def now(self) -> datetime:
        """Return the time of the machines' clock."""
        return self.true_time() + self.jumped

    def true_time(self) -> datetime:
        """Return the time of everybody else's clock."""
        return BEGIN + timedelta(seconds=self.loop.time())

    def jump(self, span: timedelta) -> None:
        """Let the machines' clock jump."""
        self.jumped += span
        self.has_jumped = True
        self.note(None, "jump", span)

    def token(self) -> str:
        """Return an unguessable token, which the seed has guessed."""
        return "".join(self.chance("tokens").choices("abcdefghijklmnopqrstuvwxyz234567", k=26))

    def bytes(self, count: int) -> bytes:
        """Return random bytes."""
        return self.chance("keys").randbytes(count)

    def latency(self) -> float:
        """Return how long a step to the world outside takes: mostly nothing, sometimes long."""
        draw = self.chance("latency").random()
        if draw < 0.5:
            return 0.0
        return draw * draw * 0.02 if draw < 0.98 else draw

    def note(self, who: object, what: str, *about: object) -> None:
        """Add a line to the account."""
        if str(who) == "observer":
            return
        self.trace.append(f"{self.loop.time():.6f} {who or '-'} {what} {' '.join(map(str, about))}")

    def find(self, kind: str, what: str) -> None:
        """Say that a promise was broken. ``kind`` is one of ``lost twice order left error``."""
        self.findings.append(f"{kind}: {what}")

    def fail(self, error: BaseException) -> None:
        """Stop the run: this is a fault that no simulated trouble explains."""
        self.failure = error
        self.loop.stop()

    @cached_property
    def faulty(self) -> frozenset[str]:
        """Which kinds of trouble this seed has; each seed leaves some out, so that the others are seen alone."""
        return frozenset(kind for kind in TROUBLES if self.chance("troubles").random() < 0.6)

    def digest(self) -> str:
        """Return a fingerprint of the account."""
        return hashlib.sha256("\n".join(self.trace).encode()).hexdigest()

    def story(self, last: int = 60) -> Iterator[str]:
        """Yield the findings and the end of the account."""
        yield from self.findings
        yield from self.trace[-last:]


TROUBLES = ("crash", "freeze", "stop", "disk", "platform", "jump", "publish", "edit", "poison", "repeat", "block")
