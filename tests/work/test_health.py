"""What a program says of itself: alive, ready, well; and who may hear how it is."""

import asyncio
import json
from dataclasses import replace
from datetime import timedelta

import pytest
from fakes.steady import run
from fakes.vitals import NOON, TELEGRAM, WELL, Patient, ago

from bot.ports import Waiting
from bot.work.health import FRESH, STUCK, told, troubles

LATE = replace(WELL, unread=Waiting(3, ago(minutes=2)))
UNSENT = replace(WELL, outbox={TELEGRAM: Waiting(5, ago(minutes=10))})


@pytest.mark.parametrize(
    ("changed", "trouble", "alive"),
    [
        ({}, [], True),
        ({"away": True}, ["store"], True),
        ({"disk": 10_000_000}, ["disk"], True),
        ({"key": False}, ["key"], True),
        ({"vitals": replace(WELL, at=NOON - timedelta(seconds=6))}, ["clock"], True),
        ({"vitals": replace(WELL, at=NOON + timedelta(days=400))}, ["clock"], True),
        ({"vitals": LATE}, ["unread"], True),
        ({"vitals": UNSENT}, ["outbox"], True),
        ({"step": STUCK + 1}, ["stuck"], False),
        ({"step": STUCK + 1, "away": True}, ["store"], True),
        ({"vitals": replace(WELL, dead={TELEGRAM: 3}, failed=2, aside=9)}, [], True),
    ],
)
async def test_o07_each_trouble_has_its_word(changed, trouble, alive):
    """O07: what is wrong is named; only a step that never ends is a reason to restart, and not while the store is away."""
    pulse = await Patient(**changed).health().pulse()
    assert (trouble, alive) == (list(troubles(pulse)), pulse.is_alive)


async def test_o07_everything_is_told_and_nothing_of_anybody():
    """O07: disk, lag, oldest unread and undelivered, clock skew, key, posts; numbers and names of the house only."""
    patient = Patient(vitals=replace(LATE, outbox=UNSENT.outbox, dead={TELEGRAM: 2}, failed=1))
    patient.posts = {"deliver:telegram": True, "poll:telegram": False}
    pulse = await patient.health().pulse()
    assert json.loads(json.dumps(told(pulse))) == {
        "ok": False,
        "alive": True,
        "troubles": ["unread", "outbox"],
        "at": "2026-11-24T12:00:00+00:00",
        "disk_free_bytes": 10**12,
        "key_present": True,
        "posts_held": ["deliver:telegram"],
        "pages_open": 3,
        "store_reconnections": 2,
        "longest_step_seconds": 0.0,
        "loop_lag_seconds": 0.0,
        "clock_skew_seconds": 0.0,
        "unread": 3,
        "oldest_unread_seconds": 120.0,
        "due": {"telegram": 5},
        "oldest_undelivered_seconds": 600.0,
        "dead_letters": 2,
        "failed_fragments": 1,
    }


async def test_a_store_that_is_away_leaves_out_what_only_it_knows():
    """No figure is made up."""
    said = told(await Patient(away=True).health().pulse())
    assert ("unread" in said, "clock_skew_seconds" in said, said["ok"]) == (False, False, False)


async def test_the_store_is_not_asked_more_often_than_needed():
    """However many ask at once or one after the other: one look every few seconds."""
    patient = Patient()
    health = patient.health()
    await asyncio.gather(*(health.pulse() for _ in range(50)), *(health.is_ready() for _ in range(50)))
    assert (1, 1) == (patient.asked, patient.touched)
    patient.seconds += FRESH
    await health.pulse()
    await health.is_ready()
    assert (2, 2) == (patient.asked, patient.touched)


def test_a_silent_store_is_not_waited_for():
    """A database that does not answer makes nobody wait for more than some seconds."""

    async def story() -> tuple[float, list[str], bool]:
        health, begun = Patient(silent=True).health(), asyncio.get_running_loop().time()
        pulse, ready = await health.pulse(), await health.is_ready()
        return asyncio.get_running_loop().time() - begun, list(troubles(pulse)), ready

    assert (4.0, ["store"], False) == run(story())


@pytest.mark.parametrize(("changed", "ready"), [({}, True), ({"away": True}, False), ({"full": True}, False)])
async def test_d07_ready_is_who_can_write(changed, ready):
    """D07, O07: a full disk or a store that is away means not ready, and it becomes ready again without a restart."""
    patient = Patient(**changed)
    health = patient.health()
    assert ready == await health.is_ready()
    patient.away = patient.full = False
    patient.seconds += FRESH
    assert await health.is_ready()


async def test_o06_who_is_ending_is_not_ready_at_once():
    """O06: also where a moment ago all was well."""
    health = Patient().health()
    assert await health.is_ready()
    health.end()
    assert not await health.is_ready()


def test_a_loop_that_is_late_is_felt():
    """The lag is how much later than asked for the program wakes up, and it fades."""

    async def story() -> tuple[float, float]:
        loop = asyncio.get_running_loop()
        patient = Patient()
        health = patient.health()
        health._timer = loop.time
        feeling = asyncio.ensure_future(health.run())
        await asyncio.sleep(0.5)
        loop.freeze(3.0)  # type: ignore[attr-defined]
        await asyncio.sleep(0.6)
        late = (await health.pulse()).loop_lag
        await asyncio.sleep(60)
        feeling.cancel()
        return late, (await health.pulse()).loop_lag

    late, later = run(story())
    assert late == pytest.approx(2.5, abs=0.2)
    assert later < 0.1
