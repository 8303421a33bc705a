"""Whatever has happened to some contacts: erasing some of them leaves nothing of them and all of the others."""

from dataclasses import replace
from datetime import date
from itertools import count
from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from store_kit import (
    NOON,
    TELEGRAM,
    WEBCHAT,
    after,
    case_of,
    colleague,
    done,
    outgoing,
    question,
    received,
)

from bot.desk.ticket import TicketEvent
from bot.flow.effect import Subscribe
from bot.flow.session import Session
from bot.model import ContactId, Duration, Gone, Sent
from bot.ports import AdviserChange, DayNear, Record, Store, ThreadLine
from bot.store.belongings import SHOWN, UNSHOWN
from bot.store.postgres import PostgresStore
from bot.store.sqlite import SqliteStore

WEEK = Duration(1, "Wochen")
NUMBERS = count()
PEOPLE = 4
ACTS = 12
OF_A_CONTACT = {
    "contact": "id", "contact_key": "contact", "newcomer": "contact", "consent": "contact", "address": "contact",
    "inbound": "contact", "session": "contact", "outbox": "contact", "ticket": "contact", "feedback": "contact",
    "reminder": "contact",
}  # fmt: skip
"""Every table that names a contact, and the column that does."""


async def act(store: Store, chance: Random, who: str) -> None:
    """Let something happen to a contact: a word, an answer, a question, a reminder, an adviser, a sending, a consent."""
    name = f"f{next(NUMBERS)}"
    account = TELEGRAM if who.endswith("0") else WEBCHAT
    (contact,) = await store.receive([received(name, who, account=account)])
    assert contact is not None
    if chance.random() < 0.2:  # it waits
        return
    case = await case_of(store, contact)
    what = done(case, *(outgoing(f"{name}-{number}") for number in range(chance.randrange(3))))
    if case.ticket is None and chance.random() < 0.5:
        what = replace(what, new_ticket=question(name))
    if chance.random() < 0.3:
        what = replace(what, subscribed=(Subscribe("f", "c", WEEK),))
    if chance.random() < 0.3:
        what = replace(what, agreed="v", rating="good", session=Session(wakes_at=NOON))
    assert await store.commit([what], NOON) == []
    if case.ticket is not None and chance.random() < 0.5:
        kim = await colleague(store)
        moved = replace(case.ticket, state="claimed", adviser=kim.id, version=case.ticket.version + 1)
        await store.change(
            AdviserChange(moved, (TicketEvent("claimed", NOON, kim.id),), ThreadLine("note", "n", NOON, kim.id))
        )


async def world(store: Store, chance: Random) -> None:
    """Let the timers and the sender do their part."""
    await store.expire(after(hours=1))
    await store.remind([DayNear("c", WEEK, date(2026, 12, 1), after(hours=1))], NOON, 9)
    for item in await store.due(TELEGRAM, NOON, 3):
        if chance.random() < 0.7:
            await store.record([Record(item.id, chance.choice([Sent("1"), Gone("x")]), NOON)])


async def rows_of(store: Store, contacts: list[ContactId]) -> dict[str, int]:
    """Return how many rows name one of these contacts, by table."""
    assert isinstance(store, SqliteStore | PostgresStore)
    ids = ",".join(str(int(each)) for each in contacts) or "0"
    found = {}
    async with store._engine.reading() as connection:
        for table, column in OF_A_CONTACT.items():
            statement = f"select count(*) from {table} where {column} in ({ids})"  # noqa: S608 - our own names and ids
            if isinstance(store, SqliteStore):
                ((found[table],),) = await connection.execute_fetchall(statement)
            else:
                found[table] = await connection.fetchval(statement)
    return found


async def orphans(store: Store) -> int:
    """Return how many rows hang on a question or reminder that is not there any more."""
    assert isinstance(store, SqliteStore | PostgresStore)
    lost = 0
    async with store._engine.reading() as connection:
        for table, column, parent in (
            ("message", "ticket", "ticket"),
            ("ticket_event", "ticket", "ticket"),
            ("reminded", "reminder", "reminder"),
        ):
            statement = f"select count(*) from {table} where {column} not in (select id from {parent})"  # noqa: S608
            if isinstance(store, SqliteStore):
                ((found,),) = await connection.execute_fetchall(statement)
            else:
                found = await connection.fetchval(statement)
            lost += found
    return lost


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**40))
async def test_x03_whatever_happened_erasing_leaves_nothing_and_takes_nothing_else(store: Store, seed: int) -> None:
    """X03: no table has a row of the erased; what the others have is the same to the last value; a repetition changes nothing."""
    chance, run = Random(seed), next(NUMBERS)  # noqa: S311 - a test's
    people = [f"p{run}-{number}" for number in range(PEOPLE)]
    for _ in range(ACTS):
        await act(store, chance, chance.choice(people))
        if chance.random() < 0.2:
            await world(store, chance)
    await store.release()
    known = {who: await store.contact_of(account, who) for who in people for account in (TELEGRAM, WEBCHAT)
             if await store.contact_of(account, who) is not None}  # fmt: skip
    gone = [contact for contact in known.values() if contact is not None and chance.random() < 0.5]
    kept = [contact for contact in known.values() if contact is not None and contact not in gone]
    before = [await store.belongings(contact) for contact in kept], await rows_of(store, kept)
    assert await store.erase(gone, NOON) == len(gone)
    assert sum((await rows_of(store, gone)).values()) == 0
    assert (before[0], before[1]) == ([await store.belongings(contact) for contact in kept], await rows_of(store, kept))
    assert await orphans(store) == 0
    assert await store.erase(gone, after(days=1)) == 0
    assert set(gone) <= set(await store.erased(NOON))


def test_every_table_that_names_a_contact_is_looked_at() -> None:
    """The list above is that of the schema's decisions: a table that is shown and names its contact."""
    naming = {table for table, columns in UNSHOWN.items() if "contact" in columns} | {
        "contact",
        "contact_key",
        "newcomer",
    }
    assert set(OF_A_CONTACT) == naming
    assert set(SHOWN) - set(OF_A_CONTACT) == {"message", "ticket_event", "reminded"}
