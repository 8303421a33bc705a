"""What a replica costs, and what the loss of either server means: PostgreSQL with a second server that follows.

    python benchmarks/replica.py

In turn: nobody follows; one follows and nobody waits for it; a commit waits until the follower has it on its disk. Then
the follower is stopped, and at last the first server is killed and the follower takes its place: the store finds it by
itself, and what was acknowledged is counted. Both servers run on this machine, so the network between them is missing.
"""

import argparse
import asyncio
import json
import os
import statistics
import subprocess
import tempfile
import time
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

import asyncpg
from fakes.postgres import Server, postgres_server
from fill import Wish
from grown import Engine, Grown, grown
from growth import edition_of, repository
from machine import machine

from bot.services.clock import now

CONTACTS = 1000
NAME = "elternlotse"
PATIENCE = 3.0
"""Seconds after which a commit is taken for one that waits for a follower that is gone."""
WAITS = "alter system set synchronous_standby_names = '*'"
WAITS_FOR_NOBODY = "alter system set synchronous_standby_names = ''"


async def measure(folder: Path, rounds: int) -> dict[str, Any]:
    """Return what was seen."""
    with ExitStack() as stack:
        first = stack.enter_context(postgres_server(folder / "first"))
        await _run(first, f"create database {NAME}")
        engine = Engine(first.database(NAME), first.process)
        await engine.fill(edition_of(repository()), Wish(CONTACTS, now()))
        async with grown(engine, CONTACTS, repository()) as house:
            found: dict[str, Any] = {"nobody follows": await _cost(house, rounds)}
            second = stack.enter_context(postgres_server(_copied(first, folder / "second")))
            await _follows(first)
            found["one follows, nobody waits for it"] = await _cost(house, rounds)
            await _run(first, WAITS, "select pg_reload_conf()")
            found["a commit waits for it"] = await _cost(house, rounds)
            second.stop()
            found["it is gone, and a commit waits"] = await _stands_still(house)
            await _run(first, WAITS_FOR_NOBODY, "select pg_reload_conf()")
            second.start()
            await _follows(first)
            await _run(first, WAITS, "select pg_reload_conf()")
            await house.speak(32)
        found["the first is killed"] = await _changed_over(first, second)
        return found


async def _cost(house: Grown, rounds: int) -> dict[str, float]:
    """Return milliseconds: for one message alone, and for each of 64 at once."""
    alone, many = [], []
    for _ in range(rounds):
        alone += [(await house.speak(1)).wall for _ in range(4)]
        many.append((await house.speak(64)).wall_each)
    return {"alone, ms": round(statistics.median(alone), 1), "of 64, ms": round(statistics.median(many), 2)}


async def _stands_still(house: Grown) -> str:
    """Say whether anything is acknowledged while a follower that must be waited for is gone."""
    speaking = asyncio.create_task(house.speak(1))
    done, _ = await asyncio.wait({speaking}, timeout=PATIENCE)
    if done:
        return "goes on"
    await _run_at(house.engine.address, WAITS_FOR_NOBODY, "select pg_reload_conf()")
    await speaking
    return f"stands still (looked for {PATIENCE:.0f} s), goes on at once when nobody is waited for any more"


async def _changed_over(first: Server, second: Server) -> dict[str, Any]:
    """Kill the first server and let the second take its place; count what was acknowledged, and look who finds it."""
    kept = await _count(first.database(NAME))
    first.kill()
    await _run(second, "select pg_promote()")
    both = f"postgresql:///{NAME}?user=elternlotse&host={first.folder},{second.folder}&target_session_attrs=read-write"
    began = time.perf_counter()
    async with grown(Engine(both, second.process), CONTACTS, repository()) as house:
        found = await _count(second.database(NAME))
        answered = (await house.speak(8)).messages
    return {
        "fragments acknowledged": kept,
        "of them on the second": found,
        "answered there": answered,
        "seconds until open": round(time.perf_counter() - began, 1),
    }


async def _count(address: str) -> int:
    connection = await asyncpg.connect(address)
    try:
        return int(await connection.fetchval("select count(*) from inbound"))
    finally:
        await connection.close()


def _copied(first: Server, folder: Path) -> Path:
    """Copy a running server into a folder, set up to follow it."""
    folder.mkdir()
    who: dict[str, Any] = {}
    if os.geteuid() == 0:
        os.chown(folder, 65534, 65534)
        who = {"user": 65534, "group": 65534, "extra_groups": []}
    program = first._binaries / "pg_basebackup"  # noqa: SLF001 - it lies beside the server's program
    ended = subprocess.run(  # noqa: S603 - the wheel's own program
        [program, "-h", first.folder, "-U", "elternlotse", "-D", folder / "data", "-R", "--checkpoint=fast", "--no-sync"],
        capture_output=True, check=False, cwd=folder, **who,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr.decode()
    return folder


async def _follows(first: Server) -> None:
    """Wait until somebody follows."""
    connection = await asyncpg.connect(first.url)
    try:
        while not await connection.fetchval("select count(*) from pg_stat_replication where state = 'streaming'"):  # noqa: ASYNC110 - it rings no bell
            await asyncio.sleep(0.05)
    finally:
        await connection.close()


async def _run(server: Server, *statements: str) -> None:
    await _run_at(server.url, *statements)


async def _run_at(address: str, *statements: str) -> None:
    connection = await asyncpg.connect(address)
    try:
        for statement in statements:
            with suppress(asyncpg.PostgresWarning):
                await connection.execute(statement)
    finally:
        await connection.close()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Measures what a replica costs.")
    parser.add_argument("--rounds", type=int, default=20)
    wish = parser.parse_args()
    print(", ".join(f"{name} {value}" for name, value in machine().items()))
    with tempfile.TemporaryDirectory(prefix="replica-") as folder:
        print(json.dumps(asyncio.run(measure(Path(folder), wish.rounds)), ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
