"""PostgreSQL as we use it: durable or refused, whole or not at all, whoever is cancelled, killed or frozen."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from fakes.postgres import postgres_server
from postgres_kit import Faulty, FaultyServer, address, contents, opened, outside
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
    open_postgres,
    outgoing,
    received,
    remove_postgres,
    say,
)

from bot.desk.ticket import TicketEvent
from bot.flow.session import Session
from bot.model import Sent
from bot.ports import AdviserChange, Record, StoredRevision, ThreadLine, TicketChange
from bot.source.errors import OperatorError
from bot.store.postgres import PostgresStore
from bot.store.postgres_engine import UnknownOutcomeError
from bot.store.postgres_server import INSISTED, SETTINGS, insist_on_settings, read_setting


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[PostgresStore]:
    """An empty store."""
    store = await open_postgres(tmp_path)
    yield store
    await store.close()
    await remove_postgres(tmp_path)


@pytest.fixture
async def faulty(tmp_path: Path, store: PostgresStore) -> AsyncIterator[PostgresStore]:
    """Another program on the same database, whose statements fail as ``Faulty.fault`` says."""
    assert store is not None
    opened = await PostgresStore.open(FaultyServer(address(tmp_path)), master(), lambda: NOON)
    yield opened
    Faulty.fault.arm(0, "")
    await opened.close()


# -- D05: what PostgreSQL keeps is what was asked for


@pytest.mark.parametrize("name", INSISTED)
async def test_d05_a_setting_that_does_not_hold_is_refused(tmp_path: Path, store: PostgresStore, name: str) -> None:
    """D05: whichever setting reads back otherwise, the store does not open, and the message says what to do."""
    assert store is not None

    async def lying(connection: Any, asked_for: str) -> object:
        return "anders" if asked_for == name else await read_setting(connection, asked_for)

    with pytest.raises(OperatorError, match=r"(?s)(anders|nur gelesen).*= Hilfe: "):
        await opened(address(tmp_path), read=lying)


async def test_d05_every_connection_is_durable_and_limited(store: PostgresStore) -> None:
    """D05: commits are durable, nothing waits or idles for ever, and times are UTC, on whatever connection."""
    async with store._engine.reading() as one, store._engine.reading() as another:
        for connection in (one, another):
            assert {name: await read_setting(connection, name) for name in SETTINGS} == dict(SETTINGS)
            await insist_on_settings(connection)


async def test_d05_a_server_that_forgets_is_refused() -> None:
    """D05: a real server that does not wait for its disk is refused by name, also when it became so at a restart."""
    refused = pytest.raises(OperatorError, match=r"(?s)fsync = off, Elternlotse braucht on.*postgresql\.conf")
    with postgres_server(settings=("fsync=off",)) as server, refused:
        await opened(server.url)


async def test_an_old_server_is_refused() -> None:
    """A server that lacks what the queries use is refused with its version and the one that is needed."""

    class Old:
        def get_server_version(self) -> object:
            return asyncpg.types.ServerVersion(13, 9, 0, "final", 0)

    with pytest.raises(OperatorError, match=r"(?s)PostgreSQL 13 ist zu alt, Elternlotse braucht 14.*pg_upgrade"):
        await insist_on_settings(Old())


# -- D08: whichever statement fails, nothing is half written


def steps(store: PostgresStore, case: Any, adviser: int) -> list[Callable[[], Awaitable[object]]]:
    """Return what writes to every table, each as one call."""
    ticket = replace(case.ticket, version=2)
    change = TicketChange(ticket, (TicketEvent("parent_wrote", NOON),), ("Mehr",))
    said = (outgoing("a"), outgoing("b", head=True))
    full = replace(done(case, *said, session=Session(wakes_at=after(hours=1))), change=change, rating="good")
    taken = replace(ticket, version=3, state="waiting", adviser=adviser)
    line = ThreadLine("adviser", "Antwort", NOON, adviser)
    answer = AdviserChange(taken, (TicketEvent("answered", NOON, adviser),), line, (fragment("answer", None),))
    return [
        lambda: store.receive([received("n1", "omar"), received("n2", "chi"), received("n3", None)]),
        lambda: store.commit([full], NOON),
        lambda: store.change(answer),
        lambda: store.expire(after(days=1)),
        lambda: store.accept(b"l" * 32, b"s" * 32, NOON, after(hours=12)),
        lambda: store.publish(StoredRevision("r1", {"a.yaml": b"x"}, "Kim", NOON)),
    ]


async def prepared(store: PostgresStore) -> tuple[Any, int]:
    """Bring a question and a person with an open link."""
    case = await asked(store, "Frage")
    kim = await colleague(store)
    await store.invite(kim, b"l" * 32, after(hours=72), NOON)
    return case, kim.id


async def test_d07_d08_a_failed_statement_leaves_nothing_half_written(
    store: PostgresStore, faulty: PostgresStore, tmp_path: Path
) -> None:
    """D07, D08: whichever statement fails, begin and commit too, all is as before, and the same again succeeds."""
    faults = 0
    for step in steps(faulty, *await prepared(store)):
        number = 1
        while True:
            before = await contents(address(tmp_path))
            Faulty.fault.arm(number, "full")
            if not await fails(step, asyncpg.DiskFullError):
                break
            assert await contents(address(tmp_path)) == before
            number += 1
        assert not Faulty.fault.fired
        assert await contents(address(tmp_path)) != before
        faults += number - 1
    assert faults > 40


async def test_d08_a_connection_that_breaks_before_the_commit_is_made_up_for(
    store: PostgresStore, faulty: PostgresStore, tmp_path: Path
) -> None:
    """D08: whichever statement's connection breaks, the work is done on another; sent again, it is there once."""
    await prepared(store)
    number, unknown, fired = 0, 0, True
    while fired:
        number += 1
        again = partial(faulty.receive, [received(f"m{number}", f"new{number}")])
        Faulty.fault.arm(number, "gone")
        unknown += await fails(again, UnknownOutcomeError)
        fired = Faulty.fault.fired
        Faulty.fault.arm(0, "")
        await again()
    assert (number > 5, unknown) == (True, 1), "of the commit alone nobody can know"
    kept = (await contents(address(tmp_path)))["inbound"]
    assert len([row for row in kept if row[7] == "unread"]) == number + 1, "each once, and one from before"


async def test_d08_a_commit_whose_answer_was_lost_is_not_repeated(
    store: PostgresStore, faulty: PostgresStore, tmp_path: Path
) -> None:
    """D08: what may have been written is not written again: the caller hears that it is not known, and it is there once."""
    case = await heard(store, "m1")
    runs = []

    async def work(connection: Any) -> None:
        runs.append(connection)
        await connection.execute("update contact set made_at = made_at + 1")

    Faulty.fault.arm(3, "silent")
    with pytest.raises(UnknownOutcomeError):
        await faulty._engine.write(work)
    assert len(runs) == 1
    async with outside(address(tmp_path)) as connection:
        assert await connection.fetchval("select made_at from contact where id = $1", case.contact) % 10 == 7


async def fails(step: Callable[[], Awaitable[object]], how: type[Exception]) -> bool:
    """Tell whether a step fails so."""
    try:
        await step()
    except how:
        return True
    return False


# -- D09: the server goes and comes back


async def test_d09_a_killed_server_is_found_again() -> None:
    """D09: killed without a word, the server loses nothing that was acknowledged, and the next call finds it again."""
    with postgres_server() as server:
        store = await opened(server.url)
        contact = await say(store, "m1", outgoing("a"), account=TELEGRAM)
        await store.receive([received("m2", account=TELEGRAM)])
        assert len(await store.take(9)) == 1, "and now a claim is open"
        server.kill()
        for call in (lambda: store.receive([received("m3")]), lambda: store.take(9), store.people):
            with pytest.raises((OSError, asyncpg.PostgresError, asyncpg.InterfaceError)):
                await call()
        server.start()
        (case,) = await store.take(9)
        assert ([each.fragment.external_id for each in case.unread], case.contact) == (["m2"], contact)
        assert await store.commit([done(case, outgoing("b"))], NOON) == []
        (item,) = await store.due(TELEGRAM, NOON, 9)
        await store.record([Record(item.id, Sent("1"), NOON)])
        await asyncio.to_thread(server.restart)
        assert [item.token for item in await store.due(TELEGRAM, NOON, 9)] == ["b"]
        await store.close()


async def test_d09_a_server_that_does_not_answer_is_told_after_a_while() -> None:
    """D09: at the start a server is waited for; in the end the operator reads its address, without a password."""
    with postgres_server() as server:
        url = server.url.replace("@", ":geheim@")
        server.stop()
        with pytest.raises(
            OperatorError, match=r"(?s)postgresql://elternlotse@/postgres antwortet nicht.*läuft"
        ) as told:
            await opened(url, patience=0.05)
        assert "geheim" not in str(told.value)
        opening = asyncio.create_task(opened(url))
        await asyncio.sleep(0)
        server.start()
        await (await opening).close()


# -- D11: frozen, and replaced


async def test_d11_the_claim_of_a_frozen_program_ends(store: PostgresStore, tmp_path: Path) -> None:
    """D11: who takes contacts and then does nothing loses them; what it computed is not written, since they moved on."""
    frozen = await opened(address(tmp_path), settings={**SETTINGS, "idle_in_transaction_session_timeout": "50ms"})
    await store.receive([received("m1")])
    (mine,) = await frozen.take(9)
    assert list(await store.take(9)) == [], "it is claimed"
    await touched(store, mine.contact)
    (theirs,) = await store.take(9)
    assert await store.commit([done(theirs, outgoing("theirs"))], NOON) == []
    assert await frozen.commit([done(mine, outgoing("mine"))], NOON) == [mine.contact]
    assert [line.token for line in await store.chat(mine.contact, "", 9)][1:] == ["theirs"]
    await frozen.close()


async def touched(store: PostgresStore, contact: int) -> None:
    """Wait, as a change at the desk does, until nobody works on a contact."""
    await store._engine.write(
        lambda connection: connection.execute("select 1 from contact where id = $1 for update", contact)
    )


async def test_d11_a_claim_that_broke_is_made_up_for(store: PostgresStore, tmp_path: Path) -> None:
    """D11: where nobody else took the contact meanwhile, what was computed still holds and is written, once."""
    await store.receive([received("m1")])
    (mine,) = await store.take(9)
    async with outside(address(tmp_path)) as connection:
        await connection.execute("select pg_terminate_backend(pid) from pg_stat_activity where state like 'idle in t%'")
    assert await store.commit([done(mine, outgoing("mine"))], NOON) == []
    assert [line.token for line in await store.chat(mine.contact, "", 9)][1:] == ["mine"]
    assert list(await store.take(9)) == []


# -- cancellation, collisions, closing


async def test_a_cancelled_caller_leaves_no_transaction_open(store: PostgresStore) -> None:
    """Cancelled after any number of turns of the loop, a write is whole or not there, and the next one succeeds."""
    await store.receive([received("m0")])
    for turns in range(40):
        case = await heard(store, f"m{turns}")
        task = asyncio.ensure_future(store.commit([done(case, outgoing(f"t{turns}"))], NOON))
        for _ in range(turns):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, *store._engine._running, return_exceptions=True)
        await store.receive([received(f"n{turns}")])
        again = await case_of(store)
        written = bool(await store.replies([(case.contact, f"t{turns}")]))
        assert (again.version - case.version, len(again.unread)) == ((1, 1) if written else (0, 1 + len(case.unread)))
        await store.commit([done(again)], NOON)


async def test_a_cancelled_take_claims_nothing(store: PostgresStore, tmp_path: Path) -> None:
    """Cancelled after any number of turns, a take leaves no contact claimed once the store was asked to release."""
    rival = await opened(address(tmp_path))
    await store.receive([received("m1")])
    for turns in range(30):
        task = asyncio.ensure_future(store.take(9))
        for _ in range(turns):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await store.release()
        assert len(await rival.take(9)) == 1
        await rival.release()
    await rival.close()


async def test_two_who_lock_crosswise_both_get_through(store: PostgresStore, tmp_path: Path) -> None:
    """Who is taken back by the server so that another can go on, begins anew: both are written."""
    await store.receive([received("m1", "lina"), received("m2", "omar")])
    rivals = [await opened(address(tmp_path), settings={**SETTINGS, "deadlock_timeout": "20ms"}) for _ in range(2)]
    met = asyncio.Barrier(2)
    runs = []

    def crossing(first: int, second: int) -> Callable[[Any], Awaitable[None]]:
        async def work(connection: Any) -> None:
            runs.append(first)
            await connection.execute("update contact set made_at = made_at + 1 where id = $1", first)
            if len(runs) <= 2:
                await met.wait()
            await connection.execute("update contact set made_at = made_at + 1 where id = $1", second)

        return work

    await asyncio.gather(rivals[0]._engine.write(crossing(1, 2)), rivals[1]._engine.write(crossing(2, 1)))
    kept = (await contents(address(tmp_path)))["contact"]
    assert len(runs) == 3
    assert [made % 10 for _, made in kept] == [8, 8]
    for rival in rivals:
        await rival.close()


async def test_closing_waits_for_what_is_being_written(store: PostgresStore, tmp_path: Path) -> None:
    """A write whose caller was cancelled just before the closing is whole in the database."""
    closing = await opened(address(tmp_path))
    task = asyncio.ensure_future(closing.receive([received(f"m{number}") for number in range(50)]))
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await closing.close()
    assert len((await case_of(store)).unread) == 50


async def test_a_store_uses_few_connections(store: PostgresStore, tmp_path: Path) -> None:
    """However many ask at once, a store opens no more connections than it may; all are answered."""
    small = await opened(address(tmp_path), connections=2)
    await store.receive([received("m1")])
    await small.take(9)
    async with outside(address(tmp_path)) as connection:
        await asyncio.gather(*(small.people() for _ in range(30)))
        named = "select count(*) from pg_stat_activity where application_name = 'elternlotse' and datname = current_database()"
        assert await connection.fetchval(named) <= 3, "one of the other store's"
    await small.close()
