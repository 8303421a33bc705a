"""Bells of several machines: at once on one's own, a little later on the others', and now and then not at all."""

from collections import defaultdict
from collections.abc import Iterator, MutableSet
from typing import TYPE_CHECKING, Any

from simulation.world import World

from bot.services.wake import BellListener, Bells

if TYPE_CHECKING:
    from simulation.machine import Machine

LOST = 0.05
"""So many notes between machines get lost: whoever listens looks again by themselves."""


class Ordered(MutableSet[BellListener]):
    """A set in the order of its adding: the same in every run."""

    def __init__(self) -> None:
        self._members: dict[int, BellListener] = {}

    def __contains__(self, member: object) -> bool:
        return id(member) in self._members

    def __iter__(self) -> Iterator[BellListener]:
        return iter(list(self._members.values()))

    def __len__(self) -> int:
        return len(self._members)

    def add(self, value: BellListener) -> None:
        self._members[id(value)] = value

    def discard(self, value: BellListener) -> None:
        self._members.pop(id(value), None)


class Wire:
    """What connects the machines."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._bells: dict[Machine, WiredBells] = {}

    def join(self, machine: "Machine") -> "WiredBells":
        """Return a machine's bells."""
        self._bells[machine] = WiredBells(self, machine)
        return self._bells[machine]

    def leave(self, machine: "Machine") -> None:
        """Let a machine go."""
        self._bells.pop(machine, None)

    def carry(self, sender: "Machine", bells: tuple[str, ...]) -> None:
        """Bring a ring to the others."""
        chance = self._world.chance("wire")
        for machine in self._bells:
            if machine is not sender and chance.random() > LOST:
                self._world.loop.call_later(chance.random() * 0.05, self._arrive, machine, bells)

    def _arrive(self, machine: "Machine", bells: tuple[str, ...]) -> None:
        if machine in self._bells and not machine.frozen:
            self._bells[machine].hear(*bells)


class WiredBells(Bells):
    """One machine's bells (``ports.Wake``)."""

    def __init__(self, wire: Wire, machine: "Machine") -> None:
        super().__init__()
        listeners: Any = defaultdict(Ordered)
        self._listeners = listeners
        self._wire = wire
        self._machine = machine

    def ring(self, *bells: str) -> None:
        """Wake everybody, here and elsewhere."""
        self.hear(*bells)
        self._wire.carry(self._machine, tuple(sorted(bells)))

    def hear(self, *bells: str) -> None:
        """Wake everybody here."""
        super().ring(*sorted(bells))
