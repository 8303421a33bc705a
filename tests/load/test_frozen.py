"""A worker and a sender of several stand still for longer than what they hold is left to them."""

from pathlib import Path

import pytest
from fakes.postgres import fresh_database
from load.frozen import frozen

pytestmark = [pytest.mark.xdist_group("company"), pytest.mark.timeout(120)]


async def test_d11_a_frozen_worker_is_replaced_and_writes_nothing_that_moved(tmp_path: Path) -> None:
    """D11: its claim ends, another answers, and when it wakes up nothing is said twice."""
    seen = await frozen(tmp_path, await fresh_database(), 1, "take:after:3", ["--idle", "600"])
    assert seen.findings == []
    assert seen.replaced < 30


async def test_d11_d04_a_frozen_sender_is_replaced_and_sends_nothing_more(tmp_path: Path) -> None:
    """D11, D04: another sends what was in the air once more, which the figures count; the sleeper records nothing."""
    seen = await frozen(tmp_path, await fresh_database(), 1, "record:before:2", ["--lease", "1.5"])
    assert seen.findings == []
    assert 0 < seen.tally.sent_again <= seen.counted
    assert 0 < seen.in_flight <= seen.counted
