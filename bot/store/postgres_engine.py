"""PostgreSQL as the store uses it: a small pool, one transaction for each use case, contacts claimed by row locks.

Promises: what ``write`` has returned survives a power cut of the server; a transaction is whole or not there, also when
its caller is cancelled in the middle; work is begun anew only where it surely was not committed, and a COMMIT whose
answer was lost is never repeated, but raised. A server that was away is found again by the next call. Knows no table but
what the queries in ``sql/postgres`` name.

A claim is a transaction that stays open while cases are worked out: its locks on ``contact`` keep other programs away.
It is a courtesy, not a safeguard. A program that was frozen loses it (the server ends a session that idles in a
transaction), another takes the contacts over and commits; when the first wakes up, ``write_claimed`` finds the claim
broken, and ``commit`` locks the contacts once more and compares versions: what moved meanwhile it leaves alone.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Coroutine, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Any

import asyncpg

from bot.store.engine import Connection, T, Work
from bot.store.postgres_server import Server, insist_on_settings

PAUSES = (0.0, 0.2)
"""Seconds before work that surely was not committed is begun anew; at last its error is the caller's."""

CLOSING = 10.0
"""Seconds that a close waits for those who still use a connection."""

ROOM = 20.0
"""Seconds to wait for one of the pool's connections: where all hang for so long, the server is as good as away."""

LOST = (
    OSError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncpg.PostgresConnectionError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.CannotConnectNowError,
    asyncpg.IdleInTransactionSessionTimeoutError,
)
"""What asyncpg raises when a connection is gone, or none is to be had just now."""

COLLIDED = (asyncpg.DeadlockDetectedError, asyncpg.SerializationError, asyncpg.ForeignKeyViolationError)
"""The server has taken a transaction back: so that another could go on, or as what it hung on was erased meanwhile."""


SCRUB_TIMEOUT = 250
"""Milliseconds that writing the keys' table anew waits for those who use it: nobody can use it meanwhile."""

_ALL_GONE = re.compile(r"\b0 dead row versions cannot be removed yet")


class UnknownOutcomeError(Exception):
    """The answer to a COMMIT was lost: what was written may be there or not. Repeating it could write it twice."""


class PostgresEngine:
    """One open database (``engine.Engine``)."""

    def __init__(self, pool: "asyncpg.Pool[asyncpg.Record]", queries: Any) -> None:
        self.queries = queries
        self._pool = pool
        self._claim: Connection | None = None
        self._claiming = asyncio.Lock()
        self._running: set[asyncio.Task[Any]] = set()

    @staticmethod
    async def open(server: Server, queries: Any, most: int, settings: Mapping[str, str]) -> "PostgresEngine":
        """Open the pool: one connection now, up to so many later. Each is checked when it is made."""
        pool = await asyncpg.create_pool(
            server.url,
            **server.options(settings),
            min_size=1,
            max_size=max(most, 2),  # a claim keeps one, and those who work on it need another
            init=insist_on_settings,
            reset=_leave_as_it_is,
        )
        return PostgresEngine(pool, queries)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Connection]:
        """Return a connection to read from, outside any transaction."""
        async with self._pool.acquire(timeout=ROOM) as connection:
            yield connection

    async def write(self, work: Work[T]) -> T:
        """Do some work in one transaction and return its result when it is durable.

        A caller that is cancelled leaves the transaction to end by itself, whole.
        """
        return await self._shielded(self._write(work))

    async def write_claimed(self, work: Work[T]) -> T:
        """Do some work in the claim's own transaction where it still stands, otherwise as ``write``, and end the claim."""
        return await self._shielded(self._write_claimed(work))

    @asynccontextmanager
    async def claiming(self) -> AsyncIterator[Connection]:
        """Begin a transaction that stays open when the block ends well; what was claimed before is given up."""
        async with self._claiming:
            await self.release()
            connection = await self._pool.acquire(timeout=ROOM)
            try:
                await connection.execute("begin")
                yield connection
            except BaseException:
                await self._shielded(self._give_up(connection))
                raise
            self._claim = connection

    async def release(self) -> None:
        """Give the claim up, if there is one."""
        if (claim := self._take_claim()) is not None:
            await self._shielded(self._give_up(claim))

    async def scrub(self) -> bool:
        """Let the server write the table of keys anew, without those that were deleted: a plain VACUUM leaves their bytes.

        Nobody else may use the table for that moment, so it is given up at once where somebody does; and where a
        transaction that began before still could see them, they stay: then it is to be tried again.
        """
        said: list[str] = []
        async with self._pool.acquire(timeout=ROOM) as connection:
            connection.add_log_listener(listener := lambda _, message: said.append(str(message.detail)))
            try:
                await connection.execute(f"set lock_timeout = '{SCRUB_TIMEOUT}ms'")
                await connection.execute("vacuum (full, verbose) contact_key")
            except asyncpg.LockNotAvailableError:
                return False
            finally:
                connection.remove_log_listener(listener)
                await connection.execute("reset lock_timeout")
        return any(_ALL_GONE.search(each) for each in said)

    async def close(self) -> None:
        """Let running transactions end, and close."""
        try:
            async with asyncio.timeout(CLOSING):
                await asyncio.gather(*self._running, return_exceptions=True)
                await self.release()
                await self._pool.close()
        except TimeoutError:
            self._pool.terminate()

    # -- transactions

    async def _shielded(self, work: Coroutine[Any, Any, T]) -> T:
        """Let some work end also where nobody waits for it any more."""
        task = asyncio.ensure_future(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return await asyncio.shield(task)

    async def _write(self, work: Work[T]) -> T:
        """Do some work in a transaction of its own, anew where it surely was not committed."""
        for pause in PAUSES:
            try:
                return await self._write_once(work)
            except ValueError:  # the driver's word for a value that is none
                raise
            except (*COLLIDED, *LOST):
                await asyncio.sleep(pause)
        return await self._write_once(work)

    async def _write_once(self, work: Work[T]) -> T:
        async with self._pool.acquire(timeout=ROOM) as connection:
            await connection.execute("begin")
            return await _finished(connection, work)

    async def _write_claimed(self, work: Work[T]) -> T:
        """Do some work in the claim's transaction; where that broke, nothing of it was written."""
        if (claim := self._take_claim()) is not None:
            try:
                return await _finished(claim, work)
            except (*COLLIDED, *LOST):
                pass
            finally:
                await self._give_up(claim)
        return await self._write(work)

    def _take_claim(self) -> Connection | None:
        claim, self._claim = self._claim, None
        return claim

    async def _give_up(self, connection: Connection) -> None:
        """End what is open on a connection, and give it back to the pool."""
        with suppress(*LOST):
            await _roll_back(connection)
        with suppress(*LOST):
            await self._pool.release(connection)


async def _finished(connection: Connection, work: Work[T]) -> T:
    """Do some work in the transaction that is open, and commit it."""
    try:
        result = await work(connection)
    except BaseException:
        with suppress(*LOST):
            await _roll_back(connection)
        raise
    await _commit(connection)
    return result


async def _commit(connection: Connection) -> None:
    """Commit; UnknownOutcomeError where the answer was lost."""
    if connection.is_closed():
        raise asyncpg.ConnectionDoesNotExistError("the connection was lost before the commit")
    try:
        await connection.execute("commit")
    except COLLIDED:
        raise
    except LOST as error:
        raise UnknownOutcomeError(type(error).__name__) from error


async def _roll_back(connection: Connection) -> None:
    if connection.is_in_transaction():
        await connection.execute("rollback")


async def _leave_as_it_is(_connection: Connection) -> None:
    """Give a connection back as it is: nothing here sets anything, and asking the server to forget it takes a while."""
