"""Going back: what was there is there again, and whoever was erased stays erased."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import pytest
from data_kit import Home, made_folder, made_home, names
from drill_kit import insist, insist_untouched, today, yesterday
from dump_kit import quietly
from store_kit import NOON, TELEGRAM, received

from bot.app.backing_up import KEEP, back_up
from bot.app.places import opened_source
from bot.model import Received
from bot.services import clock
from bot.services.erased import ErasedList
from bot.services.lock import Lock
from bot.source.errors import OperatorError
from bot.store.sqlite import SqliteStore
from bot.store.sqlite_schema import MIGRATIONS
from bot.store.steps import read_migrations

ENGINES = ["sqlite", "postgres"]


@pytest.fixture(params=ENGINES)
async def home(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Home]:
    """A house's folder, on either engine."""
    made = await made_home(tmp_path / "home", request.param)
    yield made
    await made.leave_postgres()


@pytest.fixture
async def on_sqlite(tmp_path: Path) -> Home:
    """A house's folder, on SQLite."""
    return await made_home(tmp_path / "home", "sqlite")


async def restored(home: Home, *words: object) -> str:
    """Restore, and return what was said."""
    said = await asyncio.to_thread(home.says, "restore", *words)
    assert 0 == said.code, said.err
    return said.out


# -- the drill


async def test_d14_x03_yesterday_comes_back_without_who_was_erased_since(home: Home, tmp_path: Path) -> None:
    """D14, X03: contacts, tickets and keys are there; whoever was erased is gone to the last byte; ids go on."""
    before = await yesterday(home, tmp_path)
    await today(home, before)
    last = await given(home)
    if home.config.store.postgres:
        old = home.config.store.url
        await home.move_to_another()
        said = await restored(home, before.file, "--erased-from", old)
    else:
        said = await restored(home, before.file, "--replace")
    assert "Seit der Sicherung gelöscht und nun wieder gelöscht: 1." in said
    await insist(home, before)
    now = await given(home)
    assert {name: max(last[name], now[name]) for name in last} == now, "no id is given again"
    assert now["contact"] >= last["contact"]
    if not home.config.store.postgres:
        for file in home.data.glob("elternlotse.sqlite*"):
            raw = file.read_bytes()
            assert [secret for secret in before.secrets if secret in raw] == []


async def given(home: Home) -> Mapping[str, int]:
    """Return the last ids that were given."""
    async with opened_source(home.place) as rows:
        return await rows.sequences()


async def test_x03_the_list_beside_the_database_is_enough(home: Home, tmp_path: Path) -> None:
    """X03: the database is lost, the list of the erased is left: nobody of them comes back, on either engine."""
    before = await yesterday(home, tmp_path)
    await today(home, before)
    store = await home.store()
    ErasedList(home.data).add(await store.erased(NOON))
    await store.close()
    if home.config.store.postgres:
        await home.move_to_postgres()
    else:
        (home.data / "elternlotse.sqlite").unlink()
    assert "wieder gelöscht: 1." in await restored(home, before.file)
    await insist(home, before)
    store = await home.store()
    (fresh,) = await store.receive([received("x", "somebody new")])
    assert fresh is not None
    assert fresh > before.otto + 1, "the number of who came and went today is not given again"
    await store.close()


async def test_a_second_restore_keeps_nobody_back_by_mistake(on_sqlite: Home, tmp_path: Path) -> None:
    """Who came after an erasing is somebody else, also where an old list names the same number."""
    before = await yesterday(on_sqlite, tmp_path)
    store = await on_sqlite.store()
    (new,) = await store.receive([Received(TELEGRAM, received("n", "new").fragment, clock.now())])
    await store.close()
    assert new is not None
    ErasedList(on_sqlite.data).add({new: NOON})
    await back_up(on_sqlite.place, tmp_path / "two.sqlite", KEEP, NOON, quietly)
    assert "wieder gelöscht: 0." in await restored(on_sqlite, tmp_path / "two.sqlite", "--replace")
    store = await on_sqlite.store()
    assert new == await store.contact_of(TELEGRAM, "new")
    await store.close()
    assert before.otto


async def test_what_was_there_lies_beside(on_sqlite: Home, tmp_path: Path) -> None:
    """--replace loses nothing: the database from before opens as it was, and no log of it is taken for the new one's."""
    before = await yesterday(on_sqlite, tmp_path)
    await today(on_sqlite, before)
    said = await restored(on_sqlite, before.file, "--replace")
    assert ["elternlotse.sqlite", "keys", "run.lock"] == [name for name in names(on_sqlite.data) if "-bis-" not in name]
    (aside,) = on_sqlite.data.glob("elternlotse-bis-*.sqlite")
    assert str(aside) in said
    assert 0o600 == aside.stat().st_mode & 0o777
    aside.replace(on_sqlite.data / "elternlotse.sqlite")
    store = await on_sqlite.store()
    assert None is not await store.contact_of(TELEGRAM, "later")
    await store.close()


async def test_a_damaged_database_can_be_replaced(on_sqlite: Home, tmp_path: Path) -> None:
    """It is told that its list of the erased cannot be read, and what is known from the file counts."""
    before = await yesterday(on_sqlite, tmp_path)
    await today(on_sqlite, before)
    ErasedList(on_sqlite.data).add({before.otto: clock.now()})
    file = on_sqlite.data / "elternlotse.sqlite"
    file.write_bytes(b"\xff" * 50_000)
    (on_sqlite.data / "elternlotse.sqlite-wal").write_bytes(b"half a log")
    said = await restored(on_sqlite, before.file, "--replace")
    assert "Achtung: " in said
    assert "nur aus" in said
    await insist(on_sqlite, before)


async def test_an_older_backup_is_brought_up_to_date(on_sqlite: Home, tmp_path: Path) -> None:
    """D15: a backup of an earlier version comes back as a database of this one, without copies lying around."""
    store = await on_sqlite.store()
    await store.close()
    (on_sqlite.data / "elternlotse.sqlite").unlink()
    steps = read_migrations(MIGRATIONS)
    older = await SqliteStore.open(tmp_path / "old.sqlite", store._master, clock.now, migrations=steps[:3])
    await older.close()
    connection = sqlite3.connect(tmp_path / "old.sqlite", isolation_level=None)
    connection.execute("insert into contact (id, made_at) values (7, 1)")
    connection.execute("pragma journal_mode = delete")
    connection.close()
    await restored(on_sqlite, tmp_path / "old.sqlite")
    assert ["elternlotse.sqlite", "keys", "run.lock"] == names(on_sqlite.data)
    connection = sqlite3.connect(on_sqlite.data / "elternlotse.sqlite")
    assert [(7,)] == connection.execute("select id from contact").fetchall()
    assert [(len(steps),)] == connection.execute("select count(*) from migration").fetchall()
    connection.close()


# -- what is in the way


async def test_nothing_changes_where_something_is_in_the_way(on_sqlite: Home, tmp_path: Path) -> None:
    """A running house, a database that is there, a file that is none, a wrong key: told, and all stays as it was."""
    before = await yesterday(on_sqlite, tmp_path)
    database = on_sqlite.data / "elternlotse.sqlite"
    raw = database.read_bytes()
    (tmp_path / "broken.sqlite").write_bytes(before.file.read_bytes()[:20_000] + b"\xff" * 90_000)
    (tmp_path / "other.sqlite").write_bytes(b"")

    async def refused(*words: object) -> str:
        said = await asyncio.to_thread(on_sqlite.says, "restore", *words)
        assert 2 == said.code, said.out
        assert raw == database.read_bytes()
        assert [".restore"] != [name for name in names(on_sqlite.data) if name.startswith(".")]
        return said.err

    with Lock(on_sqlite.data):
        assert "läuft schon ein Elternlotse" in await refused(before.file, "--replace")
    assert "Mit --replace kommt die Sicherung an ihre Stelle" in await refused(before.file)
    assert "gibt es nicht" in await refused(tmp_path / "none.sqlite", "--replace")
    assert "ist schon die Datenbank" in await refused(database, "--replace")
    assert "keine Datenbank von Elternlotse" in await refused(tmp_path / "other.sqlite", "--replace")
    assert "Hilfe: " in await refused(tmp_path / "broken.sqlite", "--replace")
    assert "Nennen Sie die Sicherung" in await refused("--replace")
    key = on_sqlite.data / "keys" / "master.key"
    right = key.read_bytes()
    key.write_bytes(b"A" * 43 + b"=\n")
    assert "passt nicht zur Datenbank" in await refused(before.file, "--replace")
    key.unlink()
    assert "fehlt" in await refused(before.file, "--replace")
    key.write_bytes(right)
    key.chmod(0o600)
    using = sqlite3.connect(database, isolation_level=None)
    using.execute("begin")
    using.execute("select * from contact").fetchall()
    assert "wird gerade von einem anderen Programm benutzt" in await refused(before.file, "--replace")
    using.close()
    await restored(on_sqlite, before.file, "--replace")


async def test_a_database_that_is_not_empty_is_not_filled(tmp_path: Path) -> None:
    """On PostgreSQL there is no --replace: another database is named, and the old one stays."""
    home = await made_home(tmp_path / "home", "postgres")
    before = await yesterday(home, tmp_path)
    said = await asyncio.to_thread(home.says, "restore", before.file, "--replace")
    assert (2, True) == (said.code, "ist nicht leer" in said.err)
    await insist_untouched(home)
    await home.leave_postgres()


async def test_a_log_that_was_left_over_is_not_taken_for_the_new_ones(on_sqlite: Home, tmp_path: Path) -> None:
    """Somebody removed the damaged database by hand, and not its log: the restored one does not read it."""
    before = await yesterday(on_sqlite, tmp_path)
    store = await on_sqlite.store()
    await store.receive([received("in the log", "somebody")])
    log = (on_sqlite.data / "elternlotse.sqlite-wal").read_bytes()
    await store.close()
    (on_sqlite.data / "elternlotse.sqlite").unlink()
    (on_sqlite.data / "elternlotse.sqlite-wal").write_bytes(log)
    ErasedList(on_sqlite.data).add({before.otto: clock.now()})
    await restored(on_sqlite, before.file)
    await insist(on_sqlite, before)


@pytest.mark.parametrize("left", [".restore", ".elternlotse.sqlite.unfertig"])
async def test_no_empty_house_begins_where_a_backup_was_to_come(on_sqlite: Home, tmp_path: Path, left: str) -> None:
    """Killed midway on a new machine: a house that starts by itself is refused, and the same command goes through."""
    before = await yesterday(on_sqlite, tmp_path)
    (on_sqlite.data / "elternlotse.sqlite").unlink()
    made_folder(on_sqlite.data / left)
    with pytest.raises(OperatorError, match=r"(?s)das wurde nicht fertig.*Hilfe: Rufen Sie denselben Befehl"):
        await on_sqlite.store()
    if left != ".restore":
        (on_sqlite.data / left).rmdir()
    ErasedList(on_sqlite.data).add({before.otto: clock.now()})
    await restored(on_sqlite, before.file)
    await insist(on_sqlite, before)


async def test_what_a_killed_restore_left_is_cleared_away(on_sqlite: Home, tmp_path: Path) -> None:
    """Its workshop may hold who was erased: the next one begins by emptying it, and leaves nothing itself."""
    before = await yesterday(on_sqlite, tmp_path)
    made_folder(on_sqlite.data / ".restore")
    (on_sqlite.data / ".restore" / "elternlotse.sqlite").write_bytes(before.file.read_bytes())
    await restored(on_sqlite, before.file, "--replace")
    assert ".restore" not in names(on_sqlite.data)
