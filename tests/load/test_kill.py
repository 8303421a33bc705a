"""The server is killed while parents talk, at named points and at random moments, and nothing of what was said is lost.

``KILLS`` in the environment says how often (20 unless given), ``SEED`` repeats a run.
"""

import os
import random
from pathlib import Path

import pytest
from load.campaign import Plan, campaign

KILLS = int(os.environ.get("KILLS", "20"))
SEED = int(os.environ.get("SEED", "0")) or random.SystemRandom().randrange(1, 1_000_000)

pytestmark = [pytest.mark.xdist_group("kill"), pytest.mark.timeout(180 + 10 * KILLS)]


async def test_d01_d02_d03_d04_o06_what_was_acknowledged_survives_every_kill(tmp_path: Path) -> None:
    """D01-D04, O06: acknowledged is stored, each act has one effect, in order; sends repeat only where cut off."""
    report = await campaign(tmp_path, Plan(SEED, KILLS))
    print(report)
    assert report.findings == []
    assert len(report.kills) == KILLS
    assert report.acknowledged > KILLS
    assert 0 <= report.sent_again <= report.in_flight
    assert report.stop <= 10
    assert not report.changed_by_repeating
