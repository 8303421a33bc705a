"""The collector in a house that stands: what is there stays out of its sight, what comes later does not."""

import subprocess
import sys

SETTLED = """
import gc, weakref
from bot.services.collector import YOUNG, settle

class Ring: ...

def ring():
    one = Ring()
    one.self = one
    return weakref.ref(one)

before = [Ring() for _ in range(1000)]
settle()
assert gc.get_freeze_count() > 1000
later = ring()
kept = [[] for _ in range(2 * YOUNG)]
print(later() is None, gc.isenabled())
"""


def test_rings_that_come_later_are_still_found() -> None:
    """O05: a house that has run for long keeps no garbage: a ring made after the house stood is taken away by itself."""
    said = subprocess.run([sys.executable, "-c", SETTLED], capture_output=True, text=True, check=False)  # noqa: S603 - our own

    assert (said.stdout.strip(), said.stderr) == ("True True", "")
