"""Upgrades that are killed: at every statement of an opening, one after the other, on the same data.

After each death the data are those from before or those from after the upgrade, whole; the next start goes on from
there. At the end the house opens and everything is in it.
"""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from load.kept import InFile, Kept
from load.older import findings, lay
from load.scene import Cast, scene, until
from load.server import NeverOpened, Server, prepare
from load.verdict import judge

from bot.services import clock
from bot.store.postgres_schema import MIGRATIONS
from bot.store.steps import read_migrations

MOST = 1000
"""An opening of more statements has been begun anew for ever."""
TALK = 0.5
"""Seconds of talk before an upgrade."""
SOON = 30.0
NEXT = """
alter table contact add column nickname text;
select pg_sleep(0.1);
create table nickname (contact bigint primary key references contact (id), said text);
select pg_sleep(0.1);
insert into nickname (contact, said) select id, 'x' from contact;
select pg_sleep(0.1);
update contact set nickname = 'x';
"""
"""A step of a release to come, slow enough to be killed between its statements, which are sent all at once."""
MOMENTS = (0.08, 0.16, 0.24, 0.32, 0.4)
"""Seconds after the birth of a victim at which it is killed, so as to hit that step."""


@dataclass
class Upgrades:
    """What was seen. ``states`` are the fingerprints of what was kept after each death, one after the other."""

    deaths: int = 0
    states: list[str] = field(default_factory=list)
    findings: list[str] = field(default_factory=list)

    @property
    def torn(self) -> int:
        """How often what was kept was neither as before nor as afterwards."""
        changes = [state for state, before in zip(self.states[1:], self.states, strict=False) if state != before]
        return max(0, len(changes) - 1)

    def __str__(self) -> str:
        """Return it for a person."""
        return f"killed {self.deaths} times, {self.torn} times torn\n" + "\n".join(self.findings[:40])


async def upgrade_of_older(folder: Path, left: Path, every: int = 1) -> Upgrades:
    """Let the program of today open the file of an earlier release, and kill it at every n-th statement of that."""
    prepare(folder)
    lay(left, folder / "data")
    kept = InFile(folder / "data" / "keys", folder / "data" / "elternlotse.sqlite")

    async def answered() -> bool:
        return not await kept.count("inbound where state = 'unread'")

    async with Server(folder) as server:
        seen = await _until_open(server, kept, every)
        await until(answered, SOON)
        await server.stop()
    async with kept.opened() as store:
        seen.findings += await findings(store, clock.now())
    seen.findings += server.log.read_text("utf-8").splitlines()
    return seen


async def upgrade_to_next(folder: Path, seed: int, database: str, every: int = 1) -> Upgrades:
    """Let parents talk on PostgreSQL, then let the program of a release to come open it, killed at some moments.

    It is also killed at every n-th statement, as is the very first opening, of an empty database.
    """
    steps = folder / "migrations"
    steps.mkdir()
    for file in MIGRATIONS.glob("*.sql"):
        (steps / file.name).write_bytes(file.read_bytes())
    (steps / "9999_next.sql").write_text(NEXT, "utf-8")
    async with scene(folder, Cast(seed, 4, 2), database) as played:
        first = await _until_open(played.server, played.kept, every)
        async with played.traffic():
            await asyncio.sleep(TALK)
        await played.settle()
        await played.server.stop()
        later = await _killed_at_moments(played.server, played.kept, steps, every)
        seen = Upgrades(first.deaths + later.deaths, later.states)
        await played.server.stop()
        seen.findings += await judge(played.kept, played.parents, read_migrations(steps))
        seen.findings += played.server.log.read_text("utf-8").splitlines()
    return seen


async def _until_open(server: Server, kept: Kept, every: int, *wishes: str) -> Upgrades:
    """Kill the opening of a house at one statement, then at a later one, until it opens; leave it running."""
    seen = Upgrades(states=[await kept.digest()])
    while seen.deaths < MOST:
        try:
            await server.bear("--die", f"open:statement:{1 + every * seen.deaths}", *wishes)
        except NeverOpened:
            seen.deaths += 1
            seen.states.append(await kept.digest())
        else:
            return seen
    raise AssertionError(f"it never opened: {server.log.read_text('utf-8')}")


async def _killed_at_moments(server: Server, kept: Kept, steps: Path, every: int) -> Upgrades:
    """Kill an upgrade at some moments, then at every statement; leave the house running."""
    wishes = ("--migrations", str(steps))
    before = Upgrades(states=[await kept.digest()])
    for seconds in MOMENTS[::every]:
        starting = asyncio.create_task(server.bear(*wishes))
        await server.born.wait()
        await asyncio.sleep(seconds)
        server.strike()
        with suppress(NeverOpened):
            await starting
        await server.kill()
        before.deaths += 1
        before.states.append(await kept.digest())
    seen = await _until_open(server, kept, every, *wishes)
    return Upgrades(before.deaths + seen.deaths, [*before.states, *seen.states])
