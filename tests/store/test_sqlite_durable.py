"""SQLite as we use it: durable or refused, whole or not at all, whoever is cancelled and whatever fails."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import aiosqlite
import pytest
from store_kit import (
    NOON,
    TELEGRAM,
    after,
    asked,
    case_of,
    colleague,
    done,
    fragment,
    heard,
    master,
    open_sqlite,
    outgoing,
    person,
    question,
    received,
)

from bot.desk.ticket import TicketEvent
from bot.flow.session import Session
from bot.model import Gone, Received, Retry, Sent
from bot.ports import AdviserChange, Record, StoredRevision, ThreadLine, TicketChange
from bot.source.errors import OperatorError
from bot.store.sqlite import SqliteStore
from bot.store.sqlite_engine import READER_PRAGMAS, WRITER_PRAGMAS, read_pragma


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    """An empty store."""
    opened = await open_sqlite(tmp_path)
    yield opened
    await opened.close()


def contents(store_file: Path) -> list[str]:
    """Return everything that is committed, as another program sees it."""
    connection = sqlite3.connect(store_file)
    try:
        return list(connection.iterdump())
    finally:
        connection.close()


# -- D05: what SQLite keeps is what was set


@pytest.mark.parametrize("name", sorted({name for name, _, _ in WRITER_PRAGMAS + READER_PRAGMAS}))
async def test_d05_a_setting_that_did_not_hold_is_refused(tmp_path: Path, name: str) -> None:
    """D05: whichever setting reads back otherwise, the store does not open, and the message names it."""

    async def lying(connection: aiosqlite.Connection, asked_for: str) -> object:
        return 1_000 if asked_for == name else await read_pragma(connection, asked_for)

    with pytest.raises(OperatorError, match=f"(?s)mit {name} auf 1000, Elternlotse braucht .*Hilfe: "):
        await SqliteStore.open(tmp_path / "data.sqlite", master(), lambda: NOON, read=lying)


async def test_d05_d06_every_setting_is_read_back_from_sqlite(store: SqliteStore) -> None:
    """D05, D06: on the open store the writer is durable and checks its references, and the reader cannot write."""
    writer, reader = store._engine._writer, store._engine._reader
    assert {name: await read_pragma(writer, name) for name in ("synchronous", "journal_mode", "foreign_keys")} == {
        "synchronous": 2,
        "journal_mode": "wal",
        "foreign_keys": 1,
    }
    assert (await read_pragma(writer, "secure_delete"), await read_pragma(writer, "busy_timeout")) == (1, 5000)
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        await reader.execute("delete from contact")


async def test_d05_a_database_that_cannot_be_durable_is_refused(tmp_path: Path) -> None:
    """D05: SQLite itself refuses to keep a log for what is not a file; then nothing starts."""
    (tmp_path / "data.sqlite").symlink_to("/dev/null")
    with pytest.raises(OperatorError):
        await open_sqlite(tmp_path)


# -- D12: a writing transaction takes its lock at once


async def test_d12_no_transaction_starts_deferred(store: SqliteStore) -> None:
    """D12: through every writing method each BEGIN is BEGIN IMMEDIATE, and nothing is written outside of one."""
    said: list[str] = []
    for connection in (store._engine._writer, store._engine._reader):
        await connection.set_trace_callback(said.append)
    for work in writing(store):
        await work()
    begins = [each for each in said if each.lower().startswith("begin")]
    assert set(begins) == {"BEGIN IMMEDIATE"}
    inside, stray = 0, []
    for each in (statement.lower().lstrip() for statement in said):
        inside += each.startswith("begin") - each.startswith(("commit", "rollback"))
        if not inside and each.startswith(("insert", "update", "delete")):
            stray.append(each)
    assert stray == []
    assert len(begins) >= 15


def writing(store: SqliteStore) -> list[Callable[[], Awaitable[object]]]:  # noqa: C901 - a day has many steps
    """Return a whole day as steps: every method that writes, with everything it can write."""

    async def receive() -> None:
        await store.receive([received("m1"), received("t1", "omar", account=TELEGRAM), received("junk", None)])

    async def commit() -> None:
        await store.take(64)
        lina, omar = await store.take(64)
        await store.commit(
            [
                replace(
                    done(lina, outgoing("a"), outgoing("b", head=True), session=Session(wakes_at=NOON)),
                    new_ticket=question("Frage", "Noch eine"),
                    rating="good",
                    failed=((lina.unread[0].id, "KeyError"),),
                ),
                done(omar, outgoing("x"), outgoing("y"), outgoing("z")),
            ],
            NOON,
        )

    async def expire() -> None:
        await store.expire(after(minutes=1))

    async def go_on() -> None:
        case = await case_of(store)
        assert case.ticket is not None
        ticket = replace(case.ticket, version=case.ticket.version + 1)
        change = TicketChange(ticket, (TicketEvent("parent_wrote", NOON),), ("Mehr",))
        await store.commit([replace(done(case), change=change)], NOON)

    async def send() -> None:
        for outcome in (Retry(1), Sent("1")):
            (item,) = await store.due(TELEGRAM, NOON, 9)
            await store.record([Record(item.id, outcome, NOON, NOON)])
        await store.due(TELEGRAM, NOON, 9)
        await store.recover(TELEGRAM)

    async def lose() -> None:
        (item,) = await store.due(TELEGRAM, NOON, 9)
        await store.record([Record(item.id, Gone("blocked"), NOON)])
        await store.receive([received("t2", "omar", account=TELEGRAM)])

    async def see() -> None:
        contact = await store.contact_of(received("m1").account, "lina")
        assert contact is not None
        await store.seen(contact, ["a"], NOON)

    async def answer() -> None:
        kim = await colleague(store)
        (thread,) = await store.open_tickets()
        ticket = replace(thread.ticket, state="waiting", adviser=kim.id, version=thread.ticket.version + 1)
        line = ThreadLine("adviser", "Antwort", NOON, kim.id)
        events = (TicketEvent("answered", NOON, kim.id),)
        assert await store.change(AdviserChange(ticket, events, line, (fragment(f"answer{ticket.version}", None),)))

    async def people() -> None:
        made = await store.invite(person("Zoe"), b"l" * 32, after(hours=72), NOON)
        assert await store.accept(b"l" * 32, b"s" * 32, NOON, after(hours=12))
        assert await store.login(b"s" * 32, after(minutes=2))
        await store.update_adviser(replace(person("Zoe"), id=made, disabled_at=NOON))
        await store.logout(b"s" * 32)

    async def publish() -> None:
        await store.publish(StoredRevision("r1", {"a.yaml": b"x"}, "Kim", NOON))

    return [receive, commit, expire, go_on, send, lose, see, answer, people, publish]


# -- D08: whichever statement fails, nothing is half written


class Faulty:
    """Lets the n-th statement of the writer fail, and if wanted the rollback after it, and the others through."""

    def __init__(self, connection: aiosqlite.Connection) -> None:
        self.left = 0
        self.then = ""
        self.fired = False
        self._real = connection.execute_fetchall, connection.executemany
        connection.execute_fetchall = self._execute  # type: ignore[method-assign]
        connection.executemany = self._execute_many  # type: ignore[method-assign]

    def arm(self, number: int, then: str = "") -> None:
        """Let the n-th statement from now on fail; ``then`` names one that fails right after it."""
        self.left, self.fired, self.then = number, False, then

    async def _execute(self, *what: object) -> object:
        self._count(str(what[0]))
        return await self._real[0](*what)

    async def _execute_many(self, *what: object) -> object:
        self._count(str(what[0]))
        return await self._real[1](*what)

    def _count(self, statement: str) -> None:
        self.left -= 1
        if self.left == 0 or (self.left == -1 and statement == self.then):
            self.fired = True
            raise sqlite3.OperationalError("database or disk is full")


async def test_d07_d08_a_failed_statement_leaves_nothing_half_written(store: SqliteStore, tmp_path: Path) -> None:
    """D07, D08: whichever statement fails, BEGIN and COMMIT too, all is as before, and the same again succeeds."""
    case = await asked(store, "Frage")
    kim = await colleague(store)
    assert case.ticket is not None
    ticket = replace(case.ticket, version=2)
    steps: dict[str, Callable[[], Awaitable[object]]] = {
        "receive": lambda: store.receive([received("n1", "omar"), received("n2", "chi"), received("n3", None)]),
        "commit": lambda: store.commit([full(case, ticket.version)], NOON),
        "change": lambda: store.change(full_change(replace(ticket, version=3), kim.id)),
        "expire": lambda: store.expire(after(days=1)),
        "accept": lambda: store.accept(b"l" * 32, b"s" * 32, NOON, after(hours=12)),
        "publish": lambda: store.publish(StoredRevision("r1", {"a.yaml": b"x"}, "Kim", NOON)),
    }
    await store.invite(kim, b"l" * 32, after(hours=72), NOON)
    faulty, faults = Faulty(store._engine._writer), 0
    for step in steps.values():
        number = 1
        while True:
            before = contents(tmp_path / "data.sqlite")
            faulty.arm(number)
            if not await fails(step):
                break
            assert contents(tmp_path / "data.sqlite") == before
            number += 1
        assert not faulty.fired
        assert contents(tmp_path / "data.sqlite") != before
        faults += number - 1
    assert faults > 30


async def test_d08_a_rollback_that_fails_too_is_made_up_for(store: SqliteStore) -> None:
    """D08: where not even the rollback went through, the next write ends what was left open and succeeds."""
    Faulty(store._engine._writer).arm(3, "ROLLBACK")
    with pytest.raises(sqlite3.OperationalError):
        await store.receive([received("m1")])
    await store.receive([received("m2", "omar")])
    assert [case.unread[0].fragment.external_id for case in await store.take(64)] == ["m2"]


async def fails(step: Callable[[], Awaitable[object]]) -> bool:
    """Tell whether a step fails."""
    try:
        await step()
    except sqlite3.OperationalError:
        return True
    return False


def full(case, version):
    """Return a case that writes to every table that commit knows."""
    ticket = replace(case.ticket, version=version)
    change = TicketChange(ticket, (TicketEvent("parent_wrote", NOON),), ("Mehr",))
    session = Session(wakes_at=after(hours=1))
    said = (outgoing("a"), outgoing("b", head=True))
    return replace(done(case, *said, session=session), change=change, rating="good")


def full_change(ticket, adviser):
    """Return an answer with everything."""
    taken = replace(ticket, state="waiting", adviser=adviser)
    line = ThreadLine("adviser", "Antwort", NOON, adviser)
    return AdviserChange(taken, (TicketEvent("answered", NOON, adviser),), line, (fragment("answer", None),))


async def test_d09_a_locked_database_refuses_and_recovers(store: SqliteStore, tmp_path: Path) -> None:
    """D09: while another program holds the file nothing is answered as kept; afterwards the same succeeds."""
    await store._engine._writer.execute_fetchall("PRAGMA busy_timeout = 0")
    other = sqlite3.connect(tmp_path / "data.sqlite", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        await store.receive([received("m1")])
    assert list(await store.take(64)) == []
    other.execute("ROLLBACK")
    other.close()
    await store.receive([received("m1")])
    assert len(await store.take(64)) == 1


# -- cancellation


async def test_a_cancelled_caller_leaves_no_transaction_open(store: SqliteStore) -> None:
    """Cancelled after any number of turns of the loop, a write is whole or not there, and the next one succeeds."""
    await store.receive([received("m0")])
    for turns in range(60):
        case = await heard(store, f"m{turns}")
        task = asyncio.ensure_future(store.commit([done(case, outgoing(f"t{turns}"))], NOON))
        for _ in range(turns):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await store.receive([received(f"n{turns}")])
        again = await case_of(store)
        written = bool(await store.replies([(case.contact, f"t{turns}")]))
        assert (again.version - case.version, len(again.unread)) == ((1, 1) if written else (0, 1 + len(case.unread)))
        await store.commit([done(again)], NOON)


async def test_closing_waits_for_what_is_being_written(tmp_path: Path) -> None:
    """A write whose caller was cancelled just before the closing is whole in the file."""
    store = await open_sqlite(tmp_path)
    task = asyncio.ensure_future(store.receive([received(f"m{number}") for number in range(50)]))
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await store.close()
    again = await open_sqlite(tmp_path)
    assert len((await case_of(again)).unread) == 50
    await again.close()


async def test_a_closed_store_is_one_file(tmp_path: Path) -> None:
    """After closing nothing is left in a log beside the file: it can be copied."""
    store = await open_sqlite(tmp_path)
    await store.receive([Received(TELEGRAM, fragment("m1", body=b"x" * 100_000), NOON)])
    await store.close()
    assert names_in(tmp_path) == ["data.sqlite"]


def names_in(folder: Path) -> list[str]:
    """Return the names of a folder's files."""
    return sorted(path.name for path in folder.iterdir())
