"""Lets two hundred things happen in a simulated house, one after the other or at once, as the seed wants it.

Then all trouble ends, and the house gets the time to finish what was begun.
"""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from datetime import timedelta

from simulation.colleagues import Colleagues
from simulation.families import Page, Phone, everybody
from simulation.house import Machines
from simulation.machine import Machine
from simulation.messenger import Platform
from simulation.world import World

EVENTS = 200
SETTLED = 600.0
"""Seconds (of the simulation) within which all must be read and sent after the last trouble."""
DAYS = 3
"""So often the clock goes on by a day where something still waits: a wait may have begun while it was wrong."""
JUMPS = tuple(
    timedelta(**span)
    for span in ({"days": 1}, {"days": 1}, {"days": -1}, {"minutes": 11}, {"minutes": -10}, {"days": -400})
)


class Director:
    """One run's director."""

    def __init__(self, world: World, machines: Machines, platform: Platform, colleagues: Colleagues) -> None:
        self.families: list[Page | Phone] = []
        self._world = world
        self._machines = machines
        self._platform = platform
        self._colleagues = colleagues
        self._chance = world.chance("director")
        self._tasks: list[asyncio.Task[None]] = []
        self._published = 0

    async def direct(self, files: Callable[[int], Mapping[str, bytes]], events: int) -> None:
        """Let things happen."""
        self._files = files
        self._machines.start()
        await self._opened()
        self.families = list(everybody(self._world, self._machines, self._platform))
        self._colleagues.tidy = [(each.account, each.address) for each in self.families if each.tidy]
        deeds = self._deeds()
        for _ in range(events):
            self._chance.choice(deeds)()
            await asyncio.sleep(self._gap())

    async def settle(self) -> None:
        """End all trouble, and wait until all is read and sent."""
        self._world.disk.trouble = self._platform.moody = 0.0
        self._platform.down = False
        for machine in self._machines.living():
            machine.doom = ("", 0)
            if machine.frozen:
                machine.thaw()
        await asyncio.sleep(5)
        self._world.jumped = max(self._world.jumped, timedelta(0))
        for _ in range(DAYS):
            if await self._settled():
                break
            self._world.jump(timedelta(days=1))
        self._world.jumped += timedelta(minutes=11)  # questions that were begun and not sent go by themselves
        await asyncio.sleep(10)
        await self._settled()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _opened(self) -> None:
        while not self._machines.any("web"):
            await asyncio.sleep(0.1)

    async def _settled(self) -> bool:
        until = self._world.loop.time() + SETTLED
        while self._waiting():
            if self._world.loop.time() > until:
                return False
            await asyncio.sleep(5)
        return True

    def _waiting(self) -> int:
        history = self._machines.history
        return (
            sum(each.busy for each in self.families)
            or sum(not task.done() for task in self._tasks)
            or history.count("inbound where state = 'unread'")
            or history.count("outbox where state in ('queued', 'sending')")
        )

    def _gap(self) -> float:
        draw = self._chance.random()
        return 0.0 if draw < 0.3 else draw * (0.5 if draw < 0.9 else 4.0)

    def _deeds(self) -> list[Callable[[], None]]:
        """Return what may happen, each as often as it is likely."""
        families = [each.act for each in self.families for _ in range(4)]
        deeds: list[Callable[[], None]] = [*families, *[self._at_the_desk] * (len(families) // 6)]
        troubles: Mapping[str, Callable[[], None]] = {
            "crash": self._crash,
            "freeze": self._freeze,
            "stop": self._stop,
            "disk": self._disk,
            "platform": self._moods,
            "jump": self._jump,
            "publish": self._publish,
        }
        for name, deed in troubles.items():
            deeds += [deed] * (max(1, len(families) // 16) if name in self._world.faulty else 0)
        return deeds

    def _at_the_desk(self) -> None:
        self._begin(self._colleagues.act())

    def _crash(self) -> None:
        """Kill a program: now, or where it comes to next."""
        if machine := self._some():
            point = self._chance.choice(["now", "before COMMIT", "after COMMIT", "anywhere", "anywhere"])
            if point == "now":
                machine.kill()
            else:
                machine.doom = (point, self._chance.randint(1, 12))

    def _freeze(self) -> None:
        if machine := self._some():
            machine.freeze()
            self._world.loop.call_later(self._chance.random() * 25, machine.thaw)

    def _stop(self) -> None:
        if (machine := self._some()) and machine.open:
            self._begin(machine.stop())

    def _disk(self) -> None:
        self._world.disk.trouble = self._chance.choice([0.005, 0.02, 0.1, 0.5])
        self._world.note("disk", "trouble", self._world.disk.trouble)
        self._world.loop.call_later(self._chance.random() * 8, setattr, self._world.disk, "trouble", 0.0)

    def _moods(self) -> None:
        self._platform.moody = self._chance.choice([0.0, 0.1, 0.3, 0.6])
        self._platform.down = self._chance.random() < 0.2
        self._world.note("platform", "mood", self._platform.moody, self._platform.down)

    def _jump(self) -> None:
        back = -self._world.jumped if self._world.jumped < timedelta(days=-300) else timedelta(0)
        self._world.jump(back or self._chance.choice(JUMPS))

    def _publish(self) -> None:
        self._published += 1
        self._begin(self._publish_at(self._published % 2))

    async def _publish_at(self, version: int) -> None:
        if machine := self._machines.any("web"):
            try:
                await machine.ask(lambda: machine.publish(self._files(version), "sim"))
            except Exception as error:  # noqa: BLE001 - the store or the machine failed: what was published stays
                self._world.note(machine, "not published", type(error).__name__)

    def _some(self) -> Machine | None:
        living = self._machines.living()
        return self._chance.choice(living) if living else None

    def _begin(self, work: Coroutine[None, None, None]) -> None:
        self._tasks.append(self._world.loop.create_task(work))
