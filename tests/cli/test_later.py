"""Commands load what they need: no servers and channels for a check, and nothing at all for the list of commands."""

import json
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from fakes.process import ROOT

from bot.cli.data.group import TABLE as DATA
from bot.cli.flows.group import TABLE as FLOWS
from bot.cli.main import TABLE, elternlotse

SMALL = ROOT / "tests" / "data" / "small"
SERVERS = {"aiohttp", "httpx", "playwright", "starlette", "telegram", "uvicorn"}
"""What only a running house, or a test of one, has need of."""
HOUSE = {"aiosqlite", "structlog", "uvloop", "watchfiles"}
"""What only commands need that open the store; nothing else of the commands logs, so the log is set up there."""
PROGRAM = """\
import json, sys
from bot.cli.main import main
try:
    main()
finally:
    sys.stderr.write(json.dumps(sorted(sys.modules)))
"""


def loaded(folder: Path, *words: str, typed: str = "") -> set[str]:
    """Run a command in a process of its own, and return the modules that are loaded at its end."""
    done = subprocess.run(  # noqa: S603 - our own command with a test's words
        [sys.executable, "-c", PROGRAM, *words],
        input=typed, capture_output=True, text=True, cwd=folder, timeout=60, check=False, env={"PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert 0 == done.returncode, done.stderr
    return set(json.loads(done.stderr))


@pytest.mark.parametrize(
    "words",
    [
        ("check", str(SMALL)),
        ("explain", "E101"),
        ("test", "--help"),
        ("talk", "--help"),
        ("translate", "update", "--help"),
        ("flows", "draw", "--help"),
        ("flows", "qr", "--help"),
    ],
)
def test_a_command_that_opens_no_house_loads_no_servers_and_no_log(words, tmp_path):
    """Whoever checks a file need not wait for the web server; and what is not loaded can write nothing to a log."""
    assert set() == loaded(tmp_path, *words) & (SERVERS | HOUSE)


@pytest.mark.parametrize(
    "words",
    [
        ("flows", "list", "--help"),
        ("flows", "publish", "--help"),
        ("people", "--help"),
        *(
            ("data", command, "--help")
            for command in ("backup", "restore", "verify", "replay", "copy", "forget", "export")
        ),
    ],
)
def test_a_command_that_opens_the_store_loads_no_servers(words, tmp_path):
    """Publishing needs the store, but neither the chat nor the desk, nor the driver of a database that is not used."""
    assert set() == loaded(tmp_path, *words) & (SERVERS | {"asyncpg"})


@pytest.mark.parametrize("words", [("--help",), ("flows", "--help"), ("data", "--help")])
def test_the_list_of_commands_loads_no_command(words, tmp_path):
    """Of the product only the groups themselves, and how a mistake is told, are there."""
    known = ("bot.cli.", "bot.config", "bot.source", "bot.model")
    found = {name for name in loaded(tmp_path, *words) if name.startswith("bot.") and name != "bot.cli"}
    assert {name for name in found if not name.startswith(known)} == set()
    commands = {name for name in found if name.startswith("bot.cli.")}
    groups = {f"bot.cli.{group}{part}" for group in ("flows", "data") for part in ("", ".group")}
    assert commands <= {"bot.cli.later", "bot.cli.main", "bot.cli.setting"} | groups


def test_a_check_does_not_load_the_proof(tmp_path):
    """Nor the engine that talks: only ``--prove`` needs them."""
    engine = {"bot.cli.prove", "bot.check.proof.prove", "bot.flow.engine", "holidays"}
    assert set() == loaded(tmp_path, "check", str(SMALL)) & engine
    assert engine <= loaded(tmp_path, "check", "--prove", str(SMALL)) | {"holidays"}


@pytest.mark.parametrize(
    ("group", "table"),
    [(elternlotse, TABLE), (elternlotse.commands["flows"], FLOWS), (elternlotse.commands["data"], DATA)],
)
def test_the_list_says_what_each_command_says_of_itself(group, table):
    """A line in the table is the first paragraph of the command's own help, and its name is the command's."""
    assert isinstance(group, click.Group)
    assert [each.name for each in table] == list(group.commands)
    for each in table:
        command = group.commands[each.name]
        assert (each.name, each.help) == (command.name, " ".join((command.help or "").split("\n\n")[0].split()))


def test_the_list_looks_as_that_of_a_group_whose_commands_are_there():
    """In order, and cut where the line ends."""
    plain = click.Group(commands={**elternlotse.commands}, context_settings={"max_content_width": 100})
    said, expected = (CliRunner().invoke(each, ["--help"]).output for each in (elternlotse, plain))
    assert expected.partition("Commands:")[2] == said.partition("Commands:")[2] != ""


def test_who_mistypes_a_command_is_told_the_nearest():
    """The names are known without loading what stands behind them."""
    assert "'check'" in CliRunner().invoke(elternlotse, ["chek"]).output
