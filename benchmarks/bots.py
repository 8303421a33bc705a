"""Side by side: Elternlotse and other bots, each a process of its own before the same platform, in one run.

Every repetition measures them all, one after the other, so that a busy minute of this machine is everybody's, and what
counts is the ratio within a repetition. 64 parents talk, each writes again as soon as they are answered. The peers say
everything back and store nothing. Elternlotse stores, understands, goes on in a flow of the repository (a form in
Arabic, one message an answer, six to eight buttons under it), stores, sends, and notes that it was sent.

A bare aiohttp client that only posts the same answers is the limit of what can be sent from one Python process.
"""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg
from fakes.postgres import Server, postgres_server
from houses import OWN_ADAPTER, REPOSITORY, House, house
from processes import Process, running
from table import Chapter, Row
from usage import cpu_of

HERE = Path(__file__).parent
PEERS = HERE / "peers"
PEER_HOME = REPOSITORY / ".venv-peers"
PEER_PYTHON = PEER_HOME / "bin" / "python"
INSTALLED = PEER_HOME / ".made"
"""What `make bench` leaves where the other bots are installed."""
CHATS = 64
SECONDS = 3.0
A_SECOND = 200
NUMBER = "\N{NUMERO SIGN}"
BEGINNING = ("/start widerspruch_ar", "1", f"{datetime.now(UTC):%d.%m.%Y}", "2", "Schule", "Klasse", "7", "50667")
"""Words that lead to the form's summary, in Arabic from the first line on."""
ROUND = ("2", "1", f"Schule {NUMBER}")
"""Change something; from whom the letter is; the chat and the round's number, which stand in the summary then."""

LIMIT = "bare aiohttp client"
AIOGRAM = "aiogram echo, polling"
PTB = "python-telegram-bot echo, as shipped, polling"
TELEGRAM = "Telegram, webhook, SQLite"
OWN = "own adapter, webhook, SQLite"
ONE_WORKER = "Telegram, webhook, PostgreSQL: web, sender, 1 worker"
TWO_WORKERS = "Telegram, webhook, PostgreSQL: web, sender, 2 workers"


class LostError(Exception):
    """Something was lost, doubled or out of order: then no figure counts."""


@dataclass(frozen=True, slots=True)
class Figures:
    """One measurement: answers a second, milliseconds of CPU for an answer, and how long answers and storing took.

    ``database`` is what PostgreSQL's own processes use, in the same unit. ``answered`` and ``stored`` are p50, p95 and p99 in milliseconds; ``memory`` is the most that was used at once, in MB.
    """

    rate: float
    cpu: float
    database: float
    memory: float
    answers: int
    answered: Mapping[str, float]
    stored: Mapping[str, float]


@dataclass(slots=True)
class Bot:
    """One that is measured, with the platform before it. ``database`` is the id of a server's process that it uses."""

    name: str
    sink: Process
    programs: Sequence[Process]
    script: Any = None
    chats: int = CHATS
    database: int = 0
    measured: list[Figures] = field(default_factory=list)

    async def talk(self, seconds: float, chats: int = CHATS) -> Figures:
        """Let its parents talk."""
        return await self._measure(do="talk", chats=chats, seconds=seconds)

    async def rate(self, seconds: float) -> Figures:
        """Let its parents write at an even pace."""
        return await self._measure(do="rate", chats=self.chats, seconds=seconds, a_second=A_SECOND)

    async def _measure(self, **order: Any) -> Figures:
        before = self._cpu()
        return self._figures(checked(self.name, await self.sink.order(**order)), before)

    def _figures(self, result: Mapping[str, Any], before: tuple[float, float]) -> Figures:
        own, database = ((now - then) * 1000 / result["answers"] for now, then in zip(self._cpu(), before, strict=True))
        memory = sum(program.memory() for program in self.programs)
        return Figures(result["rate"], own, database, memory, result["answers"], result["answered"], result["stored"])

    def _cpu(self) -> tuple[float, float]:
        return sum(program.cpu() for program in self.programs), cpu_of(self.database)


class Poster(Bot):
    """The bare client, which writes by itself."""

    async def talk(self, seconds: float, chats: int = CHATS) -> Figures:  # noqa: ARG002 - it has its own
        """Let it post."""
        before = self._cpu()
        listening = asyncio.create_task(self.sink.order(do="listen", script=self.script, chats=self.chats))
        await asyncio.sleep(0.05)
        self.programs[0].tell(str(seconds))
        return self._figures(checked(self.name, await listening), before)


def checked(name: str, result: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a result in which nothing was lost, doubled or out of order; LostError otherwise."""
    wrong = {what: result[what] for what in ("lost", "doubled", "astray", "refused") if result[what]}
    if wrong or not result["answers"]:
        raise LostError(f"{name}: {wrong or 'no answer at all'}, of {result['answers']} answers. {result['sample']}")
    return result


class Field:
    """All that are measured side by side, begun one after the other and running until the block ends."""

    def __init__(self, folder: Path, stack: AsyncExitStack, chats: int) -> None:
        self.bots: dict[str, Bot] = {}
        self._folder = folder
        self._stack = stack
        self._chats = chats
        self._learned: Any = None

    async def add(self, name: str, wish: Mapping[str, Any], database: int = 0) -> None:
        """Begin a house."""
        sink, url = await self.sink()
        place = self._folder / f"house-{len(self.bots)}"
        programs = await self._stack.enter_async_context(house(place, House(url, **wish)))
        if self._learned is None:
            self._learned = await sink.order(do="learn", beginning=BEGINNING, round=ROUND)
        await self._begin(Bot(name, sink, programs, self._learned["script"], self._chats, database))

    @property
    def script(self) -> Any:
        """How a talk with a house goes."""
        return self._learned["script"]

    async def add_peer(self, name: str, file: str, *options: str) -> None:
        """Begin another bot."""
        sink, url = await self.sink()
        peer = await self._run(str(PEERS / file), url, *options)
        await self._begin(Bot(name, sink, [peer], None, self._chats))

    async def add_limit(self) -> None:
        """Begin the client that only posts; a house must have told the answers before."""
        sink, url = await self.sink()
        answers = self._folder / "answers.json"
        answers.write_text(json.dumps(self._learned["answers"]), "utf-8")
        client = await self._run(str(PEERS / "bare_client.py"), url, str(answers), str(self._chats))
        self.bots[LIMIT] = Poster(LIMIT, sink, [client], self._learned["script"], self._chats)

    async def _begin(self, bot: Bot) -> None:
        checked(bot.name, await bot.sink.order(do="begin", script=bot.script, chats=bot.chats))
        self.bots[bot.name] = bot

    async def sink(self) -> tuple[Process, str]:
        """Begin a platform of its own, and give its address."""
        log = self._folder / f"sink-{len(self.bots)}.log"
        command = [sys.executable, "-m", "sink"]
        sink = await self._stack.enter_async_context(running(command, log, {"PYTHONPATH": str(HERE)}))
        return sink, f"http://127.0.0.1:{int(await sink.line())}"

    async def _run(self, *command: str) -> Process:
        log = self._folder / f"peer-{len(self.bots)}.log"
        return await self._stack.enter_async_context(running([str(PEER_PYTHON), *command], log))


SQLITE: Mapping[str, Mapping[str, Any]] = {
    TELEGRAM: {},
    "Telegram, polling, SQLite": {"mode": "polling"},
    OWN: {"command": (str(OWN_ADAPTER),)},
    "own adapter, polling, SQLite": {"command": (str(OWN_ADAPTER),), "mode": "polling"},
}
POSTGRES: Mapping[str, Mapping[str, Any]] = {
    "Telegram, webhook, PostgreSQL, one program": {},
    ONE_WORKER: {"parts": ("web", "sender", "worker")},
    TWO_WORKERS: {"parts": ("web", "sender", "worker", "worker")},
}


@asynccontextmanager
async def field_of(folder: Path, *, quick: bool, chats: int = CHATS) -> AsyncIterator[Field]:
    """Begin everybody that can be begun here, and end them all."""
    async with AsyncExitStack() as stack:
        here = Field(folder, stack, chats)
        for name in (TELEGRAM, OWN) if quick else SQLITE:
            await here.add(name, SQLITE[name])
        if not quick:
            server = stack.enter_context(postgres_server(folder / "postgres"))
            for number, (name, wish) in enumerate(POSTGRES.items()):
                await here.add(name, {**wish, "store": await _database(server, f"bench{number}")}, server.process)
        if INSTALLED.exists():
            await here.add_limit()
            await here.add_peer(AIOGRAM, "aiogram_echo.py")
            await here.add_peer(PTB, "ptb_echo.py")
            if not quick:
                await here.add_peer("aiogram echo, webhook", "aiogram_echo.py", "--webhook")
                await here.add_peer("python-telegram-bot echo, on aiohttp, polling", "ptb_echo.py", "--aiohttp")
        yield here


@asynccontextmanager
async def peer_of(folder: Path) -> AsyncIterator[Callable[[], Awaitable[float]]]:
    """Give aiogram's echo: each call lets its parents talk, and returns its answers a second; 0 where it is not installed."""
    async with AsyncExitStack() as stack:
        here = Field(folder, stack, CHATS)
        if INSTALLED.exists():
            await here.add_peer(AIOGRAM, "aiogram_echo.py")

        async def rate() -> float:
            return (await here.bots[AIOGRAM].talk(SECONDS)).rate if here.bots else 0.0

        yield rate


async def _database(server: Server, name: str) -> str:
    """Make a database of one's own."""
    connection = await asyncpg.connect(server.url)
    await connection.execute(f"create database {name}")
    await connection.close()
    return server.database(name)


# ------------------------------------------------------------------------------------------------ measuring


async def measure(
    folder: Path, repetitions: int, *, quick: bool, seconds: float = SECONDS, chats: int = CHATS
) -> list[Chapter]:
    """Return what everybody did side by side, how long parents wait, and how long a start takes."""
    async with field_of(folder, quick=quick, chats=chats) as here:
        await _in_turn(here, repetitions, seconds)
        waits = await _waits(here, repetitions, seconds)
        starts = await _starts(here, folder / "start", repetitions)
        missing = "" if INSTALLED.exists() else " The other bots could not be installed here and are missing."
        return [
            Chapter("Side by side, 64 parents at once", f"{_SIDE_BY_SIDE}{missing}", _rows(here)),
            Chapter("Ratios", _RATIOS, _ratios(here)),
            Chapter("How long a parent waits, by Telegram's webhook", _WAITS, waits),
            Chapter("Start", _START, starts),
        ]


_SIDE_BY_SIDE = (
    "Answers a second that reach the platform; CPU of the measured processes for one answer, without the database's; the"
    " most memory they have had at once."
)
_RATIOS = (
    "Each is the ratio within one repetition. The one by CPU says what a busy machine hides; it counts all threads of a"
    " process, also those that work beside each other."
)
_START = "A house whose flows are published, from its process's first moment, by polling."
_WAITS = "From the platform's POST to 200, and to the moment at which the answer has reached the platform."


async def _in_turn(here: Field, repetitions: int, seconds: float) -> None:
    for bot in here.bots.values():  # once unmeasured: whatever is done once is done
        await bot.talk(0.5)
    for _ in range(repetitions):
        for bot in here.bots.values():
            bot.measured.append(await bot.talk(seconds))


def _rows(here: Field) -> list[Row]:
    rows = []
    for bot in here.bots.values():
        rows += [
            Row(bot.name, [each.rate for each in bot.measured], "answers/s"),
            Row("· CPU for an answer", [each.cpu for each in bot.measured], "ms"),
            Row("· memory", [each.memory for each in bot.measured], "MB"),
        ]
        if bot.database:
            rows.append(Row("· CPU of the database for an answer", [each.database for each in bot.measured], "ms"))
    return rows


def _ratios(here: Field) -> list[Row]:
    wanted = (
        (TELEGRAM, PTB, "≥ 8"),
        (TELEGRAM, AIOGRAM, "≥ 1.3"),
        (OWN, AIOGRAM, "≥ 2"),
        (OWN, LIMIT, "≥ 0.5"),
        ("own adapter, polling, SQLite", AIOGRAM, ""),
        ("own adapter, polling, SQLite", LIMIT, ""),
        (TWO_WORKERS, ONE_WORKER, "≥ 1.6 *"),
    )
    rows = []
    for one, other, target in wanted:
        if {one, other} <= set(here.bots):
            pairs = list(zip(here.bots[one].measured, here.bots[other].measured, strict=True))
            rows.append(Row(f"{one} : {other}", [a.rate / b.rate for a, b in pairs], "times", target))
            rows.append(Row("· by CPU for an answer", [b.cpu / a.cpu for a, b in pairs], "times"))
    return rows


async def _waits(here: Field, repetitions: int, seconds: float) -> list[Row]:
    rows = []
    for name in (TELEGRAM, "Telegram, webhook, PostgreSQL, one program"):
        if name not in here.bots:
            continue
        bot, store = here.bots[name], name.split(", ")[2]
        steady = [await bot.rate(seconds) for _ in range(repetitions)]
        alone = [await bot.talk(seconds, 1) for _ in range(repetitions)]
        of = {"stored": "to 200", "answered": "to the answer"}
        for key, what in of.items():
            values = {q: [getattr(each, key)[q] for each in steady] for q in QUANTILES}
            for quantile in QUANTILES:
                target = "≤ 25" if (key, quantile) == ("stored", "p99") else ""
                rows.append(
                    Row(f"{store}, {A_SECOND} messages a second, {what}, {quantile}", values[quantile], "ms", target)
                )
        rows += [
            Row(
                f"{store}, one parent alone, to the answer, p50", [each.answered["p50"] for each in alone], "ms", "≤ 15"
            ),
            Row(f"{store}, one parent alone, to the answer, p99", [each.answered["p99"] for each in alone], "ms"),
        ]
    return rows


QUANTILES = ("p50", "p95", "p99")


async def _starts(here: Field, folder: Path, repetitions: int) -> list[Row]:
    """Measure how long a start takes until a message that waits is answered, and the memory then."""
    sink, url = await here.sink()
    wish = House(url, mode="polling")
    async with house(folder, wish):
        checked("start", await sink.order(do="begin", script=here.script, chats=1))
    seconds, memory = [], []
    for _ in range(repetitions):
        waiting = asyncio.create_task(sink.order(do="talk", chats=1, seconds=SECONDS, lines=1))
        await asyncio.sleep(0)
        async with house(folder, wish) as programs:
            seconds.append(checked("start", await waiting)["answered"]["p50"] / 1000)
            memory.append(programs[0].memory())
    return [
        Row("start to the first answer", seconds, "s", "≤ 1.5"),
        Row("memory then, before any language was detected", memory, "MB", "≤ 120"),
    ]
