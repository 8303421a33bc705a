"""A house of an earlier release is opened by the program of today, and the opening is killed in the middle."""

from pathlib import Path

import pytest
from fakes.postgres import fresh_database
from load.migrating import Upgrades, upgrade_of_older, upgrade_to_next
from load.older import OLDER

pytestmark = [pytest.mark.xdist_group("company"), pytest.mark.timeout(120)]


@pytest.mark.parametrize("left", sorted(OLDER.glob("*.sql")), ids=lambda path: path.stem)
async def test_d15_an_older_house_opens_wherever_its_upgrade_was_killed(tmp_path: Path, left: Path) -> None:
    """D15: killed at any statement, what is kept is as before or as afterwards; in the end nothing is missing."""
    seen = await upgrade_of_older(tmp_path, left, every=3)
    assert (seen.torn, seen.findings) == (0, [])
    assert seen.deaths > 6


async def test_d15_a_house_on_postgresql_opens_wherever_its_upgrade_was_killed(tmp_path: Path) -> None:
    """D15: the very first step and one of a release to come, killed at statements and in between."""
    seen = await upgrade_to_next(tmp_path, 1, await fresh_database(template="template1"), every=8)
    assert (seen.torn, seen.findings) == (0, [])
    assert seen.deaths > 3


def test_what_is_torn_is_found() -> None:
    """Two changes of what is kept are one too many: in between it was neither as before nor as afterwards."""
    assert [Upgrades(3, list(states)).torn for states in ("aaaa", "abbb", "aabb", "abcc", "abab")] == [0, 0, 0, 1, 2]
