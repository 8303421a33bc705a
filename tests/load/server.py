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
SMALL = (TESTS / "data" / "small", Path(__file__).parent / "flows")
"""Where the small flows lie, and the one that says every word back."""

START_SECONDS = 60.0
END_SECONDS = 30.0
_URL = re.compile(r"http://localhost:(\d+)/(?:chat|healthz)")

CONFIG = """\
organisation:
  name: Probe
port: 0
store: {store}
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


class Nursery:
    """A process that has the product's imports behind it, and forks victims (see ``victim.py``), each with its wishes."""

    def __init__(self) -> None:
        self._process: asyncio.subprocess.Process | None = None
        self._asked = asyncio.Lock()

    async def __aenter__(self) -> Self:
        """Begin; nothing runs yet."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """End the nursery; its victims belong to those who wanted them."""
        if self._process is not None:
            with suppress(ProcessLookupError):
                self._process.kill()
            await self._process.communicate()

    async def bear(self, *words: str) -> int:
        """Fork a victim and return its id."""
        async with self._asked:
            if self._process is None:
                pipe, environment = asyncio.subprocess.PIPE, {**os.environ, "PYTHONPATH": str(TESTS)}
                self._process = await asyncio.create_subprocess_exec(
                    sys.executable, "-m", "load.victim", stdin=pipe, stdout=pipe, env=environment
                )
            assert self._process.stdin is not None
            assert self._process.stdout is not None
            self._process.stdin.write(f"{' '.join(words)}\n".encode())
            return int(await self._process.stdout.readline())


class Server:
    """One process of a house. ``url`` is where it is reached; ``up`` is set while it can be.

    ``start`` runs the product's own command. ``bear`` (``born`` is set once there is a process) lets a nursery fork a
    victim: the same house, in a process of its own.
    """

    def __init__(
        self,
        folder: Path,
        environment: Mapping[str, str] | None = None,
        *,
        name: str = "server",
        nursery: Nursery | None = None,
    ) -> None:
        self.folder = folder
        self.name = name
        self.log = folder / f"{name}.log"
        self.url = ""
        self.process_id = 0
        self.up = asyncio.Event()
        self.born = asyncio.Event()
        self.environment = dict(environment or {})
        self._nursery = nursery or Nursery()
        self._own_nursery = nursery is None
        self._says: asyncio.StreamReader | None = None
        self._process: asyncio.subprocess.Process | None = None

    async def __aenter__(self) -> Self:
        """Begin; nothing runs yet."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Kill what still runs."""
        await self.kill()
        if self._own_nursery:
            await self._nursery.__aexit__()

    @property
    def database(self) -> Path:
        """The file that everything is kept in, where it is a file."""
        return self.folder / "data" / "elternlotse.sqlite"

    @property
    def is_frozen(self) -> bool:
        """Whether its process stands still (SIGSTOP)."""
        return self._state() == "T"

    @property
    def is_alive(self) -> bool:
        """Whether its process is there and has not ended."""
        return self._state() not in {"", "Z", "X"}

    async def start(self, *arguments: str) -> float:
        """Start the product's own command; return the seconds until it is open."""
        began = time.monotonic()
        command = ("-m", "bot", "--config", str(self.folder / "config.yaml"), "run", *arguments)
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                *command,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=log,
                env={**os.environ, **self.environment},
            )
        self._says, self.process_id = self._process.stdout, self._process.pid
        await self._open()
        return time.monotonic() - began

    async def bear(self, *wishes: str) -> None:
        """Let a victim with these wishes be born, and wait until it is open. NeverOpened where it died before."""
        ear, self._says = await self._ear()
        settings = [f"{name}={value}" for name, value in self.environment.items()]
        config = str(self.folder / "config.yaml")
        self.process_id = await self._nursery.bear(config, ear, str(self.log), *settings, "--", *wishes)
        self.born.set()
        await self._open()

    async def kill(self) -> None:
        """Kill it with SIGKILL, if it runs."""
        self.strike()
        await self.gone()

    def strike(self) -> None:
        """Send SIGKILL and do not wait: somebody else is listening to it."""
        self.up.clear()
        self.send(signal.SIGKILL)

    async def stop(self) -> float:
        """Ask it to end (SIGTERM); return the seconds that it took."""
        began = time.monotonic()
        self.up.clear()
        self.send(signal.SIGTERM)
        async with asyncio.timeout(END_SECONDS):
            await self.gone()
        return time.monotonic() - began

    async def gone(self) -> None:
        """Wait until it is dead, however it died."""
        while self._says is not None and await self._says.readline():
            pass
        if self._process is not None:
            await self._process.wait()
        self._says, self._process, self.process_id = None, None, 0
        self.up.clear()
        self.born.clear()

    def send(self, sign: signal.Signals) -> None:
        """Send its process a signal."""
        if self.process_id:
            with suppress(ProcessLookupError):
                os.kill(self.process_id, sign)

    def _state(self) -> str:
        """Return the letter that Linux has for what the process does, empty where there is none."""
        with suppress(FileNotFoundError, ProcessLookupError):
            return Path(f"/proc/{self.process_id}/stat").read_text("utf-8").rpartition(")")[2].split()[0]
        return ""

    async def _ear(self) -> tuple[str, asyncio.StreamReader]:
        """Return the name of a pipe that a victim can speak into, and its other end. It ends when the victim is dead."""
        pipe = self.folder / f"{self.name}.pipe"
        pipe.unlink(missing_ok=True)
        os.mkfifo(pipe)
        reader = asyncio.StreamReader()
        end = os.fdopen(os.open(pipe, os.O_RDONLY | os.O_NONBLOCK), "rb", buffering=0)
        await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), end)
        return str(pipe), reader

    async def _open(self) -> None:
        """Listen to it until it names its address."""
        assert self._says is not None
        async with asyncio.timeout(START_SECONDS):
            while line := await self._says.readline():
                if found := _URL.search(line.decode()):
                    self.url = f"http://127.0.0.1:{found[1]}"
                    self.up.set()
                    return
        await self.gone()
        raise NeverOpened(f"{self.name} died before it was open:\n{self.log.read_text('utf-8')}")


def prepare(
    folder: Path,
    flows: Sequence[Path] = SMALL,
    *,
    locales: Path | None = None,
    languages: Sequence[str] = ("de",),
    api_url: str = "http://127.0.0.1:9",
    flood: int = 20,
    store: str = "",
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
        store=store,
    )
    (folder / "config.yaml").write_text(settings, "utf-8")
