"""How much room a store takes, and what is to be cleared: dead rows and indexes in PostgreSQL, pages and log in SQLite.

    python benchmarks/room.py

PostgreSQL's autovacuum looks every few seconds here, not every minute: what takes an hour in a house is seen in minutes.
What came of it, and the advice: docs/betrieb/wachstum.md.
"""

import argparse
import asyncio
import json
import sqlite3
import statistics
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path
from time import perf_counter
from typing import Any

import asyncpg
from fill import Wish
from grown import Engine, Grown, grown
from growth import edition_of, repository
from machine import machine
from places import place_of

from bot.services.clock import now

CONTACTS = 5000
TOGETHER = 64
BEHIND = 50_000
"""Contacts in PostgreSQL: there it is about tables that are large."""
STEPS = 12
"""So often is looked at PostgreSQL's tables while messages come."""
DAYS = 12
"""So often as much is written as is kept of one day, and what is older than two goes."""

QUEUES = ("inbound", "outbox", "session")
EARLY = "autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.05"
VARIANTS: Mapping[str, Sequence[str]] = {
    "as delivered": (),
    "vacuumed early": tuple(f"alter table {table} set ({EARLY})" for table in QUEUES),
    "no room beside sessions": ("alter table session set (fillfactor = 100)", "vacuum full session"),
    "no autovacuum": tuple(f"alter table {table} set (autovacuum_enabled = false)" for table in QUEUES),
}

SEEN = """
select relname, n_live_tup, n_dead_tup, n_tup_upd, n_tup_hot_upd, autovacuum_count,
    pg_table_size(relid) as bytes, pg_indexes_size(relid) as indexes
from pg_stat_user_tables where relname = any($1) order by relname
"""


async def on_postgres(messages: int) -> dict[str, Any]:
    """Return what stands in the tables after so many messages, with different settings of them."""
    found = {}
    async with place_of("PostgreSQL", "autovacuum_naptime=5s") as place:
        for name, statements in VARIANTS.items():
            engine = await place.make()
            await engine.fill(edition_of(repository()), Wish(BEHIND, now()))
            found[name] = await _watched(engine, statements, messages)
            await place.drop(engine)
    return found


async def _watched(engine: Engine, statements: Sequence[str], messages: int) -> dict[str, Any]:
    """Let messages come; return for each table its size before and after, and the most dead rows that were seen."""
    connection = await asyncpg.connect(engine.address)
    try:
        for statement in statements:
            await connection.execute(statement)
        before = {row["relname"]: row for row in await connection.fetch(SEEN, list(QUEUES))}
        dead: Counter[str] = Counter()
        cpu = []
        async with grown(engine, BEHIND, repository()) as house:
            for _ in range(STEPS):
                cpu.append(await _talk(house, messages // STEPS))
                for row in await connection.fetch(SEEN, list(QUEUES)):
                    dead[row["relname"]] = max(dead[row["relname"]], row["n_dead_tup"])
            await asyncio.sleep(8)  # one more look of autovacuum
        after = await connection.fetch(SEEN, list(QUEUES))
    finally:
        await connection.close()
    return {"CPU a message, ms": round(statistics.median(cpu), 2)} | {
        row["relname"]: {
            "dead rows at most": dead[row["relname"]],
            "vacuumed": row["autovacuum_count"],
            "updates in place": round(row["n_tup_hot_upd"] / max(row["n_tup_upd"], 1), 2),
            "table, MB": [round(each["bytes"] / 2**20, 1) for each in (before[row["relname"]], row)],
            "indexes, MB": [round(each["indexes"] / 2**20, 1) for each in (before[row["relname"]], row)],
        }
        for row in after
    }


async def on_sqlite(messages: int) -> dict[str, Any]:
    """Return how a file grows while what is old goes, and what a long reader does to the log."""
    async with place_of("SQLite") as place:
        engine = await place.make()
        await engine.fill(edition_of(repository()), Wish(CONTACTS, now()))
        async with grown(engine, CONTACTS, repository()) as house:
            days = await _days(house, engine, messages)
            log = await _long_reader(house, engine, messages // 2)
        return {"days": days, "log": log, "vacuum": _vacuum(engine)}


async def _days(house: Grown, engine: Engine, messages: int) -> list[dict[str, float]]:
    """Write as much as on many days, and let go what is older than two."""
    days, mornings = [], []
    for day in range(DAYS):
        mornings.append(now())
        cpu = await _talk(house, messages)
        if day >= 2:
            await _forget(house, mornings[day - 1])
        days.append({"CPU a message, ms": cpu, **_pages(engine)})
    return days


async def _forget(house: Grown, before: datetime) -> None:
    for kind in ("fragments", "messages", "ids"):
        while await house.plain.forget(kind, before, now(), 200):
            pass


async def _long_reader(house: Grown, engine: Engine, messages: int) -> dict[str, float]:
    """Return the log's bytes before, while and after somebody reads for long (a backup, a shell that was left open)."""
    sizes: dict[str, float] = {"before": _log(engine)}
    with closing(sqlite3.connect(engine.address, isolation_level=None)) as reader:
        reader.execute("begin")
        reader.execute("select count(*) from contact").fetchone()
        sizes["CPU a message meanwhile, ms"] = await _talk(house, messages)
        sizes["while it reads"] = _log(engine)
        reader.execute("commit")
    sizes["CPU a message afterwards, ms"] = await _talk(house, messages)
    sizes["afterwards"] = _log(engine)
    return sizes


def _vacuum(engine: Engine) -> dict[str, float]:
    """Return what a VACUUM of the closed file brings, and how long it takes."""
    before, began = Path(engine.address).stat().st_size, perf_counter()
    with closing(sqlite3.connect(engine.address, isolation_level=None)) as connection:
        connection.execute("vacuum")
        connection.execute("pragma wal_checkpoint(truncate)").fetchall()
    return {"seconds": perf_counter() - began, "before": before, "after": Path(engine.address).stat().st_size}


async def _talk(house: Grown, messages: int) -> float:
    """Let so many messages be answered; return the milliseconds of CPU for one."""
    costs = [await house.speak(TOGETHER) for _ in range(max(1, messages // TOGETHER))]
    return sum(cost.cpu for cost in costs) / sum(cost.messages for cost in costs)


def _log(engine: Engine) -> int:
    return Path(f"{engine.address}-wal").stat().st_size


def _pages(engine: Engine) -> dict[str, float]:
    with closing(sqlite3.connect(f"file:{engine.address}?mode=ro", uri=True)) as connection:
        size, pages, free = (
            connection.execute(f"pragma {name}").fetchone()[0] for name in ("page_size", "page_count", "freelist_count")
        )
    return {"file, MB": size * pages / 2**20, "of it free, MB": size * free / 2**20}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Measures how much room a store takes.")
    parser.add_argument("--messages", type=int, default=12_000)
    wish = parser.parse_args()
    print(", ".join(f"{name} {value}" for name, value in machine().items()))
    print(json.dumps({"SQLite": asyncio.run(on_sqlite(wish.messages // 4))}, indent=1, default=str), flush=True)
    print(json.dumps({"PostgreSQL": asyncio.run(on_postgres(wish.messages))}, indent=1, default=str))


if __name__ == "__main__":
    main()
