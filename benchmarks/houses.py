"""Elternlotse as processes of its own, on a folder of its own: what `elternlotse run` starts, with settings for measuring.

What a platform or a parent may do at most is out of the way: rates and the flood limit. Everything else is as it is
delivered: synchronous FULL, everything sealed, the repository's flows and its four languages.
"""

import socket
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from processes import Process, running

REPOSITORY = Path(__file__).parent.parent
OPEN = "Beenden mit"
"""What a house says when it is open."""
OWN_ADAPTER = Path(__file__).parent / "own_adapter.py"

_SETTINGS = """\
organisation:
  name: Probe
port: {port}
public_url: {public_url}
data: {folder}/data
flows: {flows}
locales: {repository}/locales
store: {store}
languages:
  de: {{drafts: true}}
  tr: {{drafts: true}}
  ar: {{drafts: true}}
  uk: {{drafts: true}}
channels:
  telegram:
    api_url: {api_url}
    mode: {mode}
    messages_per_second: {rate}
    messages_per_chat_second: 10000
limits:
  flood_messages: 1000
  flood_seconds: 1
"""


@dataclass(frozen=True, slots=True)
class House:
    """How a house runs. ``mode`` is ``webhook`` or ``polling``; ``store`` a PostgreSQL address, or empty for SQLite.

    ``parts`` are programs beside each other (``web worker sender``), or none: all in one. ``command`` is the program, ``rate`` how many messages a
    second it may send on the platform.
    """

    api_url: str
    mode: str = "webhook"
    store: str = ""
    parts: Sequence[str] = ()
    command: Sequence[str] = ("-m", "bot")
    rate: int = 100_000
    flows: Path = REPOSITORY / "flows"


@asynccontextmanager
async def house(folder: Path, wish: House) -> AsyncIterator[Sequence[Process]]:
    """Run a house while the block runs, and give its processes."""
    settings = _settings(folder, wish)
    environment = {"TELEGRAM_TOKEN": "123456:probe", "PYTHONPATH": str(REPOSITORY)}
    async with AsyncExitStack() as stack:
        begun = []
        for number, part in enumerate(wish.parts or ("",)):
            command = [sys.executable, *wish.command, "--config", str(settings), "run"]
            log = folder / f"{part}{number}.log"
            only = ["--only", part, *(["--port", "0"] if part != "web" else [])] if part else []
            one = await stack.enter_async_context(running([*command, *only], log, environment))
            await one.until(OPEN)
            begun.append(one)
        yield begun


def _settings(folder: Path, wish: House) -> Path:
    """Return the house's settings; a house that was here before keeps its own."""
    folder.mkdir(exist_ok=True)
    settings = folder / "config.yaml"
    port = _free_port() if wish.mode == "webhook" else 0
    said = _SETTINGS.format(
        port=port,
        public_url=f"http://127.0.0.1:{port}" if port else "",
        folder=settings.parent,
        repository=REPOSITORY,
        store=wish.store,
        api_url=wish.api_url,
        rate=wish.rate,
        flows=wish.flows,
        mode=wish.mode,
    )
    if not settings.exists():
        settings.write_text(said, "utf-8")
    return settings


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
