"""The clock of a running house jumps: a year back, a day on, and back again."""

from pathlib import Path

import pytest
from load.clocks import jumps

pytestmark = [pytest.mark.xdist_group("company"), pytest.mark.timeout(120)]


async def test_d10_a_house_goes_on_whatever_its_clock_says(tmp_path: Path) -> None:
    """D10: posts are acknowledged, messages sent, nothing waits for a year, and a reminder comes once."""
    seen = await jumps(tmp_path, 1, days=(-400, 1, 0))
    assert (seen.findings, seen.reminders) == ([], 1)
