"""Copying a whole database to another place, and keeping what is to be said about it."""

from collections.abc import Mapping
from pathlib import Path

from bot.app.places import Place, opened_source, opened_target
from bot.store.draft import insist_on_room
from bot.store.dump import Fingerprint, Progress, Rows, copy


async def copy_all(source: Place, target: Place, progress: Progress) -> Mapping[str, Fingerprint]:
    """Copy a database as it stands now into an empty place, compare both, and return what was copied, by table."""
    async with opened_source(source) as rows:
        await _insist_on_room(rows, target)
        async with opened_target(target) as filled:
            return await copy(rows, filled, progress)


async def _insist_on_room(rows: Rows, target: Place) -> None:
    """Refuse a disk on which the copy has no room; how much PostgreSQL's has cannot be asked."""
    if isinstance(target, Path):
        insist_on_room(target.parent, await rows.size())
