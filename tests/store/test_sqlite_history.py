"""Publishing on SQLite: a database from before the history, and a talk that does not open."""

import sqlite3
from pathlib import Path

import pytest
from store_kit import NOON, after, done, heard, master, say

from bot.flow.session import Session
from bot.model import ContactId
from bot.ports import StoredRevision
from bot.privacy.seal import Place
from bot.store import house_rows, rows
from bot.store.sqlite import SqliteStore
from bot.store.sqlite_schema import MIGRATIONS
from bot.store.steps import read_migrations

BEFORE = read_migrations(MIGRATIONS)[:2]
"""The steps of a program that kept one publisher a revision."""


async def test_what_was_published_before_there_was_a_history_is_its_beginning(tmp_path: Path) -> None:
    """Every revision keeps its files, who and when; the current one is the newest line, also where the clock went back."""
    path = tmp_path / "data.sqlite"
    store = await SqliteStore.open(path, master(), lambda: NOON, migrations=BEFORE)
    old = [
        StoredRevision("b2", {"flows/start.yaml": b"zwei"}, "Zoe", after(hours=2)),
        StoredRevision("a1", {"flows/start.yaml": b"eins"}, "Kim Öztürk", NOON),
    ]
    lines = [_as_it_was(store, each) for each in old]
    await store.close()
    connection = sqlite3.connect(path, isolation_level=None)
    connection.executemany("insert into revision values (:name, :files, :by, :at)", lines)
    connection.execute("insert into setting values ('current_revision', cast('a1' as blob))")
    connection.close()

    store = await SqliteStore.open(path, master(), lambda: NOON)
    assert "a1" == await store.current()
    assert old == [await store.revision("b2"), await store.revision("a1")]
    assert [("a1", NOON), ("b2", after(hours=2))] == [(line.revision, line.at) for line in await store.history(0, 9)]
    await store.publish(old[0])
    assert ["b2", "a1", "b2"] == [line.revision for line in await store.history(0, 9)]
    await store.close()


def _as_it_was(store: SqliteStore, revision: StoredRevision) -> rows.Values:
    """Return a row as the program before wrote it."""
    place: Place = ("revision", "published_by", revision.name)
    return house_rows.revision_row(store._house, revision) | {"by": store._house.key.seal(revision.by.encode(), place)}


@pytest.mark.parametrize(
    "damage",
    [
        "update session set body = x'00ff'",
        "update session set body = (select wrapped from contact_key)",
        "delete from contact_key",
    ],
)
async def test_a_talk_that_does_not_open_is_counted_and_stops_nothing(tmp_path: Path, damage: str) -> None:
    """Whoever reads all talks gets the others, and hears how many are missing."""
    path = tmp_path / "data.sqlite"
    store = await SqliteStore.open(path, master(), lambda: NOON)
    await say(store, "m1")
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute(damage)
    connection.close()
    await store.commit([done(await heard(store, "m3", "another parent"), session=Session(misses=4))], NOON)
    page = await store.talks(ContactId(0), 10)
    assert ((4,), 1, ContactId(0)) == (tuple(session.misses for session in page.sessions), page.unreadable, page.last)
    await store.close()
