"""``make torture``: every trial at full length, on both engines, and what was seen written into the page about it.

    PYTHONPATH=tests python -m load.torture [TRIAL…]

``KILLS`` is how often processes are killed in all (360 unless given), ``SEED`` takes a run again. Given names of trials
(``kill company frozen outage full clock upgrade planted``) it runs those alone, and writes nothing. It ends with 1 where
anything was lost, and says what.
"""

import asyncio
import os
import random
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import ExitStack, asynccontextmanager
from datetime import date
from pathlib import Path

from fakes.postgres import postgres_server
from load.campaign import Plan, Report, campaign
from load.clocks import Jumps, datefudge, fudged, jumps
from load.company import Company, Turns, company
from load.databases import Databases
from load.figures import Row, machine, write
from load.frozen import Frozen, frozen
from load.migrating import Upgrades, upgrade_of_older, upgrade_to_next
from load.older import OLDER
from load.outage import Outages, Trouble, lost_answers, outages
from load.scene import Cast, scene
from load.troubles import filled, killed, limited, locked, refusing, small_disk

KILLS = int(os.environ.get("KILLS", "360"))
SEED = int(os.environ.get("SEED", "0")) or random.SystemRandom().randrange(1, 1_000_000)
SQLITE, POSTGRES = "SQLite", "PostgreSQL"
LOCKED = 30.0
"""Seconds for which another program holds SQLite's lock."""
RESTARTS = 12
"""How often PostgreSQL is killed."""
SMALL = 48, 224
"""Megabytes of the small disks: for SQLite, for PostgreSQL."""
FEW = Cast(SEED, 4, 2)
ROOM = tempfile.TemporaryDirectory(prefix="lotse-torture-", ignore_cleanup_errors=True)
"""Where all folders are made."""

Trial = AsyncIterator[Row]


def say(words: str) -> None:
    """Tell whoever waits."""
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


def folder() -> Path:
    """Return an empty folder."""
    return Path(tempfile.mkdtemp(dir=ROOM.name))


# -- the trials


async def kill(databases: Databases) -> Trial:
    """Kill one process that is the whole house."""
    for engine in (SQLITE, POSTGRES):
        many = KILLS * 4 // 9
        say(f"{engine}: {many} kills at named points and random moments …")
        report = await campaign(folder(), Plan(SEED, many, tell=say), await databases.new(engine))
        yield _killed(report, engine)


async def several(databases: Databases) -> Trial:
    """Kill the members of a house of several processes."""
    many = KILLS - 2 * (KILLS * 4 // 9)
    say(f"several processes: {many} kills …")
    yield _company(await company(folder(), Turns(SEED, many, tell=say), await databases.new(POSTGRES)))


async def stand_still(databases: Databases) -> Trial:
    """Let members stand still for longer than their leases, as these are in the product."""
    for where in ("take:after:3", "due:after:3", "record:before:3"):
        say(f"a process that stands still at {where} …")
        yield _frozen(await frozen(folder(), await databases.new(POSTGRES), SEED, where))


async def outage(databases: Databases) -> Trial:
    """Take the store away: locked, killed; and lose the answers of commits."""
    say(f"SQLite locked for {LOCKED:.0f} seconds …")
    yield await _outage("locked by another program", "", locked, times=1, seconds=LOCKED)
    say(f"PostgreSQL killed {RESTARTS} times …")
    with postgres_server() as postgres:
        yield await _outage("the server killed (SIGKILL)", postgres.url, killed(postgres), times=RESTARTS, seconds=0.5)
    for engine in (SQLITE, POSTGRES):
        say(f"{engine}: answers to commits are lost …")
        async with scene(folder(), FEW, await databases.new(engine)) as played:
            row = Row("answers to COMMIT lost", engine, "5 of four verbs", findings=await lost_answers(played))
            row.acknowledged = played.acknowledged
            yield row


async def full(databases: Databases) -> Trial:
    """Fill the disk, a small one where this user may mount one; else limit the files, or inject the server's error."""
    say("full disks …")
    with ExitStack() as stack:
        place = folder()
        if stack.enter_context(small_disk(place / "data", SMALL[0])):
            full_disk = filled(place / "data")
            yield await _outage("disk full (tmpfs)", "", full_disk, times=3, seconds=1.0, place=place)
    yield await _outage("disk full (RLIMIT_FSIZE)", "", limited, times=3, seconds=1.0)
    with ExitStack() as stack:
        place = folder()
        place.chmod(0o755)
        if stack.enter_context(small_disk(place / "server", SMALL[1])):
            postgres = stack.enter_context(postgres_server(place / "server"))
            full_disk = filled(place / "server")
            yield await _outage("disk full (tmpfs)", postgres.url, full_disk, times=3, seconds=1.0)
    database = await databases.new(POSTGRES)
    yield await _outage("disk full (error 53100 injected)", database, refusing, times=3, seconds=1.0)


async def clock(databases: Databases) -> Trial:
    """Let clocks jump."""
    for engine in (SQLITE, POSTGRES):
        say(f"{engine}: the clock jumps …")
        yield _jumped(await jumps(folder(), SEED, await databases.new(engine)), engine, "the clock jumps while it runs")
    library = datefudge()
    if library is None:
        say("not tried: the command on a machine whose clock is wrong (apt-get install datefudge)")
        return
    say("SQLite: the command on a machine whose clock is wrong …")
    yield _jumped(await fudged(folder(), SEED, library), SQLITE, "killed, and started with a wrong clock (datefudge)")


async def upgrade(databases: Databases) -> Trial:
    """Kill upgrades."""
    for left in sorted(OLDER.glob("*.sql")):
        say(f"the file of an earlier release ({left.stem}) is opened …")
        yield _upgraded(await upgrade_of_older(folder(), left), SQLITE, f"a file of release {left.stem} opened")
    say("PostgreSQL: the first and the next step of the schema …")
    seen = await upgrade_to_next(folder(), SEED, await databases.new(POSTGRES))
    yield _upgraded(seen, POSTGRES, "the first and the next step of the schema")


async def planted(databases: Databases) -> Trial:
    """Plant faults: each has to be found."""
    say("planted faults …")
    for engine in (SQLITE, POSTGRES):
        for fault, point, kind in (
            ("acknowledge-early", "receive:inside", "lost"),
            ("split-commit", "commit:between", "twice"),
        ):
            plan = Plan(SEED, 6, [point], pages=6, chats=0, plant=fault)
            row = _killed(await campaign(folder(), plan, await databases.new(engine)), engine)
            row.trial, row.planted = f"planted: {fault}", kind
            yield row
    for fault, part, turns in (("claim-freely", "worker", 0), ("no-post", "sender", 6)):
        plants = dict.fromkeys((f"{part}-1", f"{part}-2"), fault)
        wish = Turns(SEED, turns, chats=6, plants=plants, killed=(f"{part}-2",))
        row = _company(await company(folder(), wish, await databases.new(POSTGRES)))
        row.trial, row.planted = f"planted: {fault}", "twice"
        yield row


TRIALS: Mapping[str, Callable[[Databases], Trial]] = {
    "kill": kill,
    "company": several,
    "frozen": stand_still,
    "outage": outage,
    "full": full,
    "clock": clock,
    "upgrade": upgrade,
    "planted": planted,
}


# -- what they came to, as lines of the table


def _killed(report: Report, engine: str) -> Row:
    tally, stops, starts = report.tally, max(report.stops), sorted(report.restarts)
    changed = ["error: repeating everything changed something"] if report.changed_by_repeating else []
    return Row(
        "one process killed",
        engine,
        f"{len(report.kills)} kills",
        tally.acknowledged,
        f"{tally.sends:,}",
        f"{tally.sent_again}; {report.in_flight}",
        f"start of the command {starts[len(starts) // 2]:.2f} (median), {starts[-1]:.2f}; SIGTERM {stops:.2f};"
        f" in all {report.seconds:.0f}",
        [*report.findings, *changed],
    )


def _company(seen: Company) -> Row:
    tally = seen.tally
    return Row(
        "1 web, 2 workers, 2 senders, killed in turn",
        POSTGRES,
        f"{len(seen.kills)} kills",
        tally.acknowledged,
        f"{tally.sends:,}",
        f"{tally.sent_again}; {seen.in_flight}",
        f"SIGTERM {max(seen.stops):.2f}; in all {seen.seconds:.0f}",
        seen.findings,
    )


def _frozen(seen: Frozen) -> Row:
    verb = {"take": "a worker with its claim", "due": "a sender before it sends", "record": "a sender that has sent"}
    again = f"{seen.tally.sent_again}; {seen.in_flight}, {seen.counted} in the figures"
    return Row(
        f"{verb[seen.where.partition(':')[0]]} stands still (SIGSTOP), is replaced, goes on",
        POSTGRES,
        "once",
        seen.tally.acknowledged,
        f"{seen.tally.sends:,}",
        again,
        f"replaced after {seen.replaced:.1f}",
        seen.findings,
    )


async def _outage(
    name: str, database: str, trouble: Trouble, *, times: int, seconds: float, place: Path | None = None
) -> Row:
    async with scene(place or folder(), FEW, database) as played:
        seen = await outages(played, trouble, times=times, seconds=seconds)
    return _away(seen, name, POSTGRES if database else SQLITE)


def _away(seen: Outages, name: str, engine: str) -> Row:
    died = ["error: the process died"] if seen.died else []
    return Row(
        name,
        engine,
        f"{len(seen.away)} × {max(seen.away):.1f} s, {seen.refused} posts refused (503)",
        seen.acknowledged,
        seconds=f"accepted again after {max(seen.accepted):.2f}, caught up after {max(seen.caught_up):.2f}",
        findings=[*seen.findings, *died],
    )


def _jumped(seen: Jumps, engine: str, name: str) -> Row:
    wrong = [] if seen.reminders == 1 else [f"error: reminded {seen.reminders} times"]
    return Row(
        name,
        engine,
        f"{len(seen.sent)} jumps (−400 d, +1 d, back), reminded {seen.reminders} time",
        seen.acts,
        seconds=f"acknowledged again after {max(seen.acknowledged):.2f}, sent after {max(seen.sent):.2f}",
        findings=[*seen.findings, *wrong],
    )


def _upgraded(seen: Upgrades, engine: str, name: str) -> Row:
    torn = ["error: neither as before nor as afterwards"] * seen.torn
    return Row(name, engine, f"killed {seen.deaths} times", findings=[*seen.findings, *torn])


# -- all of it


async def run(names: list[str]) -> int:
    """Run trials, tell what they came to, and keep it where all were run; return the exit code."""
    began, rows = time.monotonic(), list[Row]()
    say(f"SEED={SEED}, KILLS={KILLS}. Each trial says what it came to; a line begins with ! where anything is wrong.")
    async with _databases() as databases:
        for name in names or TRIALS:
            async for row in _told(name, databases):
                rows.append(row)
                say(f"{'  ' if row.is_as_it_should else '! '}{time.monotonic() - began:4.0f} s  {row}")
                if not row.is_as_it_should:
                    say("\n".join(row.findings[:40]) or "what was planted was not found")
    wrong = sum(not row.is_as_it_should for row in rows)
    minutes = (time.monotonic() - began) / 60
    if not names and not wrong:
        write(rows, f"Written by `make torture` on {date.today()}, {machine()}, seed {SEED}, {minutes:.0f} minutes.")  # noqa: DTZ011 - a date for people
    say(f"{len(rows)} trials in {minutes:.1f} minutes, {wrong} of them with findings.")
    return int(wrong > 0)


async def _told(name: str, databases: Databases) -> Trial:
    """Run the trials of one name; one that breaks off is a finding, and the others go on."""
    try:
        async for row in TRIALS[name](databases):
            yield row
    except Exception as error:  # noqa: BLE001 - whatever it was, it is told
        yield Row(name, "", "broke off", findings=[f"error: {line}" for line in traceback.format_exception(error)])


@asynccontextmanager
async def _databases() -> AsyncIterator[Databases]:
    with postgres_server() as server:
        yield Databases(server)


async def until_stopped(names: list[str]) -> int:
    """Run trials; asked to end (SIGTERM), leave nothing behind, no process and no disk."""
    task = asyncio.ensure_future(run(names))
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    return await task


if __name__ == "__main__":
    with ROOM:
        sys.exit(asyncio.run(until_stopped(sys.argv[1:])))
