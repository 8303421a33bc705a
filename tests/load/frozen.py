"""A member of the house stands still (SIGSTOP) for longer than what it holds is left to it, and goes on afterwards.

A worker stands still with contacts that it has claimed, a sender with messages that it has marked as being sent, or has
sent. Another takes over; whoever wakes up writes nothing that it may not, and sends nothing again.
"""

import signal
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
from load.company import SENDING, be_born, born
from load.scene import Cast, Condition, Scene, Tally, scene, until
from load.server import Server

STILL = 30.0
"""Seconds within which a member stands still, and within which it is replaced."""
AWAKE = 60
"""So many acts are acknowledged after it has gone on."""
REPEATED = "elternlotse_sends_repeated_total"


@dataclass
class Frozen:
    """What was seen. Seconds until somebody did what the frozen one was about to; what was in the air just then."""

    where: str
    replaced: float = 0.0
    in_flight: int = 0
    counted: int = 0
    tally: Tally = field(default_factory=lambda: Tally(0, 0, 0, 0, 0))
    findings: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        """Return it for a person."""
        return (
            f"{self.where}: replaced within {self.replaced:.2f} s, {self.tally.acknowledged} acts acknowledged,"
            f" {self.tally.sent_again} sends repeated, {self.counted} counted as such, {self.in_flight} in the air\n"
            + "\n".join(self.findings[:40])
        )


async def frozen(folder: Path, database: str, seed: int, where: str, wishes: Sequence[str] = ()) -> Frozen:
    """Let a member stand still at a point of the worker's or of the sender's, and go on once it is replaced."""
    seen = Frozen(where)
    async with scene(folder, Cast(seed, 3, 3), database) as played, born(played, {}) as members:
        async with played.traffic():
            member = await _stands_still(played, members, seen, wishes)
            began = time.monotonic()
            if where.startswith("take"):
                await until(played.backlog(), STILL)
            else:
                seen.in_flight += await played.in_flight()
                await _sent_by_another(played, member)
            seen.replaced = time.monotonic() - began
            member.send(signal.SIGCONT)
            enough = played.acknowledged + AWAKE
            await until(_more(played, enough), STILL)
        await played.settle()
        seen.counted = sum([await _counted(each) for name, each in members.items() if name.startswith("sender")])
        for each in members.values():
            await each.stop()
        seen.tally = await played.tally()
        seen.findings += [*await played.findings(), *seen.tally.too_often(seen.counted)]
    return seen


async def _stands_still(played: Scene, members: Mapping[str, Server], seen: Frozen, wishes: Sequence[str]) -> Server:
    """Let the first worker, or the sender that sends, be born anew to stand still, and wait until it does."""
    part = "worker" if seen.where.startswith("take") else "sender"
    first, second = members[f"{part}-1"], members[f"{part}-2"]
    for member in (first, second):
        await member.kill()
    if part == "sender":
        seen.in_flight += await played.in_flight()
        await played.kept.end_leases()
    await be_born(first, first.name, "--freeze", seen.where, *wishes)
    await be_born(second, second.name)
    await until(_frozen(first), STILL)
    return first


async def _sent_by_another(played: Scene, member: Server) -> None:
    """Wait until another is on the post, and has sent something."""

    async def replaced() -> bool:
        return not (await played.kept.holder(SENDING)).startswith(f"{member.name}/")

    await until(replaced, STILL)
    sends = played.sends

    async def sent() -> bool:
        return played.sends > sends

    await until(sent, STILL)


def _frozen(member: Server) -> Condition:
    async def frozen() -> bool:
        return member.is_frozen

    return frozen


def _more(played: Scene, acts: int) -> Condition:
    async def more() -> bool:
        return played.acknowledged >= acts

    return more


async def _counted(member: Server) -> int:
    """Return how many sends a member counts as perhaps repeated."""
    async with aiohttp.ClientSession() as session, session.get(f"{member.url}/metrics") as answer:
        lines = (await answer.text()).splitlines()
    return sum(int(float(line.split()[-1])) for line in lines if line.startswith(REPEATED))
