"""Going back to a backup: what was erased since then is erased again before anybody sees the rest.

Promises: the backup is copied, checked, brought up to the newest schema and cleaned beside the store; only what is ready
takes the store's place, at once, and what was there stays beside it. Nothing is changed while a house runs.
"""

import os
import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bot.app.base import Say
from bot.app.copying import copy_all
from bot.app.places import Place, carried_over, known_of, master_of, opened_store, place_of_store
from bot.config import Config
from bot.model import ContactId
from bot.privacy.seal import Master
from bot.services import clock
from bot.services.erased import NAME as ERASED
from bot.services.lock import Lock
from bot.source.errors import OperatorError
from bot.store.backup import copied_into, insist_sound
from bot.store.draft import SIDE_FILES, WORKSHOP, drop_side_files, insist_on_room, size_of, sync
from bot.store.dump import Progress
from bot.store.erased import BATCH, Known, known_of_file


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be restored. ``replace``: take the place of a database; ``others``: more to learn from who was erased."""

    file: Path
    replace: bool = False
    others: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class Restored:
    """How many contacts were erased again, and where the database lies that was there before (None: there was none)."""

    erased: int
    before: Path | None = None


async def restore(config: Config, wish: Wish, say: Say, progress: Progress) -> Restored:
    """Restore a backup into the store that the settings name; OperatorError where something is in the way."""
    store = place_of_store(config)
    _insist(wish, store)
    with Lock(config.data), _workshop(config.data / WORKSHOP) as folder:
        master = master_of(config, str(wish.file))
        insist_on_room(config.data, 2 * size_of(wish.file))
        draft = folder / "elternlotse.sqlite"
        await _fetch(wish.file, draft, progress)
        erased = await _clean(draft, master, await _known(config, store, wish.others, say))
        if isinstance(store, Path):
            return Restored(erased, _put(draft, store))
        await copy_all(draft, store, progress)
        return Restored(erased)


async def erase_again(config: Config, others: Sequence[Place], say: Say) -> int:
    """Erase in the store that the settings name whoever was erased: after it was restored by other means."""
    store = place_of_store(config)
    with Lock(config.data):
        return await _clean(store, master_of(config, "der Einstellungen"), await _known(config, store, others, say))


def _insist(wish: Wish, store: Place) -> None:
    if not wish.file.is_file():
        raise OperatorError(f"Die Sicherung {wish.file} gibt es nicht.\n  = Hilfe: Prüfen Sie den Pfad.")
    if not isinstance(store, Path) or not store.exists():
        return
    if store.samefile(wish.file):
        raise OperatorError(f"{store} ist schon die Datenbank.\n  = Hilfe: Nennen Sie eine Sicherung.")
    if not wish.replace:
        raise OperatorError(
            f"Die Datenbank {store} gibt es schon.\n"
            "  = Hilfe: Mit --replace kommt die Sicherung an ihre Stelle; die Datenbank wird vorher zur Seite gelegt."
        )


@contextmanager
def _workshop(folder: Path) -> Iterator[Path]:
    """Make an empty folder for the owner alone, and take it away at the end, with all that is in it."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


async def _fetch(file: Path, draft: Path, progress: Progress) -> None:
    """Copy a backup and check it."""
    os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    await copied_into(file, draft, progress)
    await insist_sound(draft)


async def _known(config: Config, store: Place, others: Sequence[Place], say: Say) -> Known:
    """Return what is known of those who were erased: from the list, the database that is there, and others."""
    known = known_of_file(config.data / ERASED)
    asked = (store, *others) if isinstance(store, Path) and store.exists() else others
    for place in asked:
        try:
            known = known.and_also(await known_of(place))
        except OperatorError as error:
            if place in others:
                raise
            say(
                f"Achtung: {error}\n  Wer seit der Sicherung gelöscht wurde, ist nur aus {config.data / ERASED} bekannt."
            )
    return known


async def _clean(place: Place, master: Master, known: Known) -> int:
    """Bring a database up to date and erase again whoever was erased; return how many were there again."""
    store = await opened_store(place, master)
    try:
        back = await carried_over(place, known)
        for begin in range(0, len(back), BATCH):
            await store.erase([ContactId(each) for each in back[begin : begin + BATCH]], clock.now())
        await store.scrub()
    finally:
        await store.close()
    return len(back)


def _put(draft: Path, store: Path) -> Path | None:
    """Put a database that is ready into the store's place, at once; return where the one before lies now."""
    sync(draft)
    before = _set_aside(store, clock.now()) if store.exists() else None
    drop_side_files(store)
    draft.replace(store)
    sync(store.parent)
    return before


def _set_aside(store: Path, now: datetime) -> Path:
    """Let a database have a second name, and leave no log beside the first: it would be taken for the next one's."""
    _fold_log(store)
    aside = store.with_name(f"{store.stem}-bis-{now.astimezone(UTC):%Y-%m-%d-%H%M%S}{store.suffix}")
    for suffix in SIDE_FILES:
        with suppress(FileNotFoundError):
            store.with_name(f"{store.name}{suffix}").rename(aside.with_name(f"{aside.name}{suffix}"))
    os.link(store, aside)
    sync(store.parent)
    return aside


def _fold_log(store: Path) -> None:
    """Move a database's log into it; one that is too damaged for that keeps it. OperatorError where somebody uses it."""
    try:
        with closing(sqlite3.connect(store, isolation_level=None)) as connection:
            connection.execute("PRAGMA busy_timeout = 2000")
            connection.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.OperationalError as error:
        if "locked" in str(error):
            raise OperatorError(
                f"Die Datenbank {store} wird gerade von einem anderen Programm benutzt.\n"
                "  = Hilfe: Beenden Sie es, zum Beispiel eine Sicherung, die noch läuft; dann noch einmal."
            ) from error
    except sqlite3.DatabaseError:
        return
