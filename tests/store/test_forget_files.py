"""After somebody is erased no byte of theirs is in the files: not in the database, its log, or the table of keys."""

from collections.abc import Iterable
from pathlib import Path

from store_kit import NOON, close_postgres, close_sqlite, open_postgres, open_sqlite, outgoing, remove_postgres, say
from test_store_forget import with_everything

from bot.model import ContactId
from bot.ports import Store
from bot.store.postgres import PostgresStore
from bot.store.sqlite import SqliteStore

SEALED = (
    "select wrapped from contact_key where contact = {0}",
    "select readable from address where contact = {0}",
    "select external from address where contact = {0}",
    "select body from inbound where contact = {0}",
    "select message from outbox where contact = {0}",
    "select reply from outbox where contact = {0}",
    "select body from session where contact = {0}",
    "select trail from ticket where contact = {0}",
    "select e.detail from ticket_event e join ticket t on t.id = e.ticket where t.contact = {0}",
    "select m.text from message m join ticket t on t.id = m.ticket where t.contact = {0}",
    "select flow from reminder where contact = {0}",
)
"""Where something of a contact stands that is about them."""


async def values(store: Store, statements: Iterable[str]) -> list[bytes]:
    """Return the values that statements find, as bytes."""
    assert isinstance(store, SqliteStore | PostgresStore)
    found = []
    async with store._engine.reading() as connection:
        for each in statements:
            if isinstance(store, SqliteStore):
                rows = [row[0] for row in await connection.execute_fetchall(each)]
            else:
                rows = [row[0] for row in await connection.fetch(each)]
            assert rows, each
            found += [row.encode() if isinstance(row, str) else bytes(row) for row in rows]
    return found


def of(contact: ContactId) -> list[str]:
    """Return the statements that find all of a contact's."""
    return [each.format(int(contact)) for each in SEALED]


def in_files(folder: Path, those: Iterable[bytes]) -> int:
    """Return how many of these values stand somewhere in a folder's files."""
    raw = b"\n".join(path.read_bytes() for path in folder.iterdir() if path.is_file())
    return sum(each in raw for each in those)


async def test_x03_no_byte_of_an_erased_contact_is_in_sqlites_files(tmp_path: Path) -> None:
    """X03: key, messages, question, address: gone from file and log; a neighbour's are all there."""
    store = await open_sqlite(tmp_path)
    mine, theirs = await with_everything(store, "lina"), await with_everything(store, "omar")
    mine_before, theirs_before = (
        await values(store, of(mine.case.contact)),
        await values(store, of(theirs.case.contact)),
    )
    assert in_files(tmp_path, mine_before) == len(mine_before)
    await store.erase([mine.case.contact], NOON)
    assert await store.scrub()
    assert in_files(tmp_path, mine_before) == 0
    assert in_files(tmp_path, theirs_before) == len(theirs_before)
    await close_sqlite(store)
    assert in_files(tmp_path, mine_before) == 0


async def test_x03_without_scrubbing_the_log_would_still_have_them(tmp_path: Path) -> None:
    """The search can fail: before the log is emptied all of it is found."""
    store = await open_sqlite(tmp_path)
    contact = (await with_everything(store)).case.contact
    before = await values(store, of(contact))
    await store.erase([contact], NOON)
    assert in_files(tmp_path, before) > 0
    await close_sqlite(store)


async def test_a_reader_that_lingers_puts_the_scrubbing_off(tmp_path: Path) -> None:
    """Whoever still reads the log keeps it: that is said, and the next time it works."""
    store, other = await open_sqlite(tmp_path), await open_sqlite(tmp_path)
    contact = await say(store, "m1")
    async with other._engine.reading() as connection:
        await connection.execute_fetchall("begin")
        await connection.execute_fetchall("select * from contact")
        await store.erase([contact], NOON)
        assert not await store.scrub()
        await connection.execute_fetchall("rollback")
    assert await store.scrub()
    await close_sqlite(other)
    await close_sqlite(store)


async def test_x03_no_deleted_key_is_in_postgresqls_table(tmp_path: Path) -> None:
    """X03: the server's file of keys has none of those that were erased; a plain VACUUM would leave some."""
    store = await open_postgres(tmp_path)
    contacts = [await say(store, f"m{number}", outgoing("a"), address=f"a{number}") for number in range(120)]
    gone = contacts[1::3]
    keys = await values(store, [SEALED[0].format(int(each)) for each in gone])
    kept = await values(store, [SEALED[0].format(int(each)) for each in contacts[::3]])
    assert await found_in_table(store, keys) == len(keys)
    await store.erase(gone, NOON)
    assert any([await store.scrub() for _ in range(9)])
    assert await found_in_table(store, keys) == 0
    assert await found_in_table(store, kept) == len(kept)
    await close_postgres(store)
    await remove_postgres(tmp_path)


async def found_in_table(store: PostgresStore, those: Iterable[bytes]) -> int:
    """Return how many of these values stand in the file of the table of keys."""
    async with store._engine.reading() as connection:
        await connection.execute("checkpoint")
        raw = await connection.fetchval("select pg_read_binary_file(pg_relation_filepath('contact_key'))")
    return sum(each in raw for each in those)
