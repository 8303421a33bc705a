"""What processes use, from /proc: seconds of CPU, memory, open files, threads. Of a process and all that come from it.

Linux only. A process that ends meanwhile counts for nothing more than its parent says of it.
"""

import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True, slots=True)
class Usage:
    """A moment's figures: seconds of CPU since the start, bytes of memory, open files, threads."""

    cpu: float = 0.0
    memory: int = 0
    files: int = 0
    threads: int = 0


def usage_of(process: int) -> Usage:
    """Return what a process and its children use together. Memory that they share counts once for each."""
    each = [_one(member) for member in family(process)]
    return Usage(
        cpu=sum(one.cpu for one in each),
        memory=sum(one.memory for one in each),
        files=sum(one.files for one in each),
        threads=sum(one.threads for one in each),
    )


def cpu_of(process: int) -> float:
    """Return the seconds of CPU that a process and its children have used; 0 for no process."""
    return sum(_stat(member)[0] for member in family(process)) if process else 0.0


def family(process: int) -> list[int]:
    """Return a process and all that come from it."""
    members = [process]
    with suppress(OSError):
        for task in Path(f"/proc/{process}/task").iterdir():
            for child in (task / "children").read_text().split():
                members += family(int(child))
    return members


def _one(process: int) -> Usage:
    cpu, threads = _stat(process)
    memory, files = 0, 0
    with suppress(OSError):
        memory = int(Path(f"/proc/{process}/statm").read_text().split()[1]) * PAGE
        files = len(list(Path(f"/proc/{process}/fd").iterdir()))
    return Usage(cpu, memory, files, threads)


def _stat(process: int) -> tuple[float, int]:
    """Return seconds of CPU, with those of children that have ended, and threads."""
    with suppress(OSError):
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(") ")[2].split()
        return sum(map(int, fields[11:15])) / TICKS, int(fields[17])
    return 0.0, 0
