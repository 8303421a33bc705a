"""Several programs on one database: they start at once, are restarted in turn while everybody talks, and nobody notices."""

import asyncio
import itertools
import json
import re
import time
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import httpx
import pytest
from e2e.test_running_house import Parent
from fakes.bot_api import BotApi
from fakes.desk_client import DeskClient
from fakes.postgres import drop_database, fresh_database
from fakes.process import Product, product
from load import parents
from load.kept import InPostgres
from load.parents import Page, Phone, everybody, live_on_page, live_on_telegram, page_of
from load.parents import Parent as Talker
from load.scene import SETTLED, chance_of, until
from load.server import prepare
from load.verdict import judge

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("house")]


@pytest.fixture
async def database() -> AsyncIterator[str]:
    """An empty database."""
    url = await fresh_database()
    yield url
    await drop_database(url)


class Door:
    """What a proxy before several web programs is to a page: one address, behind which now this one answers, now that."""

    def __init__(self) -> None:
        self.open: list[str] = []
        self.up = asyncio.Event()
        self._turn = itertools.count()

    @property
    def url(self) -> str:
        """Where the next request goes."""
        return self.open[next(self._turn) % len(self.open)]


class Programs:
    """The programs of one house, by name. ``said`` is what those that ended have said."""

    def __init__(self, config: Path, environment: dict[str, str], stack: AsyncExitStack) -> None:
        self.door = Door()
        self.running: dict[str, Product] = {}
        self.said: list[str] = []
        self.stops: list[float] = []
        self._config = config
        self._environment = environment
        self._stack = stack

    async def start(self, *names: str) -> None:
        """Start programs at once; a name is a part and a number, such as ``web 1``."""
        await asyncio.gather(*map(self._start, names))

    async def stop(self, name: str) -> None:
        """Let one end in order."""
        program = self.running.pop(name)
        if name.startswith("web"):
            self.door.open.remove(program.url)
        begun = time.monotonic()
        assert 0 == await program.stop()
        self.stops.append(time.monotonic() - begun)
        self.said.append(program.output)

    async def restart(self, name: str) -> None:
        """Let one end in order and start it again."""
        await self.stop(name)
        await self.start(name)

    async def _start(self, name: str) -> None:
        arguments = ("--log", "error", "run", "--only", name.split(maxsplit=1)[0], "--port", "0")
        program = await self._stack.enter_async_context(
            product(self._config, *arguments, environment=self._environment)
        )
        await program.started()
        self.running[name] = program
        if name.startswith("web"):
            self.door.open.append(program.url)
            self.door.up.set()


@asynccontextmanager
async def programs(folder: Path, database: str, api: BotApi | None = None) -> AsyncIterator[Programs]:
    """Give the programs of one house in a folder, all of which are ended in any case."""
    prepare(folder, api_url="http://127.0.0.1:9" if api is None else api.url, flood=1000, store=database)
    async with AsyncExitStack() as stack:
        yield Programs(folder / "config.yaml", {"TELEGRAM_TOKEN": "" if api is None else api.token}, stack)


def found(pattern: str, texts: Iterable[str]) -> list[str]:
    """Return everything in some texts that looks so."""
    return [hit for text in texts for hit in re.findall(pattern, text)]


async def test_programs_that_start_at_once_publish_invite_and_make_a_key_once(tmp_path, database):
    """On an empty database one of them publishes, one prints a link, one makes the key; then the house answers."""
    async with programs(tmp_path, database) as house:
        await house.start("web 1", "worker 1", "web 2", "worker 2", "sender 1")
        outputs = [each.output for each in house.running.values()]
        for words in ("Abläufe veröffentlicht", "Erste Anmeldung", "Neuer Schlüssel"):
            assert 1 == len(found(words, outputs)), words
        parent = await Parent(house.running["web 1"]).open()
        await parent.read_until("Worum geht es?")
        await parent.close()
        for name in tuple(house.running):
            await house.stop(name)
    assert max(house.stops) < 10


@asynccontextmanager
async def traffic(talkers: Sequence[Talker], pages: Sequence[Page], api: BotApi, door: Door) -> AsyncIterator[None]:
    """Let everybody talk, the first on pages, the others on Telegram; at the end each comes to the end of a round."""
    over = asyncio.Event()
    async with asyncio.TaskGroup() as lives:
        for talker, page in zip(talkers, pages, strict=False):
            lives.create_task(live_on_page(talker, page, chance_of(talker.who), over))
        for talker in talkers[len(pages) :]:
            lives.create_task(live_on_telegram(talker, Phone(door, api), chance_of(talker.who), over))
        yield
        over.set()


@pytest.mark.timeout(600)
async def test_o06_a_rolling_restart_under_traffic_loses_doubles_and_mixes_nothing(tmp_path, database, monkeypatch):
    """O06, D02, D03: each program is restarted while parents talk on pages and on Telegram; none of them notices."""
    kept = InPostgres(tmp_path / "data" / "keys", database)
    names = ("web 1", "web 2", "worker 1", "worker 2", "sender 1")
    monkeypatch.setattr(parents, "PAUSE", 0.2)  # they talk all the time, and leave the programs room to start

    async def settled() -> bool:
        unsent = await kept.count("outbox where state in ('queued', 'sending') and account = 'telegram'")
        return not (api.unconfirmed or unsent or await kept.count("inbound where state = 'unread'"))

    async with BotApi() as api, programs(tmp_path, database, api) as house, AsyncExitStack() as stack:
        talkers = list(everybody(3, 2))
        pages = [await stack.enter_async_context(page_of(house.door, number)) for number, _ in enumerate(talkers[:3])]
        await house.start(*names)
        async with traffic(talkers, pages, api, house.door):
            for name in names:
                await house.restart(name)
        await until(settled, SETTLED)
        for name in names:
            await house.stop(name)
        assert [] == await judge(kept, talkers)
    sends = sum(call.method == "sendMessage" for call in api.calls)
    assert sends == await kept.count("outbox where state = 'sent' and account = 'telegram'"), "nothing is sent twice"
    assert sum(len(talker.done) for talker in talkers) > 100
    assert [] == found(r'.*"level": "error".*', house.said)
    assert max(house.stops) < 10


async def test_what_happens_in_one_program_reaches_a_page_that_hangs_on_another(tmp_path, database):
    """A parent asks through one web program; the adviser's page on the other hears of it, and answers the parent."""
    async with programs(tmp_path, database) as house:
        await house.start("web 1", "web 2", "worker 1")
        first, second = house.running["web 1"], house.running["web 2"]
        inviting = first if "Erste Anmeldung" in first.output else second
        other = second if inviting is first else first
        async with DeskClient(inviting) as adviser:
            events = asyncio.create_task(next_change(inviting.url, adviser.headers))
            parent = await Parent(other).open()
            await parent.post(kind="text", text="/mensch")
            await parent.post(kind="text", text="Frage")
            await parent.post(kind="press", token="t.done", label="Fertig")
            assert {"tickets": [1]} == await events
            reading = asyncio.create_task(parent.read_until("Antwort von uns"))
            await adviser.answer(1, "Antwort von uns")
            await reading
            await parent.close()
        for name in tuple(house.running):
            await house.stop(name)


async def next_change(url: str, headers: dict[str, str]) -> object:
    """Read the desk's stream until questions have changed."""
    client = httpx.AsyncClient(trust_env=False, headers=headers, timeout=20)
    async with asyncio.timeout(20), client as http, http.stream("GET", f"{url}/desk/events") as stream:
        async for line in stream.aiter_lines():
            if line.startswith("data: {") and json.loads(line[6:])["tickets"]:
                return json.loads(line[6:])
    raise AssertionError("the stream ended")


async def test_what_is_published_by_one_is_noticed_by_all(tmp_path, database):
    """A command publishes beside the running programs; the next parent of each of them reads the new sentence."""
    async with programs(tmp_path, database) as house:
        await house.start("web 1", "worker 1", "worker 2")
        file = tmp_path / "flows" / "start.yaml"
        file.write_text(file.read_text("utf-8").replace("Worum geht es?", "Was brauchen Sie heute?"), "utf-8")
        async with product(tmp_path / "config.yaml", "flows", "publish", "--yes") as publishing:
            assert 0 == await publishing.ended(), publishing.output
        for _ in range(4):
            parent = await Parent(house.running["web 1"]).open()
            await parent.read_until("Was brauchen Sie heute?")
            await parent.close()
        for name in tuple(house.running):
            await house.stop(name)
