"""A simulated house: its machines, and whoever starts them again."""

import asyncio
from collections.abc import Mapping, Sequence

from simulation.claims import Claims
from simulation.history import History
from simulation.machine import Machine
from simulation.messenger import Platform
from simulation.plants import Plant
from simulation.wire import Wire
from simulation.world import World

from bot.app.verbs import Part
from bot.config.secret import Secret
from bot.config.values import Config, Limits, Organisation, Spoken, StoreAddress, Telegram

SHAPES: Sequence[Mapping[str, Part]] = (
    {"house": "all"},
    {"left": "all", "right": "all"},
    {"web1": "web", "web2": "web", "worker1": "worker", "worker2": "worker", "worker3": "worker"}
    | {"sender1": "sender", "sender2": "sender"},
)
"""One program as on SQLite; two whole ones; and each part by itself, as it may be on PostgreSQL."""


class Machines:
    """Every program by its name, the one that runs now or the last one that did."""

    def __init__(self, world: World, platform: Platform, history: History, plant: Plant) -> None:
        self._world = world
        self._platform = platform
        self._plant = plant
        self._wire = Wire(world)
        self._claims = Claims(world)
        self._keepers: list[asyncio.Task[None]] = []
        self.history = history
        self.shape = world.chance("shape").choice(SHAPES)
        self.running: dict[str, Machine] = {}
        self.interruptions = 0
        self._closing = False

    def start(self) -> None:
        """Start every program, and again whenever it ends."""
        self._keepers = [self._world.loop.create_task(self._keep(name, part)) for name, part in self.shape.items()]

    def any(self, part: Part) -> Machine | None:
        """Return some machine that is open and does this part, None where there is none."""
        fit = [machine for machine in self.open() if machine.part in {"all", part}]
        return self._world.chance("routing").choice(fit) if fit else None

    def open(self) -> Sequence[Machine]:
        """Return all that are open."""
        return [machine for machine in self.running.values() if machine.open]

    def living(self) -> Sequence[Machine]:
        """Return all that run, open or not yet."""
        return [machine for machine in self.running.values() if machine.alive]

    async def close(self) -> None:
        """Stop everything in order, and at once.

        One after the other, the next takes the posts of the one before, and may begin what nobody is left to finish:
        a reminder, for one. That programs stop while others go on, the director sees to.
        """
        self._closing = True
        await asyncio.gather(*(machine.stop() for machine in self.living()))
        for keeper in self._keepers:
            keeper.cancel()
        await asyncio.gather(*self._keepers, return_exceptions=True)

    async def _keep(self, name: str, part: Part) -> None:
        chance = self._world.chance("keeper")
        while not self._closing:
            world, platform = self._world, self._platform
            machine = Machine(
                name, part, world, self._wire, platform, self.history, self._plant, self._config(), self._claims
            )
            self.running[name] = machine
            await machine.ended.wait()
            self.interruptions += 1
            await asyncio.sleep(0.05 + 3 * chance.random())

    def _config(self) -> Config:
        """Return the settings of every machine: one alone has its file, several have a store that can be shared."""
        telegram = Telegram(
            Secret("1:t"), api_url="http://platform", mode="polling" if self._platform.polled else "webhook",
            messages_per_chat_second=2,
        )  # fmt: skip
        return Config(
            Organisation("Probe"),
            (Spoken(self._platform.language, drafts=True),),
            public_url="http://house",
            data=self._world.folder,
            store=StoreAddress("postgresql://shared" if len(self.shape) > 1 else ""),
            telegram=telegram,
            limits=Limits(flood_messages=10_000, unsure_seconds=2),
        )
