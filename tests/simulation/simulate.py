"""Plays one seed: everything that a house does and suffers in some minutes, in a blink, and the same whenever asked.

``make simulate SEEDS=1000`` plays many; ``make simulate SEED=17`` one, and tells all of it.
"""

import asyncio
import hashlib
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Coroutine, Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from simulation.colleagues import Colleagues
from simulation.director import EVENTS, Director
from simulation.history import History
from simulation.house import Machines
from simulation.judgement import Judge
from simulation.log import listening
from simulation.messenger import Platform
from simulation.observer import arranged, files, observed, people, set_up
from simulation.plants import Plant
from simulation.seeded_loop import StuckError
from simulation.world import World

from bot.desk.hours import know_holidays

MEMORY = Path("/dev/shm")  # noqa: S108 - where a file costs no disk, on systems that have it
HOLIDAYS = range(2024, 2029)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run came to. ``digest`` is a fingerprint of all that happened and of every row."""

    seed: int
    findings: tuple[str, ...]
    digest: str
    trace: tuple[str, ...]
    figures: Mapping[str, int]

    def __str__(self) -> str:
        return "\n".join((f"SEED={self.seed}", *self.findings[:20], *self.trace[-40:]))


def simulate(seed: int, plant: Plant | None = None, events: int = EVENTS) -> Outcome:
    """Play one seed."""
    with _folder() as folder:
        (folder / "house.sqlite").write_bytes(template())
        world = World(seed, folder)
        run = _Run(world, plant or Plant())
        with arranged(world), listening(world), run.plant.planted():
            try:
                _complete(world, run.play(events))
            except StuckError:
                world.find("left", "everybody waits for ever")
        outcome = Outcome(seed, tuple(world.findings), world.digest(), tuple(world.trace), run.figures())
        run.history.close()
        return outcome


@cache
def template() -> bytes:
    """Return the database that every run begins with."""
    for year in HOLIDAYS:
        know_holidays(year)
    with _folder() as folder:
        world = World(0, folder)
        with arranged(world):
            _complete(world, set_up(world))
        return world.disk.path.read_bytes()


class _Run:
    """One run."""

    def __init__(self, world: World, plant: Plant) -> None:
        self.world = world
        self.plant = plant
        self.history = History(world.disk.path)
        self.platform = Platform(world, polled=world.chance("mode").random() < 0.5)
        self.machines = Machines(world, self.platform, self.history, plant)
        self.platform.machines = self.machines
        self.colleagues = Colleagues(world, self.machines, people())
        self.director = Director(world, self.machines, self.platform, self.colleagues)

    async def play(self, events: int) -> None:
        """Let it happen, settle, and judge."""
        await self.director.direct(files, events)
        await self.director.settle()
        await self.machines.close()
        for each in self.director.families:
            await each.close()
        async with observed(self.world) as store:
            await Judge(self.world, self.history, self.platform, self.director, self.colleagues).judge(store)
        self.world.note(None, "rows", *self._rows())

    def figures(self) -> Mapping[str, int]:
        """Return how much happened."""
        return {
            "interruptions": self.machines.interruptions,
            "fragments": self.history.count("inbound"),
            "messages": self.history.count("outbox"),
            "sendings": len(self.platform.taken),
            "tickets": self.history.count("ticket"),
            "reminders": self.history.count("reminded"),
            "answers": len(self.colleagues.answered),
        }

    def _rows(self) -> Iterator[str]:
        """Yield a fingerprint of every table."""
        tables = "select name from sqlite_schema where type = 'table' and name not like 'sqlite_%' order by name"
        for table in self.history.rows(tables):
            rows = self.history.rows(f"select * from {table['name']}")  # noqa: S608 - the schema's own names
            yield f"{table['name']}:{hashlib.sha256(repr([tuple(row) for row in rows]).encode()).hexdigest()[:16]}"


def _complete(world: World, work: Coroutine[None, None, None]) -> None:
    """Run to the end, then let go of whatever still waits."""
    loop = world.loop
    loop.set_exception_handler(lambda _loop, trouble: _untold(world, trouble))
    try:
        loop.run_until_complete(work)
    except RuntimeError as stopped:
        raise world.failure or stopped from None
    finally:
        left = asyncio.all_tasks(loop)
        for task in left:
            task.cancel()
        loop.run_until_complete(_all(left))
        loop.close()


async def _all(tasks: Iterable[asyncio.Task[object]]) -> None:
    await asyncio.gather(*tasks, return_exceptions=True)


def _untold(world: World, trouble: Mapping[str, object]) -> None:
    """An error in a callback is a finding; one that nobody waited for was told elsewhere."""
    if "never retrieved" not in str(trouble.get("message")):
        world.find("error", f"{trouble.get('message')}: {trouble.get('exception')!r}")


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as name:
        yield Path(name)


def main() -> int:
    """Play one seed, or many on all processors; end with 1 where any breaks a promise."""
    if only := os.environ.get("SEED"):
        outcome = simulate(int(only))
        say("\n".join((*outcome.trace, *outcome.findings, outcome.digest)))
        return int(bool(outcome.findings))
    many, began, broken = int(sys.argv[1]) if len(sys.argv) > 1 else 50, time.perf_counter(), 0
    totals: Counter[str] = Counter()
    with ProcessPoolExecutor() as processes:
        for told, figures in processes.map(_told, range(1, many + 1), chunksize=5):
            totals += Counter(figures)
            if told:
                broken += 1
                say(told)
    did = ", ".join(f"{count} {name}" for name, count in totals.items())
    say(f"{many} seeds in {time.perf_counter() - began:.0f} s, {broken} of them broke a promise; {did}")
    return int(broken > 0)


def _told(seed: int) -> tuple[str, Mapping[str, int]]:
    outcome = simulate(seed)
    return (str(outcome) if outcome.findings else "", outcome.figures)


def say(words: str) -> None:
    """Tell whoever started this."""
    sys.stdout.write(words + "\n")


if __name__ == "__main__":
    sys.exit(main())
