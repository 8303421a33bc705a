"""Claims of contacts as PostgreSQL has them: who takes a contact has it alone, until it writes, gives back, or breaks.

Laid over a store on SQLite, which has none, where several machines work. What breaks is the claim of a machine that died
at once, and of one that has been frozen for ten seconds: if it was still reading, its next statement fails.
"""

import sqlite3
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from simulation.disk import PATIENCE
from simulation.world import World

if TYPE_CHECKING:
    from simulation.machine import Machine


class Claims:
    """All claims of a house."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._holders: dict[int, Claim] = {}

    def lay_over(self, machine: "Machine") -> None:
        """Let a machine's store claim what it takes."""
        Claim(self, machine)

    def free(self, contacts: Sequence[int]) -> list[int]:
        """Return those that nobody holds; what is broken is given up."""
        for claim in {id(each): each for each in self._holders.values()}.values():
            if claim.is_broken(self._world.loop.time()):
                self.give_up(claim)
        return [contact for contact in contacts if contact not in self._holders]

    def give(self, claim: "Claim", contacts: Sequence[int]) -> None:
        """Let somebody hold these."""
        self._holders |= dict.fromkeys(contacts, claim)

    def give_up(self, claim: "Claim") -> None:
        """Let go of all that somebody holds."""
        claim.stands = False
        self._holders = {contact: holder for contact, holder in self._holders.items() if holder is not claim}

    @property
    def count(self) -> int:
        """How many contacts are held."""
        return len(self._holders)


class Claim:
    """One machine's claim, in the place of what its engine and its query do."""

    def __init__(self, claims: Claims, machine: "Machine") -> None:
        self.stands = False
        self._claims = claims
        self._machine = machine
        self._since = 0.0
        store = machine.store
        self._engine: Any = store._engine
        self._waiting = store._queries.waiting
        self._engine.claiming, self._engine.release = self._claiming, self._release
        self._engine.write_claimed = self._write_claimed
        store._queries = Overlaid(store._queries, {"waiting": self._take})

    def is_broken(self, now: float) -> bool:
        """Whether nobody has to respect it any more."""
        machine = self._machine
        return not machine.alive or (machine.frozen and now - max(self._since, machine.frozen_since) > PATIENCE)

    @asynccontextmanager
    async def _claiming(self) -> AsyncIterator[Any]:
        await self._release()
        self.stands, self._since = True, self._machine.world.loop.time()
        async with self._engine.reading() as connection:
            yield Watched(self, connection)

    async def _take(self, connection: Any, limit: int) -> AsyncIterator[Mapping[str, Any]]:
        found = [row async for row in self._waiting(connection, limit=limit + self._claims.count)]
        mine = self._claims.free([row["contact"] for row in found])[:limit]
        self._claims.give(self, mine)
        for row in found:
            if row["contact"] in mine:
                yield row

    async def _write_claimed(self, work: Any) -> Any:
        try:
            return await self._engine.write(work)
        finally:
            await self._release()

    async def _release(self) -> None:
        self._claims.give_up(self)


class Watched:
    """The connection on which a claim is made: it is broken where the claim is."""

    def __init__(self, claim: Claim, connection: Any) -> None:
        self._claim = claim
        self._connection = connection

    async def execute_fetchall(self, sql: str, parameters: Any = ()) -> Any:
        """Run a statement in the claim's transaction."""
        found = await self._connection.execute_fetchall(sql, parameters)
        if not self._claim.stands:
            raise sqlite3.OperationalError("the server ended an idle transaction")
        return found


class Overlaid:
    """The product's statements, some of them other ones."""

    def __init__(self, real: Any, other: Mapping[str, Any]) -> None:
        self._real = real
        self._other = other

    def __getattr__(self, name: str) -> Any:
        return self._other.get(name) or getattr(self._real, name)
