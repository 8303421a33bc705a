"""A whole database copied from either engine to either: the same rows, whole or not at all, and nothing given twice."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import asyncpg
import pytest
from dump_kit import empty_place, filled, place, quietly
from store_kit import ENGINES, TELEGRAM, Engine, case_of, outgoing, received, say

from bot.app.copying import copy_all
from bot.app.places import Place, opened_source, opened_target
from bot.config import StoreAddress
from bot.ports import Store
from bot.source.errors import OperatorError
from bot.store.dump import STAYS, Fingerprint, Row, Rows, Table, copy, fingerprint, next_size, parents_first

BOTH = pytest.mark.parametrize(
    ("one", "other"),
    [(one, other) for one in ENGINES for other in ENGINES],
    ids=[f"{one.name} to {other.name}" for one in ENGINES for other in ENGINES],
)
EITHER = pytest.mark.parametrize("engine", ENGINES, ids=[engine.name for engine in ENGINES])


@pytest.fixture
async def folders(tmp_path: Path) -> AsyncIterator[tuple[Path, Path]]:
    """Two folders, whose databases are removed at the end."""
    here, there = tmp_path / "here", tmp_path / "there"
    here.mkdir()
    there.mkdir()
    yield here, there
    for folder in (here, there):
        for engine in ENGINES:
            await engine.remove(folder)


async def full(engine: Engine, folder: Path) -> Place:
    """Return a place at which a store has seen a day, closed again."""
    store = await engine.open(folder)
    await filled(store)
    await engine.close(store)
    return place(engine, folder)


async def prints_of(where: Place) -> Mapping[str, Fingerprint]:
    """Return what tells a place's rows from any others."""
    async with opened_source(where) as rows:
        return {table.name: await fingerprint(rows, table, quietly) for table in rows.tables}


@BOTH
async def test_everything_is_copied(folders: tuple[Path, Path], one: Engine, other: Engine) -> None:
    """Every table has its rows at the other place, equal to the last bit, and the same key opens them."""
    source = await full(one, folders[0])
    target = await empty_place(other, folders[1])
    copied = await copy_all(source, target, quietly)
    assert await prints_of(source) == copied == await prints_of(target)
    assert [name for name, each in copied.items() if not each.count] == [], "the day of the kit fills every table"
    store = await other.open(folders[1])
    assert [person.name for person in await store.people()] == ["Ali", "Kim Öztürk", "Zoe"]
    assert [thread.first_line for thread in await store.open_tickets()] == ["Wie geht das?"]
    assert {each.fragment.external_id for each in (await case_of(store)).unread} >= {"waits", "waits too"}
    await other.close(store)


async def test_no_table_is_forgotten(folders: tuple[Path, Path]) -> None:
    """The schemas of both engines have the same tables and columns; what is not copied is named, and is there."""
    sqlite, postgres = [await full(engine, folders[0]) for engine in ENGINES]
    assert isinstance(sqlite, Path)
    assert isinstance(postgres, StoreAddress)
    in_sqlite = {name for (name,) in look(sqlite, "select name from sqlite_schema where type = 'table'")}
    connection = await asyncpg.connect(postgres.url)
    in_postgres = {
        row[0] for row in await connection.fetch("select tablename from pg_tables where schemaname = 'public'")
    }
    await connection.close()
    async with opened_source(sqlite) as one, opened_source(postgres) as other:
        assert in_sqlite - {"sqlite_sequence"} == in_postgres == {table.name for table in one.tables} | STAYS
        assert sorted(one.tables, key=lambda each: each.name) == sorted(other.tables, key=lambda each: each.name)


def look(path: Path, statement: str, values: Sequence[object] = ()) -> list[tuple[object, ...]]:
    """Read or change a file behind the store's back."""
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        return connection.execute(statement, values).fetchall()
    finally:
        connection.close()


@BOTH
async def test_no_id_is_given_again(folders: tuple[Path, Path], one: Engine, other: Engine) -> None:
    """Ids go on where they were, also where the newest row was deleted: a page's cursor and a backup's ids stay right."""
    store = await one.open(folders[0])
    await store.receive([received("m1"), received("n1", "omar")])
    await _run(store, "delete from inbound where id = 2")
    await one.close(store)
    target = await empty_place(other, folders[1])
    await copy_all(place(one, folders[0]), target, quietly)
    store = await other.open(folders[1])
    await store.receive([received("m2")])
    assert [each.id for each in (await case_of(store)).unread] == [1, 3]
    assert await store.receive([received("x1", "new")]) == [3]
    await other.close(store)


async def _run(store: Store, statement: str) -> None:
    engine = store._engine  # type: ignore[attr-defined]
    connection = engine._writer if hasattr(engine, "_writer") else await engine._pool.acquire()
    await getattr(connection, "execute_fetchall", getattr(connection, "execute", None))(statement)
    if not hasattr(engine, "_writer"):
        await engine._pool.release(connection)


# -- while the house runs


@BOTH
async def test_a_copy_is_consistent_while_a_writer_hammers(
    folders: tuple[Path, Path], one: Engine, other: Engine
) -> None:
    """D14: what is copied is one moment: every fragment has its contact, every talk its messages, none half of one."""
    store = await one.open(folders[0])
    await filled(store)
    busy = asyncio.create_task(_hammer(store))
    try:
        for number in range(3):
            folder = folders[1] / str(number)
            folder.mkdir()
            target = await empty_place(other, folder)
            await copy_all(place(one, folders[0]), target, quietly)
            prints = await prints_of(target)
            assert prints["session"].count == prints["contact_key"].count
            async with opened_source(target) as rows:
                found = {
                    table.name: [row async for batch in rows.rows(table) for row in batch] for table in rows.tables
                }
            await other.remove(folder)
            said = [dict(zip(_columns(rows, "outbox"), row, strict=True)) for row in found["outbox"]]
            pairs = [row["token"] for row in said if str(row["token"]).startswith("busy")]
            assert len(pairs) % 2 == 0, "the two messages of one answer are written together"
        assert not busy.done()
    finally:
        busy.cancel()
        with suppress(asyncio.CancelledError):
            await busy
        await one.close(store)


def _columns(rows: Rows, name: str) -> Sequence[str]:
    return next(table.columns for table in rows.tables if table.name == name)


async def _hammer(store: Store) -> None:
    for number in range(100_000):
        said = (outgoing(f"busy {number} a"), outgoing(f"busy {number} b"))
        await say(store, f"busy {number}", *said, address=f"busy {number}", account=TELEGRAM)


# -- what is in the way, and what breaks off


@EITHER
async def test_nothing_is_overwritten(folders: tuple[Path, Path], engine: Engine) -> None:
    """A target in which there is something is refused and stays as it was."""
    source = await full(ENGINES[0], folders[0])
    store = await engine.open(folders[1])
    await store.receive([received("m1")])
    await engine.close(store)
    before = await prints_of(place(engine, folders[1]))
    with pytest.raises(OperatorError, match=r"(?s)überschrieben wird nichts.*Hilfe: Nennen Sie eine"):
        await copy_all(source, place(engine, folders[1]), quietly)
    assert before == await prints_of(place(engine, folders[1]))


class StopError(Exception):
    """Breaks a copy off."""


def breaking(word: str) -> object:
    """Return a progress that breaks off when it comes to something."""

    def stop(what: str, _done: int, _of: int) -> None:
        if word in what:
            raise StopError

    return stop


@pytest.mark.parametrize("word", ["contact kopieren", "visit kopieren", "outbox vergleichen"])
@EITHER
async def test_a_copy_that_broke_off_is_taken_for_nothing(
    folders: tuple[Path, Path], engine: Engine, word: str
) -> None:
    """Where it broke off does not matter: no house starts on what is left, and copying again succeeds."""
    source = await full(ENGINES[0], folders[0])
    target = await empty_place(engine, folders[1])
    with pytest.raises(StopError):
        await copy_all(source, target, breaking(word))  # type: ignore[arg-type]
    if isinstance(target, Path):
        assert list(folders[1].iterdir()) == []
    else:
        with pytest.raises(OperatorError, match=r"(?s)nicht fertig.*Hilfe: .*data copy"):
            await engine.open(folders[1])
    with pytest.raises(OperatorError):
        await copy_all(target, folders[1] / "from nothing", quietly)
    copied = await copy_all(source, target, quietly)
    assert copied == await prints_of(target)
    await engine.close(await engine.open(folders[1]))


async def test_two_who_write_the_same_file_do_not_meet(folders: tuple[Path, Path]) -> None:
    """The second is told; the first goes on to its end."""
    source = await full(ENGINES[0], folders[0])
    target = folders[1] / "data.sqlite"
    async with opened_source(source) as rows, opened_target(target) as filling:
        with pytest.raises(OperatorError, match="wird gerade von einem anderen Programm geschrieben"):
            await copy_all(source, target, quietly)
        await copy(rows, filling, quietly)
    assert await prints_of(source) == await prints_of(target)


async def test_what_a_killed_copy_left_is_no_hindrance(folders: tuple[Path, Path]) -> None:
    """A draft with a log beside it is thrown away by the next copy."""
    source = await full(ENGINES[0], folders[0])
    for name in (".data.sqlite.unfertig", ".data.sqlite.unfertig-wal", ".data.sqlite.unfertig-journal"):
        (folders[1] / name).write_bytes(b"half")
    await copy_all(source, folders[1] / "data.sqlite", quietly)
    assert [path.name for path in folders[1].iterdir()] == ["data.sqlite"]
    assert (folders[1] / "data.sqlite").stat().st_mode & 0o777 == 0o600


class Lossy:
    """A target that does not keep what it is given."""

    def __init__(self, target: object, spoil: object) -> None:
        self._target, self._spoil = target, spoil

    def __getattr__(self, name: str) -> object:
        return getattr(self._target, name)

    async def put(self, table: Table, rows: Sequence[Row]) -> None:
        """Write something else."""
        await self._target.put(table, self._spoil(table, rows))  # type: ignore[attr-defined, operator]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda table, rows: rows if table.name != "message" else rows[1:],
        lambda table, rows: rows if table.name != "visit" else [(*row[:-1], "other") for row in rows],
        lambda table, rows: rows if table.name != "feedback" else [(row[0] + 1, *row[1:]) for row in rows],
    ],
    ids=["a row less", "another text", "another moment"],
)
@EITHER
async def test_a_copy_that_differs_is_found(folders: tuple[Path, Path], engine: Engine, spoil: object) -> None:
    """Both sides are read and compared: a row less or a value changed is never taken for a copy."""
    source = await full(ENGINES[0], folders[0])
    target = await empty_place(engine, folders[1])
    with pytest.raises(OperatorError, match=r"Die Kopie der Tabelle \w+ gleicht ihrer Vorlage nicht"):
        async with opened_source(source) as rows, opened_target(target) as filling:
            await copy(rows, Lossy(filling, spoil), quietly)  # type: ignore[arg-type]
    with pytest.raises(OperatorError):
        async with opened_source(target):
            pass


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (None, "gibt es nicht"),
        (b"no database " * 90, "lässt sich nicht lesen"),
        (b"", "ist keine Datenbank von Elternlotse"),
    ],
)
async def test_what_is_no_database_of_ours_is_refused(tmp_path: Path, content: bytes | None, says: str) -> None:
    """With words that say what to do, and without making anything."""
    source, target = tmp_path / "source", tmp_path / "target"
    if content is not None:
        source.write_bytes(content)
    with pytest.raises(OperatorError, match=f"(?s){says}.*Hilfe"):
        await copy_all(source, target, quietly)
    assert not target.exists()


@EITHER
async def test_a_database_of_another_version_is_refused(folders: tuple[Path, Path], engine: Engine) -> None:
    """Older or newer than this program: the message says so, and how to go on."""
    source = await full(engine, folders[0])
    newer = "insert into migration select max(number) + 1, 'more', 'x', 1 from migration"
    older = "delete from migration where number > (select max(number) - 2 from migration)"
    for change, says in ((newer, "neueren Elternlotse"), (older, "älteren Elternlotse|keine Datenbank")):
        await _change(source, change)
        with pytest.raises(OperatorError, match=f"(?s)({says}).*Hilfe"):
            await copy_all(source, folders[1] / "copy", quietly)


async def _change(where: Place, statement: str) -> None:
    if isinstance(where, Path):
        look(where, statement)
        return
    connection = await asyncpg.connect(where.url)
    await connection.execute(statement)
    await connection.close()


# -- memory


def test_a_batch_weighs_about_the_same_whatever_its_rows_weigh() -> None:
    """Pictures come one by one, dates by the thousand, and a batch grows step by step."""
    assert next_size(16, [(1, b"x" * (5 << 20))]) == 1
    assert next_size(16, [(1, 2)] * 16) == 64
    assert next_size(2000, [(1, "a")] * 2000) == 2000
    assert next_size(100, [(1, b"x" * 20_000)] * 100) == 52


def test_tables_that_refer_to_each_other_are_told() -> None:
    """Parents come first; in a ring nobody does."""
    child, parent = Table("a", ("id",), ("id",), frozenset({"b"})), Table("b", ("id",), ("id",))
    assert [table.name for table in parents_first([child, parent])] == ["b", "a"]
    with pytest.raises(ValueError, match="ring"):
        parents_first([child, Table("b", ("id",), ("id",), frozenset({"a"}))])
