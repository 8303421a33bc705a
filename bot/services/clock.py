"""The machine's clocks: the moment, as ``ports.Clock``, and seconds that never jump."""

import time
from datetime import UTC, datetime


def now() -> datetime:
    """Return the present moment in UTC."""
    return datetime.now(UTC)


def steady() -> float:
    """Return seconds that never jump and that count a sleeping machine's sleep too, where the system can say that."""
    return time.clock_gettime(_STEADY)


_STEADY = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
