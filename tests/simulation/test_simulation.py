"""A whole house, simulated: everything between a parent's word and the answer, with all that can go wrong in between."""

import os
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from simulation import plants
from simulation.simulate import EVENTS, simulate

SEEDS = 50
AT_ONCE = 5
"""So many seeds in one test, so that the tests' workers share them."""


played = cache(simulate)
"""Play a seed, once in each of the tests' workers."""


@pytest.mark.parametrize("first", range(1, SEEDS + 1, AT_ONCE))
def test_d13_whatever_happens_every_promise_is_kept(first):
    """D13: for each seed 200 things happen; nothing is lost, doubled, out of order or left over."""
    broken = [str(outcome) for seed in range(first, first + AT_ONCE) if (outcome := played(seed)).findings]
    assert not broken, "\n\n".join(broken)


def test_d13_a_seed_plays_the_same_again():
    """D13: every statement, every message and every row, in the same order at the same time."""
    assert played(7).trace == simulate(7).trace
    assert played(7).trace != played(8).trace


def test_d13_a_seed_plays_the_same_in_every_process():
    """D13: also where sets of words have another order, as in each start of Python."""
    digests = {_digest_of(9, hash_seed) for hash_seed in ("1", "2")}
    assert digests == {played(9).digest}


def test_d13_a_run_is_no_idle_one():
    """D13: in ten seeds machines die again and again, questions are answered, and days are reminded of."""
    outcomes = [played(seed) for seed in range(1, 11)]
    figures = {name: sum(each.figures[name] for each in outcomes) for name in outcomes[0].figures}
    assert min(figures.values()) > 0, figures
    assert figures["interruptions"] > 50
    assert figures["fragments"] > 5 * EVENTS


@pytest.mark.parametrize(
    ("plant", "kinds"),
    [
        (plants.AcknowledgeEarly, {"lost"}),
        (plants.MoveOffsetEarly, {"lost"}),
        (plants.ForgetToRecover, {"left"}),
        (plants.RecoverAlways, {"twice"}),
        (plants.IgnoreVersions, {"twice", "order", "lost"}),
        (plants.IgnorePosts, {"twice"}),
        (plants.NewestFirst, {"order"}),
        (plants.TicketsUncompared, {"order", "error"}),
        (plants.KnowNothing, {"twice"}),
        (plants.TwoTransactions, {"twice"}),
    ],
)
def test_d13_a_planted_fault_is_found(plant, kinds):
    """D13: a promise that the product is made to break is found broken by one of the first twenty seeds."""
    found = next((outcome.findings for seed in range(1, 21) if (outcome := simulate(seed, plant())).findings), ())
    assert kinds & {finding.partition(":")[0] for finding in found}


def _digest_of(seed: int, hash_seed: str) -> str:
    """Play a seed in a process of its own, and return its fingerprint."""
    words = f"from simulation.simulate import simulate; print(simulate({seed}).digest)"
    paths = os.pathsep.join([str(Path(__file__).parents[1]), *sys.path])
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": paths}
    done = subprocess.run([sys.executable, "-c", words], env=environment, capture_output=True, text=True, check=True)  # noqa: S603
    return done.stdout.strip()
