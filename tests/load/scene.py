"""One house under trial: a folder, a fake Telegram, parents who talk without a pause, and what must have become of it.

    async with scene(folder, Cast(seed)) as played:
        await played.server.start()
        async with played.traffic():
            ...                                # whatever is done to the house; at the end it has to run
        await played.settle()
        assert await played.findings() == []

Knows nothing of what is done to the house meanwhile.
"""

import asyncio
import itertools
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from fakes.bot_api import BotApi
from load.acts import total
from load.kept import InFile, InPostgres, Kept
from load.parents import PATIENCE, Page, Parent, Phone, everybody, live_on_page, live_on_telegram, page_of
from load.server import Nursery, Server, prepare
from load.verdict import ECHO, compare, judge

Condition = Callable[[], Awaitable[object]]

SETTLED = 60.0
"""Seconds within which everything must be read and sent once the house runs undisturbed."""
REPEATS = 150
"""So many of each parent's last acts are repeated after the end; one network address may post 240 a minute."""


@dataclass(frozen=True, slots=True)
class Cast:
    """Who talks. Everything random comes from the seed."""

    seed: int
    pages: int = 10
    chats: int = 3


@dataclass(frozen=True, slots=True)
class Tally:
    """What was counted once everything had settled. Sends are those that reached Telegram."""

    acknowledged: int
    again: int
    refused: int
    sends: int
    sent_again: int

    def too_often(self, in_flight: int) -> list[str]:
        """Say whether more was sent again than was in the air when something died."""
        more = self.sent_again - in_flight
        return [f"twice: {more} sends that were not in the air"] if more > 0 else []


@dataclass
class Scene:
    """A house and its parents. ``server`` is the process whose door they knock at."""

    cast: Cast
    kept: Kept
    server: Server
    nursery: Nursery
    api: BotApi
    parents: Sequence[Parent]
    pages: Sequence[Page]
    logs: list[Path] = field(default_factory=list)

    @asynccontextmanager
    async def traffic(self) -> AsyncIterator[None]:
        """Let everybody talk; at the end each comes to the end of a round, for which the house has to run."""
        over = asyncio.Event()
        async with asyncio.TaskGroup() as lives:
            for each in self._lives(over):
                lives.create_task(each)
            yield
            over.set()

    async def settle(self) -> None:
        """Wait until all is read and sent."""
        await until(self._settled, SETTLED)

    async def findings(self, *, forgiving: bool = False) -> list[str]:
        """Say what is wrong with a house that is closed. Logged errors count, unless its store was taken away."""
        found = [*await judge(self.kept, self.parents), *self._order_at_telegram()]
        return found if forgiving else found + [line for log in self.logs for line in errors_in(log)]

    def _order_at_telegram(self) -> Iterator[str]:
        """Say where words came to Telegram otherwise than in order, each once or several times in a row."""
        for parent in self.parents[len(self.pages) :]:
            came = [text for text in self.api.said(int(parent.address)) if text.startswith(ECHO)]
            once = [text for text, _ in itertools.groupby(came)]
            yield from compare(f"{parent.who} word at Telegram", total(parent.done).echoes, once)

    async def tally(self) -> Tally:
        """Count."""
        sends = self.sends
        return Tally(
            acknowledged=self.acknowledged,
            again=sum(parent.again for parent in self.parents),
            refused=self.refused,
            sends=sends,
            sent_again=sends - await self.kept.count("outbox where state = 'sent' and account = 'telegram'"),
        )

    @property
    def acknowledged(self) -> int:
        """How many acts were acknowledged so far."""
        return sum(len(parent.done) for parent in self.parents)

    @property
    def acknowledged_on_pages(self) -> int:
        """How many acts were answered with 202 so far."""
        return sum(len(parent.done) for parent in self.parents[: len(self.pages)])

    @property
    def sends(self) -> int:
        """How many messages have reached Telegram."""
        return sum(call.method == "sendMessage" for call in self.api.calls)

    @property
    def refused(self) -> int:
        """How many posts were answered that they could not be kept."""
        return sum(parent.refused for parent in self.parents)

    async def in_flight(self) -> int:
        """How many messages are marked as being sent."""
        return await self.kept.count("outbox where state = 'sending'")

    def backlog(self) -> Condition:
        """Return the condition that everything is answered which is there just now."""
        waiting = f"inbound where state = 'unread' and at <= {time.time_ns() // 1000}"

        async def answered() -> bool:
            return not await self.kept.count(waiting)

        return answered

    async def repeat(self) -> None:
        """Post everything once more, in another order."""
        await asyncio.gather(
            *(_repeat_all(parent, page) for parent, page in zip(self.parents, self.pages, strict=False))
        )

    async def _settled(self) -> bool:
        if self.api.unconfirmed and self.cast.chats:
            return False
        waiting = "outbox where state in ('queued', 'sending') and account = 'telegram'"
        unread = await self.kept.count("inbound where state = 'unread'")
        return not unread and not await self.kept.count(waiting)

    def _lives(self, over: asyncio.Event) -> Sequence[Coroutine[None, None, None]]:
        chances = [chance_of(f"{self.cast.seed} {parent.who}") for parent in self.parents]
        on_pages = zip(self.parents, self.pages, chances, strict=False)
        phone = Phone(self.server, self.api)
        on_telegram = list(zip(self.parents, chances, strict=True))[len(self.pages) :]
        return [
            *(live_on_page(parent, page, chance, over) for parent, page, chance in on_pages),
            *(live_on_telegram(parent, phone, chance, over) for parent, chance in on_telegram),
        ]


@asynccontextmanager
async def scene(
    folder: Path, cast: Cast, database: str = "", environment: Mapping[str, str] | None = None
) -> AsyncIterator[Scene]:
    """Set a scene in an empty folder; its house keeps everything there, or in a database of PostgreSQL."""
    keys = folder / "data" / "keys"
    kept = InPostgres(keys, database) if database else InFile(keys, folder / "data" / "elternlotse.sqlite")
    async with AsyncExitStack() as stack:
        api = await stack.enter_async_context(BotApi())
        prepare(folder, api_url=api.url, flood=1000, store=database)
        token = {"TELEGRAM_TOKEN": api.token} if cast.chats else {}
        nursery = await stack.enter_async_context(Nursery())
        server = await stack.enter_async_context(Server(folder, {**token, **(environment or {})}, nursery=nursery))
        pages = [await stack.enter_async_context(page_of(server, number)) for number in range(cast.pages)]
        parents = list(everybody(cast.pages, cast.chats))
        yield Scene(cast, kept, server, nursery, api, parents, pages, [server.log])


def errors_in(log: Path) -> Sequence[str]:
    """Return what a process has said of errors; warnings are none."""
    lines = log.read_text("utf-8").splitlines() if log.exists() else []
    return [f"error: {line}" for line in lines if '"level": "warning"' not in line]


async def _repeat_all(parent: Parent, page: Page) -> None:
    acts = parent.done[-REPEATS:]
    chance_of(parent.who).shuffle(acts)
    for act in acts:
        assert await page.post(act.data) == 202


def chance_of(seed: str) -> random.Random:
    """Return chance that comes out the same for the same seed."""
    return random.Random(seed)  # noqa: S311 - a run that failed is repeated; nothing is kept secret with it


async def until(condition: Condition, seconds: float) -> None:
    """Wait until a condition holds; TimeoutError when it never does."""
    async with asyncio.timeout(seconds):
        while not await condition():  # noqa: ASYNC110 - what another process writes rings no bell here
            await asyncio.sleep(PATIENCE)
