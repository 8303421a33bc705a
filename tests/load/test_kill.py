"""The server is killed while parents talk, at named points and at random moments, and nothing of what was said is lost.

``KILLS`` in the environment says how often (26 unless given: each named point once), ``SEED`` repeats a run.
"""

import os
import random
import shutil
import time
from pathlib import Path

import pytest
from fakes.postgres import fresh_database
from load.acts import HELP
from load.campaign import POINTS, Plan, campaign, kill_a_start
from load.parents import talk_of
from load.server import Server, prepare
from load.verdict import CARD, compare

FIRST_STARTS = 12
KILLS = int(os.environ.get("KILLS", "26"))
SEED = int(os.environ.get("SEED", "0")) or random.SystemRandom().randrange(1, 1_000_000)

ENGINES = ("sqlite", "postgres")
PLANS = {
    "sqlite": Plan(SEED, KILLS),
    "postgres": Plan(SEED, KILLS // 4, random.Random(SEED).sample(POINTS, len(POINTS)), pages=6),  # noqa: S311 - no secret
}
"""On PostgreSQL a normal run reaches some of the points, others each time; ``make torture`` reaches all of them often."""

pytestmark = [pytest.mark.xdist_group("kill"), pytest.mark.timeout(180 + 10 * KILLS)]


async def database(engine: str) -> str:
    """Return the address of an empty database where the engine needs one."""
    return await fresh_database() if engine == "postgres" else ""


@pytest.mark.parametrize("engine", ENGINES)
async def test_d01_d02_d03_d04_o06_what_was_acknowledged_survives_every_kill(tmp_path: Path, engine: str) -> None:
    """D01-D04, O06: acknowledged is stored, each act has one effect, in order; sends repeat only where cut off."""
    plan = PLANS[engine]
    report = await campaign(tmp_path, plan, await database(engine))
    print(report)  # noqa: T201 - the figures: shown by -s, and when it fails
    assert report.findings == []
    assert len(report.kills) == plan.kills
    assert report.tally.acknowledged > plan.kills
    assert 0 <= report.tally.sent_again <= report.in_flight
    assert max(report.stops) <= 10
    assert not report.changed_by_repeating


@pytest.mark.parametrize("engine", ENGINES)
async def test_d01_the_harness_finds_an_answer_before_the_commit(tmp_path: Path, engine: str) -> None:
    """D01: planted in the victim: 202 before anything is stored. The harness says what was lost."""
    plan = Plan(SEED, 3, ["receive:inside"], pages=6, chats=0, plant="acknowledge-early")
    report = await campaign(tmp_path, plan, await database(engine))
    print(report)  # noqa: T201 - the figures: shown by -s, and when it fails
    assert any(finding.startswith("lost: ") and " act " in finding for finding in report.findings)


@pytest.mark.parametrize("engine", ENGINES)
async def test_d02_the_harness_finds_effect_and_mark_in_two_transactions(tmp_path: Path, engine: str) -> None:
    """D02: planted in the victim: messages first, "read" marks in a second transaction. The harness says what is double."""
    plan = Plan(SEED, 3, ["commit:between"], pages=6, chats=0, plant="split-commit")
    report = await campaign(tmp_path, plan, await database(engine))
    print(report)  # noqa: T201 - the figures: shown by -s, and when it fails
    assert {finding.split(":")[0] for finding in report.findings} == {"twice"}


async def test_d01_d15_a_first_start_that_is_killed_starts_again(tmp_path: Path) -> None:
    """D01, D15: wherever keys, database and revision were in the making, the next start opens, and a parent is answered."""
    prepare(tmp_path)
    async with Server(tmp_path) as server:
        began = time.monotonic()
        await server.bear()
        whole = time.monotonic() - began
        await server.kill()
        for part in range(FIRST_STARTS):
            shutil.rmtree(tmp_path / "data")
            await kill_a_start(server, whole * part / FIRST_STARTS)
            await server.bear()
            async with talk_of(server, part, {"id": "start", "kind": "start", "language": "de"}) as talk:
                await talk.ask({"id": "help", "kind": "press", "token": HELP, "label": "Hilfe"}, CARD)
            await server.kill()
    assert server.log.read_text("utf-8") == ""


def test_every_kind_of_finding_has_its_name() -> None:
    """What is missing is lost, what is too much is twice, and the same in another order is that."""
    assert compare("reply", ["a", "b"], ["b"]) == ["lost: reply a"]
    assert compare("reply", ["a"], ["a", "a"]) == ["twice: reply a"]
    assert compare("reply", ["a", "b"], ["b", "a"]) == ["order: reply: ['b', 'a']"]
    assert compare("stream", ["a", "b"], ["a"], cut=True) == []
    assert compare("reply", ["a", "b"], ["a", "b"]) == []


def test_a_normal_run_reaches_every_named_point() -> None:
    """Each point is among the kills of a run without wishes; the others come at random moments."""
    plan = Plan(SEED, 26)
    points = [plan.point(number) for number in range(plan.kills)]
    assert (set(points), points.count("")) == ({*POINTS, ""}, 9)
