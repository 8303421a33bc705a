"""From a parent's POST to the answer on their page's stream, against a real server process over real HTTP.

The talk is in Arabic; the parent presses "menu" and "help" in turn, so that every answer can be told from the one
before. The flood limit is out of the way, and every page has a network address of its own (127.0.x.y).
"""

import asyncio
import statistics
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from load.parents import Talk, talk_of
from load.server import Server, prepare

REPOSITORY = Path(__file__).parent.parent
LANGUAGES = ("de", "tr", "ar", "uk")
START = {"id": "start", "kind": "start", "language": "ar"}
PARENTS = 64
PRESSES_ALONE = 100
PRESSES_TOGETHER = 20
FLOOD = 100
QUIET = 0.3
"""Seconds without a new line after which a talk's beginning is over."""

_numbers = count()


@dataclass(frozen=True, slots=True)
class Spread:
    """Two quantiles, in milliseconds."""

    p50: float
    p95: float


@dataclass(frozen=True, slots=True)
class Latency:
    """One repetition: until stored, until answered, and answers a second of all together."""

    stored: Spread
    answered: Spread
    rate: float


@dataclass(frozen=True, slots=True)
class Page:
    """All repetitions: for one parent, for many, of somebody else beside these, and how much a flood slows others.

    ``peers`` are answers a second, 0 where there is nobody; ``flood`` are factors.
    """

    alone: Sequence[Latency]
    together: Sequence[Latency]
    peers: Sequence[float]
    flood: Sequence[float]


async def measure(folder: Path, repetitions: int, store: str, peer: Callable[[], Awaitable[float]]) -> Page:
    """Return how a house with this store (empty: SQLite) does; ``peer`` gives somebody else's answers a second in turn."""
    prepare(
        folder, [REPOSITORY / "flows"], locales=REPOSITORY / "locales", languages=LANGUAGES, flood=1000, store=store
    )
    async with Server(folder) as server:
        await server.start()
        alone = [await _repetition(server, 1, PRESSES_ALONE) for _ in range(repetitions)]
        together, peers = [], []
        for _ in range(repetitions):
            together.append(await _repetition(server, PARENTS, PRESSES_TOGETHER))
            peers.append(await peer())
        flood = [await _beside_a_flood(server) for _ in range(repetitions)]
        await server.stop()
    return Page(alone, together, peers, flood)


async def _repetition(server: Server, parents: int, presses: int) -> Latency:
    async with _speakers(server, parents) as speakers:
        began = time.perf_counter()
        await asyncio.gather(*(speaker.press(presses) for speaker in speakers))
        seconds = time.perf_counter() - began
    stored = [each for speaker in speakers for each in speaker.stored]
    answered = [each for speaker in speakers for each in speaker.answered]
    return Latency(_spread(stored), _spread(answered), parents * presses / seconds)


async def _beside_a_flood(server: Server) -> float:
    """Return how much slower five parents are answered while a sixth posts a hundred messages in eight seconds."""
    async with _speakers(server, 5) as before, _speakers(server, 5) as during, _speakers(server, 1) as (flooder,):
        await asyncio.gather(*(speaker.press(40, pause=0.1) for speaker in before))
        flood = asyncio.create_task(flooder.flood())
        await asyncio.gather(*(speaker.press(40, pause=0.1) for speaker in during))
        await flood
    calm = _spread([each for speaker in before for each in speaker.answered])
    return _spread([each for speaker in during for each in speaker.answered]).p95 / calm.p95


class _Speaker:
    """One parent who presses two buttons in turn."""

    def __init__(self, talk: Talk) -> None:
        self.stored: list[float] = []
        self.answered: list[float] = []
        self._talk = talk
        self._buttons: list[tuple[str, str]] = []
        self._names = count()

    async def warm_up(self) -> None:
        """Learn what the buttons answer, and let everything be done once before it is measured."""
        for button in ("c.menu", "c.hilfe"):
            await self._quiet()
            await self._talk.ask(self._act(button), "")
            await self._quiet()
            self._buttons.append((button, str(self._talk.lines[-1]["text"])))

    async def press(self, times: int, pause: float = 0.0) -> None:
        """Press so many times, each after the answer to the one before."""
        for number in range(times):
            button, answer = self._buttons[number % 2]
            self.answered.append(await self._talk.ask(self._act(button), answer))
            self.stored.append(self._talk.stored)
            await asyncio.sleep(pause)

    async def flood(self) -> None:
        """Post far too much."""
        for _ in range(FLOOD):
            assert await self._talk.page.post(self._act("c.menu")) == 202
            await asyncio.sleep(8 / FLOOD)

    async def _quiet(self) -> None:
        lines = -1
        while lines < len(self._talk.lines):
            lines = len(self._talk.lines)
            await asyncio.sleep(QUIET)

    def _act(self, button: str) -> Mapping[str, str]:
        return {"id": f"b{next(self._names)}", "kind": "press", "token": button, "label": "x"}


@asynccontextmanager
async def _speakers(server: Server, how_many: int) -> AsyncIterator[Sequence[_Speaker]]:
    """Give new parents whose talks have begun."""
    async with AsyncExitStack() as stack:
        talks = [await stack.enter_async_context(talk_of(server, next(_numbers), START)) for _ in range(how_many)]
        speakers = [_Speaker(talk) for talk in talks]
        await asyncio.gather(*(speaker.warm_up() for speaker in speakers))
        yield speakers


def _spread(seconds: Sequence[float]) -> Spread:
    quantiles = statistics.quantiles(seconds, n=20)
    return Spread(statistics.median(seconds) * 1000, quantiles[-1] * 1000)
