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
DEAD = "dead\n"
"""What the nursery says when a victim is dead."""
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
    """One server on one folder. ``url`` is where it is reached; ``up`` is set while it can be.

    ``start`` runs the product's own command. ``bear`` (``born`` is set once there is a process) lets a nursery fork a victim (see ``victim.py``): the same house,
    in a process of its own that has its imports behind it.
    """

    def __init__(self, folder: Path, environment: Mapping[str, str] | None = None) -> None:
        self.folder = folder
        self.log = folder / "server.log"
        self.url = ""
        self.up = asyncio.Event()
        self.born = asyncio.Event()
        self._environment = {**os.environ, **(environment or {})}
        self._nursery: asyncio.subprocess.Process | None = None
        self._speaker: asyncio.subprocess.Process | None = None
        self._process_id = 0

    async def __aenter__(self) -> Self:
        """Begin; nothing runs yet."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Kill what still runs."""
        await self.kill()
        if self._nursery is not None:
            self._nursery.kill()
            await self._nursery.communicate()

    @property
    def database(self) -> Path:
        """The file that everything is kept in."""
        return self.folder / "data" / "elternlotse.sqlite"

    async def start(self) -> float:
        """Start the product's own command; return the seconds until it is open."""
        began = time.monotonic()
        self._speaker = await self._spawn("-m", "bot", "--config", str(self.folder / "config.yaml"), "run")
        self._process_id = self._speaker.pid
        await self._open()
        return time.monotonic() - began

    async def bear(self, *wishes: str) -> None:
        """Fork a victim with these wishes, and wait until it is open. NeverOpened where it died before."""
        if self._nursery is None:
            self._nursery = await self._spawn(str(VICTIM), str(self.folder / "config.yaml"))
        assert self._nursery.stdin is not None
        self._speaker = self._nursery
        self._nursery.stdin.write(f"{' '.join(wishes)}\n".encode())
        self._process_id = int(await self._says() or 0)
        self.born.set()
        await self._open()

    async def kill(self) -> None:
        """Kill it with SIGKILL, if it runs."""
        self.strike()
        await self.gone()

    def strike(self) -> None:
        """Send SIGKILL and do not wait: somebody else is listening to it."""
        self._send(signal.SIGKILL)

    async def stop(self) -> float:
        """Ask it to end (SIGTERM); return the seconds that it took."""
        began = time.monotonic()
        self._send(signal.SIGTERM)
        async with asyncio.timeout(END_SECONDS):
            await self.gone()
        return time.monotonic() - began

    async def gone(self) -> None:
        """Wait until it is dead, however it died."""
        while self._speaker is not None and await self._says() is not None:
            pass
        if self._speaker is not self._nursery and self._speaker is not None:
            await self._speaker.wait()
        self._speaker, self._process_id = None, 0
        self.up.clear()
        self.born.clear()

    def _send(self, sign: signal.Signals) -> None:
        self.up.clear()
        if self._process_id:
            with suppress(ProcessLookupError):
                os.kill(self._process_id, sign)

    async def _spawn(self, *what: str) -> asyncio.subprocess.Process:
        with self.log.open("ab") as log:
            pipe = asyncio.subprocess.PIPE
            return await asyncio.create_subprocess_exec(
                sys.executable, *what, stdin=pipe, stdout=pipe, stderr=log, env=self._environment
            )

    async def _open(self) -> None:
        """Listen to it until it names its address."""
        async with asyncio.timeout(START_SECONDS):
            while (line := await self._says()) is not None:
                if found := _URL.search(line):
                    self.url = f"http://127.0.0.1:{found[1]}"
                    self.up.set()
                    return
        await self.gone()
        raise NeverOpened(f"the server died before it was open:\n{self.log.read_text('utf-8')}")

    async def _says(self) -> str | None:
        """Return the next line that it says, None when it is dead."""
        assert self._speaker is not None
        assert self._speaker.stdout is not None
        line = (await self._speaker.stdout.readline()).decode()
        if line in {"", DEAD}:
            self._speaker = None if self._speaker is self._nursery else self._speaker
            return None
        return line


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
        for path in sorted(each for each in source.rglob("*") if each.is_file()):
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
