"""A campaign: parents talk, the house is killed again and again, and at the end the judge looks at what is kept.

Everything random comes from one seed, which the report names.
"""

import asyncio
import random
import statistics
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from load.scene import Cast, Scene, Tally, chance_of, scene
from load.server import NeverOpened, Server

POINTS = (
    *(
        f"{verb}:{moment}"
        for verb in ("receive", "commit", "record")
        for moment in ("before", "begun", "inside", "after")
    ),
    "receive:statement",
    "commit:statement",
    "take:after",
    "due:inside",
    "due:after",
)
"""Where a house can be told to die: verb and moment. See ``victim.py``. After ``take`` a worker holds its claim."""

OFTEN = 20
"""After so many kills it is told how far it is."""
REACHED = 30.0
"""Seconds within which a point must be reached."""


def silent(_words: str) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How often to kill, where, and with whom. Without points every kill comes at a random moment.

    ``tell`` is told now and then how far it is.
    """

    seed: int
    kills: int
    points: Sequence[str] = POINTS
    pages: int = 10
    chats: int = 3
    plant: str = ""
    tell: Callable[[str], None] = silent

    def point(self, number: int) -> str:
        """Return where the n-th kill happens; empty for a random moment. After each random one come two named ones."""
        random_ones = number // 3 + 1
        return self.points[(number - random_ones) % len(self.points)] if number % 3 and self.points else ""


@dataclass
class Report:
    """What a campaign saw. ``stops`` are the seconds that SIGTERM took, while everybody talked and at the end."""

    seed: int
    kills: list[str] = field(default_factory=list)
    restarts: list[float] = field(default_factory=list)
    stops: list[float] = field(default_factory=list)
    in_flight: int = 0
    changed_by_repeating: bool = False
    seconds: float = 0.0
    findings: list[str] = field(default_factory=list)
    tally: Tally = field(default_factory=lambda: Tally(0, 0, 0, 0, 0))

    def __str__(self) -> str:
        """Return it for a person."""
        tally = self.tally
        return (
            f"seed {self.seed}: {len(self.kills)} kills in {self.seconds:.1f} s, {tally.acknowledged} acts acknowledged,"
            f" {tally.again} posted again, {len(self.findings)} findings\n"
            f"the command restarted and open: median {statistics.median(self.restarts):.2f} s,"
            f" longest {max(self.restarts):.2f} s; stopped by SIGTERM within {max(self.stops):.2f} s\n"
            f"Telegram: {tally.sends} sends, {tally.sent_again} of them repeated, {self.in_flight} in flight at the kills\n"
            f"killed at: {', '.join(self.kills)}\n" + "\n".join(self.findings[:40])
        )


async def campaign(folder: Path, plan: Plan, database: str = "") -> Report:
    """Carry out a plan in an empty folder, on SQLite or on an empty database of PostgreSQL."""
    report, began = Report(plan.seed), time.monotonic()
    async with scene(folder, Cast(plan.seed, plan.pages, plan.chats), database) as played:
        await _Campaign(plan, report, played).run()
    report.seconds = time.monotonic() - began
    return report


@dataclass
class _Campaign:
    """One campaign under way."""

    plan: Plan
    report: Report
    scene: Scene

    @property
    def server(self) -> Server:
        """The process that is killed."""
        return self.scene.server

    async def run(self) -> None:
        """Kill, settle, judge; where nothing was planted, repeat everything and look again."""
        async with self.scene.traffic():
            await self._kill_again_and_again()
            self.report.restarts.append(await self.server.start())
        await self.scene.settle()
        self.report.stops.append(await self.server.stop())
        self.report.tally = await self.scene.tally()
        self.report.findings += [*await self.scene.findings(), *self.report.tally.too_often(self.report.in_flight)]
        if not self.plan.plant:
            await self._repeat()

    async def _kill_again_and_again(self) -> None:
        chance = chance_of(str(self.plan.seed))
        for number in range(self.plan.kills):
            point = self.plan.point(number)
            died = self._die_at(f"{point}:{chance.randint(1, 12)}") if point else self._die_somehow(number, chance)
            self.report.kills.append(await died)
            self.report.in_flight += await self.scene.in_flight()
            await self.scene.kept.end_leases()
            if not (number + 1) % OFTEN:
                self.plan.tell(f"  {number + 1} of {self.plan.kills}, {self.scene.acknowledged} acts acknowledged")

    async def _die_at(self, point: str) -> str:
        """Let a victim run until it kills itself."""
        plant = ("--plant", self.plan.plant) if self.plan.plant else ()
        try:
            await self.server.bear("--die", point, *plant)
            async with asyncio.timeout(REACHED):
                await self.server.gone()
        except NeverOpened:  # what Telegram kept comes at once: the point was reached before the door was open
            return f"{point} while starting"
        except TimeoutError:
            self.report.findings.append(f"error: {point} was not reached")
            await self.server.kill()
        return point

    async def _die_somehow(self, number: int, chance: random.Random) -> str:
        """Kill a start, the product's own command, or a victim, or ask the command to end. The first start comes first."""
        seconds = chance.uniform(0.0, 0.5)
        match number // 3 % 4:
            case 0:
                await kill_a_start(self.server, 0.6 * seconds)
                return f"{600 * seconds:.0f} ms of a start"
            case 1:
                self.report.restarts.append(await self.server.start())
                await self._kill_after(seconds)
                return f"{seconds * 1000:.0f} ms of the command"
            case 2:
                await self.server.bear()
                await self._kill_after(seconds)
                return f"{seconds * 1000:.0f} ms"
            case _:
                await self.server.bear()
                await asyncio.sleep(seconds)
                self.report.stops.append(await self.server.stop())
                return f"{seconds * 1000:.0f} ms, by SIGTERM"

    async def _kill_after(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
        await self.server.kill()

    async def _repeat(self) -> None:
        """Post everything again, in another order: nothing may change."""
        before = await self.scene.kept.digest()
        await self.server.start()
        await self.scene.repeat()
        await self.scene.settle()
        await self.server.stop()
        self.report.changed_by_repeating = await self.scene.kept.digest() != before


async def kill_a_start(server: Server, seconds: float) -> None:
    """Kill a victim so long after its birth, whether it is open by then or not."""
    starting = asyncio.create_task(server.bear())
    await server.born.wait()
    await asyncio.sleep(seconds)
    server.strike()
    with suppress(NeverOpened):
        await starting
    await server.kill()
