"""A campaign: parents talk, the server is killed again and again, and at the end the judge looks at what is kept.

Everything random comes from one seed, which the report names.
"""

import asyncio
import random
import statistics
import time
from collections.abc import Callable, Coroutine, Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path

from fakes.bot_api import BotApi
from load.parents import PATIENCE, Page, Parent, Phone, everybody, live_on_page, live_on_telegram, page_of
from load.server import NeverOpened, Server, prepare
from load.verdict import count, digest, judge

POINTS = (
    *(f"{verb}:{moment}" for verb in ("receive", "commit", "record") for moment in ("before", "inside", "after")),
    "due:inside",
    "due:after",
)
"""Where a server can be told to die: verb and moment. See ``victim.py``."""

REACHED = 30.0
"""Seconds within which a point must be reached."""
SETTLED = 60.0
"""Seconds within which everything must be read and sent after the last restart."""
REPEATS = 150
"""So many of each parent's last acts are repeated after the end; one network address may post 240 a minute."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How often to kill, where, and with how many parents. Without points every kill comes at a random moment."""

    seed: int
    kills: int
    points: Sequence[str] = POINTS
    pages: int = 10
    chats: int = 3
    plant: str = ""

    def point(self, number: int) -> str:
        """Return where the n-th kill happens; empty for a random moment. Random and named ones take turns."""
        round_, named = divmod(number, 2)
        return self.points[round_ % len(self.points)] if named and self.points else ""


@dataclass
class Report:
    """What a campaign saw."""

    seed: int
    kills: list[str] = field(default_factory=list)
    restarts: list[float] = field(default_factory=list)
    acknowledged: int = 0
    again: int = 0
    sends: int = 0
    sent_again: int = 0
    in_flight: int = 0
    changed_by_repeating: bool = False
    stop: float = 0.0
    seconds: float = 0.0
    findings: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        """Return it for a person."""
        restart = f"median {statistics.median(self.restarts):.2f} s, longest {max(self.restarts):.2f} s"
        return (
            f"seed {self.seed}: {len(self.kills)} kills in {self.seconds:.1f} s, {self.acknowledged} acts acknowledged,"
            f" {self.again} posted again, {len(self.findings)} findings\n"
            f"the command restarted and open: {restart}; stopped by SIGTERM in {self.stop:.2f} s\n"
            f"Telegram: {self.sends} sends, {self.sent_again} of them repeated, {self.in_flight} in flight at the kills\n"
            f"killed at: {', '.join(self.kills)}\n" + "\n".join(self.findings[:40])
        )


async def campaign(folder: Path, plan: Plan) -> Report:
    """Carry out a plan in an empty folder."""
    report, began = Report(plan.seed), time.monotonic()
    async with AsyncExitStack() as stack:
        api = await stack.enter_async_context(BotApi())
        prepare(folder, api_url=api.url, flood=1000)
        environment = {"TELEGRAM_TOKEN": api.token} if plan.chats else {}
        server = await stack.enter_async_context(Server(folder, environment))
        parents = list(everybody(plan.pages, plan.chats))
        pages = [await stack.enter_async_context(page_of(server, number)) for number in range(plan.pages)]
        await _Campaign(plan, report, server, api, parents, pages).run()
    report.seconds = time.monotonic() - began
    return report


@dataclass
class _Campaign:
    """One campaign under way."""

    plan: Plan
    report: Report
    server: Server
    api: BotApi
    parents: Sequence[Parent]
    pages: Sequence[Page]

    async def run(self) -> None:
        """Kill, settle, judge; where nothing was planted, repeat everything and look again."""
        over = asyncio.Event()
        async with asyncio.TaskGroup() as lives:
            for each in self._lives(over):
                lives.create_task(each)
            await self._kill_again_and_again()
            self.report.restarts.append(await self.server.start())
            over.set()
        await self._settle()
        self.report.stop = await self.server.stop()
        self._count()
        self.report.findings += await judge(self.server, self.parents)
        if not self.plan.plant:
            await self._repeat()

    def _lives(self, over: asyncio.Event) -> Sequence[Coroutine[None, None, None]]:
        chances = [chance_of(f"{self.plan.seed} {parent.who}") for parent in self.parents]
        on_pages = zip(self.parents, self.pages, chances, strict=False)
        phone = Phone(self.server, self.api)
        on_telegram = list(zip(self.parents, chances, strict=True))[len(self.pages) :]
        return [
            *(live_on_page(parent, page, chance, over) for parent, page, chance in on_pages),
            *(live_on_telegram(parent, phone, chance, over) for parent, chance in on_telegram),
        ]

    async def _kill_again_and_again(self) -> None:
        chance = chance_of(str(self.plan.seed))
        for number in range(self.plan.kills):
            point = self.plan.point(number)
            died = self._die_at(f"{point}:{chance.randint(1, 12)}") if point else self._die_somehow(number, chance)
            self.report.kills.append(await died)
            self.report.in_flight += count(self.server.database, "outbox where state = 'sending'")

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
        """Kill a start, the product's own command, or a victim, in turn. The very first start is killed first."""
        match number // 2 % 3:
            case 0:
                seconds = chance.uniform(0.0, 0.3)
                await kill_a_start(self.server, seconds)
                return f"{seconds * 1000:.0f} ms of a start"
            case 1:
                self.report.restarts.append(await self.server.start())
                return f"{await self._kill_after(chance.uniform(0.0, 0.5))} of the command"
            case _:
                await self.server.bear()
                return await self._kill_after(chance.uniform(0.0, 0.5))

    async def _kill_after(self, seconds: float) -> str:
        """Kill what runs after some time."""
        await asyncio.sleep(seconds)
        await self.server.kill()
        return f"{seconds * 1000:.0f} ms"

    async def _settle(self) -> None:
        """Wait until all is read and sent."""
        await until(lambda: not self._waiting(), SETTLED)

    def _waiting(self) -> int:
        if self.api.unconfirmed and self.plan.chats:
            return len(self.api.unconfirmed)
        unread = count(self.server.database, "inbound where state = 'unread'")
        return unread or count(
            self.server.database, "outbox where state in ('queued', 'sending') and account = 'telegram'"
        )

    def _count(self) -> None:
        self.report.acknowledged = sum(len(parent.done) for parent in self.parents)
        self.report.again = sum(parent.again for parent in self.parents)
        self.report.sends = sum(call.method == "sendMessage" for call in self.api.calls)
        sent = count(self.server.database, "outbox where state = 'sent' and account = 'telegram'")
        self.report.sent_again = self.report.sends - sent

    async def _repeat(self) -> None:
        """Post everything again, in another order: nothing may change."""
        before = digest(self.server.database)
        await self.server.start()
        await asyncio.gather(
            *(_repeat_all(parent, page) for parent, page in zip(self.parents, self.pages, strict=False))
        )
        await self._settle()
        await self.server.stop()
        self.report.changed_by_repeating = digest(self.server.database) != before


async def kill_a_start(server: Server, seconds: float) -> None:
    """Kill a victim so long after its birth, whether it is open by then or not."""
    starting = asyncio.create_task(server.bear())
    await server.born.wait()
    await asyncio.sleep(seconds)
    server.strike()
    with suppress(NeverOpened):
        await starting
    await server.kill()


async def _repeat_all(parent: Parent, page: Page) -> None:
    acts = parent.done[-REPEATS:]
    chance_of(parent.who).shuffle(acts)
    for act in acts:
        assert await page.post(act.data) == 202


def chance_of(seed: str) -> random.Random:
    """Return chance that comes out the same for the same seed."""
    return random.Random(seed)  # noqa: S311 - a run that failed is repeated; nothing is kept secret with it


async def until(condition: Callable[[], object], seconds: float) -> None:
    """Wait until a condition holds; TimeoutError when it never does."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - what another process writes rings no bell here
            await asyncio.sleep(PATIENCE)
