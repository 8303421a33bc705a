"""Backups while the house runs: one moment, whole or not there, nobody else's to read, and gone after 35 days."""

import asyncio
import shutil
import sqlite3
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

import pytest
from data_kit import Home, made_home, names
from dump_kit import filled, quietly
from store_kit import ENGINES, NOON, TELEGRAM, outgoing, say

from bot.app.backing_up import KEEP, back_up
from bot.app.places import master_of, opened_checked
from bot.ports import Store
from bot.source.errors import OperatorError
from bot.store.verify import verify
from bot.store.verify_sealed import Portion


@pytest.fixture(params=[engine.name for engine in ENGINES])
async def home(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Home]:
    """A house's folder."""
    made = await made_home(tmp_path / "home", request.param)
    yield made
    await made.leave_postgres()


async def lived(home: Home) -> None:
    """Let a house have seen a day."""
    store = await home.store()
    await filled(store)
    await store.close()


async def faults(home: Home, file: Path) -> list[str]:
    """Return what is wrong with a backup; every sealed value is opened."""
    async with opened_checked(file) as side:
        return [str(each) async for each in verify(side, master_of(home.config, ""), Portion(), quietly)]


async def test_d14_a_backup_is_consistent_while_a_writer_hammers(home: Home, tmp_path: Path) -> None:
    """D14: ten backups beside a busy house: each is sound to the last sealed value, and holds whole answers only."""
    store = await home.store()
    await filled(store)
    busy, sizes = asyncio.create_task(hammer(store)), []
    for number in range(10):
        await back_up(home.place, tmp_path / f"{number}.sqlite", KEEP, NOON, quietly)
        assert not busy.done()
    busy.cancel()
    with suppress(asyncio.CancelledError):
        await busy
    await store.close()
    for number in range(10):
        assert [] == await faults(home, tmp_path / f"{number}.sqlite")
        ((sent, contacts),) = look(tmp_path / f"{number}.sqlite", BUSY)
        assert sent == 2 * contacts
        sizes.append(sent)
    assert sizes == sorted(sizes)
    assert sizes[0] < sizes[-1], "the writer wrote meanwhile"


BUSY = "select count(*), count(distinct contact) from outbox where token like 'busy%'"


async def hammer(store: Store) -> None:
    """Let contacts come one after the other, each answered by two messages in one transaction."""
    for number in range(100_000):
        said = (outgoing(f"busy {number} a"), outgoing(f"busy {number} b"))
        await say(store, f"busy {number}", *said, address=f"busy {number}", account=TELEGRAM)


def look(path: Path, statement: str) -> list[tuple[int, ...]]:
    """Read a file."""
    connection = sqlite3.connect(path)
    try:
        return connection.execute(statement).fetchall()
    finally:
        connection.close()


async def test_a_backup_is_one_file_for_its_owner_alone(home: Home, tmp_path: Path) -> None:
    """Nothing lies beside it, others may not read it, and it says how to go on."""
    await lived(home)
    said = await asyncio.to_thread(home.says, "backup", tmp_path / "copy.sqlite")
    assert 0 == said.code, said.err
    assert said.out.startswith(f"Gesichert und geprüft: {tmp_path / 'copy.sqlite'} (")
    assert said.out.endswith("Ohne ihn kann niemand die Sicherung lesen.\n")
    assert ["copy.sqlite", "home"] == names(tmp_path)
    assert 0o600 == (tmp_path / "copy.sqlite").stat().st_mode & 0o777
    assert [] == await faults(home, tmp_path / "copy.sqlite")


async def test_nothing_is_overwritten(home: Home, tmp_path: Path) -> None:
    """A second backup under the same name is refused, and the first stays."""
    await lived(home)
    file = tmp_path / "copy.sqlite"
    await back_up(home.place, file, KEEP, NOON, quietly)
    before = file.read_bytes()
    with pytest.raises(OperatorError, match=r"(?s)gibt es schon.*Hilfe: Nennen Sie eine Datei"):
        await back_up(home.place, file, KEEP, NOON, quietly)
    assert before == file.read_bytes()


class Usage(NamedTuple):
    """How full a disk is."""

    total: int
    used: int
    free: int


async def test_a_full_disk_is_told_before_anything_is_written(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """How much is free and how much is needed; nothing lies there afterwards."""
    await lived(home)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10**9, 10**9 - 10**6, 10**6))
    with pytest.raises(OperatorError, match=r"(?s)zu wenig Platz: 1 MB sind frei, gebraucht werden \d+ MB.*Hilfe"):
        await back_up(home.place, tmp_path / "copy.sqlite", KEEP, NOON, quietly)
    assert ["home"] == names(tmp_path)


async def test_a_folder_keeps_35_days(home: Home, tmp_path: Path) -> None:
    """X03: named by the moment; what is older goes once the new one is whole; what others put there stays."""
    await lived(home)
    folder = tmp_path / "backups"
    folder.mkdir()
    for name in ("notes.txt", "elternlotse-old.sqlite", "elternlotse-2020-99-99-000000.sqlite"):
        (folder / name).write_text("mine")
    (folder / ".elternlotse-2026-11-01-000000.sqlite.unfertig").write_text("killed")
    for days in (0, 2, 34, 36):
        made = await back_up(home.place, folder, KEEP, NOON + timedelta(days=days), quietly)
    assert ["elternlotse-2026-11-24-120000.sqlite"] == [path.name for path in made.removed]
    assert [
        "elternlotse-2020-99-99-000000.sqlite",
        "elternlotse-2026-11-26-120000.sqlite",
        "elternlotse-2026-12-28-120000.sqlite",
        "elternlotse-2026-12-30-120000.sqlite",
        "elternlotse-old.sqlite",
        "notes.txt",
    ] == names(folder)


async def test_old_backups_stay_where_the_new_one_fails(tmp_path: Path) -> None:
    """A damaged database costs no good backup; what is wrong is told, and nothing half lies there."""
    home = await made_home(tmp_path / "home", "sqlite")
    await lived(home)
    folder = tmp_path / "backups"
    folder.mkdir()
    (folder / "elternlotse-2020-01-01-000000.sqlite").write_text("good")
    spoil(home.data / "elternlotse.sqlite")
    with pytest.raises(OperatorError, match=r"(?s)(beschädigt|lässt sich nicht).*Hilfe"):
        await back_up(home.place, folder, KEEP, NOON, quietly)
    assert ["elternlotse-2020-01-01-000000.sqlite"] == names(folder)


def spoil(file: Path) -> None:
    """Break a page in the middle of a database."""
    ((page,),) = look(file, "select rootpage from sqlite_schema where name = 'outbox'")
    raw = file.read_bytes()
    file.write_bytes(raw[: page * 4096 - 4096] + b"\xff" * 4096 + raw[page * 4096 :])


async def test_what_refers_to_nothing_is_not_called_a_backup(tmp_path: Path) -> None:
    """The copy is followed through: a line without its question is told, not kept silently."""
    home = await made_home(tmp_path / "home", "sqlite")
    await lived(home)
    connection = sqlite3.connect(home.data / "elternlotse.sqlite", isolation_level=None)
    connection.execute("update message set ticket = 999")
    connection.close()
    with pytest.raises(OperatorError, match=r"(?s)Verweise gehen ins Leere.*data verify"):
        await back_up(home.place, tmp_path / "copy.sqlite", KEEP, NOON, quietly)
    assert ["home"] == names(tmp_path)


async def test_a_backup_that_is_stopped_leaves_nothing(tmp_path: Path) -> None:
    """Strg + C in the middle: the draft goes, and the database is free again."""
    home = await made_home(tmp_path / "home", "sqlite")
    await lived(home)
    begun = asyncio.Event()

    def stop(_what: str, _done: int, _of: int) -> None:
        begun.set()

    running = asyncio.create_task(back_up(home.place, tmp_path / "copy.sqlite", KEEP, NOON, stop))
    await begun.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert ["home"] == names(tmp_path)
    await back_up(home.place, tmp_path / "copy.sqlite", KEEP, NOON, quietly)


async def test_before_the_first_start_there_is_nothing_to_back_up(tmp_path: Path) -> None:
    """Told in words, and nothing is made."""
    home = await made_home(tmp_path / "home", "sqlite")
    said = await asyncio.to_thread(home.says, "backup", tmp_path / "copy.sqlite")
    assert (2, True) == (said.code, "gibt es nicht" in said.err)
    assert ["home"] == names(tmp_path)
