"""Running what the pages show, in a copy of the house that may be spoilt.

``console`` blocks hold commands behind ``$`` and what they say: ``…`` stands for anything in a line, alone for any
lines. ``sh`` blocks hold commands only, which must succeed. Commands of the product run in this process; the machine's
own (sudo, git) are not run.
"""

import contextlib
import io
import logging
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
import structlog
from docs.markdown import ROOT, Fence

from bot.cli.main import main

PRODUCT = ("elternlotse", ".venv/bin/elternlotse")
FILES = ("cp", "rm", "mkdir", "chmod")
NOT_RUN = ("sudo", "git")
"""Commands that change the machine."""
LAST_LINE = "Beenden mit"


@dataclass(frozen=True)
class Shown:
    """One command of a page: its words, what it should say (None: anything, but it must succeed), and its line."""

    words: tuple[str, ...]
    says: str | None
    line: int


def commands(fence: Fence) -> Iterator[Shown]:
    """Yield the commands of a block."""
    if fence.language == "sh":
        for number, line in enumerate(fence.text.splitlines(), 1):
            yield Shown(tuple(shlex.split(line, comments=True)), None, fence.line + number)
    elif fence.language == "console":
        head, *parts = re.split(r"^\$ ", fence.text, flags=re.MULTILINE)
        assert not head, f"line {fence.line}: a console block begins with a command"
        for part in parts:
            command, _, says = part.partition("\n")
            yield Shown(tuple(shlex.split(command)), says, fence.line)


def matches(said: str, written: str) -> bool:
    """Say whether an output is the one that a page shows."""
    pattern = "".join(
        r"(?:[^\n]*\n)*?" if line == "…" else ".*".join(map(re.escape, line.split("…"))) + "\n"
        for line in written.rstrip("\n").split("\n")
    )
    return re.fullmatch(pattern, said.rstrip("\n") + "\n") is not None


def _prompts_alone(said: str) -> str:
    """Put each prompt of a talk on a line of its own, as it is once somebody has typed."""
    return re.sub(r"^> \n?", ">\n", said, flags=re.MULTILINE)


class House:
    """A copy of config, flows and translations in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @staticmethod
    def copied(source: Path, folder: Path) -> "House":
        """Copy config, flows and translations, and the data where there are any."""
        for name in ("flows", "locales", *(["data"] if source != ROOT else [])):
            shutil.copytree(source / name, folder / name)
        shutil.copy(source / "config.yaml", folder)
        return House(folder)

    def elternlotse(self, *arguments: str, typed: str = "") -> tuple[int, str]:
        """Run a command of the product here; return its exit code and all it said."""
        said = io.StringIO()
        with undisturbed() as patch, contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            patch.chdir(self.folder)
            patch.setattr(sys, "argv", ["elternlotse", *arguments])
            patch.setattr(sys, "stdin", io.StringIO(typed))
            try:
                main()
            except SystemExit as end:
                return int(end.code or 0), said.getvalue()
        return 0, said.getvalue()

    def shows(self, arguments: Sequence[str], written: str, place: str) -> int:
        """Run a command that must say what a page shows, and return its exit code.

        In a talk, lines that begin with ``>`` are typed; one that is only ``>`` is where the reader ends it.
        """
        typed = re.findall(r"^> (.*\n)", written, re.MULTILINE)
        code, said = self.elternlotse(*arguments, typed="".join(typed))
        shown = re.sub(r"^>(?: .*)?$", ">", written, flags=re.MULTILINE)
        if arguments[0] == "talk" and not re.search(r"^>$", written, re.MULTILINE):
            shown += ">\n"
        assert matches(_prompts_alone(said), shown), f"{place} shows otherwise than:\n{said}"
        return code

    def files(self, words: Sequence[str]) -> int:
        """Run a command about files here."""
        return subprocess.run(words, cwd=self.folder, check=False).returncode  # noqa: S603 - the project's own pages

    def started(self) -> str:
        """Start the product on a free port, stop it again, and return what it said until it was ready."""
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1", "TELEGRAM_TOKEN": ""}
        words = (sys.executable, "-m", "bot", "run", "--port", "0")
        with subprocess.Popen(words, cwd=self.folder, env=environment, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - our own program
            assert process.stdout is not None
            said: list[str] = []
            for line in process.stdout:
                said.append(line)
                if LAST_LINE in line:
                    break
            process.terminate()
            process.communicate()
        assert 0 == process.returncode, f"it ended with {process.returncode}: {said}"
        return "".join(said)


@contextlib.contextmanager
def undisturbed() -> Iterator[pytest.MonkeyPatch]:
    """Let a command set up the log as it likes, and put it back as it was; no secret of this machine reaches it."""
    log, root = structlog.get_config(), logging.getLogger()
    handlers, level = root.handlers[:], root.level
    with pytest.MonkeyPatch.context() as patch:
        for name in ("TELEGRAM_TOKEN", "TELEGRAM_SECRET", "ELTERNLOTSE_MASTER_KEY"):
            patch.delenv(name, raising=False)
        yield patch
    structlog.configure(**log)
    root.handlers[:] = handlers
    root.setLevel(level)
