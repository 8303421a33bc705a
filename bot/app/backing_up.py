"""A backup of the store while the house runs: one SQLite file, whatever the engine, so that one way back serves both."""

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.app.copying import copy_all
from bot.app.places import Place
from bot.store.backup import back_up_sqlite
from bot.store.draft import size_of, sweep
from bot.store.dump import Progress

KEEP = 35
"""So many days backups are kept: who was erased is then nowhere any more."""

_STAMP = "%Y-%m-%d-%H%M%S"
_OURS = re.compile(r"elternlotse-(\d{4}-\d{2}-\d{2}-\d{6})\.sqlite")


@dataclass(frozen=True, slots=True)
class Made:
    """A backup, and the old ones that were removed after it was whole."""

    file: Path
    size: int
    removed: Sequence[Path] = ()


async def back_up(store: Place, where: Path, keep: int, now: datetime, progress: Progress) -> Made:
    """Back a store up to a file that must be new, or into a folder: named by the moment, and older ones are removed."""
    into_folder = where.is_dir()  # noqa: ASYNC240 - one look
    file = where / f"elternlotse-{now.astimezone(UTC).strftime(_STAMP)}.sqlite" if into_folder else where
    if into_folder:
        await asyncio.to_thread(sweep, where, "elternlotse-*.sqlite")
    await _write(store, file, progress)
    removed = await asyncio.to_thread(_thinned, where, now - timedelta(days=keep)) if into_folder else ()
    return Made(file, size_of(file), removed)


async def _write(store: Place, file: Path, progress: Progress) -> None:
    if isinstance(store, Path):
        await back_up_sqlite(store, file, progress)
    else:
        await copy_all(store, file, progress)


def _thinned(folder: Path, before: datetime) -> Sequence[Path]:
    """Remove the backups of a folder that are older than a moment by their names; nothing that is called otherwise."""
    old = [file for file in sorted(folder.iterdir()) if (made := _made_at(file)) is not None and made < before]
    for file in old:
        file.unlink()
    return old


def _made_at(file: Path) -> datetime | None:
    """Return when a backup was made; None where the name is not one of ours."""
    found = _OURS.fullmatch(file.name)
    try:
        return None if found is None else datetime.strptime(found[1], _STAMP).replace(tzinfo=UTC)
    except ValueError:
        return None
