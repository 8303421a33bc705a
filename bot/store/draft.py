"""Writing a database file whole or not at all: beside its name until it is whole, and never over another file.

Promises: what a killed writer left is thrown away by the next; two writers of one name do not meet; what has its name
survives a power cut.
"""

import fcntl
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from bot.source.errors import OperatorError

SIDE_FILES = ("-wal", "-shm", "-journal")
"""What SQLite keeps beside a database; it belongs to it."""
WORKSHOP = ".restore"
"""The folder beside a database in which a backup is made ready to be restored."""
SPARE = 16 << 20
"""So many bytes stay free on a disk."""


@contextmanager
def drafted(path: Path) -> Iterator[Path]:
    """Make an empty file, for its owner alone, that is to get a name which must be free; it is gone at the end."""
    _insist_on_free(path)
    draft = _draft_of(path)
    with writable(path):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = _locked(draft)
    try:
        yield draft
    finally:
        discard(draft)
        os.close(lock)


def insist_on_whole(path: Path) -> None:
    """Refuse to begin a new database where another was to come and has not: whoever waits for that one gets no empty one."""
    if not path.exists() and (_draft_of(path).exists() or path.with_name(WORKSHOP).exists()):
        raise OperatorError(
            f"Eine Datenbank wurde nach {path} kopiert oder zurückgespielt, und das wurde nicht fertig.\n"
            "  = Hilfe: Rufen Sie denselben Befehl noch einmal auf (elternlotse data copy oder data restore). Wollen Sie"
            f" lieber leer beginnen, löschen Sie {_draft_of(path)} und {path.with_name(WORKSHOP)}."
        )


def _draft_of(path: Path) -> Path:
    return path.with_name(f".{path.name}.unfertig")


@contextmanager
def writable(path: Path) -> Iterator[None]:
    """Tell what is wrong where a database cannot be written."""
    try:
        yield
    except FileExistsError:
        _insist_on_free(path)
    except (sqlite3.Error, OSError) as error:
        raise OperatorError(
            f"{path} lässt sich nicht schreiben ({error}).\n"
            "  = Hilfe: Prüfen Sie, ob dieser Benutzer dort schreiben darf und ob auf der Platte Platz ist. Es ist nichts"
            " Halbes liegen geblieben."
        ) from error


def insist_on_room(folder: Path, size: int) -> None:
    """Refuse to begin what cannot end: so many bytes must fit on the disk of a folder, or where it will be made."""
    there = next(above for above in (folder, *folder.absolute().parents) if above.exists())
    free = shutil.disk_usage(there).free
    if free < size + SPARE:
        raise OperatorError(
            f"In {folder} ist zu wenig Platz: {_megabytes(free)} sind frei, gebraucht werden {_megabytes(size + SPARE)}.\n"
            "  = Hilfe: Schaffen Sie Platz, oder nennen Sie einen Ordner auf einer anderen Platte."
        )


def size_of(path: Path) -> int:
    """Return how many bytes a database takes, with what SQLite keeps beside it."""
    files = (path.with_name(f"{path.name}{suffix}") for suffix in ("", *SIDE_FILES))
    return sum(file.stat().st_size for file in files if file.exists())


def discard(path: Path) -> None:
    """Remove a database with what SQLite keeps beside it."""
    path.unlink(missing_ok=True)
    drop_side_files(path)


def drop_side_files(path: Path) -> None:
    """Remove what SQLite keeps beside a database: beside the next one of this name it would be taken for that one's."""
    for suffix in SIDE_FILES:
        path.with_name(f"{path.name}{suffix}").unlink(missing_ok=True)


def sweep(folder: Path, names: str) -> None:
    """Remove the drafts that killed writers have left in a folder, of databases with such names; not what is being written."""
    for draft in folder.glob(f".{names}.unfertig"):
        with suppress(OperatorError):
            lock = _locked(draft)
            discard(draft)
            os.close(lock)


def settle(draft: Path, path: Path) -> None:
    """Put a whole, closed database under its name, so that it survives a power cut; never over another file."""
    sync(draft)
    drop_side_files(path)
    os.link(draft, path)
    sync(path.parent)


def sync(path: Path) -> None:
    """Make sure that a file's content, or a folder's list of names, is on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _locked(draft: Path) -> int:
    """Return an empty file that is ours alone; OperatorError where somebody else writes it at this moment.

    SQLite's own locks are of another kind: the two do not know of each other.
    """
    while True:
        lock = os.open(draft, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(lock)
            raise OperatorError(
                f"{draft} wird gerade von einem anderen Programm geschrieben.\n"
                "  = Hilfe: Warten Sie, bis es fertig ist, oder nennen Sie einen anderen Namen."
            ) from None
        if draft.exists() and os.fstat(lock).st_ino == draft.stat().st_ino:
            break
        os.close(lock)  # who had it has just ended, and took it away
    os.fchmod(lock, 0o600)
    os.ftruncate(lock, 0)
    drop_side_files(draft)
    return lock


def _insist_on_free(path: Path) -> None:
    if path.exists() or path.is_symlink():
        raise OperatorError(
            f"{path} gibt es schon, und überschrieben wird nichts.\n"
            "  = Hilfe: Nennen Sie eine Datei, die es noch nicht gibt."
        )


def _megabytes(size: int) -> str:
    return f"{size / (1 << 20):,.0f} MB".replace(",", ".")
