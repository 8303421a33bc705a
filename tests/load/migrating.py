"""Upgrades that are killed: at every statement of an opening, one after the other, on the same data.

After each death the data are those from before or those from after the upgrade, whole; the next start goes on from
there. At the end the house opens and everything is in it.
"""

from dataclasses import dataclass, field

from load.kept import Kept
from load.server import NeverOpened, Server

MOST = 1000
"""An opening of more statements has been begun anew for ever."""


@dataclass
class Upgrades:
    """What was seen. ``states`` are the fingerprints of what was kept after each death, one after the other."""

    deaths: int = 0
    states: list[str] = field(default_factory=list)

    @property
    def torn(self) -> int:
        """How often what was kept was neither as before nor as afterwards."""
        changes = [state for state, before in zip(self.states[1:], self.states, strict=False) if state != before]
        return max(0, len(changes) - 1)


async def upgrades(server: Server, kept: Kept, *wishes: str) -> Upgrades:
    """Kill the opening of a house at its first statement, at its second, and so on, until it opens; leave it running."""
    seen = Upgrades(states=[await kept.digest()])
    while seen.deaths < MOST:
        try:
            await server.bear("--die", f"open:statement:{seen.deaths + 1}", *wishes)
        except NeverOpened:
            seen.deaths += 1
            seen.states.append(await kept.digest())
        else:
            return seen
    raise AssertionError(f"it never opened: {server.log.read_text('utf-8')}")
