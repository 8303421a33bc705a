"""The store is taken away while parents talk: they are told so, the house lives, and it catches up by itself."""

from pathlib import Path

import pytest
from load.outage import outages
from load.scene import Cast, scene
from load.troubles import limited, locked

HASTY = ("--busy", "200")
"""SQLite waits five seconds for its lock; a victim can be told to wait less."""

pytestmark = [pytest.mark.xdist_group("kill"), pytest.mark.timeout(120)]


async def test_d09_sqlite_locked_by_another_program(tmp_path: Path) -> None:
    """D09: while the file is locked posts are refused with 503; afterwards all is caught up, nothing lost."""
    async with scene(tmp_path, Cast(1, 4, 1)) as played:
        seen = await outages(played, locked, times=2, seconds=1.0, wishes=HASTY)
    assert (seen.findings, seen.died) == ([], False)
    assert seen.refused >= 2 * 3


async def test_d07_sqlite_on_a_full_disk(tmp_path: Path) -> None:
    """D07: without room posts are refused, nothing is half written, and with room the same process goes on."""
    async with scene(tmp_path, Cast(1, 4, 1)) as played:
        seen = await outages(played, limited, times=2, seconds=0.5)
    assert (seen.findings, seen.died) == ([], False)
