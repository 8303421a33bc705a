"""The real server as a process of its own, on a folder of its own: started, killed, started again.

Promises that no process is left behind: leaving the block kills what still runs, by its id. Knows nothing of parents.
"""

import asyncio
import os
import re
import signal
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Self

TESTS = Path(__file__).parent.parent
VICTIM = Path(__file__).parent / "victim.py"
SMALL = (TESTS / "data" / "small", Path(__file__).parent / "flows")
"""Where the small flows lie, and the one that says every word back."""

START_SECONDS = 60.0
END_SECONDS = 30.0
_URL = re.compile(r"http://localhost:(\d+)/chat")

CONFIG = """\
organisation:
  name: Probe
port: 0
data: {folder}/data
flows: {flows}
locales: {locales}
languages:
{languages}
channels:
  telegram:
    api_url: {api_url}
    mode: polling
    messages_per_second: 1000
    messages_per_chat_second: 100
limits:
  flood_messages: {flood}
  flood_seconds: 10
"""


class NeverOpened(Exception):  # noqa: N818 - it says what happened; a victim may die as early as that
    """The process ended before it was open."""


class Server:
    """One server on one folder. ``url`` is where it is reached; ``up`` is set while it can be."""

    def __init__(self, folder: Path, environment: Mapping[str, str] | None = None) -> None:
        self.folder = folder
        self.config = folder / "config.yaml"
        self.log = folder / "server.log"
        self.url = ""
        self.up = asyncio.Event()
        self._environment = {**os.environ, **(environment or {})}
        self._process: asyncio.subprocess.Process | None = None

    async def __aenter__(self) -> Self:
        """Begin; nothing runs yet."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Kill what still runs."""
        await self.kill()

    @property
    def database(self) -> Path:
        """The file that everything is kept in."""
        return self.folder / "data" / "elternlotse.sqlite"

    @property
    def process_id(self) -> int:
        """The process that runs now."""
        assert self._process is not None
        return self._process.pid

    async def start(self, *victim: str) -> float:
        """Start the product's own command (or the victim, with its arguments); return the seconds until it is open."""
        began = time.monotonic()
        what = (
            [str(VICTIM), str(self.config), *victim] if victim else ["-m", "bot", "--config", str(self.config), "run"]
        )
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, *what, stdout=asyncio.subprocess.PIPE, stderr=log, env=self._environment
            )
        async with asyncio.timeout(START_SECONDS):
            self.url = f"http://127.0.0.1:{await self._port()}"
        self.up.set()
        return time.monotonic() - began

    async def kill(self) -> None:
        """Kill it with SIGKILL, if it runs."""
        self.up.clear()
        if self._process is not None and self._process.returncode is None:
            with suppress(ProcessLookupError):
                self._process.kill()
        await self.gone()

    async def stop(self) -> float:
        """Ask it to end (SIGTERM); return the seconds that it took."""
        began = time.monotonic()
        self.up.clear()
        if self._process is not None:
            self._process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(END_SECONDS):
            await self.gone()
        return time.monotonic() - began

    async def gone(self) -> None:
        """Wait until it is dead, however it died."""
        process = self._process
        if process is None:
            return
        assert process.stdout is not None
        while await process.stdout.read(65536):
            pass
        await process.wait()
        self.up.clear()
        self._process = None

    async def _port(self) -> int:
        """Read what it says until it names its address."""
        assert self._process is not None
        assert self._process.stdout is not None
        async for line in self._process.stdout:
            if found := _URL.search(line.decode()):
                return int(found[1])
        await self.gone()
        raise NeverOpened(f"the server died before it was open:\n{self.log.read_text()}")


def prepare(
    folder: Path,
    flows: Sequence[Path] = SMALL,
    *,
    locales: Path | None = None,
    languages: Sequence[str] = ("de",),
    api_url: str = "http://127.0.0.1:9",
    flood: int = 20,
) -> None:
    """Write the settings of a server into its folder, and gather its flows there."""
    gathered = folder / "flows"
    for source in flows:
        for path in sorted(source.rglob("*.yaml")):
            (gathered / path.relative_to(source)).parent.mkdir(parents=True, exist_ok=True)
            (gathered / path.relative_to(source)).write_bytes(path.read_bytes())
    settings = CONFIG.format(
        folder=folder,
        flows=gathered,
        locales=locales or folder / "locales",
        languages="\n".join(f"  {code}:\n    drafts: true" for code in languages),
        api_url=api_url,
        flood=flood,
    )
    (folder / "config.yaml").write_text(settings, "utf-8")
