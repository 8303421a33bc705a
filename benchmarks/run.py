"""How quick Elternlotse is on this machine: ``make bench``. Prints tables; ``--write`` keeps them beside this file.

Every row is the median of several repetitions, so that one noisy second says nothing. Nothing is judged here, except
that no answer may be lost, doubled or out of order. The parts, each a file of its own:

=========  ============================================================================================
``bots``   side by side with other bots, over the platform's interface, on SQLite and PostgreSQL
``page``   from a parent's POST to the answer on their page's stream, on both engines (``latency.py``)
``core``   the pure core in this process
``flows``  the checker and the proof, with many flows (``checker.py``)
=========  ============================================================================================
"""

import argparse
import asyncio
import json
import os
import tempfile
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

import bots
import checker
import core
import latency
from fakes.postgres import postgres_server
from machine import machine
from table import Chapter, Row, as_json, markdown

HERE = Path(__file__).parent
ABOUT = """\
# Results

Written by `make bench WRITE=--write`; do not edit. What is measured, and why so:
[performance.md](../docs/reference/performance.md). Platform and parents run on the same machine and take their share of
the cores; what they cost is counted for nobody."""


async def of_bots(wish: argparse.Namespace) -> list[Chapter]:
    """Measure side by side."""
    with tempfile.TemporaryDirectory() as folder:
        return await bots.measure(
            Path(folder), wish.repetitions, quick=wish.quick, seconds=wish.seconds, chats=wish.chats
        )


async def of_page(wish: argparse.Namespace) -> list[Chapter]:
    """Measure the web chat, on both engines, and aiogram's echo beside it."""
    chapters = []
    with tempfile.TemporaryDirectory() as name, postgres_server(Path(name) / "postgres") as server:
        async with bots.peer_of(Path(name)) as peer:
            for engine, store in (("SQLite", ""), ("PostgreSQL", server.url)):
                place = Path(name) / engine
                place.mkdir()
                chapters.append(_of_page(engine, await latency.measure(place, wish.repetitions, store, peer)))
    return chapters


def _of_page(engine: str, page: latency.Page) -> Chapter:
    beside = [one.rate / other for one, other in zip(page.together, page.peers, strict=True) if other]
    return Chapter(
        f"Web chat, {engine}",
        "From a parent's POST to the answer on their page's stream, over real HTTP. Aiogram's echo is measured in turn with it.",
        [
            Row("one parent alone, POST to 202, p50", [each.stored.p50 for each in page.alone], "ms"),
            Row("one parent alone, POST to answer, p50", [each.answered.p50 for each in page.alone], "ms", "≤ 30"),
            Row("one parent alone, POST to answer, p95", [each.answered.p95 for each in page.alone], "ms"),
            Row("64 parents at once, POST to 202, p50", [each.stored.p50 for each in page.together], "ms"),
            Row("64 parents at once, POST to answer, p50", [each.answered.p50 for each in page.together], "ms"),
            Row("64 parents at once, POST to answer, p95", [each.answered.p95 for each in page.together], "ms"),
            Row("64 parents at once, answers on streams", [each.rate for each in page.together], "/s"),
            *([Row(f"the same : {bots.AIOGRAM}", beside, "times")] if beside else []),
            Row("p95 of five parents during a flood, against before", page.flood, "times", "< 1.5"),
        ],
    )


async def of_core(wish: argparse.Namespace) -> list[Chapter]:
    """Measure the pure core."""
    speed = core.measure(wish.repetitions)
    rows = [
        Row("`advance`, one event, one core", [each.advance for each in speed], "/s", "≥ 40000"),
        Row("`render`, one menu in Arabic, one core", [each.render for each in speed], "/s"),
    ]
    return [Chapter("Pure core", "In one process, on one core, nothing stored.", rows)]


async def of_flows(wish: argparse.Namespace) -> list[Chapter]:
    """Measure the checker and the proof."""
    flows = checker.measure(wish.repetitions)
    rows = [
        Row("`check --prove`, 50 topics of 30 steps, 10 languages", [each.whole for each in flows], "s", "≤ 5"),
        Row("of it: reading and checking", [each.checked for each in flows], "s"),
        Row("of it: the proof", [each.proven for each in flows], "s"),
        Row("`check` of one changed file of them, warm", [each.one_file for each in flows], "ms", "≤ 100"),
        Row("time for a topic, among 200 against among 50", [each.growth for each in flows], "times", "about 1"),
    ]
    return [Chapter("Checker", "The flows are made up for this; without the command's own start.", rows)]


PARTS: Mapping[str, Callable[[argparse.Namespace], Awaitable[list[Chapter]]]] = {
    "bots": of_bots,
    "page": of_page,
    "core": of_core,
    "flows": of_flows,
}
QUICK = ("bots", "core")
"""Parts of a quick run."""


async def measure(wish: argparse.Namespace) -> list[Chapter]:
    """Measure the wished parts."""
    chapters = []
    for name in wish.parts or (QUICK if wish.quick else PARTS):
        print(f"{name} …", flush=True)
        chapters += await PARTS[name](wish)
    return chapters


def main() -> None:
    """Measure, print, and keep the result where that is wished."""
    parser = argparse.ArgumentParser(description="Measures Elternlotse on this machine.")
    parser.add_argument(
        "parts", nargs="*", choices=[*PARTS, []], metavar="PART", help="what to measure; everything unless named"
    )
    parser.add_argument("--repetitions", type=int, help="5 unless given, 1 in a quick run")
    parser.add_argument(
        "--seconds", type=float, help="of each side by side measurement; 3 unless given, 0.6 in a quick run"
    )
    parser.add_argument("--chats", type=int, default=bots.CHATS, help=f"parents at once; {bots.CHATS} unless given")
    parser.add_argument("--quick", action="store_true", help="within a minute: small, to see that nothing is lost")
    parser.add_argument("--write", action="store_true", help="keep the result in RESULTS.md and RESULTS.json")
    wish = parser.parse_args()
    wish.repetitions = wish.repetitions or (1 if wish.quick else 5)
    wish.seconds = wish.seconds or (0.6 if wish.quick else bots.SECONDS)
    here = machine()
    described = ", ".join(f"{name} {value}" for name, value in here.items())
    described += f"; medians of {wish.repetitions} repetitions."
    print(described, f"(process {os.getpid()})")
    chapters = asyncio.run(measure(wish))
    print(result := markdown(chapters))
    if wish.write:
        (HERE / "RESULTS.md").write_text(f"{ABOUT}\n\n{described}\n\n{result}\n", "utf-8")
        whole = {"machine": here, "repetitions": wish.repetitions, "results": as_json(chapters)}
        (HERE / "RESULTS.json").write_text(json.dumps(whole, ensure_ascii=False, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
