"""A server that kills itself, or stands still, at a named point, and can be made to break the promises under trial.

    CONFIG MOUTH LOG [NAME=VALUE…] -- --die commit:inside:3 [--plant split-commit]

It is the product's own composition root; the product knows nothing of it. One nursery forks victim after victim, a line
like this each, so that their imports are done once. A point is a verb of the store, a moment, and which time it is
reached; without one the victim lives until it is killed. Moments: ``before`` the verb, ``begun`` (the transaction has
begun, nothing is written), ``statement`` (before any statement of the verb), ``inside`` (all is written, not yet
committed), ``after`` (committed, nobody knows it yet; of ``take``: claimed, not yet computed). ``open`` is the opening
of the store with its migrations, statement by statement. With ``split-commit`` there is also ``between`` the two
transactions. ``--freeze`` names a point at which it stands still (SIGSTOP) until somebody lets it go on. ``--lose``
names one (moment ``written``) at which the answer to a COMMIT is lost: the caller is told of an error.

Planted faults: see ``plants.py``.
"""

import argparse
import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager, suppress
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, TypeVar, cast

import aiosqlite
import asyncpg
import uvloop
from load.plants import PLANTS

from bot.app import serve
from bot.config import read_file
from bot.services import clock
from bot.services.logs import configure
from bot.store import postgres, postgres_server, sqlite_engine
from bot.work import post

T = TypeVar("T")

VERBS = ("receive", "take", "commit", "due", "record", "hold")
"""The verbs that have points."""
TAKING = {"take", "due"}
"""Of these only those that found something."""

_verb: ContextVar[str] = ContextVar("verb", default="")


class LostAnswerError(Exception):
    """The answer to a COMMIT was lost on its way; what was written is there."""


def lose() -> None:
    """Lose the answer."""
    raise LostAnswerError


class Point:
    """Counts how often it is reached, and does something when it is time."""

    def __init__(self, where: str, does: Callable[[], None]) -> None:
        self._point, _, times = where.rpartition(":")
        self._does = does
        self._left = int(times or 0)

    def reach(self, verb: str, moment: str) -> None:
        """Say that a point is reached."""
        if f"{verb}:{moment}" == self._point:
            self._left -= 1
            if self._left == 0:
                self._does()


class Fate:
    """What is to happen to this process, and where."""

    def __init__(self, *points: Point) -> None:
        self.opening = True
        self._points = points

    def reach(self, moment: str, verb: str = "") -> None:
        """Say that a moment of the verb under way is reached."""
        for point in self._points:
            point.reach(verb or _verb.get(), moment)

    def rule(self, store: Any) -> None:
        """Let every verb of a store, and every transaction of its engine, reach its moments."""
        for verb in VERBS:
            setattr(store, verb, self._mortal(verb, getattr(store, verb)))
        engine = store._engine
        engine.write, engine.write_claimed = self._moments(engine.write), self._moments(engine.write_claimed)
        store._queries = Watched(store._queries, self.reach)

    def _mortal(self, verb: str, work: Callable[..., Awaitable[T]]) -> Callable[..., Awaitable[T]]:
        async def mortal(*parameters: object) -> T:
            token = _verb.set(verb)
            try:
                self.reach("before")
                result = await work(*parameters)
                if result or verb not in TAKING:
                    self.reach("after")
                return result
            finally:
                _verb.reset(token)

        return mortal

    def _moments(self, write: Callable[..., Awaitable[T]]) -> Callable[..., Awaitable[T]]:
        async def watched(work: Callable[[Any], Awaitable[T]]) -> T:
            async def inside(connection: Any) -> T:
                self.reach("begun")
                result = await work(connection)
                self.reach("inside")
                return result

            result = await write(inside)
            self.reach("written")
            return result

        return watched


class Watched:
    """A store's queries: each says that it is about to run."""

    def __init__(self, queries: Any, reach: Callable[[str], None]) -> None:
        self._queries = queries
        self._reach = reach

    def __getattr__(self, name: str) -> Any:
        query = getattr(self._queries, name)

        def watched(*words: object, **parameters: object) -> object:
            self._reach("statement")
            return query(*words, **parameters)

        return watched


def watch_opening(fate: Fate) -> None:
    """Let every statement that goes to a database while it is being opened reach its moment."""
    for kind, names in (
        (aiosqlite.Connection, ("execute_fetchall", "executemany")),
        (asyncpg.Connection, ("execute", "fetch", "fetchrow", "fetchval")),
    ):
        for name in names:
            setattr(kind, name, _saying(getattr(kind, name), fate))


def _saying(method: Callable[..., Any], fate: Fate) -> Callable[..., Any]:
    def saying(*words: Any, **named: Any) -> Any:
        if fate.opening:
            fate.reach("statement", "open")
        return method(*words, **named)

    return saying


def main() -> None:
    """Be a nursery: for each line fork a victim, and say its id. Whoever wanted it hears when it is dead."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for line in sys.stdin:
        config, mouth, log, *rest = line.split()
        ends = [os.open(os.devnull, os.O_RDONLY), os.open(mouth, os.O_WRONLY), _end_of(log)]
        if victim := os.fork():
            say(str(victim))
            for end in ends:  # the victim's alone from now on: its death is heard, however early it comes
                os.close(end)
        else:
            for number, end in enumerate(ends):
                os.dup2(end, number)
                os.close(end)
            be_born(Path(config), rest)
            os._exit(0)


def _end_of(file: str) -> int:
    """Open a file to write more into it."""
    return os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT)


def be_born(config: Path, words: Sequence[str]) -> None:
    """Take one's own environment, and live."""
    named = words.index("--")
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.environ.update(dict(setting.split("=", 1) for setting in words[:named]))
    live(config, words[named + 1 :])


def live(path: Path, words: Sequence[str]) -> None:
    """Serve until death."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--die", default="")
    parser.add_argument("--freeze", default="")
    parser.add_argument("--lose", action="append", default=[])
    parser.add_argument("--plant", default="", choices=["", *PLANTS])
    parser.add_argument("--migrations", type=Path, help="a folder in place of the product's own migrations")
    parser.add_argument("--name", default="victim", help="what it is called on its posts")
    parser.add_argument("--only", default="all", help="the part of the house that it is")
    parser.add_argument("--clock", type=Path, help="a file with the seconds by which its clock is wrong")
    parser.add_argument("--busy", type=int, default=0, help="milliseconds that SQLite waits for its lock")
    parser.add_argument(
        "--idle", type=int, default=0, help="milliseconds that PostgreSQL leaves a claim with its worker"
    )
    parser.add_argument("--lease", type=float, default=0.0, help="seconds that a post stays with who says nothing")
    wish = parser.parse_args(words)
    points = [Point(wish.die, partial(os.kill, os.getpid(), signal.SIGKILL))]
    points += [Point(wish.freeze, partial(os.kill, os.getpid(), signal.SIGSTOP))]
    fate = Fate(*points, *(Point(where, lose) for where in wish.lose))
    opened = serve.opened

    @asynccontextmanager
    async def mortal(*parameters: Any) -> Any:
        """Open the house's base, and let fate rule its store."""
        async with opened(*parameters) as base:
            fate.opening = False
            base.store._holder = f"{wish.name}/{os.getpid()}"
            if wish.plant:
                PLANTS[wish.plant](base.store, fate.reach)
            fate.rule(base.store)
            yield base

    setattr(serve, "opened", mortal)  # noqa: B010 - the composition root is made to open a victim
    if wish.die.startswith("open:"):
        watch_opening(fate)
    if wish.busy:
        hurry_sqlite(wish.busy)
    if wish.migrations is not None:
        setattr(postgres, "MIGRATIONS", wish.migrations)  # noqa: B010 - the program of a later release
    if wish.idle:
        cast("dict[str, str]", postgres_server.SETTINGS)["idle_in_transaction_session_timeout"] = f"{wish.idle}ms"
    if wish.lease:
        hurry_posts(wish.lease)
    if wish.clock is not None:
        setattr(clock, "now", partial(wrong, wish.clock))  # noqa: B010 - the house is handed this one
    configure("error")
    config, part = read_file(path, os.environ), wish.only
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_until_stopped(serve.serve(config, say, _open, part=part)))


async def _until_stopped(house: Coroutine[Any, Any, None]) -> None:
    """Run until SIGTERM, as the product's command does."""
    task = asyncio.ensure_future(house)
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    with suppress(asyncio.CancelledError):
        await task


def _open(port: int) -> None:
    say(f"http://localhost:{port}/chat")


def wrong(offset: Path) -> datetime:
    """Return what a clock shows that is wrong by so much."""
    return datetime.now(UTC) + timedelta(seconds=float(offset.read_text("ascii")))


def hurry_sqlite(milliseconds: int) -> None:
    """Let SQLite wait less for its lock."""
    setattr(sqlite_engine, "BUSY_TIMEOUT", milliseconds)  # noqa: B010 - of this process alone
    for name in ("WRITER_PRAGMAS", "READER_PRAGMAS"):
        pragmas = {each[0]: each for each in getattr(sqlite_engine, name)}
        pragmas["busy_timeout"] = ("busy_timeout", str(milliseconds), milliseconds)
        setattr(sqlite_engine, name, tuple(pragmas.values()))


def hurry_posts(seconds: float) -> None:
    """Let posts change hands sooner."""
    post.LEASE, post.RENEW, post.LOOK = timedelta(seconds=seconds), seconds / 4, seconds / 8


def say(line: str) -> None:
    """Tell the harness, a whole line at once."""
    os.write(1, f"{line}\n".encode())


if __name__ == "__main__":
    main()
