"""A house of several processes: its members are killed in turn, and the faults of several are found."""

import os
import random
from pathlib import Path

import pytest
from fakes.postgres import fresh_database
from load.company import Turns, company

SEED = int(os.environ.get("SEED", "0")) or random.SystemRandom().randrange(1, 1_000_000)

pytestmark = [pytest.mark.xdist_group("company"), pytest.mark.timeout(180)]


async def test_d03_d04_members_killed_in_turn_lose_double_and_swap_nothing(tmp_path: Path) -> None:
    """D01-D04, O06: with two workers and two senders, each killed in turn, every promise is kept."""
    seen = await company(tmp_path, Turns(SEED, 4, pages=4, chats=3), await fresh_database())
    print(seen)  # noqa: T201 - the figures: shown by -s, and when it fails
    assert seen.findings == []
    assert len(seen.kills) >= 4
    assert max(seen.stops) <= 10


async def test_d03_the_harness_finds_a_claim_without_lock(tmp_path: Path) -> None:
    """D03: planted in both workers: contacts are taken by both, and written without comparing versions."""
    plants = dict.fromkeys(("worker-1", "worker-2"), "claim-freely")
    seen = await company(tmp_path, Turns(SEED, 0, pages=6, chats=2, plants=plants), await fresh_database())
    print(seen)  # noqa: T201 - the figures: shown by -s, and when it fails
    assert "twice" in {finding.split(":")[0] for finding in seen.findings}


async def test_d04_the_harness_finds_a_sender_without_its_post(tmp_path: Path) -> None:
    """D04: planted in both senders: they send without asking who is on the post. One is born again beside the other."""
    plants = dict.fromkeys(("sender-1", "sender-2"), "no-post")
    turns = Turns(SEED, 3, pages=2, chats=6, plants=plants, killed=("sender-2",))
    seen = await company(tmp_path, turns, await fresh_database())
    print(seen)  # noqa: T201 - the figures: shown by -s, and when it fails
    assert any(finding.endswith("sends that were not in the air") for finding in seen.findings)
