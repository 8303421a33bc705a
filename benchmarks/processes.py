"""Processes that are measured: begun, spoken to by lines, looked at in /proc, and ended by their ids.

Knows nothing of what the processes do. Linux only: the figures come from /proc.
"""

import asyncio
import json
import os
import signal
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

from usage import cpu_of, family

SECONDS = 60.0
"""A process that does not say what is waited for within this time has failed."""


class Process:
    """One process and its children. What it says on standard error goes into ``log``."""

    def __init__(self, process: asyncio.subprocess.Process, log: Path) -> None:
        self._process = process
        self._log = log

    async def line(self) -> str:
        """Return the next line that it says. Raises with its log where it has ended."""
        assert self._process.stdout is not None
        async with asyncio.timeout(SECONDS):
            line = (await self._process.stdout.readline()).decode()
        if not line:
            raise RuntimeError(f"{self._log.stem} has ended:\n{self._log.read_text('utf-8', 'replace')[-3000:]}")
        return line

    async def until(self, words: str) -> str:
        """Wait until it says a line with these words, and return it."""
        while words not in (line := await self.line()):
            pass
        return line

    def tell(self, line: str) -> None:
        """Say one line to it."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{line}\n".encode())

    async def order(self, **order: Any) -> Any:
        """Say an order as JSON and return what it answers."""
        self.tell(json.dumps(order))
        return json.loads(await self.line())

    @property
    def id(self) -> int:
        """The system's number of it."""
        return self._process.pid

    def cpu(self) -> float:
        """Return the seconds of CPU that it and its children have used."""
        return cpu_of(self._process.pid)

    def memory(self) -> float:
        """Return the most memory that it has had at once, with what its children had, in MB."""
        return sum(map(_most_memory, family(self._process.pid))) / 1024

    async def end(self) -> None:
        """Ask it to end; kill it where it does not."""
        if self._process.returncode is not None:
            return
        for sign in (signal.SIGTERM, signal.SIGKILL):
            with suppress(ProcessLookupError):
                self._process.send_signal(sign)
            with suppress(TimeoutError):
                async with asyncio.timeout(10):
                    await self._process.communicate()
                    return


@asynccontextmanager
async def running(
    command: Sequence[str], log: Path, environment: Mapping[str, str] | None = None
) -> AsyncIterator[Process]:
    """Run a command while the block runs."""
    pipe = asyncio.subprocess.PIPE
    with log.open("ab") as errors:
        process = await asyncio.create_subprocess_exec(
            *command, stdin=pipe, stdout=pipe, stderr=errors, env={**os.environ, **(environment or {})}, limit=1 << 24
        )
    try:
        one = Process(process, log)
        yield one
    finally:
        await one.end()


def _most_memory(process: int) -> int:
    """Return the most kilobytes that one process has had at once."""
    with suppress(OSError):
        for line in Path(f"/proc/{process}/status").read_text("ascii", "replace").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1])
    return 0
