"""A house in this process whose store is filled beforehand, and what one message costs in it.

It is the product's own: receive, converse, the outbox. Only the platform is missing: what is due counts as sent at once,
so what is measured is what we do. CPU is that of all our threads and, with PostgreSQL, of the server's processes.
"""

import asyncio
import itertools
import os
import random
import time
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import asyncpg
import msgspec
from fill import TELEGRAM, Filling, Wish, chat_of, fill_postgres, fill_sqlite
from usage import cpu_of

from bot.app.files import program
from bot.channels.house import House as HouseChannel
from bot.channels.telegram import Settings, Telegram
from bot.check.edition import Edition, compose
from bot.desk.ticket import TicketEvent
from bot.model import HOUSE, Language, Received, Sent
from bot.ports import AdviserChange, Channel, Record, Store, StoredRevision
from bot.privacy.seal import KEY_LENGTH, Master
from bot.services.clock import now
from bot.services.tokens import token
from bot.services.wake import Bells
from bot.store.postgres import PostgresStore
from bot.store.postgres_server import Server
from bot.store.sqlite import SqliteStore
from bot.work.case import Rules
from bot.work.converse import Converse
from bot.work.flood import FloodLimit
from bot.work.publish import Publish
from bot.work.receive import Receive
from bot.work.roster import Roster

REPOSITORY = Path(__file__).parent.parent
LANGUAGES = tuple(map(Language, ("de", "tr", "ar", "uk")))
ZONE = ZoneInfo("Europe/Berlin")
IN_FLIGHT = 32
"""As many messages as a real sender has under way."""
WORDS = ("/menu", "Das verstehe ich nicht", "/hilfe", "Wer zahlt die Bücher?", "/menu", "Mein Kind ist krank")
"""What a parent writes in turn: commands, and words that no button has."""

_MASTER = Master(bytes(KEY_LENGTH), "a benchmark", os.urandom)


@dataclass(frozen=True, slots=True)
class Engine:
    """Where a store is: a SQLite file, or a PostgreSQL database with its server's process (0 where it is none of ours)."""

    address: str
    server: int = 0

    @property
    def name(self) -> str:
        """Its name in tables."""
        return "PostgreSQL" if self.address.startswith("postgresql:") else "SQLite"

    async def open(self) -> Any:
        """Open the store."""
        if self.name == "SQLite":
            return await SqliteStore.open(Path(self.address), _MASTER, now)
        return await PostgresStore.open(Server(self.address), _MASTER, now)

    async def size(self) -> int:
        """Return the bytes that are kept."""
        if self.name == "SQLite":
            return (await asyncio.to_thread(Path(self.address).stat)).st_size
        connection = await asyncpg.connect(self.address)
        try:
            return int(await connection.fetchval("select pg_database_size(current_database())"))
        finally:
            await connection.close()

    async def fill(self, edition: Edition, wish: Wish) -> float:
        """Fill an empty store; return the seconds."""
        began = time.perf_counter()
        store = await self.open()
        await store.close()
        filling = Filling(_MASTER, store._house, edition, wish)  # noqa: SLF001 - rows are sealed as the store's own
        if self.name == "SQLite":
            await asyncio.to_thread(fill_sqlite, Path(self.address), filling)
        else:
            await fill_postgres(self.address, filling)
        return time.perf_counter() - began


@dataclass(slots=True)
class Cost:
    """What some messages cost: milliseconds of wall clock and CPU in all, and wall clock by stage."""

    messages: int = 0
    wall: float = 0.0
    cpu: float = 0.0
    stages: Counter[str] = field(default_factory=Counter)

    @property
    def each(self) -> float:
        """Milliseconds of CPU a message."""
        return self.cpu / self.messages

    @property
    def wall_each(self) -> float:
        """Milliseconds of wall clock a message."""
        return self.wall / self.messages


class Timed:
    """A store that notes how long each verb took."""

    def __init__(self, store: Any, stages: Counter[str]) -> None:
        self._store = store
        self._stages = stages

    def __getattr__(self, name: str) -> Any:
        verb = getattr(self._store, name)

        async def timed(*arguments: Any, **named: Any) -> Any:
            began = time.perf_counter()
            try:
                return await verb(*arguments, **named)
            finally:
                self._stages[name] += 1000 * (time.perf_counter() - began)  # type: ignore[assignment]

        return timed


class Grown:
    """One open house. ``speak`` lets some contacts write at once and works until all is answered and sent."""

    def __init__(self, engine: Engine, store: Any, contacts: int, languages: Sequence[Language]) -> None:
        self.engine = engine
        self.plain = store
        self.stages: Counter[str] = Counter()
        self.store: Store = Timed(store, self.stages)  # type: ignore[assignment]
        self.wake = Bells()
        self.publish = Publish(self.store, self.wake, now, program(REPOSITORY / "locales"), languages)
        self.roster = Roster(self.store, self.wake)
        self.receive = Receive(self.store, self.wake)
        rules = Rules(self.roster.outlook, ZONE, FloodLimit(1_000_000, 10), token)
        self._telegram = Telegram(Settings("1:a"), now)
        channels: Mapping[Any, Channel] = {HOUSE: HouseChannel(), TELEGRAM: self._telegram}
        self.converse = Converse(self.store, self.wake, now, channels, self.publish.edition, rules)
        self._contacts = contacts
        self._numbers = itertools.count(time.time_ns() // 1_000_000)  # new ones, also in a house that was open before
        self._changes = itertools.count()
        self._chance = random.Random(contacts)  # noqa: S311 - who writes; nothing is kept secret with it

    async def speak(self, parents: int) -> Cost:
        """Let so many different contacts write one message each, at once."""
        who = self._chance.sample(range(1, self._contacts + 1), parents)
        self.stages.clear()
        began, cpu = time.perf_counter(), self.cpu()
        await asyncio.gather(*(self._write(contact) for contact in who))
        while await self.converse.step():
            pass
        await self.send_all()
        wall, used = time.perf_counter() - began, self.cpu() - cpu
        return Cost(parents, 1000 * wall, 1000 * used, Counter(self.stages))

    async def send_all(self) -> int:
        """Take what is due, and note it as sent, as the sender does; return how many."""
        sent = 0
        while items := await self.store.due(TELEGRAM, now(), IN_FLIGHT):
            await self.store.record([Record(item.id, Sent(), now()) for item in items])
            await self.store.next_due(TELEGRAM)
            sent += len(items)
        return sent

    async def _write(self, contact: int) -> None:
        number = next(self._numbers)
        chat = {"id": chat_of(contact), "type": "private", "first_name": "A"}
        message = {
            "message_id": number,
            "date": int(time.time()),
            "chat": chat,
            "from": {"id": chat_of(contact), "is_bot": False, "first_name": "A", "language_code": "ar"},
            "text": WORDS[number % len(WORDS)],
        }
        raw = msgspec.json.encode({"update_id": number, "message": message})
        fragments = self._telegram.split(raw)
        await self.receive([Received(TELEGRAM, fragment, now()) for fragment in fragments])

    async def change_some(self) -> None:
        """Let somebody take a question, or give it back; each time another one, as long as there are others."""
        numbers = sorted(await self.plain.open_versions())
        (question,) = await self.plain.questions([numbers[next(self._changes) % len(numbers)]])
        ticket, person = question.ticket, (await self.plain.people())[0].id
        kind, state, holder = ("claimed", "claimed", person) if ticket.adviser is None else ("returned", "open", None)
        changed = replace(ticket, state=state, version=ticket.version + 1, adviser=holder)
        assert await self.plain.change(AdviserChange(changed, (TicketEvent(kind, now(), person),)))

    def cpu(self) -> float:
        """Return the seconds of CPU that this process and the database's server have used."""
        return time.process_time() + cpu_of(self.engine.server)


@asynccontextmanager
async def grown(
    engine: Engine, contacts: int, files: Mapping[str, bytes], languages: Sequence[Language] = LANGUAGES
) -> AsyncIterator[Grown]:
    """Open the house on a store that is filled, publish files, and let it receive."""
    store = await engine.open()
    try:
        house = Grown(engine, store, contacts, languages)
        name = compose(files, program(REPOSITORY / "locales"), languages).revision.name
        await store.publish(StoredRevision(name, files, "a benchmark", datetime.now(UTC)))
        await house.publish.edition()
        receiving = asyncio.create_task(house.receive.run())
        try:
            yield house
        finally:
            receiving.cancel()
            await asyncio.gather(receiving, return_exceptions=True)
    finally:
        await store.close()
