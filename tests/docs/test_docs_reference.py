"""Reference pages and program say the same: commands, settings, channels, the map of the house."""

import re
from collections.abc import Iterator

import click
import pytest
import yaml
from docs.markdown import ROOT, page

from bot.cli.main import elternlotse
from bot.text.limits import LIMITS
from bot.text.typed import LIMIT
from bot.work.answer import LONGEST

COMMANDS = page("docs/reference/commands.md")
SETTINGS = page("docs/reference/settings.md")
CONFIG = yaml.safe_load((ROOT / "config.yaml").read_text("utf-8"))
CODE = "\n".join(
    path.read_text("utf-8")
    for kind in ("*.py", "*.html")
    for path in (ROOT / "bot").rglob(kind)
    if "config" not in path.parts
)
"""All that might read a setting."""
TARGETS = frozenset(re.findall(r"^([a-z]+):.*##", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))


def leaves(command: click.Command, name: str) -> Iterator[tuple[str, click.Command]]:
    """Yield every command that does something, by the words that call it; the root, for its options."""
    if not isinstance(command, click.Group):
        yield name, command
        return
    if name == "elternlotse":
        yield name, command
    for word, below in command.commands.items():
        yield from leaves(below, f"{name} {word}")


ALL = dict(leaves(elternlotse, "elternlotse"))


def test_every_command_has_its_heading_and_every_heading_its_command():
    """Nobody reads of a command that is not there, and none is kept secret."""
    assert set(ALL) == {title.strip("`") for title in COMMANDS.headings if title.startswith("`")}


@pytest.mark.parametrize("name", ALL)
def test_a_commands_options_are_those_on_its_page(name):
    """Options and arguments stand under the command's heading, and no others."""
    text = COMMANDS.section(f"`{name}`")
    options = [each for each in ALL[name].params if isinstance(each, click.Option)]
    assert {each.opts[0] for each in options} == set(re.findall(r"^\| `(--[\w-]+)", text, re.MULTILINE))
    choices = [choice for each in options if isinstance(each.type, click.Choice) for choice in each.type.choices]
    assert [choice for choice in choices if not re.search(rf"[` ]{choice}`", text)] == []


def test_every_target_of_make_is_explained():
    """The table of ``make`` names all its targets but the list itself."""
    text = COMMANDS.section("Befehle von make")
    assert set(re.findall(r"`make (\w+)`", text)) == TARGETS - {"help"}


def keys(values: dict[str, object], start: str = "") -> Iterator[tuple[str, object]]:
    """Yield every setting of the file by its dotted name; languages are one pattern."""
    for name, value in values.items():
        if name == "languages":
            yield name, None
            yield from ((f"{name}.<kürzel>.{word}", usual) for word, usual in value["de"].items())
        elif isinstance(value, dict):
            yield from keys(value, f"{start}{name}.")
        else:
            yield f"{start}{name}", value


def test_every_setting_has_its_heading_and_every_heading_its_setting():
    """The page and ``config.yaml`` name the same settings."""
    assert {name for name, _ in keys(CONFIG)} == {t.strip("`") for t in SETTINGS.headings if t.startswith("`")}


@pytest.mark.parametrize(("name", "value"), list(keys(CONFIG)))
def test_the_usual_value_is_the_files(name, value):
    """What the page calls usual is what ``config.yaml`` says."""
    usual = re.search(r"^Üblich: (leer|`[^`]*`)", SETTINGS.section(f"`{name}`").strip())
    if usual is not None:
        assert ("leer" if value is None else f"`{str(value).lower() if isinstance(value, bool) else value}`") == usual[
            1
        ]


@pytest.mark.parametrize("name", [name for name, _ in keys(CONFIG)])
def test_no_setting_is_without_effect(name):
    """Something reads each setting."""
    field = name.rpartition(".")[2]
    read = rf"(?:[Cc]onfig|organisation|house|settings|limits|keep|webchat|telegram|spoken)\.{field}\b"
    assert re.search(read, CODE)


def test_the_secrets_are_those_that_are_read():
    """The table of secrets names what the program takes from the environment."""
    code = (ROOT / "bot/config/reading.py").read_text("utf-8")
    table = SETTINGS.section("Geheimnisse")
    assert set(re.findall(r'secret_of\("(\w+)"', code)) == set(re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE))


def test_the_channels_limits_are_the_programs():
    """The table of limits has the numbers of the code."""
    text = page("docs/reference/channels.md").text
    rows = [f"| `{account}` | {each.text} | {each.buttons} | {each.label} |" for account, each in LIMITS.items()]
    assert [row for row in rows if row not in text] == []
    assert f"up to {LIMIT} code points" in text
    assert f"answer has at most {LONGEST}" in text


def test_the_map_shows_the_house_as_it_is():
    """Every package and module of the first level stands in the tree, and nothing that is not there."""
    tree = next(fence.text for fence in page("docs/reference/architecture.md").fences if "bot/\n" in fence.text)
    shown = set(re.findall(r"^  ([\w.]+)/? ", tree, re.MULTILINE))
    real = {path.name for path in (ROOT / "bot").iterdir() if path.name not in {"__init__.py", "__pycache__"}}
    assert real == shown


def test_the_import_rule_is_the_one_that_is_checked():
    """The order of layers on the page is that of ``pyproject.toml``."""
    written = re.search(r"^`(__main__ > .*)`$", page("docs/reference/architecture.md").text, re.MULTILINE)
    assert written is not None
    layers = re.search(
        r"^layers = \[\n(.*?)^\]", (ROOT / "pyproject.toml").read_text("utf-8"), re.DOTALL | re.MULTILINE
    )
    assert layers is not None
    assert re.findall(r'"([^"]+)"', layers[1]) == written[1].split(" > ")


def test_the_web_chats_routes_are_the_programs():
    """The page of the web chat names every route and every kind of message."""
    text = page("docs/reference/webchat.md").text
    code = (ROOT / "bot/channels/webchat/routes.py").read_text("utf-8")
    routes = set(re.findall(r'Route\("(/chat\S*)"', code))
    assert routes == set(re.findall(r"^\| `(?:GET|POST) (\S+)` \|", text, re.MULTILINE))
    rates = {f"{path}: {count}" for path, count in re.findall(r'"/chat/(\w+)": Rate\((\d+), 60.0\)', code)}
    assert rates == {"messages: 240", "events: 240", "seen: 600", "media: 600", "data: 20", "end: 60"}, (
        "the page names these"
    )
