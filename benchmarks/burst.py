"""A letter went out: thousands of parents write within a minute, on both channels, to one house.

    python benchmarks/burst.py --telegram 7000 --web 3000 --rate 25

The house is the product's own process with the repository's flows; the platform answers after 30 ms, as it does from
here, and takes what a bot may send in a second. Each parent opens a flow by the link in the letter and answers its first
question. Nobody may be lost, nothing doubled or out of order; how long it takes is told.
"""

import argparse
import asyncio
import json
import random
import re
import tempfile
import time
from bisect import bisect_right
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from crowd import Heard, Platform, Visitors
from fakes.postgres import postgres_server
from houses import House, house
from machine import machine
from processes import Process

TELEGRAM_LINES = ("/start widerspruch_ar", "1")
WEB_LINES = ({"kind": "start", "language": "ar", "flow": "widerspruch"}, {"kind": "text", "text": "1"})
"""What the link in the letter does, and an answer to the first question."""


async def burst(wish: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """Let them all come; return what became of them."""
    async with AsyncExitStack() as stack:
        platform = Platform()
        await platform.listen(stack)
        store = stack.enter_context(postgres_server(folder / "postgres")).url if wish.engine == "PostgreSQL" else ""
        (process,) = await stack.enter_async_context(
            house(folder / "house", House(platform.url, store=store, rate=wish.rate))
        )
        visitors = Visitors(_url(folder / "house" / "config.yaml"))
        await visitors.come(stack)
        await platform.api.ready.wait()
        await platform.learn(TELEGRAM_LINES)
        await visitors.learn(WEB_LINES)
        before, cpu = process.memory(), process.cpu()
        seconds = await _come(wish, platform, visitors)
        return _result(wish, process, platform, visitors) | {
            "seconds until all are answered": round(seconds, 1),
            "memory before, MB": round(before),
            "CPU, s": round(process.cpu() - cpu, 1),
        }


async def _come(wish: argparse.Namespace, platform: Platform, visitors: Visitors) -> float:
    """Let everybody write at their time, most of them soon; return the seconds until the last answer, or until patience ends."""
    chance = random.Random(7)  # noqa: S311 - who comes when; nothing is kept secret with it
    times = sorted((wish.seconds * chance.random() ** 1.5, number) for number in range(wish.telegram + wish.web))
    on_web = set(chance.sample(range(len(times)), wish.web))
    began = time.monotonic()
    visits = []
    for place, (at, number) in enumerate(times):
        if (wait := began + at - time.monotonic()) > 0:
            await asyncio.sleep(wait)
        if place in on_web:
            visits.append(asyncio.create_task(visitors.visit(number)))
        else:
            platform.write(number)
        if not place % 50:
            await asyncio.sleep(0)
    await _until_answered(wish, platform, visitors)
    for visit in visits:
        visit.cancel()
    await asyncio.gather(*visits, return_exceptions=True)
    return max(platform.heard.last, visitors.heard.last) - began


async def _until_answered(wish: argparse.Namespace, platform: Platform, visitors: Visitors) -> None:
    """Wait for the last answer, as long as any has come within the time that one may be patient."""
    while platform.open or visitors.open:
        newest = max(platform.heard.last, visitors.heard.last)
        if newest and time.monotonic() > newest + wish.patience:
            return
        await asyncio.sleep(0.1)


def _result(wish: argparse.Namespace, process: Process, platform: Platform, visitors: Visitors) -> dict[str, Any]:
    both = {"Telegram": (platform.finish(), platform.open), "web chat": (visitors.heard, visitors.open)}
    told = {name: _told(heard, left) for name, (heard, left) in both.items() if heard.count.answers or left}
    return {
        "parents": wish.telegram + wish.web,
        "engine": wish.engine,
        **told,
        "sent at most in one second": _most_within(1.0, platform.sent),
        "sent at most in ten seconds": _most_within(10.0, platform.sent),
        "memory at most, MB": round(process.memory()),
    }


def _told(heard: Heard, left: int) -> dict[str, Any]:
    count = heard.count
    return {
        "answers": count.answers,
        "lost": left,
        "doubled": count.doubled,
        "out of order": count.astray,
        "sample": count.sample,
        "answered, s": _quantiles(count.latencies),
        "acknowledged, ms": {name: round(1000 * each, 1) for name, each in _quantiles(heard.stored).items()},
        "refused and repeated": heard.refused,
    }


def _quantiles(seconds: Sequence[float]) -> dict[str, float]:
    ordered = sorted(seconds) or [0.0]
    return {
        f"p{share}": round(ordered[min(len(ordered) - 1, len(ordered) * share // 100)], 4) for share in (50, 95, 99)
    }


def _most_within(seconds: float, moments: Sequence[float]) -> int:
    ordered = sorted(moments)
    return max((bisect_right(ordered, each + seconds) - place for place, each in enumerate(ordered)), default=0)


def _url(settings: Path) -> str:
    found = re.search(r"^public_url: (\S+)$", settings.read_text("utf-8"), re.MULTILINE)
    assert found is not None
    return found[1]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Lets thousands of parents write within a minute.")
    parser.add_argument("--telegram", type=int, default=7000)
    parser.add_argument("--web", type=int, default=3000)
    parser.add_argument("--seconds", type=float, default=60.0, help="within which all write their first line")
    parser.add_argument("--rate", type=int, default=1000, help="messages a second the account may send; Telegram: 25")
    parser.add_argument("--engine", choices=["SQLite", "PostgreSQL"], default="SQLite")
    parser.add_argument(
        "--patience", type=float, default=30.0, help="seconds without any answer until the rest is lost"
    )
    wish = parser.parse_args()
    print(", ".join(f"{name} {value}" for name, value in machine().items()))
    with tempfile.TemporaryDirectory(prefix="burst-") as folder:
        result = asyncio.run(burst(wish, Path(folder)))
    print(json.dumps(result, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
