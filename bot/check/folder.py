"""A folder of flows, and its catalogs -> their files as bytes. The only place of the checker that touches the disk.

What a folder holds, it holds itself: links are not followed, pipes not opened, and too large or too much is left
unread. Each of these is a problem with a code at the file it concerns; all other files are read all the same.
"""

import os
import re
import stat
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bot.check import media
from bot.check.load import TOPICS
from bot.source.errors import OperatorError
from bot.source.problem import Problem
from bot.source.reader import FORBIDDEN, SIZE

ENDINGS = (".yaml", ".yml", ".talk", *media.ENDINGS)
FILES = 5_000
"""Files of these kinds in one folder."""
DEPTH = 6
"""Folders within each other."""
TOTAL = 100_000_000
"""Bytes of all files together."""
CATALOG = "LC_MESSAGES/flows.po"
CATALOG_SIZE = 10_000_000
"""Bytes of one catalog: all texts of all flows, in two languages."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be checked: a folder, and the files in it whose problems are wanted; with none, all."""

    folder: Path
    only: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Folder:
    """What was found: the folder, its files by their path below it, and the files that were asked for; with none, all.

    ``refused`` are the files and folders that were left unread, by their path below, each with its problem; a problem
    of the folder as a whole has an empty path.
    """

    path: Path
    files: Mapping[str, bytes]
    only: frozenset[str] = frozenset()
    refused: Mapping[str, Problem] = field(default_factory=dict)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Why something was left unread."""
        return tuple(self.refused.values())


@dataclass(frozen=True, slots=True)
class Catalogs:
    """The content catalogs of all languages: by language, with the file's name; and what could not be read."""

    files: Mapping[str, tuple[str, bytes]]
    problems: tuple[Problem, ...]


def read(path: Path) -> Folder:
    """Read a folder, or a file together with the nearest folder above it that has ``topics.yaml``.

    OperatorError says that there is nothing at this path.
    """
    return gather(locate(path))


def locate(path: Path) -> Asked:
    """Return the folder a path belongs to: itself, or the nearest above a file that has topics, else the file's own.

    OperatorError says that there is nothing at this path.
    """
    if os.path.isdir(path):  # noqa: PTH112 - unlike Path.is_dir it also says no to a name that no file can have
        return Asked(path)
    if not os.path.lexists(path):
        raise OperatorError(
            f"{path} gibt es nicht.\n  = Hilfe: Nennen Sie einen Ordner mit Abläufen oder einen einzelnen Ablauf."
        )
    real = path.parent.resolve() / path.name
    folder = next((above for above in real.parents if os.path.lexists(above / TOPICS)), real.parent)
    shown = folder if path.is_absolute() else Path(os.path.relpath(folder))
    return Asked(shown, frozenset({real.relative_to(folder).as_posix()}))


def together(asked: Iterable[Asked]) -> tuple[Asked, ...]:
    """Return each folder once, with all that was asked of it, in the order in which it was named first."""
    merged: dict[Path, Asked] = {}
    for each in asked:
        real = each.folder.resolve()
        known = merged.setdefault(real, each)
        only = known.only | each.only if known.only and each.only else frozenset()
        merged[real] = Asked(known.folder, only)
    return tuple(merged.values())


def gather(asked: Asked) -> Folder:
    """Read what was asked for, with all that lies in the folder beside it."""
    if asked.only and not os.path.lexists(asked.folder / TOPICS):
        return Folder(asked.folder, {}, asked.only, _all(asked, "E218", *_HOMELESS))
    found = _Walk(asked.folder).folder()
    known = found.files.keys() | found.refused.keys()
    strange = {} if "" in known else _all(Asked(asked.folder, asked.only - known), "E123", *_NOT_OURS)
    return Folder(asked.folder, found.files, asked.only, {**found.refused, **strange})


def catalogs(locales: Path) -> Catalogs:
    """Read the content catalog of each language below a folder; there need be none."""
    walk = _Walk(locales)
    files: dict[str, tuple[str, bytes]] = {}
    for entry in walk.entries(locales) if os.path.isdir(locales) else ():  # noqa: PTH112 - see above
        path = f"{entry.name}/{CATALOG}"
        if os.path.lexists(locales / path) and (raw := walk.catalog(path)) is not None:
            files[entry.name] = (str(locales / path), raw)
    return Catalogs(files, tuple(walk.refused.values()))


def _all(asked: Asked, code: str, message: str, help_: str) -> dict[str, Problem]:
    return {path: _problem(f"{asked.folder}/{path}", code, message, help_) for path in sorted(asked.only)}


class _Walk:
    """One look at a folder and all below it."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self.refused: dict[str, Problem] = {}

    def folder(self) -> Folder:
        """Read everything; of a folder that is too large nothing."""
        files: dict[str, bytes] = {}
        total = 0
        for path in self._below(self._root, 0):
            raw = self.bytes(path, media.limit(path) or SIZE)
            if raw is None:
                continue
            files[path] = raw
            total += len(raw)
            if len(files) > FILES or total > TOTAL:
                return Folder(self._root, {}, refused={"": _problem(str(self._root), "E107", *_TOO_MUCH)})
        return Folder(self._root, files, refused=self.refused)

    def entries(self, folder: Path) -> list[Path]:
        """Return what lies in a folder, in order; of one that may not be read nothing, and a problem."""
        try:
            return sorted(folder.iterdir())
        except OSError as error:
            self._refuse(folder, "E123", f"Der Ordner lässt sich nicht lesen ({error.strerror}).", _RIGHTS)
            return []

    def catalog(self, path: str) -> bytes | None:
        """Return a catalog's bytes; None where it is refused, or too large."""
        raw = self.bytes(path, CATALOG_SIZE)
        if raw is None or len(raw) <= CATALOG_SIZE:
            return raw
        self._refuse(self._root / path, "E107", *_LARGE_CATALOG)
        return None

    def bytes(self, path: str, most: int) -> bytes | None:
        """Return a file's bytes, of one that is too large only so many that ``load`` sees it; None where it is refused.

        It is opened without following a link and without waiting for a pipe, so nothing can change in between.
        """
        file = self._root / path
        try:
            opened = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
            with os.fdopen(opened, "rb") as stream:
                if stat.S_ISREG(os.fstat(opened).st_mode):
                    return stream.read(most + 1)
            self._refuse(file, "E123", *_NO_FILE)
        except OSError as error:
            if file.is_symlink():
                self._refuse(file, "E124", *_LINK)
            elif not stat.S_ISREG(file.lstat().st_mode):
                self._refuse(file, "E123", *_NO_FILE)
            else:
                self._refuse(file, "E123", f"Die Datei lässt sich nicht lesen ({error.strerror}).", _RIGHTS)
        return None

    def _below(self, folder: Path, depth: int) -> Iterator[str]:
        """Yield the path of each file that is ours; folders and names that are not are refused on the way."""
        for entry in self.entries(folder):
            is_folder = entry.is_dir()
            if entry.name.startswith(".") or not (is_folder or entry.name.endswith(ENDINGS)):
                continue
            if _UNSPEAKABLE.search(entry.name):
                self._refuse(entry, "E126", *_NAME)
            elif entry.is_symlink():
                self._refuse(entry, "E124", *_LINK)
            elif not is_folder:
                yield entry.relative_to(self._root).as_posix()
            elif depth < DEPTH:
                yield from self._below(entry, depth + 1)
            else:
                self._refuse(entry, "E107", *_TOO_DEEP)

    def _refuse(self, path: Path, code: str, message: str, help_: str) -> None:
        below = path.relative_to(self._root).as_posix()
        if below == ".":
            self.refused[""] = _problem(str(self._root), code, message, help_)
        else:
            self.refused[below] = _problem(f"{self._root}/{below}", code, message, help_)


def _problem(file: str, code: str, message: str, help_: str) -> Problem:
    return Problem(file, 0, 0, code, message, help_)


_UNSPEAKABLE = re.compile(f"{FORBIDDEN.pattern}|[\t\n]")
_RIGHTS = "Prüfen Sie die Rechte, oder nehmen Sie sie aus dem Ordner der Abläufe."
_NOT_OURS = (
    "Diese Datei gehört nicht zu den Dateien, die geprüft werden.",
    f"Nehmen Sie eine, die auf .yaml oder .talk endet, nicht versteckt ist und höchstens {DEPTH} Ordner tief liegt.",
)
_LARGE_CATALOG = (
    f"Die Übersetzungsdatei ist größer als {CATALOG_SIZE // 1_000_000} Megabyte.",
    "Prüfen Sie, ob es die richtige Datei ist; sonst legen Sie sie mit elternlotse translate update neu an.",
)
_HOMELESS = (
    f"Über dieser Datei liegt kein Ordner mit {TOPICS}.",
    "Legen Sie den Ablauf in den Ordner der Abläufe und prüfen Sie ihn dort.",
)
_NO_FILE = ("Das ist keine gewöhnliche Datei.", "Nehmen Sie sie aus dem Ordner der Abläufe.")
_LINK = (
    "Das ist eine Verknüpfung. Verknüpfungen werden hier nicht gelesen.",
    "Legen Sie die Datei oder den Ordner selbst an diese Stelle.",
)
_NAME = (
    "Dieser Name enthält unsichtbare oder unlesbare Zeichen.",
    "Benennen Sie die Datei oder den Ordner um: am besten mit Kleinbuchstaben von a bis z, Ziffern und »-«.",
)
_TOO_DEEP = (f"Hier liegen mehr als {DEPTH} Ordner ineinander.", "Legen Sie den Ordner weiter oben ab.")
_TOO_MUCH = (
    f"In diesem Ordner liegen mehr als {FILES} Dateien oder mehr als {TOTAL // 1_000_000} Megabyte.",
    "Prüfen Sie, ob es der richtige Ordner ist.",
)
