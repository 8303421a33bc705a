"""Bells between the programs of one PostgreSQL database: whoever rings in one wakes who waits in another.

Promises: ``ring`` never waits and never fails; who listens here is woken at once, and elsewhere as soon as the database
has passed it on; rings while one is under way are one; what this program rang itself does not come back to it; after the
connection was lost everybody is woken once, since a ring may have been missed. That costs a look, never a message: all
who listen look again by themselves after some seconds.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import suppress
from typing import Any, Self

import asyncpg
import structlog

from bot.services.wake import Bells

CHANNEL = "elternlotse"

LONGEST = 7_900
"""So many bytes of bells fit into one note; PostgreSQL takes fewer than 8,000."""

MOST = 10_000
"""So many bells wait for a connection; those beyond are not passed on."""

QUIET = 30.0
"""Seconds without a ring after which the connection is tried: a network that went away says nothing."""

PAUSE = 0.1
"""Seconds before a lost connection is made anew, twice as long each time in a row."""

LONGEST_PAUSE = 5.0

GOODBYE = 1.0
"""Seconds at the end in which what was rung last is still passed on."""

Connection = Any
"""A connection of asyncpg."""

Connect = Callable[[], Awaitable[Connection]]

LOST = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)

log = structlog.get_logger()


class PostgresBells(Bells):
    """The bells of all programs that have the same database open (``ports.Wake``), as long as they are entered.

    ``connect`` makes a connection that is theirs alone.
    """

    def __init__(self, connect: Connect) -> None:
        super().__init__()
        self._connect = connect
        self._untold: dict[str, None] = {}
        self._rung = asyncio.Event()
        self._connection: Connection = None
        self._running: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._connection = await self._connected()
        self._running = asyncio.create_task(self._run())
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._running is not None:
            self._running.cancel()
            await asyncio.wait([self._running])
        if self._connection is not None:
            await self._tell_the_rest()
            self._connection.terminate()

    def ring(self, *bells: str) -> None:
        """Wake everybody who listens to one of these bells, here and elsewhere."""
        super().ring(*bells)
        self._keep(bells)

    async def _run(self) -> None:
        """Pass bells on until cancelled, on one connection after the other."""
        while True:
            try:
                await self._pass_on(self._connection)
            except LOST as error:
                log.warning("bells.lost", error=type(error).__name__)
            self._connection.terminate()
            self._connection = await self._connected_again()
            self.reconnections += 1
            super().ring(*self._listeners)

    async def _connected_again(self) -> Connection:
        pause = PAUSE
        while True:
            await asyncio.sleep(pause)
            try:
                return await self._connected()
            except LOST:
                pause = min(2 * pause, LONGEST_PAUSE)

    async def _connected(self) -> Connection:
        """Return a connection on which we hear what others ring."""
        connection = await self._connect()
        try:
            connection.add_termination_listener(self._end)
            await connection.add_listener(CHANNEL, self._hear)
        except BaseException:
            connection.terminate()
            raise
        return connection

    async def _pass_on(self, connection: Connection) -> None:
        """Tell the others what is rung here until the connection is lost; then raise why."""
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(QUIET):
                    await self._rung.wait()
            self._rung.clear()
            await self._tell(connection)

    async def _tell(self, connection: Connection) -> None:
        bells, self._untold = self._untold, {}
        notes = _notes(bells)
        try:
            while notes:
                await connection.execute("select pg_notify($1, $2)", CHANNEL, notes[0])
                notes.pop(0)
        except BaseException:
            self._keep(bell for note in notes for bell in note.split("\n") if bell)
            raise

    async def _tell_the_rest(self) -> None:
        """Pass on what was rung just before the end: a command rings and is over at once."""
        if self._untold:
            with suppress(*LOST):
                async with asyncio.timeout(GOODBYE):
                    await self._tell(self._connection)

    def _keep(self, bells: Iterable[str]) -> None:
        """Keep bells until there is a connection that tells the others."""
        for bell in bells:
            if len(self._untold) < MOST:
                self._untold[bell] = None
        self._rung.set()

    def _hear(self, connection: Connection, sender: int, _channel: str, note: object) -> None:
        """Ring here what was rung elsewhere."""
        if sender != connection.get_server_pid():
            super().ring(*filter(None, str(note).split("\n")))

    def _end(self, _connection: Connection) -> None:
        """Let ``_pass_on`` find out that the connection is gone."""
        self._rung.set()


def _notes(bells: Iterable[str]) -> list[str]:
    """Put bells into as few notes as hold them; one without any where none rang, which tries the connection."""
    return ["\n".join(share) for share in _shares(bells)] or [""]


def _shares(bells: Iterable[str]) -> Iterator[list[str]]:
    share: list[str] = []
    size = 0
    for bell in bells:
        length = len(bell.encode()) + 1
        if share and size + length > LONGEST:
            yield share
            share, size = [], 0
        share.append(bell)
        size += length
    if share:
        yield share
