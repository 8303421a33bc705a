"""What a message costs in a house that has grown: ``make growth``.

========  ==============================================================================================
contacts  10³ to ``--size`` contacts already there, each with a talk, some with much behind them
flows     10 to 200 flows published
waiting   0 to 10,000 messages that wait to be sent, and as many unread ones
desk      10 to 10,000 open questions: the queue as a page, and a change that ten open pages are told of
========  ==============================================================================================

All sizes of one row are measured in turn, again and again, so that a busy minute of this machine is everybody's. What
counts is the ratio to the smallest, of CPU: that of the whole process and, with PostgreSQL, of the server's processes.
"""

import argparse
import asyncio
import json
import statistics
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import checker
from deskside import deskside
from fill import ARABIC, TELEGRAM, Wish
from grown import LANGUAGES, REPOSITORY, Grown, grown
from machine import machine
from places import ENGINES, Place, place_of
from sizes import Line, Table, as_json, markdown

from bot.app.files import program
from bot.check.edition import CATALOG, FLOWS, LOCALES, Edition, compose, files_of
from bot.check.folder import catalogs
from bot.check.folder import read as read_folder
from bot.check.load import load
from bot.model import Language, Sent
from bot.ports import Record
from bot.services.clock import now

HERE = Path(__file__).parent
PARENTS = 64
"""Write at once."""
TURNS = 4
"""Such groups are one measurement."""
QUEUES = (0, 100, 10_000)
QUESTIONS = (10, 100, 1000, 10_000)
FLOWS_COUNTS = (10, 50, 200)

MENU = """\
flow: start
title: Menü
topic: schule
reviewed: 2026-11-20
examples:
  - Was gibt es?
  - Wo bin ich?
steps:
  wohin:
    choose: Worum geht es?
    options:
""" + "".join(f"      - label: Über thema-{each}\n        call: thema-{each}\n" for each in range(1, 9))
"""The menu of the made-up flows, the same however many there are: a message with more buttons costs more by itself."""

Files = Mapping[str, bytes]
Measure = Callable[[Grown], Awaitable[Mapping[str, float]]]


# -- what is measured


async def a_message(house: Grown) -> Mapping[str, float]:
    """Measure messages of many at once, and of one alone."""
    many = [await house.speak(PARENTS) for _ in range(TURNS)]
    alone = [await house.speak(1) for _ in range(TURNS)]
    return {
        "a message, of 64 at once, CPU": statistics.mean(cost.each for cost in many),
        "a message, of 64 at once, the store's verbs": statistics.mean(
            sum(cost.stages.values()) / cost.messages for cost in many
        ),
        "a message of one alone, from received to sent": statistics.median(cost.wall for cost in alone),
    }


async def in_the_background(house: Grown) -> Mapping[str, float]:
    """Measure a message, and the looks that are taken again and again while nothing happens."""
    began = house.cpu()
    for _ in range(10):
        await house.plain.expire(now())
        await house.plain.leads(["schulanmeldung"])
        await house.plain.withdraw(now())
    looks = 1000 * (house.cpu() - began) / 10
    return {
        **await a_message(house),
        "a look for silences, reminders and what is over, CPU": looks,
        "what is kept, on disk": await house.engine.size() / 2**20,
    }


async def with_a_queue(house: Grown) -> Mapping[str, float]:
    """Measure one message sent, while many wait."""
    began, sent = house.cpu(), 0
    while sent < PARENTS and (items := await house.plain.due(TELEGRAM, now(), 8)):
        await house.plain.record([Record(item.id, Sent(), now()) for item in items])
        await house.plain.next_due(TELEGRAM)
        sent += len(items)
    return {} if not sent else {"a message sent, while so many wait, CPU": 1000 * (house.cpu() - began) / sent}


async def with_many_unread(house: Grown) -> Mapping[str, float]:
    """Measure an answer, while many are unread."""
    began, answered = house.cpu(), 0
    for _ in range(TURNS):
        answered += await house.converse.step()
    return {} if not answered else {"an answer, while so many are unread, CPU": 1000 * (house.cpu() - began) / answered}


async def at_the_desk(house: Grown) -> Mapping[str, float]:
    """Measure the queue as a page, and a change that everybody is told of."""
    async with deskside(house) as team:
        moved = [await team.move() for _ in range(TURNS)]
        pages = [await team.page() for _ in range(TURNS)]
    return {
        "the queue as a page, CPU": statistics.median(cpu for cpu, _ in pages),
        "the queue as a page, size": pages[-1][1] / 1024,
        "a change, until ten open pages are told, CPU": statistics.median(moved),
    }


UNITS = {"size": "KB", "on disk": "MB"}


# -- the tables


async def over(
    engine: str, sizes: Mapping[int, Wish], files: Callable[[int], Files], measure: Measure, rounds: int
) -> list[Line]:
    """Measure stores of several sizes in turn."""
    lines: dict[str, Line] = {}
    async with place_of(engine) as place, AsyncExitStack() as stack:
        houses = {}
        for size, wish in sizes.items():
            houses[size] = await stack.enter_async_context(filled(place, wish, files(size)))
        for turn in range(rounds + 1):
            for size, house in houses.items():
                for what, value in (await measure(house)).items():
                    line = lines.setdefault(what, Line(what, engine, UNITS.get(what.rpartition(", ")[2], "ms")))
                    if turn:  # the first warms up
                        line.values.setdefault(size, []).append(value)
    return list(lines.values())


@asynccontextmanager
async def filled(place: Place, wish: Wish, files: Files) -> AsyncIterator[Grown]:
    """Give an open house with a filled store, and throw the store away afterwards."""
    engine = await place.make()
    seconds = await engine.fill(edition_of(files), wish)
    print(f"  {engine.name}: {wish.contacts:,} contacts in {seconds:.0f} s", flush=True)
    try:
        async with grown(engine, wish.contacts, files, languages_of(files)) as house:
            yield house
    finally:
        await place.drop(engine)


async def contacts(engine: str, size: int, rounds: int) -> Table:
    """Measure what a message costs with more and more contacts."""
    sizes = [count for count in (1000, 10_000, 100_000, 1_000_000) if count <= size]
    lines = await over(engine, {each: Wish(each, now()) for each in sizes}, repository, in_the_background, rounds)
    return Table("Contacts", "Target: a message costs the same, ± 20 %.", lines)


async def flows(engine: str, _size: int, rounds: int) -> Table:
    """Measure what a message costs with more and more flows."""
    sizes = {each: Wish(1000, now()) for each in FLOWS_COUNTS}
    lines = await over(engine, sizes, made_up, a_message, rounds)
    return Table("Flows", "Target: a message costs the same, ± 20 %. The flows are made up, of 30 steps each.", lines)


async def waiting(engine: str, _size: int, rounds: int) -> Table:
    """Measure sending and answering with longer and longer queues."""
    queued = {max(each, 1): Wish(10_000, now(), queued=each or PARENTS * (rounds + 1)) for each in QUEUES}
    unread = {max(each, 1): Wish(10_000, now(), unread=each or 4 * PARENTS * (rounds + 1)) for each in QUEUES}
    lines = await over(engine, queued, repository, with_a_queue, rounds)
    lines += await over(engine, unread, repository, with_many_unread, rounds)
    return Table("What waits", "The cost of a message must not depend on how many wait behind it.", lines)


async def desk(engine: str, _size: int, rounds: int) -> Table:
    """Measure the desk with more and more open questions."""
    sizes = {each: Wish(10_000, now(), open_tickets=each) for each in QUESTIONS}
    lines = await over(engine, sizes, repository, at_the_desk, min(rounds, 3))
    return Table(
        "Open questions", "The page shows the most urgent of each group; a change is told by its number.", lines
    )


TABLES: Mapping[str, Callable[[str, int, int], Awaitable[Table]]] = {
    "contacts": contacts,
    "flows": flows,
    "waiting": waiting,
    "desk": desk,
}


# -- the content


def repository(_size: int = 0) -> Files:
    """Return the repository's flows and catalogs as a revision's files."""
    return files_of(read_folder(REPOSITORY / "flows").files, catalogs(REPOSITORY / "locales").files)


def made_up(topics: int) -> Files:
    """Return a revision of so many flows, in German and Arabic. The menu has as many buttons, however many there are."""
    flows = checker.folder(topics) | {"start.yaml": MENU.encode()}
    arabic = checker.catalog({key: text.german for key, text in load(flows).texts.items()}, ARABIC)
    return {f"{FLOWS}{path}": raw for path, raw in flows.items()} | {f"{LOCALES}ar{CATALOG}": arabic}


def languages_of(files: Files) -> Sequence[Language]:
    """Return the languages that a revision is in."""
    return [each for each in LANGUAGES if each == "de" or f"{LOCALES}{each}{CATALOG}" in files]


def edition_of(files: Files) -> Edition:
    """Return what a house makes of a revision."""
    return compose(files, program(REPOSITORY / "locales"), languages_of(files))


ABOUT = """\
# Growth

Written by `make growth WRITE=--write`; do not edit. What is measured, and why so:
[growth.md](../docs/reference/growth.md)."""


async def measure(wish: argparse.Namespace) -> list[Table]:
    """Measure what is wished on both engines."""
    tables = []
    for name in wish.tables or TABLES:
        parts = []
        for engine in wish.engine or ENGINES:
            print(f"{name}, {engine} …", flush=True)
            parts.append(await TABLES[name](engine, wish.size, wish.rounds))
        tables.append(Table(parts[0].title, parts[0].about, [line for part in parts for line in part.lines]))
        print(markdown(tables[-1:]), flush=True)
    return tables


def main() -> None:
    """Measure, print, and keep the result where that is wished."""
    parser = argparse.ArgumentParser(description="Measures what a message costs in a house that has grown.")
    parser.add_argument("tables", nargs="*", choices=[*TABLES, []], help="what to measure; everything unless named")
    parser.add_argument("--size", type=int, default=100_000, help="contacts at most: 1000, 10000, 100000 or 1000000")
    parser.add_argument("--rounds", type=int, default=8)
    parser.add_argument("--engine", action="append", choices=ENGINES)
    parser.add_argument("--write", action="store_true", help="keep the result in GROWTH.md and GROWTH.json")
    wish = parser.parse_args()
    here = machine()
    described = ", ".join(f"{name} {value}" for name, value in here.items()) + f"; medians of {wish.rounds} rounds."
    print(described)
    tables = asyncio.run(measure(wish))
    if wish.write:
        (HERE / "GROWTH.md").write_text(f"{ABOUT}\n\n{described}\n\n{markdown(tables)}\n", "utf-8")
        whole = {"machine": here, "rounds": wish.rounds, "results": as_json(tables)}
        (HERE / "GROWTH.json").write_text(json.dumps(whole, ensure_ascii=False, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
