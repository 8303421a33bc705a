"""A house of an earlier release is opened by the program of today, and the opening is killed at every statement."""

from pathlib import Path

import pytest
from load.kept import InFile
from load.migrating import Upgrades, upgrades
from load.older import OLDER, findings, lay
from load.scene import until
from load.server import Server, prepare

from bot.services import clock

pytestmark = [pytest.mark.xdist_group("kill"), pytest.mark.timeout(120)]


@pytest.mark.parametrize("left", sorted(OLDER.glob("*.sql")), ids=lambda path: path.stem)
async def test_d15_an_older_house_opens_wherever_its_upgrade_was_killed(tmp_path: Path, left: Path) -> None:
    """D15: killed at every statement, what is kept is as before or as afterwards; in the end nothing is missing."""
    prepare(tmp_path)
    lay(left, tmp_path / "data")
    kept = InFile(tmp_path / "data" / "keys", tmp_path / "data" / "elternlotse.sqlite")

    async def answered() -> bool:
        return not await kept.count("inbound where state = 'unread'")

    async with Server(tmp_path) as server:
        seen = await upgrades(server, kept)
        await until(answered, 20)
        await server.stop()
    print(seen.deaths, "deaths")
    assert (seen.torn, server.log.read_text("utf-8")) == (0, "")
    assert seen.deaths > 20
    async with kept.opened() as store:
        assert await findings(store, clock.now()) == []


def test_what_is_torn_is_found() -> None:
    """Two changes of what is kept are one too many: in between it was neither as before nor as afterwards."""
    assert [Upgrades(3, list(states)).torn for states in ("aaaa", "abbb", "aabb", "abcc", "abab")] == [0, 0, 0, 1, 2]
