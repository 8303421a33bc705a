"""One program of a simulated house: the product's own verbs on the product's own store, born, frozen, killed, stopped.

A machine that dies is thrown away at whatever it is waiting for: nothing it still does reaches the disk, the platform
or a parent. What it had sent to the platform a moment ago is on its way and may arrive.
"""

import asyncio
import contextvars
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from simulation.claims import Claims
from simulation.disk import InlineConnection
from simulation.seeded_loop import OWNER, NumberedTask
from simulation.wire import Wire
from simulation.world import World

from bot.app.base import Base
from bot.app.house import House
from bot.app.telegram import Messenger
from bot.app.verbs import Part
from bot.channels.telegram import Telegram
from bot.config.values import Config
from bot.ports import OutboxItem
from bot.privacy.seal import Master
from bot.store.sqlite import SqliteStore
from bot.work.keep import kept
from bot.work.publish import Publish

if TYPE_CHECKING:
    from simulation.history import History
    from simulation.messenger import Platform
    from simulation.plants import Plant

T = TypeVar("T")

SECRET = bytes(range(32))
ITEM: contextvars.ContextVar[int] = contextvars.ContextVar("item", default=0)
"""The message of the outbox that is being sent."""


class GoneError(ConnectionError):
    """The machine that was asked has died, or cannot be reached."""


class Machine:
    """One program, which is a ``part`` of the house, or all of it. ``alone``: no other has the database open."""

    def __init__(
        self,
        name: str,
        part: Part,
        world: World,
        wire: Wire,
        platform: "Platform",
        history: "History",
        plant: "Plant",
        config: Config,
        claims: Claims,
    ) -> None:
        self.name = name
        self.part = part
        self.config = config
        self.claims = claims
        self.world = world
        self.history = history
        self.plant = plant
        self.platform = platform
        self.connections: list[InlineConnection] = []
        self.alive = True
        self.open = False
        self.frozen = False
        self.frozen_since = 0.0
        self.doom = ("", 0)
        self.wake = wire.join(self)
        self.ended = asyncio.Event()
        self._wire = wire
        self._tasks: list[NumberedTask] = []
        self._thawed = asyncio.Event()
        self._context = contextvars.copy_context()
        self._context.run(OWNER.set, self)
        self._main = world.loop.create_task(self._live(), context=self._context)

    def __str__(self) -> str:
        return self.name

    # -- as the world treats it

    def own(self, task: NumberedTask) -> None:
        """Take note of a task, so that it can die with the machine."""
        self._tasks.append(task)

    def kill(self) -> None:
        """End it at once (SIGKILL)."""
        if self.alive:
            self.world.note(self, "killed")
            self._leave()
            for connection in self.connections:
                connection.drop()
            for task in self._tasks:
                task.cancel()

    async def stop(self) -> None:
        """Ask it to end (SIGTERM), and wait until it has."""
        self.world.note(self, "stopping")
        self.open = False
        self._main.cancel()
        await self.ended.wait()
        self.world.note(self, "stopped")

    def freeze(self) -> None:
        """Let nothing of it happen any more for now (SIGSTOP)."""
        self.world.note(self, "frozen")
        self.frozen, self.frozen_since = True, self.world.loop.time()
        self._thawed.clear()

    def thaw(self) -> None:
        """Let it go on (SIGCONT)."""
        self.world.note(self, "thawed")
        self.frozen = False
        self._thawed.set()

    async def ask(self, what: Callable[[], Awaitable[T]]) -> T:
        """Let this machine do something for somebody outside; GoneError where it dies over it."""
        if not self.open:
            raise GoneError
        task = self.world.loop.create_task(_run(what), context=self._context.copy())
        await asyncio.wait({task})
        if task.cancelled() or not self.alive:
            raise GoneError
        return task.result()  # type: ignore[no-any-return]  # NumberedTask is of Any

    # -- as what runs on it meets the world

    async def pause(self) -> None:
        """Take as long as a step to the world outside takes; die here where the machine is dead."""
        self.insist_alive()
        if wait := self.world.latency():
            await asyncio.sleep(wait)
        while self.frozen and self.alive:
            await self._thawed.wait()
        self.insist_alive()

    def insist_alive(self) -> None:
        """End whoever still runs on a dead machine."""
        if not self.alive:
            raise asyncio.CancelledError

    def reach(self, point: str) -> None:
        """Say that a point is reached; where the machine is doomed to die there, it dies."""
        where, left = self.doom
        if where and where in {point, "anywhere"}:
            self.doom = (where, left - 1)
            if left <= 1:
                self.kill()
        self.insist_alive()

    # -- what runs on it

    async def _live(self) -> None:
        try:
            self.store = await SqliteStore.open(self.world.disk.path, self._master(), self.world.now)
            self.store._holder = self.name
            self.history.watch(self.store)
            if self.config.store.postgres:
                self.claims.lay_over(self)
            self.plant.prepare(self)
            await self._run()
        except Exception as error:  # noqa: BLE001 - whatever ends a program is judged by the world
            self.world.note(self, "broke", type(error).__name__)
            if type(error).__name__ not in {"OperatorError", "OperationalError"}:
                self.world.fail(error)
        finally:
            with suppress(BaseException):
                await self.store.close()
            self._leave()
            self.ended.set()

    def _leave(self) -> None:
        self.alive = self.open = self.frozen = False
        self._thawed.set()
        self._wire.leave(self)

    async def _run(self) -> None:
        """Put the product together as its own composition root does, and let it run."""
        world, store = self.world, self.store
        self.publish = Publish(store, self.wake, world.now, self.platform.words, [self.platform.language])
        await self.publish.edition()
        telegram = Messenger(self.config)
        telegram.channel = SimulatedTelegram.over(telegram.channel, self.platform.way(self))
        house = House(Base(self.config, store, self.wake, self.publish), self.part, telegram)
        await house.look_around()
        self.chat = house._chat(pages=None)  # type: ignore[arg-type]  # a page is never fetched here
        self.webhook, self.secret = house._hooks(), telegram.secret
        verbs = {name: verb for name, verb in house.verbs().items() if name != "health"}
        async with telegram.channel, asyncio.TaskGroup() as group:
            for name, verb in verbs.items():
                group.create_task(kept(name, verb, world.loop.time))
            self.open = True
            world.excuses += 1
            world.note(self, "open", self.part)

    def _master(self) -> Master:
        return Master(SECRET, "simulation", self.world.bytes)


class SimulatedTelegram(Telegram):
    """The real channel on a way to the simulated platform; the platform is told which message it is that is sent."""

    @classmethod
    def over(cls, channel: Telegram, way: Any) -> "SimulatedTelegram":
        """Return a channel with the same settings that goes this way."""
        made = cls(replace(channel._settings, poll=20, refused=2.0), channel._clock)
        made._request = way
        made._bot._request = (way, way)
        return made

    async def send(self, item: OutboxItem) -> Any:
        """Send, and say what."""
        ITEM.set(item.id)
        return await super().send(item)


async def _run(what: Callable[[], Awaitable[T]]) -> T:
    return await what()
