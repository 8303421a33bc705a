"""Several programs on one PostgreSQL database: nobody gets another's work, nothing comes out of order, nobody waits long."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from postgres_kit import address, contents, opened, outside, until_somebody_waits
from store_kit import (
    NOON,
    TELEGRAM,
    after,
    asked,
    case_of,
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

from bot.flow.session import Session
from bot.model import Gone
from bot.ports import AdviserChange, Record, StoredRevision
from bot.store.postgres import PostgresStore

SOON = 5.0
"""Seconds within which what does not wait for anybody is done."""


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
    """Lets a store's next transaction wait before its commit until it is told to go on."""

    def __init__(self, store: PostgresStore) -> None:
        self.reached = asyncio.Event()
        self.on = asyncio.Event()
        self._engine = store._engine
        self._write = self._engine.write
        self._engine.write = self._slowly

    async def _slowly(self, work: Any) -> Any:
        self._engine.write = self._write

        async def waiting(connection: Any) -> Any:
            result = await work(connection)
            self.reached.set()
            await self.on.wait()
            return result

        return await self._write(waiting)


# -- claims


async def test_nobody_takes_what_another_has(store: PostgresStore, rival: PostgresStore, tmp_path: Path) -> None:
    """Each contact is taken by one program; given back, or committed, it is free, and the oldest comes first."""
    third = await opened(address(tmp_path))
    await store.receive([received(f"m{number}", f"who{number}") for number in range(20)])
    mine, theirs, rest = [await each.take(8) for each in (store, rival, third)]
    assert [len(each) for each in (mine, theirs, rest)] == [8, 8, 4]
    assert len({case.contact for each in (mine, theirs, rest) for case in each}) == 20
    assert list(await third.take(8)) == [], "its own are given up, and taken again"[:0] or []
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


async def test_the_desk_waits_for_a_talk_and_wins_or_loses_whole(store: PostgresStore, rival: PostgresStore) -> None:
    """A change at the desk waits until a worker has written; computed from before, it is refused, and nothing of it is there."""
    case = await asked(store, "Frage")
    await store.receive([received("m9")])
    (case,) = await store.take(9)
    assert case.ticket is not None
    ticket = replace(case.ticket, version=2)
    change = asyncio.create_task(rival.change(AdviserChange(replace(ticket, state="claimed"), ())))
    async with rival._engine.reading() as connection:
        await until_somebody_waits(connection, "transactionid")
    assert await store.commit([replace(done(case), rating="good")], NOON) == []
    assert await change
    assert [thread.ticket.state for thread in await store.open_tickets()] == ["claimed"]


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
    slow = Slow(store)
    first = asyncio.create_task(store.receive([received("m1")]))
    await slow.reached.wait()
    second = asyncio.create_task(rival.receive([received("m2")]))
    async with rival._engine.reading() as connection, asyncio.timeout(SOON):
        await until_somebody_waits(connection, "advisory")
        await rival.receive([received("o1", "omar")])
    assert [line.mine.external_id for line in await rival.chat((await first_contact(rival)), "", 9) if line.mine] == [
        "m0"
    ]
    slow.on.set()
    await together(first, second)
    lines = await rival.chat(await first_contact(rival), "", 9)
    assert [line.mine.external_id for line in lines if line.mine] == ["m0", "m1", "m2"]


async def first_contact(store: PostgresStore) -> Any:
    """Return the contact behind the usual address."""
    return await store.contact_of(received("m0").account, "lina")


async def test_a_new_address_is_one_contact(store: PostgresStore, rival: PostgresStore, tmp_path: Path) -> None:
    """Two programs that hear of an address for the first time, at once, make one contact of it, and leave no other behind."""
    slow = Slow(store)
    first = asyncio.create_task(store.receive([received("m1", "lina"), received("m2", "omar")]))
    await slow.reached.wait()
    second = asyncio.create_task(rival.receive([received("m3", "omar"), received("m4", "lina")]))
    async with rival._engine.reading() as connection:
        await until_somebody_waits(connection, "transactionid")
    slow.on.set()
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
    slow = Slow(store)
    answer = asyncio.create_task(store.commit([done(case, outgoing("b"))], NOON))
    await slow.reached.wait()
    back = asyncio.create_task(rival.receive([received("m3", account=TELEGRAM)]))
    async with rival._engine.reading() as connection:
        await until_somebody_waits(connection, "transactionid")
    slow.on.set()
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
    """Whoever publishes at the same moment: the current revision is that of the history's newest line."""
    for turn in range(5):
        names = [f"r{turn}{number}" for number in range(4)]
        await together(
            *(
                each.publish(StoredRevision(name, {}, "Kim", NOON))
                for each, name in zip([store, rival] * 2, names, strict=True)
            )
        )
        assert await store.current() == (await rival.history(0, 1))[0].name


async def test_nothing_is_left_locked(store: PostgresStore, rival: PostgresStore, tmp_path: Path) -> None:
    """After a day of two programs no lock and no transaction is left over."""
    await say(store, "m1", outgoing("a"))
    case = await heard(rival, "m2")
    await rival.commit([done(case)], NOON)
    async with outside(address(tmp_path)) as connection:
        held = (
            "select count(*) from pg_locks where locktype in ('advisory', 'transactionid') and pid <> pg_backend_pid()"
        )
        open_ones = (
            "select count(*) from pg_stat_activity where datname = current_database() and state like 'idle in t%'"
        )
        assert (await connection.fetchval(held), await connection.fetchval(open_ones)) == (0, 0)
