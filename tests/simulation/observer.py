"""Somebody outside of time who opens a simulated house's store: to set it up before, and to judge it afterwards."""

import hashlib
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from functools import cache, partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from core.small import DE, PROGRAM, small_files
from simulation.disk import InlineConnection
from simulation.history import TRIGGERS
from simulation.machine import SECRET
from simulation.seeded_loop import OWNER, NumberedTask
from simulation.world import BEGIN, World

from bot.app import house, telegram, verbs
from bot.model import AdviserId, Language
from bot.ports import Adviser
from bot.privacy.seal import Master
from bot.services.wake import Bells
from bot.store import sqlite, sqlite_engine
from bot.store.sqlite import SqliteStore
from bot.work import post, publish
from bot.work.pace import Rates
from bot.work.publish import Publish

FLOWS = (Path(__file__).parent / "flows", Path(__file__).parents[1] / "load" / "flows")
DAYS = "".join(f"  - date: 2026-03-{day:02}\n    source: erfunden, nur zum Testen\n" for day in range(4, 26))
"""A calendar in which every day is one, so that there is always something to be reminded of."""


class Observer:
    """Stands where a machine is expected, and meets no trouble."""

    open = frozen = False

    def __init__(self) -> None:
        self.connections: list[InlineConnection] = []

    def __str__(self) -> str:
        return "observer"

    def own(self, task: NumberedTask) -> None:
        """Nobody kills an observer."""

    async def pause(self) -> None:
        """Nothing takes time."""

    def insist_alive(self) -> None:
        """An observer lives."""

    def reach(self, point: str) -> None:
        """Nothing ends here."""


@asynccontextmanager
async def observed(world: World) -> AsyncIterator[SqliteStore]:
    """Open the store of a house in which nothing runs."""
    before = OWNER.set(Observer())  # type: ignore[arg-type]  # it keeps the protocol
    try:
        store = await SqliteStore.open(world.disk.path, Master(SECRET, "simulation", world.bytes), world.now)
        try:
            yield store
        finally:
            await store.close()
    finally:
        OWNER.reset(before)


@contextmanager
def arranged(world: World) -> Iterator[None]:
    """Let the store open files on the simulated disk; what does not depend on the seed is read and computed once."""
    clock = SimpleNamespace(now=world.now, steady=world.loop.time)
    changed = [
        (sqlite_engine, "connect", world.disk.connect),
        *((sqlite, name, kept_of(getattr(sqlite, name))) for name in ("load_queries", "read_migrations")),
        *((module, "clock", clock) for module in (verbs, house, telegram)),
        *((module, "tokens", SimpleNamespace(token=world.token)) for module in (verbs, house)),
        *((module, "time", SimpleNamespace(monotonic=world.loop.time)) for module in (verbs, house)),
        (verbs, "random", world.chance("jitter")),
        *((post, name, 3.0) for name in ("LOOK", "RENEW")),  # most statements were looks at posts
        (verbs, "Rates", partial(Rates, longest_wait=20.0)),
        *((publish, name, once(getattr(publish, name))) for name in ("compose", "examine", "_played")),
    ]
    kept = [(module, name, getattr(module, name)) for module, name, _ in changed]
    for module, name, value in changed:
        setattr(module, name, value)
    try:
        yield
    finally:
        for module, name, value in kept:
            setattr(module, name, value)


_RESULTS: dict[tuple[str, str], Any] = {}


def kept_of(function: Any) -> Any:
    """Return a function that is called once."""

    def remembered(*about: Any) -> Any:
        key = (function.__name__, repr(about))
        if key not in _RESULTS:
            _RESULTS[key] = function(*about)
        return _RESULTS[key]

    return remembered


def once(function: Any) -> Any:
    """Return a function of content that computes the same content once."""

    def remembered(content: Any, *more: Any) -> Any:
        key = (function.__name__, name_of_content(content))
        if key not in _RESULTS:
            _RESULTS[key] = function(content, *more)
        return _RESULTS[key]

    return remembered


def name_of_content(content: Any) -> str:
    """Return a fingerprint of files, a folder of flows, or an edition."""
    if isinstance(content, Mapping):
        return hashlib.sha256(repr(sorted(content.items())).encode()).hexdigest()
    revision = getattr(content, "revision", None)
    return revision.name if revision is not None else hashlib.sha256(repr(content).encode()).hexdigest()


@cache
def files(version: int) -> Mapping[str, bytes]:
    """Return the flows: the small ones, one that counts, one that reminds; of one version or the other."""
    more = {f"flows/{path.name}": path.read_bytes() for folder in FLOWS for path in sorted(folder.glob("*.yaml"))}
    days = small_files()["flows/calendars/2026.yaml"].decode() + "probetage:\n" + DAYS
    found = {**small_files(), **more, "flows/calendars/2026.yaml": days.encode()}
    if version:
        changed = found["flows/zaehlen.yaml"].replace("Gezählt: ".encode(), "Neu gezählt: ".encode())
        found["flows/zaehlen.yaml"] = changed + b"  ende:\n    say: Ende.\n"
    return found


PEOPLE = ("Erste Testperson", "Zweite Testperson")


def people() -> list[Adviser]:
    """Return who is at the desk."""
    return [
        Adviser(AdviserId(number), name, "adviser", ("beratung",), (DE, Language("tr")), DE)
        for number, name in enumerate(PEOPLE, 1)
    ]


async def set_up(world: World) -> None:
    """Make a house's database: with its keys, its triggers, the first flows, and somebody at the desk."""
    async with observed(world) as store:

        async def triggers(connection: Any) -> None:
            for statement in TRIGGERS.strip().replace("end;\n", "end;\n\n").replace(");\n", ");\n\n", 1).split("\n\n"):
                await connection.execute_fetchall(statement)

        await store._engine.write(triggers)
        await Publish(store, Bells(), world.now, PROGRAM, [DE])(files(0), "simulation")
        for number, name in enumerate(PEOPLE, 1):
            who = Adviser(AdviserId(0), name, "adviser", ("beratung",), (DE, Language("tr")), DE)
            await store.invite(who, bytes([number]) * 32, BEGIN, BEGIN)
