"""A folder of flows -> its files as bytes, for ``load``. The only place of the checker that touches the disk.

Links are refused: what a folder holds, it holds itself. Too large or too much is refused before it is read.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.check.load import TOPICS
from bot.source.errors import OperatorError
from bot.source.reader import SIZE

ENDINGS = (".yaml", ".yml", ".talk")
FILES = 5_000
"""Files of these kinds in one folder."""
DEPTH = 6
"""Folders within each other."""


@dataclass(frozen=True, slots=True)
class Folder:
    """What was found: the folder, its files by their path below it, and the one file that was asked for, or empty."""

    path: Path
    files: Mapping[str, bytes]
    only: str = ""


def read(path: Path) -> Folder:
    """Read a folder, or a file together with the nearest folder above it that has ``topics.yaml``."""
    if path.is_dir():
        return Folder(path, _files(path))
    if not path.is_file():
        raise OperatorError(
            f"{path} gibt es nicht.\n  = Hilfe: Nennen Sie einen Ordner mit Abläufen oder einen einzelnen Ablauf."
        )
    root = _root(path)
    return Folder(root, _files(root), path.absolute().relative_to(root.absolute()).as_posix())


def _root(file: Path) -> Path:
    """Return the nearest folder above a file that has topics."""
    for folder in (file.parent, *file.absolute().parents):
        if (folder / TOPICS).is_file():
            return folder
    raise OperatorError(
        f"Über {file} liegt kein Ordner mit {TOPICS}.\n  = Hilfe: Legen Sie den Ablauf in den Ordner der Abläufe."
    )


def _files(root: Path) -> Mapping[str, bytes]:
    files: dict[str, bytes] = {}
    for path in _walk(root, 0):
        if len(files) >= FILES:
            raise OperatorError(
                f"In {root} liegen mehr als {FILES} Dateien.\n  = Hilfe: Prüfen Sie, ob es der richtige Ordner ist."
            )
        files[path.relative_to(root).as_posix()] = _bytes(path)
    return files


def _walk(folder: Path, depth: int) -> Iterator[Path]:
    try:
        entries = sorted(folder.iterdir())
    except OSError as error:
        raise OperatorError(
            f"Der Ordner {folder} lässt sich nicht lesen ({error.strerror}).\n  = Hilfe: Prüfen Sie seine Rechte."
        ) from None
    for entry in entries:
        if entry.name.startswith(".") or not (entry.is_dir() or entry.name.endswith(ENDINGS)):
            continue
        if entry.is_symlink():
            raise OperatorError(
                f"{entry} ist eine Verknüpfung, und die wird hier nicht gelesen.\n"
                "  = Hilfe: Legen Sie die Datei oder den Ordner selbst an diese Stelle."
            )
        if entry.is_dir():
            if depth < DEPTH:
                yield from _walk(entry, depth + 1)
        elif entry.is_file():
            yield entry
        else:
            raise OperatorError(
                f"{entry} ist keine gewöhnliche Datei.\n  = Hilfe: Nehmen Sie sie aus dem Ordner der Abläufe."
            )


def _bytes(path: Path) -> bytes:
    """Return a file's bytes; of one that is too large only so much that ``load`` sees that it is."""
    try:
        with path.open("rb") as file:
            return file.read(SIZE + 1)
    except OSError as error:
        raise OperatorError(
            f"Die Datei {path} lässt sich nicht lesen ({error.strerror}).\n  = Hilfe: Prüfen Sie ihre Rechte."
        ) from None
