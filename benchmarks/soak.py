"""Steady mixed load for a while: ``make soak``. Nothing may grow that has no reason to.

The house is the product's own process on a store with two years behind it, so that forgetting has work. Parents talk on
Telegram in several flows, ask for a person, fall silent in the middle of a question; new ones keep coming; some have a
web page open. Two advisers take questions, answer and close. Every few minutes a changed revision is published. Every
five seconds is noted what the process uses and how long answers took; at the end it is drawn.
"""

import argparse
import asyncio
import base64
import json
import random
import re
import shutil
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack, closing, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import asyncpg
from crowd import SETTLED, Platform, Visitors
from fakes.desk_client import DeskClient
from fakes.postgres import postgres_server
from fill import Wish
from grown import Engine
from growth import edition_of, repository
from houses import REPOSITORY, House, house
from looks import Look, drawn, quantile
from machine import machine
from places import ENGINES
from processes import Process, running
from usage import usage_of

from bot.privacy.seal import KEY_LENGTH
from bot.services.clock import now
from bot.work.forget import EVEN, JUMP

HERE = Path(__file__).parent
PICTURES = REPOSITORY / "docs" / "pictures"
EVERY = 5.0
"""Seconds between two looks."""
PATIENCE = 8.0
"""Seconds after which an act is taken for one that nobody answers: words for a person, for instance."""
PAUSE = 10.0
"""Seconds between two acts of a parent, on average."""
BEHIND = 20_000
"""Contacts that were there before, with the rows of two years."""
RAMP = 60.0
"""Seconds until all parents have come; a quarter of the time where it is short."""
SETTLE = 300.0
"""Seconds after which memory is compared with that at the end; a quarter of the time where it is short."""
ACTS = (
    *("1", "2", "1", "3", "Schule", "50667", "15.12.2026", "Wer zahlt die Bücher?", "Das verstehe ich nicht") * 3,
    *("/menu", "/hilfe", "/start widerspruch_ar", "/start einschulung_tr", "/start elternabend_uk", "/deutsch") * 2,
    "/mensch",
)
"""What a parent may do next, each as likely as it stands there."""

LEFT = {
    "unread": "select count(*) from inbound where state = 'unread'",
    "failed": "select count(*) from inbound where state = 'failed'",
    "to be sent": "select count(*) from outbox where state in ('queued', 'sending') and account = 'telegram'",
    "given up": "select count(*) from outbox where state = 'dead'",
}
"""What may be left undone at the end: none of it."""


@dataclass(slots=True)
class Parents:
    """Telegram's parents: what they did, and when the first answer to it came."""

    platform: Platform
    chance: random.Random
    ramp: float
    waiting: dict[int, float] = field(default_factory=dict)
    taken: list[float] = field(default_factory=list)
    answers: int = 0
    acts: int = 0

    async def live(self, chat: int) -> None:
        """Be one parent until cancelled."""
        await asyncio.sleep(self.chance.uniform(0, self.ramp))
        self._do(chat, f"/start widerspruch_{self.chance.choice(('ar', 'tr', 'uk', 'de'))}")
        while True:
            await asyncio.sleep(self.chance.uniform(0, 2 * PAUSE))
            act = self.chance.choice(ACTS)
            self._do(chat, act)
            if act == "/mensch":
                await self._ask(chat)

    async def _ask(self, chat: int) -> None:
        """Write a question to a person; every third falls silent in the middle of it."""
        await asyncio.sleep(1)
        self._do(chat, f"Meine Frage {self.acts}: Wie geht das?")
        await asyncio.sleep(1)
        if self.acts % 3:
            self._do(chat, "Fertig")

    def _do(self, chat: int, text: str) -> None:
        self.acts += 1
        self.waiting[chat] = time.monotonic()
        self.platform.api.bring(chat, text)

    def read(self, chat: int) -> None:
        """Note an answer."""
        self.answers += 1
        began = self.waiting.pop(chat, None)
        if began is not None and time.monotonic() - began < PATIENCE:
            self.taken.append(time.monotonic() - began)


class Soak:
    """One run on one engine."""

    def __init__(self, wish: argparse.Namespace, engine: str, folder: Path) -> None:
        self._wish = wish
        self._engine = engine
        self._folder = folder
        self._looks: list[Look] = []
        self._done = {"claimed": 0, "answered": 0, "closed": 0, "published": 0, "visits": 0}
        self._began = time.monotonic()

    async def run(self) -> tuple[Sequence[Look], dict[str, Any]]:
        """Return what was seen, and a summary."""
        async with AsyncExitStack() as stack:
            address = await self._store(stack)
            platform = Platform()
            await platform.listen(stack)
            ramp = min(RAMP, self._wish.minutes * 15)
            parents = Parents(platform, random.Random(5), ramp)  # noqa: S311 - who does what; nothing is kept secret
            platform.api._read = lambda chat, _text, _fields: parents.read(chat)  # noqa: SLF001 - nobody's script here
            flows = Path(shutil.copytree(REPOSITORY / "flows", self._folder / "flows"))
            wish = House(platform.url, store=address if self._engine == "PostgreSQL" else "", flows=flows)
            (process,) = await stack.enter_async_context(house(self._folder, wish))
            await platform.api.ready.wait()
            self._began = time.monotonic()
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(each) for each in self._lives(parents)]
                await self._watch(process, parents, address)
                for task in tasks:
                    task.cancel()
            await asyncio.sleep(SETTLED)
            left = await self._left(address)
        return self._looks, self._summary(parents) | {"left": left}

    def _lives(self, parents: Parents) -> Sequence[Any]:
        first = 90_000
        chats = round(self._wish.rate * PAUSE)
        return [
            *(parents.live(first + number) for number in range(chats)),
            self._newcomers(parents, first + chats),
            self._visitors(),
            self._publish(),
            *(self._advise(number) for number in range(2)),
        ]

    # -- the store

    async def _store(self, stack: AsyncExitStack) -> str:
        """Fill a store with what is two years old; return its address. The house finds the key that sealed it."""
        keys = self._folder / "data" / "keys"
        keys.mkdir(parents=True)
        for each in (keys.parent, keys):
            each.chmod(0o700)
        key = keys / "master.key"
        key.write_bytes(base64.b64encode(bytes(KEY_LENGTH)) + b"\n")
        key.chmod(0o600)
        address = str(keys.parent / "elternlotse.sqlite")
        if self._engine == "PostgreSQL":
            address = stack.enter_context(postgres_server(self._folder / "postgres")).url
        engine = Engine(address)
        await engine.fill(edition_of(repository()), Wish(BEHIND, now()))
        store = await engine.open()
        await store.look_for_old(now() - 2 * EVEN, JUMP)  # a clock that was watched before: forgetting begins at once
        await store.close()
        return address

    async def _kept(self, address: str) -> tuple[int, int]:
        """Return the bytes of the database and of its log."""
        if self._engine == "SQLite":
            sizes = (Path(f"{address}{end}") for end in ("", "-wal"))
            database, log = (file.stat().st_size if file.exists() else 0 for file in sizes)
            return database, log
        size = "select pg_database_size(current_database()), (select sum(size) from pg_ls_waldir())"
        return tuple(map(int, await self._row(address, size)))

    async def _left(self, address: str) -> dict[str, int]:
        """Return what is left undone: all must be 0."""
        return {name: int((await self._row(address, query))[0]) for name, query in LEFT.items()}

    async def _row(self, address: str, query: str) -> Any:
        if self._engine == "SQLite":
            with closing(sqlite3.connect(f"file:{address}?mode=ro", uri=True)) as connection:
                return connection.execute(query).fetchone()
        connection = await asyncpg.connect(address)
        try:
            return await connection.fetchrow(query)
        finally:
            await connection.close()

    # -- who does what

    async def _newcomers(self, parents: Parents, chat: int) -> None:
        """Let new parents come, one a second, each with a few words."""
        while True:
            await asyncio.sleep(1)
            chat += 1
            parents._do(chat, "/start einschulung_ar")  # noqa: SLF001 - they are parents, too
            parents._do(chat, "1")  # noqa: SLF001

    async def _visitors(self) -> None:
        """Let web pages be opened, some open at any time."""
        visitors = Visitors(self._url)
        async with AsyncExitStack() as stack:
            await visitors.come(stack)
            said = ({"kind": "start", "language": "tr", "flow": "widerspruch"}, {"kind": "text", "text": "1"})
            await visitors.learn(said)
            async with asyncio.TaskGroup() as group:
                for number in range(1, sys.maxsize):
                    group.create_task(visitors.visit(number))
                    self._done["visits"] = number
                    await asyncio.sleep(2)

    async def _publish(self) -> None:
        """Publish a changed revision every few minutes."""
        flow = self._folder / "flows" / "immer" / "datenschutz.yaml"
        while True:
            await asyncio.sleep(min(180.0, self._wish.minutes * 20))
            flow.write_text(f"{flow.read_text('utf-8')}# {time.monotonic_ns()}\n", "utf-8")
            await self._command("flows", "publish", "--yes")
            self._done["published"] += 1

    async def _advise(self, number: int) -> None:
        """Take a question, answer, and close, again and again."""
        said = await self._command("people", "invite", "--name", f"Person {number}", "--role", "coordinator")
        found = re.search(r"(/invitation/\S+)", said)
        assert found, said
        async with DeskClient(_Door(self._url, found[1])) as person:
            while True:
                await asyncio.sleep(2)
                with suppress(AssertionError):  # a colleague was faster, or the parent wrote meanwhile
                    await self._advise_once(person, number)

    async def _advise_once(self, person: DeskClient, number: int) -> None:
        page = await person.get("/desk?view=all")
        open_ones = [int(each) for each in re.findall(r'/desk/tickets/(\d+)/claim"', page)]
        if len(open_ones) <= number:
            return
        ticket = open_ones[number]
        await person.post(f"/desk/tickets/{ticket}/claim")
        self._done["claimed"] += 1
        await person.answer(ticket, "Das zahlt das Jobcenter. Bitte fragen Sie dort nach dem Bildungspaket.")
        self._done["answered"] += 1
        await person.close(ticket, "allgemein", "solved")
        self._done["closed"] += 1

    async def _command(self, *words: str) -> str:
        """Run a command of the product beside the house; return what it says."""
        settings = self._folder / "config.yaml"
        log = self._folder / "commands.log"
        command = [sys.executable, "-m", "bot", "--config", str(settings), *words]
        async with running(command, log, {"PYTHONPATH": str(REPOSITORY)}) as process:
            said = []
            with suppress(RuntimeError):
                while True:
                    said.append(await process.line())
        return "".join(said)

    @property
    def _url(self) -> str:
        found = re.search(r"^public_url: (\S+)$", (self._folder / "config.yaml").read_text("utf-8"), re.MULTILINE)
        assert found
        return found[1]

    # -- looking

    async def _watch(self, process: Process, parents: Parents, address: str) -> None:
        until, cpu, then = self._began + 60 * self._wish.minutes, usage_of(process.id).cpu, time.monotonic()
        while time.monotonic() < until:
            await asyncio.sleep(EVERY)
            used, moment = usage_of(process.id), time.monotonic()
            taken, parents.taken = sorted(parents.taken), []
            database, log = await self._kept(address)
            self._looks.append(
                Look(
                    minute=(moment - self._began) / 60,
                    memory=used.memory,
                    cpu=(used.cpu - cpu) / (moment - then),
                    files=used.files,
                    threads=used.threads,
                    database=database,
                    log=log,
                    answers=parents.answers,
                    p50=1000 * quantile(taken, 0.5),
                    p95=1000 * quantile(taken, 0.95),
                )
            )
            cpu, then = used.cpu, moment

    def _summary(self, parents: Parents) -> dict[str, Any]:
        settle = min(SETTLE, self._wish.minutes * 60 / 4) / 60
        early = [look for look in self._looks if settle <= look.minute < settle + max(1.0, settle / 2)]
        late = self._looks[-len(early) :]
        memory = [statistics.median(look.memory for look in part) / 2**20 for part in (early, late)]
        return {
            "engine": self._engine,
            "minutes": self._wish.minutes,
            "parents' acts": parents.acts,
            "answers on Telegram": parents.answers,
            **self._done,
            "memory after settling, MB": round(memory[0], 1),
            "memory at the end, MB": round(memory[1], 1),
            "growth of memory": round(memory[1] / memory[0] - 1, 3),
            "files at the end": [early[-1].files, late[-1].files],
            "threads at the end": [early[-1].threads, late[-1].threads],
            "p50 early and late, ms": [
                round(statistics.median(look.p50 for look in part), 1) for part in (early, late)
            ],
            "p95 early and late, ms": [
                round(statistics.median(look.p95 for look in part), 1) for part in (early, late)
            ],
        }


@dataclass(frozen=True, slots=True)
class _Door:
    """What a person's browser needs to know."""

    url: str
    invitation: str


def main() -> None:
    """Run on the wished engines, print a summary, and keep the pictures where that is wished."""
    parser = argparse.ArgumentParser(description="Puts a steady load on a house and watches it.")
    parser.add_argument("--minutes", type=float, default=20.0)
    parser.add_argument("--rate", type=float, default=40.0, help="acts of parents a second")
    parser.add_argument("--engine", action="append", choices=ENGINES)
    parser.add_argument("--write", action="store_true", help="keep the pictures and figures in the project")
    wish = parser.parse_args()
    here = machine()
    print(", ".join(f"{name} {value}" for name, value in here.items()))
    for engine in wish.engine or ENGINES:
        with tempfile.TemporaryDirectory(prefix="soak-") as folder:
            looks, summary = asyncio.run(Soak(wish, engine, Path(folder)).run())
        print(json.dumps(summary, ensure_ascii=False, indent=1), flush=True)
        if wish.write:
            name = f"soak-{engine.lower()}"
            (PICTURES / f"{name}.svg").write_text(drawn(engine, looks), "utf-8")
            whole = {"machine": here, "summary": summary, "looks": [asdict(look) for look in looks]}
            (HERE / f"{name}.json").write_text(json.dumps(whole, ensure_ascii=False, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
