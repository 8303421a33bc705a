"""What was changed, moved or damaged in the file is one contact's trouble: refused, set aside, never shown as another's."""

import sqlite3
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest
from store_kit import NOON, TELEGRAM, asked, case_of, colleague, done, heard, open_sqlite, outgoing, received, say

from bot.privacy.seal import SealBrokenError
from bot.store.sqlite import SqliteStore


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    """An empty store."""
    opened = await open_sqlite(tmp_path)
    yield opened
    await opened.close()


def spoil(folder: Path, statement: str, values: Sequence[object] = ()) -> list[tuple[object, ...]]:
    """Read or change the file behind the store's back."""
    connection = sqlite3.connect(folder / "data.sqlite", isolation_level=None)
    try:
        return connection.execute(statement, values).fetchall()
    finally:
        connection.close()


def swap(folder: Path, table: str, column: str, name: str = "id") -> None:
    """Exchange the first two rows' values of a column."""
    read = f"select {name}, {column} from {table} order by {name} limit 2"  # noqa: S608 - our own names
    (one, first), (two, second) = spoil(folder, read)
    for row, value in ((one, second), (two, first)):
        spoil(folder, f"update {table} set {column} = ? where {name} = ?", (value, row))  # noqa: S608 - our own names


# -- X02: moved to another contact


async def two_talks(store: SqliteStore) -> None:
    """Let two contacts on Telegram have a talk, a message that waits, and something unread."""
    for name in ("lina", "omar"):
        await say(store, f"first {name}", outgoing(f"to {name}"), address=name, account=TELEGRAM)
        await store.receive([received(f"then {name}", name, account=TELEGRAM)])


@pytest.mark.parametrize(("table", "column"), [("session", "body"), ("contact_key", "wrapped")])
async def test_x02_a_moved_talk_does_not_open(store: SqliteStore, tmp_path: Path, table: str, column: str) -> None:
    """X02: sessions or keys exchanged between two contacts: neither talk opens, both are set aside."""
    await two_talks(store)
    swap(tmp_path, table, column, "contact")
    assert list(await store.take(64)) == []
    assert (await store.figures())["failed"] == 2


async def test_x02_a_moved_fragment_does_not_open(store: SqliteStore, tmp_path: Path) -> None:
    """X02: what two contacts sent, exchanged, is nobody's words."""
    await store.receive([received("m1"), received("n1", "omar")])
    swap(tmp_path, "inbound", "body")
    assert list(await store.take(64)) == []
    assert (await store.figures())["failed"] == 2


@pytest.mark.parametrize(("table", "column"), [("outbox", "message"), ("address", "readable")])
async def test_x02_a_moved_message_or_address_reaches_nobody(
    store: SqliteStore, tmp_path: Path, table: str, column: str
) -> None:
    """X02: messages or addresses exchanged between two contacts: nothing is sent to the wrong one."""
    await two_talks(store)
    swap(tmp_path, table, column)
    assert list(await store.due(TELEGRAM, NOON, 9)) == []
    assert (await store.figures())["dead"] == 2


async def test_x02_a_moved_reference_is_unknown(store: SqliteStore, tmp_path: Path) -> None:
    """X02: a reference moved from another contact, or a message's words put in its place, is not found."""
    await two_talks(store)
    swap(tmp_path, "outbox", "reply")
    cases = await store.take(64)
    wanted = [(case.contact, token) for case in cases for token in ("to lina", "to omar")]
    assert await store.replies(wanted) == {}
    spoil(tmp_path, "update outbox set reply = message")
    assert await store.replies(wanted) == {}


@pytest.mark.parametrize(("table", "column"), [("message", "text"), ("ticket", "trail"), ("ticket_event", "detail")])
async def test_x02_a_moved_line_of_a_question_does_not_open(
    store: SqliteStore, tmp_path: Path, table: str, column: str
) -> None:
    """X02: a line, a way or a note moved from another contact's question is refused."""
    ticket = (await asked(store, "Frage")).ticket
    await asked(store, "Andere Frage", address="omar")
    swap(tmp_path, table, column)
    assert ticket is not None
    with pytest.raises(SealBrokenError, match=f"{table}.{column}"):
        await store.thread(ticket.id)


async def test_x02_a_line_cannot_change_sides(store: SqliteStore, tmp_path: Path) -> None:
    """X02: within one thread a parent's line cannot become an adviser's, nor another line's time be taken."""
    ticket = (await asked(store, "Erstens", "Zweitens")).ticket
    assert ticket is not None
    for change in (
        "update message set side = 'adviser'",
        "update message set at = at + 1",
        "update message set part = 1 - part",
    ):
        spoil(tmp_path, change)
        with pytest.raises(SealBrokenError):
            await store.thread(ticket.id)
        spoil(tmp_path, "update message set side = 'parent', at = (select min(opened_at) from ticket), part = id - 1")
        assert await store.thread(ticket.id) is not None


async def test_x02_a_moved_name_does_not_open(store: SqliteStore, tmp_path: Path) -> None:
    """X02: two people's names, exchanged, are nobody's names."""
    await colleague(store, "Kim")
    await colleague(store, "Zoe")
    swap(tmp_path, "adviser", "name")
    with pytest.raises(SealBrokenError, match=r"adviser\.name"):
        await store.people()


# -- damage


async def test_a_talk_that_does_not_open_is_one_contacts_trouble(store: SqliteStore, tmp_path: Path) -> None:
    """P04: a session of a form that nobody knows is set aside with its fragments; the neighbour is served."""
    lina = await heard(store, "m1")
    await store.commit([done(lina)], NOON)
    spoil(tmp_path, "update session set body = x'0011'")
    await store.receive([received("m2"), received("n1", "omar")])
    assert [case.unread[0].fragment.external_id for case in await store.take(64)] == ["n1"]
    assert (await store.figures())["failed"] == 1
    assert len(await store.take(64)) == 1


async def test_a_fragment_that_does_not_open_is_set_aside_alone(store: SqliteStore, tmp_path: Path) -> None:
    """P04: of a contact's fragments only the damaged one is lost to the talk, and counted."""
    await store.receive([received("m1"), received("m2"), received("m3")])
    spoil(tmp_path, "update inbound set body = x'02' where id = 2")
    assert [each.fragment.external_id for each in (await case_of(store)).unread] == ["m1", "m3"]
    assert (await store.figures())["failed"] == 1


async def test_a_message_that_does_not_open_lets_the_next_one_go(store: SqliteStore, tmp_path: Path) -> None:
    """P02: a damaged message is a dead letter, and holds nobody."""
    case = await heard(store, "m1", account=TELEGRAM)
    await store.commit([done(case, outgoing("a"), outgoing("b"))], NOON)
    spoil(tmp_path, "update outbox set message = x'03' where token = 'a'")
    assert list(await store.due(TELEGRAM, NOON, 9)) == []
    assert [item.token for item in await store.due(TELEGRAM, NOON, 9)] == ["b"]
    assert (await store.figures())["dead"] == 1
    assert [line.token for line in await store.chat(case.contact, "", 9) if line.message] == ["b"]


async def test_a_question_that_does_not_open_is_still_in_the_queue(store: SqliteStore, tmp_path: Path) -> None:
    """A damaged thread shows no words, but the question is never invisible, and the others are as they were."""
    await asked(store, "Frage")
    await asked(store, "Andere", address="omar")
    spoil(tmp_path, "update message set text = x'03' where id = 1")
    assert sorted(thread.first_line for thread in await store.open_tickets()) == ["", "Andere"]
    versions = await store.open_versions()
    assert sorted((await store.first_lines(list(versions))).values()) == ["", "Andere"]
    assert len(await store.questions(list(versions))) == 2
