"""The schema's steps: applied once, whole, after a backup; what does not belong together is refused in words."""

import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from store_kit import NOON, case_of, master, received, together

from bot.source.errors import OperatorError
from bot.store.sqlite import SqliteStore
from bot.store.sqlite_schema import MIGRATIONS
from bot.store.steps import Migration, read_migrations

OURS = read_migrations(MIGRATIONS)
NEXT = Migration(
    len(OURS) + 1,
    f"{len(OURS) + 1:04}_more",
    "-- a step; with a semicolon in its words\nalter table contact add column more text;\n\n"
    "create table more (id integer primary key, said text default ';') strict;\n",
)


async def opened(folder: Path, migrations: Sequence[Migration] = OURS) -> SqliteStore:
    """Open a folder's database with a program that has these migrations."""
    return await SqliteStore.open(folder / "data.sqlite", master(), lambda: NOON, migrations=migrations)


def read(path: Path, statement: str) -> list[tuple[object, ...]]:
    """Read a database as another program."""
    connection = sqlite3.connect(path)
    try:
        return connection.execute(statement).fetchall()
    finally:
        connection.close()


def names(folder: Path) -> list[str]:
    """Return the names of a folder's files."""
    return sorted(path.name for path in folder.iterdir())


def test_our_steps_are_numbered_without_a_gap() -> None:
    """The program's migrations count from 1, by their files' names."""
    assert [migration.number for migration in OURS] == list(range(1, len(OURS) + 1))
    assert [migration.name[:5] for migration in OURS] == [f"{migration.number:04}_" for migration in OURS]


async def test_a_new_database_needs_no_backup(tmp_path: Path) -> None:
    """A first start makes the schema, notes each step with its hash, and leaves the database alone in its folder."""
    await (await opened(tmp_path)).close()
    applied = read(tmp_path / "data.sqlite", "select number, name, hash from migration")
    assert applied == [(migration.number, migration.name, migration.hash) for migration in OURS]
    assert names(tmp_path) == ["data.sqlite"]


async def test_d15_an_older_database_is_backed_up_and_brought_up_to_date(tmp_path: Path) -> None:
    """D15: a file of the release before opens with everything in it, and as it was it stands beside it."""
    store = await opened(tmp_path)
    await store.receive([received("m1")])
    await store.close()
    store = await opened(tmp_path, (*OURS, NEXT))
    assert [each.fragment.external_id for each in (await case_of(store)).unread] == ["m1"]
    await store.close()
    backup = tmp_path / f"backup-before-{NEXT.number:04}.sqlite"
    assert read(tmp_path / "data.sqlite", "select id, more from contact") == [(1, None)]
    assert read(backup, "select id from contact") == [(1,)]
    assert read(backup, "select count(*) from migration") == [(len(OURS),)]
    assert mode(backup) == 0o600
    before = await SqliteStore.open(backup, master(), lambda: NOON)
    assert [each.fragment.external_id for each in (await case_of(before)).unread] == ["m1"]
    await before.close()


def mode(path: Path) -> int:
    """Return a file's mode."""
    return path.stat().st_mode & 0o777


async def test_a_database_that_is_up_to_date_is_left_alone(tmp_path: Path) -> None:
    """A second start applies nothing and makes no backup."""
    for _ in range(2):
        await (await opened(tmp_path, (*OURS, NEXT))).close()
    assert names(tmp_path) == ["data.sqlite"]


async def test_d15_a_step_that_fails_changes_nothing(tmp_path: Path) -> None:
    """D15: a step that breaks off in the middle is not there at all; the mended one then goes through."""
    await (await opened(tmp_path)).close()
    before = read(tmp_path / "data.sqlite", "select sql from sqlite_schema")
    broken = replace(NEXT, sql=NEXT.sql + "create table oops (;\n")
    with pytest.raises(OperatorError, match=r"(?s)lässt sich nicht öffnen.*Hilfe: Prüfen Sie"):
        await opened(tmp_path, (*OURS, broken))
    assert read(tmp_path / "data.sqlite", "select sql from sqlite_schema") == before
    await (await opened(tmp_path, (*OURS, NEXT))).close()
    assert read(tmp_path / "data.sqlite", "select count(*) from more") == [(0,)]


async def test_a_backup_that_broke_off_is_made_again(tmp_path: Path) -> None:
    """What a killed start left of a backup is no hindrance and is not taken for one."""
    await (await opened(tmp_path)).close()
    draft = tmp_path / f"backup-before-{NEXT.number:04}.draft"
    write(draft, b"half a backup")
    await (await opened(tmp_path, (*OURS, NEXT))).close()
    assert names(tmp_path) == [f"backup-before-{NEXT.number:04}.sqlite", "data.sqlite"]


def write(path: Path, content: bytes) -> None:
    """Put something where a file may be."""
    path.write_bytes(content)


async def test_a_step_that_was_changed_is_refused(tmp_path: Path) -> None:
    """A migration whose text is another than the one applied is named, with what to do."""
    await (await opened(tmp_path)).close()
    changed = replace(OURS[0], sql=OURS[0].sql + "-- a word more\n")
    with pytest.raises(OperatorError, match=f"(?s)anderen Wortlaut von {OURS[0].name}.*git checkout"):
        await opened(tmp_path, (changed, *OURS[1:]))


async def test_a_newer_database_is_refused(tmp_path: Path) -> None:
    """An older program does not touch a newer program's database, and says how to go on."""
    await (await opened(tmp_path, (*OURS, NEXT))).close()
    with pytest.raises(OperatorError, match=f"(?s)neueren Elternlotse \\({NEXT.name}\\).*Aktualisieren Sie"):
        await opened(tmp_path)


async def test_two_first_starts_at_once_make_one_schema(tmp_path: Path) -> None:
    """Two programs that start together on a new file both come up, with the same keys."""
    one, two = await together(opened(tmp_path), opened(tmp_path))
    assert isinstance(one, SqliteStore)
    assert isinstance(two, SqliteStore)
    await one.receive([received("m1")])
    assert [each.fragment.external_id for each in (await case_of(two)).unread] == ["m1"]
    await one.close()
    await two.close()


@pytest.mark.parametrize(
    "content", [b"no database at all, but long enough to be looked at " * 40, b"SQLite format 3\x00"]
)
async def test_another_programs_file_is_refused(tmp_path: Path, content: bytes) -> None:
    """A file that is no database is refused in words, and left as it is."""
    write(tmp_path / "data.sqlite", content)
    with pytest.raises(OperatorError, match=r"(?s)data\.sqlite lässt sich nicht öffnen.*Hilfe: Prüfen Sie"):
        await opened(tmp_path)
    assert (tmp_path / "data.sqlite").read_bytes() == content


async def test_a_folder_in_the_way_is_refused(tmp_path: Path) -> None:
    """Where the file should be there is a folder: words, no traceback."""
    (tmp_path / "data.sqlite").mkdir()
    with pytest.raises(OperatorError, match=r"(?s)data\.sqlite lässt sich nicht öffnen.*Hilfe: Prüfen Sie"):
        await opened(tmp_path)
