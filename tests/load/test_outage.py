"""The store is taken away while parents talk: they are told so, the house lives, and it catches up by itself."""

from pathlib import Path

import pytest
from fakes.postgres import fresh_database, postgres_server
from load.outage import Outages, Trouble, lost_answers, outages
from load.scene import Cast, scene
from load.troubles import killed, limited, locked

HASTY = ("--busy", "200")
"""SQLite waits five seconds for its lock; a victim can be told to wait less."""
FEW = Cast(1, 4, 1)

pytestmark = [pytest.mark.xdist_group("kill"), pytest.mark.timeout(120)]


async def tried(folder: Path, trouble: Trouble, database: str = "", seconds: float = 0.2, times: int = 1) -> Outages:
    """Take the store away from a victim."""
    async with scene(folder, FEW, database) as played:
        return await outages(played, trouble, times=times, seconds=seconds, wishes=HASTY)


async def test_d09_sqlite_locked_by_another_program(tmp_path: Path) -> None:
    """D09: while the file is locked posts are refused with 503; afterwards all is caught up, nothing lost."""
    seen = await tried(tmp_path, locked, seconds=0.8)
    assert (seen.findings, seen.died) == ([], False)
    assert seen.refused > 0


async def test_d09_postgresql_killed_and_started_again(tmp_path: Path) -> None:
    """D09: while the server is dead posts are refused with 503; the same process of ours finds it again."""
    with postgres_server() as postgres:
        seen = await tried(tmp_path, killed(postgres), postgres.url, times=1)
    assert (seen.findings, seen.died) == ([], False)
    assert seen.refused > 0


async def test_d07_a_full_disk(tmp_path: Path) -> None:
    """D07: without room posts are refused with 503, nothing is half written, and with room the same process goes on."""
    seen = await tried(tmp_path, limited)
    assert (seen.findings, seen.died) == ([], False)
    assert seen.refused > 0


async def test_d02_d08_the_answer_to_a_commit_is_lost(tmp_path: Path) -> None:
    """D02, D08: whoever does not know whether it was written finds out; nothing is done twice, nothing stays undone."""
    async with scene(tmp_path, Cast(1, 4, 2), await fresh_database()) as played:
        assert await lost_answers(played) == []
