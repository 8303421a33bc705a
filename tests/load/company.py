"""A house of several processes on PostgreSQL: one for the web, two workers, two senders; one after the other is killed.

A member that is killed is born again at once, half of the time with the wish to die at a named point of its own. Of two
senders one is on the post, the other stands by.
"""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from load.campaign import OFTEN, silent
from load.scene import Cast, Scene, Tally, chance_of, scene
from load.server import NeverOpened, Server

MEMBERS = {"web": "web", "worker-1": "worker", "worker-2": "worker", "sender-1": "sender", "sender-2": "sender"}
"""Each member's name and its part of the house."""
POINTS: Mapping[str, Sequence[str]] = {
    "web": ("receive:begun", "receive:inside", "receive:after", "receive:statement"),
    "worker": ("take:after", "commit:before", "commit:begun", "commit:statement", "commit:inside", "commit:after"),
    "sender": ("due:inside", "due:after", "record:before", "record:begun", "record:inside", "record:after"),
}
UNDISTURBED = 2.0
"""Seconds of talk where nobody is killed."""
SENDING = "deliver:telegram"
"""The post of the one who sends."""
REACHED = 3.0
"""Seconds after which a member that has not reached its point (a sender that stands by never does) is killed there."""


@dataclass(frozen=True, slots=True)
class Turns:
    """How often to kill, whom, and with which parents. ``plants`` are faults planted in a member from its birth, by its name."""

    seed: int
    kills: int
    pages: int = 8
    chats: int = 4
    plants: Mapping[str, str] = field(default_factory=dict)
    killed: Sequence[str] = tuple(MEMBERS)
    tell: Callable[[str], None] = silent


@dataclass
class Company:
    """What was seen."""

    seed: int
    kills: list[str] = field(default_factory=list)
    stops: list[float] = field(default_factory=list)
    in_flight: int = 0
    seconds: float = 0.0
    tally: Tally = field(default_factory=lambda: Tally(0, 0, 0, 0, 0))
    findings: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        """Return it for a person."""
        tally = self.tally
        return (
            f"seed {self.seed}: {len(self.kills)} kills of members in {self.seconds:.1f} s,"
            f" {tally.acknowledged} acts acknowledged, {tally.again} posted again, {len(self.findings)} findings\n"
            f"Telegram: {tally.sends} sends, {tally.sent_again} of them repeated, {self.in_flight} in flight at the kills;"
            f" stopped by SIGTERM within {max(self.stops):.2f} s\n"
            f"killed: {', '.join(self.kills)}\n" + "\n".join(self.findings[:40])
        )


async def company(folder: Path, turns: Turns, database: str) -> Company:
    """Let a house of several processes run in an empty folder and kill its members in turn."""
    seen, began = Company(turns.seed), time.monotonic()
    cast = Cast(turns.seed, turns.pages, turns.chats)
    async with scene(folder, cast, database) as played, born(played, turns.plants) as all_:
        killing = _Killing(turns, seen, played, all_)
        async with played.traffic():
            await killing.run()
        await played.settle()
        seen.stops += await asyncio.gather(*(member.stop() for member in all_.values()))
        seen.tally = await played.tally()
        seen.findings += [*await played.findings(), *seen.tally.too_often(seen.in_flight)]
    seen.seconds = time.monotonic() - began
    return seen


@asynccontextmanager
async def born(played: Scene, plants: Mapping[str, str]) -> AsyncIterator[Mapping[str, Server]]:
    """Let all members be born, some with planted faults; the first of them is the one with the door."""
    async with AsyncExitStack() as stack:
        found = {"web": played.server}
        for name in list(MEMBERS)[1:]:
            other = Server(played.server.folder, played.server.environment, name=name, nursery=played.nursery)
            found[name] = await stack.enter_async_context(other)
            played.logs.append(other.log)
        for name, member in found.items():
            await be_born(member, name, *planted(plants, name))
        yield found


async def be_born(member: Server, name: str, *wishes: str) -> None:
    """Let a member be born as its part of the house."""
    await member.bear("--name", name, "--only", MEMBERS[name], *wishes)


def planted(plants: Mapping[str, str], name: str) -> Sequence[str]:
    """Return the wish for the fault that is planted in a member."""
    return ("--plant", plants[name]) if name in plants else ()


@dataclass
class _Killing:
    """The kills of one run."""

    turns: Turns
    seen: Company
    scene: Scene
    members: Mapping[str, Server]

    async def run(self) -> None:
        """Kill so often; at the end everybody runs undisturbed."""
        chance = chance_of(str(self.turns.seed))
        if not self.turns.kills:
            await asyncio.sleep(UNDISTURBED)
        while len(self.seen.kills) < self.turns.kills:
            for name in chance.sample(self.turns.killed, len(self.turns.killed)):
                if len(self.seen.kills) < self.turns.kills:
                    await self._once(chance, name, self.members[name])

    async def _once(self, chance: random.Random, name: str, member: Server) -> None:
        """Kill a member at a random moment; then let it be born to die at a point; then let it be born to live."""
        await asyncio.sleep(chance.uniform(0.0, 0.4))
        await member.kill()
        await self._note(name, "killed")
        if chance.random() < 0.5:
            point = f"{chance.choice(POINTS[MEMBERS[name]])}:{chance.randint(1, 6)}"
            await self._die_at(name, member, point)
            await self._note(name, point)
        await be_born(member, name, *planted(self.turns.plants, name))

    async def _die_at(self, name: str, member: Server, point: str) -> None:
        try:
            await be_born(member, name, "--die", point, *planted(self.turns.plants, name))
            async with asyncio.timeout(REACHED):
                await member.gone()
        except NeverOpened:
            return
        except TimeoutError:
            await member.kill()

    async def _note(self, name: str, how: str) -> None:
        """Count what was in flight if it was the one who sends; whoever stands by need not wait for its lease."""
        self.seen.kills.append(f"{name} {how}")
        if not len(self.seen.kills) % OFTEN:
            self.turns.tell(f"  {len(self.seen.kills)} of {self.turns.kills}")
        if (await self.scene.kept.holder(SENDING)).startswith(f"{name}/"):
            self.seen.in_flight += await self.scene.in_flight()
            await self.scene.kept.end_leases()
