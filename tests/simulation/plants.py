"""Faults that are planted to see whether the simulation finds them. Each breaks one promise of the product."""

import asyncio
import json
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from simulation.claims import Overlaid

from bot.privacy.seal import House
from bot.store import commit
from bot.store.deliver import Delivering
from bot.store.hold import Holding
from bot.work.deliver import Deliver
from bot.work.poll import Poll
from bot.work.post import Post
from bot.work.receive import Receive

if TYPE_CHECKING:
    from simulation.machine import Machine


class Plant:
    """No fault: the product as it is. ``changes`` are what a plant puts in the place of the product's own."""

    changes: Sequence[tuple[object, str, Any]] = ()

    @contextmanager
    def planted(self) -> Iterator[None]:
        """Change the product as long as a run lasts."""
        kept = [(where, name, getattr(where, name)) for where, name, _ in self.changes]
        for where, name, value in self.changes:
            setattr(where, name, value)
        try:
            yield
        finally:
            for where, name, value in kept:
                setattr(where, name, value)

    def prepare(self, machine: "Machine") -> None:
        """Change one machine before anything runs on it."""


class AcknowledgeEarly(Plant):
    """Whoever brings something is told that it is kept, and it is kept a little later."""

    _receive = Receive.__call__

    def __init__(self) -> None:
        self.changes = [(Receive, "__call__", self._early)]

    @staticmethod
    async def _early(receive: Receive, batch: Sequence[Any]) -> Sequence[None]:
        later(AcknowledgeEarly._receive(receive, batch))
        return [None] * len(batch)


class MoveOffsetEarly(Plant):
    """The platform is told that updates are kept before they are."""

    _store = Poll._store

    def __init__(self) -> None:
        self.changes = [(Poll, "_store", self._early)]

    @staticmethod
    async def _early(poll: Poll, payload: bytes) -> None:
        later(MoveOffsetEarly._store(poll, payload))


class ForgetToRecover(Plant):
    """What was in the air when a sender ended stays there."""

    def __init__(self) -> None:
        self.changes = [(Delivering, "recover", self._nothing)]

    @staticmethod
    async def _nothing(_store: Delivering, _account: str) -> int:
        return 0


class RecoverAlways(Plant):
    """Whatever is in the air is taken up again at every look."""

    _take = Deliver._take

    def __init__(self) -> None:
        self.changes = [(Deliver, "_take", self._again)]

    @staticmethod
    async def _again(deliver: Deliver) -> None:
        await deliver._recover()
        await RecoverAlways._take(deliver)


class IgnoreVersions(Plant):
    """A talk is written whether it moved meanwhile or not."""

    def __init__(self) -> None:
        self.changes = [(commit, "_stands", lambda _done, _now: True)]


class IgnorePosts(Plant):
    """A sender that was replaced does not notice it, and sends and writes on."""

    def __init__(self) -> None:
        self.changes = [(Holding, "_on_post", self._fine), (Post, "is_held", lambda _post: True)]

    @staticmethod
    async def _fine(_store: Holding, _connection: object, _posts: object) -> None:
        """Let everybody write."""


class WithQueries(Plant, ABC):
    """A plant that runs other statements than the product's."""

    def prepare(self, machine: "Machine") -> None:
        """Put other queries in their place."""
        real = machine.store._queries
        machine.store._queries = Overlaid(real, self.queries(real, machine))

    @abstractmethod
    def queries(self, real: Any, machine: "Machine") -> Mapping[str, Callable[..., Any]]:
        """Return the statements that are different, by name."""


class NewestFirst(WithQueries):
    """Of each contact's messages the newest goes first."""

    def queries(self, real: Any, machine: "Machine") -> Mapping[str, Callable[..., Any]]:  # noqa: ARG002
        """Turn the comparison round."""
        sql = real.heads.sql.replace(
            "(e.position, e.id) < (o.position, o.id)", "(e.position, e.id) > (o.position, o.id)"
        )
        assert sql != real.heads.sql
        return {"heads": rows_of(sql)}


class TicketsUncompared(WithQueries):
    """An adviser's action is written whatever happened to the question meanwhile."""

    def queries(self, real: Any, machine: "Machine") -> Mapping[str, Callable[..., Any]]:  # noqa: ARG002
        """Leave the comparison out."""
        sql = real.change_ticket.sql.replace("version = :version - 1", "true")
        assert sql != real.change_ticket.sql
        return {"change_ticket": rows_of(sql)}


class KnowNothing(Plant):
    """What the platform repeats is taken for new."""

    account = ""
    """Only of this account, where it is named."""

    def prepare(self, machine: "Machine") -> None:
        """Give every fragment a name that nobody has."""
        real = machine.store._house
        machine.store._house = Forgetful(real.key, real.names, machine.world.token, self.account)


@dataclass(frozen=True)
class Forgetful(House):
    """The house's keys, under which no fragment ever gets the name that it had before."""

    token: Callable[[], str]
    account: str

    def alias(self, account: str, kind: str, external_id: str) -> str:
        """Return the name of an external id."""
        new = kind == "fragment" and self.account in {"", account}
        return House.alias(self, account, kind, external_id + (self.token() if new else ""))


class TwoTransactions(WithQueries):
    """What follows from a message is written in one transaction, that it was read in the next one."""

    def queries(self, real: Any, machine: "Machine") -> Mapping[str, Callable[..., Any]]:
        """Keep the marks back, and write them a moment later."""

        async def mark_read(_connection: Any, **values: Any) -> None:
            later(self._mark(machine, lambda connection: real.mark_read(connection, **values)))

        return {"mark_read": mark_read}

    async def _mark(self, machine: "Machine", work: Callable[[Any], Any]) -> None:
        await asyncio.sleep(0.005)
        await machine.store._engine.write(work)


class SayDaysAgain(WithQueries, KnowNothing):
    """That a day was reminded of is not known the next time."""

    account = "house"

    def prepare(self, machine: "Machine") -> None:
        """Look as if nothing had been said, under a new name each time."""
        WithQueries.prepare(self, machine)
        KnowNothing.prepare(self, machine)

    def queries(self, real: Any, machine: "Machine") -> Mapping[str, Callable[..., Any]]:  # noqa: ARG002
        """Leave out what was said before, and take all for new."""
        told = "not exists (select 1 from reminded d where d.reminder = r.id and d.day = w.value ->> 2)"
        sql = real.near.sql.replace(told, "true")
        assert sql != real.near.sql

        async def put_reminded(connection: Any, said: str, at: int) -> AsyncIterator[Mapping[str, Any]]:
            async for _ in real.put_reminded(connection, said=said, at=at):
                pass
            for reminder, day in json.loads(said):
                yield {"reminder": reminder, "day": day}

        return {"near": rows_of(sql), "put_reminded": put_reminded}


def rows_of(sql: str) -> Callable[..., AsyncIterator[Any]]:
    """Return a query that yields rows."""

    async def query(connection: Any, **values: Any) -> AsyncIterator[Any]:
        for row in await connection.execute_fetchall(sql, values):
            yield row

    return query


def later(work: Any) -> None:
    """Do something in the background; what goes wrong there nobody hears of."""

    async def quietly() -> None:
        with suppress(Exception):
            await work

    asyncio.get_running_loop().create_task(quietly())
