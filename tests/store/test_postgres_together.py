"""Several programs on one PostgreSQL database: nobody gets another's work, nothing comes out of order, nobody waits long."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Self

import pytest
from postgres_kit import SOON, address, contents, opened, outside, until_somebody_waits
from store_kit import (
    NOON,
    TELEGRAM,
    after,
    asked,
    case_of,
    colleague,
    done,
    heard,
    open_postgres,
    outgoing,
    person,
    received,
    remove_postgres,
    say,
    together,
)

from bot.desk.ticket import TicketEvent
from bot.flow.session import Session
from bot.model import Gone
from bot.ports import AdviserChange, Record, StoredRevision, TicketChange
from bot.store import postgres_engine
from bot.store.postgres import PostgresStore


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[PostgresStore]:
    """An empty store."""
    store = await open_postgres(tmp_path)
    yield store
    await store.close()
    await remove_postgres(tmp_path)


@pytest.fixture
async def rival(store: PostgresStore, tmp_path: Path) -> AsyncIterator[PostgresStore]:
    """Another program on the same database."""
    assert store is not None
    other = await opened(address(tmp_path))
    yield other
    await other.close()


class Slow:
    """Lets the next transaction wait before its commit, until ``on`` is set or the block ends."""

    def __init__(self) -> None:
        self.reached = asyncio.Event()
        self.on = asyncio.Event()
        self._commit = postgres_engine._commit

    async def __aenter__(self) -> Self:
        postgres_engine._commit = self._slowly
        return self

    async def __aexit__(self, *_: object) -> None:
        postgres_engine._commit = self._commit
        self.on.set()

    async def _slowly(self, connection: Any) -> None:
        postgres_engine._commit = self._commit
        self.reached.set()
        await self.on.wait()
        await self._commit(connection)


# -- claims


async def test_nobody_takes_what_another_has(store: PostgresStore, rival: PostgresStore, tmp_path: Path) -> None:
    """Each contact is taken by one program; given back, or committed, it is free, and the oldest comes first."""
    third = await opened(address(tmp_path))
    await store.receive([received(f"m{number}", f"who{number}") for number in range(20)])
    mine, theirs, rest = [await each.take(8) for each in (store, rival, third)]
    assert [len(each) for each in (mine, theirs, rest)] == [8, 8, 4]
    assert len({case.contact for each in (mine, theirs, rest) for case in each}) == 20
    assert len(await third.take(8)) == 4, "its own are given up, and taken again; no other's"
    await third.close()


async def test_what_was_taken_before_is_given_up(store: PostgresStore, rival: PostgresStore) -> None:
    """A program that takes again has what it took before no more; released, or closed, another finds it."""
    await store.receive([received("m1", "lina"), received("m2", "omar")])
    first, second = await store.take(1), await store.take(1)
    assert [case.contact for case in first] == [case.contact for case in second]
    (other,) = await rival.take(9)
    assert other.contact != first[0].contact
    await store.release()
    await rival.release()
    assert len(await store.take(9)) == 2


async def test_taken_at_once_everything_is_done_once(
    store: PostgresStore, rival: PostgresStore, tmp_path: Path
) -> None:
    """Two programs that take and commit as fast as they can answer every fragment once, and each contact in its order."""
    for turn in range(4):
        await store.receive([received(f"m{turn}-{number}", f"who{number}") for number in range(30)])

    async def work(program: PostgresStore) -> list[object]:
        lost: list[object] = []
        while cases := await program.take(4):
            said = [
                done(case, *(outgoing(f"to {each.fragment.external_id}") for each in case.unread)) for case in cases
            ]
            lost += await program.commit(said, NOON)
        return lost

    assert await together(work(store), work(rival)) == [[], []]
    kept = await contents(address(tmp_path))
    tokens = [row[4] for row in sorted(kept["outbox"])]
    assert sorted(tokens) == sorted(f"to m{turn}-{number}" for turn in range(4) for number in range(30))
    for number in range(30):
        assert [token for token in tokens if token.endswith(f"-{number}")] == [
            f"to m{turn}-{number}" for turn in range(4)
        ]


async def test_a_worker_keeps_no_parent_waiting(store: PostgresStore, rival: PostgresStore) -> None:
    """While a contact is worked on, what they send next is kept at once, and comes with the next take."""
    await store.receive([received("m1")])
    (case,) = await store.take(9)
    async with asyncio.timeout(SOON):
        await rival.receive([received("m2")])
        assert list(await rival.take(9)) == []
        assert await rival.expire(NOON) == 0
    assert await store.commit([done(case)], NOON) == []
    (case,) = await rival.take(9)
    assert [each.fragment.external_id for each in case.unread] == ["m2"]


@pytest.mark.parametrize("moves", [True, False])
async def test_the_desk_waits_for_a_talk(store: PostgresStore, rival: PostgresStore, moves: bool) -> None:  # noqa: FBT001 - both ways
    """A change at the desk waits until a worker has written; where that moved the question, it is refused whole."""
    await asked(store, "Frage")
    kim = await colleague(store)
    (case,) = await store.take(9)
    assert case.ticket is not None
    taken = replace(case.ticket, version=2, state="claimed", adviser=kim.id)
    change = asyncio.create_task(rival.change(AdviserChange(taken, (TicketEvent("claimed", NOON, kim.id),))))
    async with rival._engine.reading() as connection:
        await until_somebody_waits(connection, "transactionid")
    wrote = TicketChange(replace(case.ticket, version=2), (TicketEvent("parent_wrote", NOON),))
    assert await store.commit([replace(done(case), change=wrote if moves else None)], NOON) == []
    assert await change != moves
    thread = await store.thread(case.ticket.id)
    assert thread is not None
    assert [event.kind for event in thread.events] == ["opened", "parent_wrote" if moves else "claimed"]


async def test_a_silence_that_ends_while_somebody_writes_waits(store: PostgresStore, rival: PostgresStore) -> None:
    """A talk that is being worked on is not woken meanwhile; afterwards, if it still waits, it is."""
    case = await heard(store, "m1")
    await store.commit([done(case, session=Session(wakes_at=NOON))], NOON)
    await store.receive([received("m2")])
    (case,) = await store.take(9)
    assert await rival.expire(after(minutes=1)) == 0
    await store.commit([done(case, session=Session(wakes_at=NOON))], NOON)
    assert await rival.expire(after(minutes=1)) == 1


# -- order


async def test_ids_of_a_contact_grow_as_rows_are_committed(store: PostgresStore, rival: PostgresStore) -> None:
    """Who receives for a contact waits for who does so already: a reader that has seen an id never misses a smaller one."""
    await say(store, "m0")
    async with Slow() as slow:
        first = asyncio.create_task(store.receive([received("m1")]))
        await slow.reached.wait()
        second = asyncio.create_task(rival.receive([received("m2")]))
        async with rival._engine.reading() as connection:
            await until_somebody_waits(connection, "advisory")
        async with asyncio.timeout(SOON):
            await rival.receive([received("o1", "omar")])
        assert await heard_from_lina(rival) == ["m0"]
    await together(first, second)
    assert await heard_from_lina(rival) == ["m0", "m1", "m2"]


async def heard_from_lina(store: PostgresStore) -> list[str]:
    """Return what the usual contact has sent, as their page reads it."""
    contact = await store.contact_of(received("m0").account, "lina")
    assert contact is not None
    return [line.mine.external_id for line in await store.chat(contact, "", 9) if line.mine]


async def test_a_new_address_is_one_contact(store: PostgresStore, rival: PostgresStore, tmp_path: Path) -> None:
    """Two programs that hear of an address for the first time, at once, make one contact of it, and leave no other behind."""
    async with Slow() as slow:
        first = asyncio.create_task(store.receive([received("m1", "lina"), received("m2", "omar")]))
        await slow.reached.wait()
        second = asyncio.create_task(rival.receive([received("m3", "omar"), received("m4", "lina")]))
        async with rival._engine.reading() as connection:
            await until_somebody_waits(connection, "transactionid")
    (lina, omar), (again_omar, again_lina) = await first, await second
    assert (lina, omar) == (again_lina, again_omar)
    kept = await contents(address(tmp_path))
    assert (len(kept["contact"]), len(kept["address"]), len(kept["inbound"])) == (2, 2, 4)


async def test_a_repetition_at_once_is_kept_once(store: PostgresStore, rival: PostgresStore) -> None:
    """The same fragments by two ways at once are there once."""
    batch = [received(f"m{number}", f"who{number % 5}") for number in range(20)]
    await together(*(each.receive(batch) for each in (store, rival, store, rival)))
    assert sum(len(case.unread) for case in await store.take(64)) == 20


async def test_who_comes_back_just_now_gets_what_is_said_just_now(
    store: PostgresStore, rival: PostgresStore, tmp_path: Path
) -> None:
    """An address that comes back while an answer is set aside for it leaves nothing aside for ever."""
    await say(store, "m1", outgoing("a"), account=TELEGRAM)
    await store.receive([received("m2", account=TELEGRAM)])
    (item,) = await store.due(TELEGRAM, NOON, 9)
    await store.record([Record(item.id, Gone("blocked"), NOON)])
    case = await case_of(store)
    async with Slow() as slow:
        answer = asyncio.create_task(store.commit([done(case, outgoing("b"))], NOON))
        await slow.reached.wait()
        back = asyncio.create_task(rival.receive([received("m3", account=TELEGRAM)]))
        async with rival._engine.reading() as connection:
            await until_somebody_waits(connection, "transactionid")
    await together(answer, back)
    kept = await contents(address(tmp_path))
    assert [row[7] for row in sorted(kept["outbox"])] == ["queued", "queued"]


# -- people and revisions


async def test_a_link_works_once_also_at_once(store: PostgresStore, rival: PostgresStore) -> None:
    """Of two who use a link at the same moment one is let in."""
    await store.invite(person(), b"l" * 32, after(hours=72), NOON)
    ways = [(store, b"a" * 32), (rival, b"b" * 32), (store, b"c" * 32), (rival, b"d" * 32)]
    let_in = await together(*(each.accept(b"l" * 32, login, NOON, after(hours=12)) for each, login in ways))
    assert len([adviser for adviser in let_in if adviser is not None]) == 1


async def test_of_links_made_at_once_one_is_left(store: PostgresStore, rival: PostgresStore) -> None:
    """Two colleagues who invite the same person anew at the same moment leave one link that works."""
    kim = await store.invite(person(), b"l" * 32, after(hours=72), NOON)
    links = [bytes([number]) * 32 for number in range(6)]
    again = replace(person(), id=kim)
    await together(
        *(each.invite(again, link, after(hours=72), NOON) for each, link in zip([store, rival] * 3, links, strict=True))
    )
    assert len([link for link in links if await store.invitation(link, NOON)]) == 1


async def test_what_is_current_is_the_newest_line(store: PostgresStore, rival: PostgresStore) -> None:
    """Who publishes while another does so comes after them: the current revision is that of the history's newest line."""
    async with Slow() as slow:
        first = asyncio.create_task(store.publish(StoredRevision("r1", {}, "Kim", NOON)))
        await slow.reached.wait()
        second = asyncio.create_task(rival.publish(StoredRevision("r2", {}, "Omar", NOON)))
        async with rival._engine.reading() as connection:
            await until_somebody_waits(connection, "advisory")
    await together(first, second)
    assert (await store.current(), [line.revision for line in await rival.history(0, 9)]) == ("r2", ["r2", "r1"])


async def test_nothing_is_left_locked(store: PostgresStore, rival: PostgresStore, tmp_path: Path) -> None:
    """After a day of two programs no lock and no transaction is left over."""
    await say(store, "m1", outgoing("a"))
    case = await heard(rival, "m2")
    await rival.commit([done(case)], NOON)
    async with outside(address(tmp_path)) as connection:
        held = (
            "select count(*) from pg_locks join pg_stat_activity a using (pid)"
            " where locktype in ('advisory', 'transactionid') and pid <> pg_backend_pid() and a.datname = current_database()"
        )
        open_ones = (
            "select count(*) from pg_stat_activity where datname = current_database() and state like 'idle in t%'"
        )
        assert (await connection.fetchval(held), await connection.fetchval(open_ones)) == (0, 0)


async def test_known_and_erased_while_it_is_looked_for(store: PostgresStore, rival: PostgresStore) -> None:
    """Who is erased while a batch with somebody new is kept comes back as somebody new: the batch does not fail."""
    (lina,) = await store.receive([received("m1", "lina")])
    find, looks = store._find, iter(range(9))

    async def slowly(connection: Any, addresses: Any) -> Any:
        if next(looks) == 1 and lina is not None:
            assert await rival.erase([lina], NOON) == 1
        return await find(connection, addresses)

    store._find = slowly  # type: ignore[method-assign]
    again, omar = await store.receive([received("m2", "lina"), received("m3", "omar")])
    assert len({lina, again, omar}) == 3
