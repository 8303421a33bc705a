"""Faults that are planted to see whether the simulation finds them. Each breaks one promise of the product."""

from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simulation.machine import Machine


class Plant:
    """No fault: the product as it is."""

    def planted(self) -> AbstractContextManager[None]:
        """Change the product as long as a run lasts."""
        return nullcontext()

    def prepare(self, machine: "Machine") -> None:
        """Change one machine before anything runs on it."""
