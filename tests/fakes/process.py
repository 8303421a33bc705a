"""The product as a process of its own: the real command, a free port, a data folder of its own."""

import asyncio
import os
import re
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]
SECONDS = 30.0
"""A start that takes longer than this has failed."""


class Product:
    """A running ``elternlotse run``. ``output`` is what it has said so far."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.output = ""

    @property
    def url(self) -> str:
        """Where the house is, such as ``http://localhost:41234``."""
        return self._found(r"Web-Chat für Eltern: +(\S+)/chat")

    @property
    def invitation(self) -> str:
        """The first coordinator's link."""
        return self._found(r"(http\S+/invitation/\S+)")

    async def started(self) -> None:
        """Wait until the house is open."""
        await self.said("Beenden mit")

    async def said(self, words: str) -> None:
        """Wait until it has said these words."""
        async with asyncio.timeout(SECONDS):
            while words not in self.output:
                line = await self._line()
                assert line, f"the product ended: {self.output}"

    async def stop(self) -> int:
        """Ask it to stop, and return its exit code."""
        if self.process.returncode is None:
            self.process.send_signal(signal.SIGTERM)
        return await self.ended()

    async def ended(self) -> int:
        """Wait for its end and return its exit code."""
        async with asyncio.timeout(SECONDS):
            while await self._line():
                pass
            return await self.process.wait()

    async def kill(self) -> None:
        """End it at once, with SIGKILL."""
        self.process.kill()
        await self.ended()

    async def _line(self) -> str:
        assert self.process.stdout is not None
        line = (await self.process.stdout.readline()).decode()
        self.output += line
        return line

    def _found(self, pattern: str) -> str:
        found = re.search(pattern, self.output)
        assert found is not None, self.output
        return found[1]


@asynccontextmanager
async def product(
    config: Path, *arguments: str, environment: Mapping[str, str] | None = None
) -> AsyncIterator[Product]:
    """Start the product and end it in any case. ``arguments`` are ``run --port 0`` unless given."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "--config", str(config), *(arguments or ("run", "--port", "0"))),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        cwd=ROOT,
        env={**os.environ, "PYTHONUNBUFFERED": "1", "TELEGRAM_TOKEN": "", **(environment or {})},
        limit=1 << 20,
    )
    try:
        yield Product(process)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


def write_config(folder: Path, *, flows: Path | None = None, extra: str = "") -> Path:
    """Write a configuration whose data lie in a folder; the flows are the project's unless given. Returns its path."""
    text = (ROOT / "config.yaml").read_text(encoding="utf-8")
    paths = {"data": folder / "data", "flows": flows or ROOT / "flows", "locales": ROOT / "locales"}
    for name, path in paths.items():
        text = re.sub(rf"^{name}:.*$", f"{name}: {path}", text, flags=re.MULTILINE)
    config = folder / "config.yaml"
    config.write_text(text + extra, encoding="utf-8")
    return config
