"""What README and guides show is what happens: their commands are run, and their output is compared."""

import re
import shlex
import shutil
from pathlib import Path

import pytest
from docs.markdown import ROOT, page
from docs.shell import FILES, NOT_RUN, PRODUCT, House, Shown, commands, matches

from bot.cli.main import elternlotse
from bot.config import read

PAGES = (
    "README.md",
    "CONTRIBUTING.md",
    "docs/guides/betrieb.md",
    "docs/guides/beratung.md",
    "docs/betrieb/sichern.md",
)
TARGETS = frozenset(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a house whose flows are published; not to be changed."""
    house = House.copied(ROOT, tmp_path_factory.mktemp("published") / "house")
    code, said = house.elternlotse("flows", "publish")
    assert 0 == code, said
    return house.folder


@pytest.fixture
def house(published: Path, tmp_path: Path) -> House:
    """A house of one's own whose flows are published."""
    return House.copied(published, tmp_path / "house")


@pytest.fixture(scope="module")
def first_start(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What a house says that is started for the first time, as if on the usual port."""
    said = House.copied(ROOT, tmp_path_factory.mktemp("new") / "house").started()
    return re.sub(r"localhost:\d+/", "localhost:8080/", said)


@pytest.mark.parametrize("name", PAGES)
def test_commands_do_what_the_page_says(house, first_start, name):
    """Every command of a page succeeds, or says what the page shows."""
    for fence in page(name).fences:
        for shown in commands(fence):
            _try(house, shown, f"{name}:{shown.line}", first_start)


def _try(house: House, shown: Shown, place: str, first_start: str) -> None:
    match shown.words:
        case ["make", *words]:
            assert {word for word in words if word.isalpha()} <= TARGETS, place
            if shown.says is not None:
                assert words == ["run"], f"{place}: of make, only run has an output to compare"
                assert matches(first_start, shown.says), f"{place} shows otherwise than:\n{first_start}"
        case [program, *arguments] if program in PRODUCT:
            _is_said(house, arguments, shown.says, place)
        case [".venv/bin/pytest", path]:
            assert (ROOT / path).is_dir(), place
        case [program, *_] if program in FILES:
            assert 0 == house.files(shown.words), place
        case [program, *_]:
            assert program in NOT_RUN, f"{place}: say in docs/shell.py what is to be done with {program}"


def _is_said(house: House, arguments: list[str], says: str | None, place: str) -> None:
    if says is not None:
        house.shows(arguments, says, place)
        return
    code, said = house.elternlotse(*arguments)
    assert 0 == code, f"{place}: {said}"


def test_a_backup_made_as_the_guide_says_is_whole(house, tmp_path):
    """D14: restored elsewhere it knows what was published; without the key the loss is told."""
    for shown in (each for fence in page("docs/guides/betrieb.md").fences for each in commands(fence)):
        if shown.words[0] in FILES:
            assert 0 == house.files(shown.words)
        elif shown.words[:3] == ("elternlotse", "data", "backup"):
            assert 0 == house.elternlotse(*shown.words[1:])[0]
    (backup,) = (house.folder / "sicherung").iterdir()
    other = House.copied(ROOT, tmp_path / "other")
    code, said = other.elternlotse("data", "restore", str(backup))
    assert (2, True) == (code, "Der Schlüssel data/keys/master.key fehlt" in said)
    shutil.copytree(house.folder / "data/keys", other.folder / "data/keys", dirs_exist_ok=True)
    code, said = other.elternlotse("data", "restore", str(backup))
    assert 0 == code, said
    code, said = other.elternlotse("flows", "list")
    assert (0, "Der Ordner ist gleich.") == (code, said.splitlines()[-1])


def test_the_nightly_backup_is_called_as_it_can_be():
    """The examples for systemd and cron name commands and options that there are, and the folder that is made for them."""
    text = page("docs/betrieb/sichern.md").text
    called = re.findall(r"/elternlotse (data [^\n&]+)", text)
    assert 4 == len(called)
    for words in called:
        command, *rest = shlex.split(words)[1:]
        assert command in elternlotse.commands["data"].commands
        assert rest in ([], ["/var/backups/elternlotse"])
    assert "-o elternlotse /var/backups/elternlotse\n" in text


def test_the_proxy_and_the_service_fit_the_settings():
    """The examples for Caddy and systemd name the port, the address and the command that there are."""
    guide = page("docs/guides/betrieb.md")
    by_language = {fence.language: fence.text for fence in guide.fences}
    config = (ROOT / "config.yaml").read_text("utf-8")
    port = re.search(r"^port: (\d+)$", config, re.MULTILINE)
    assert port is not None
    assert f"reverse_proxy 127.0.0.1:{port[1]} " in by_language["caddyfile"]
    line = by_language["yaml"].splitlines()[1]
    changed = re.sub(r"^public_url:.*$", line, config, flags=re.MULTILINE)
    host = by_language["caddyfile"].split(" {")[0]
    assert f"https://{host}" == read("config.yaml", changed.encode(), {}).public_url
    assert "/.venv/bin/elternlotse run\n" in by_language["ini"]


@pytest.mark.parametrize(
    ("said", "written", "same"),
    [
        ("a\nb\nc\n", "a\n…\nc\n", True),
        ("a\nc\n", "a\n…\nc\n", True),
        ("Fassung 12 vom 3.\n", "Fassung … vom …\n", True),
        ("a\nb\n", "a\n", False),
        ("a\nb\n", "a…\n", False),
    ],
)
def test_an_ellipsis_stands_for_anything_in_its_place(said, written, same):
    """In a line it does not reach beyond the line; alone it stands for any lines."""
    assert same == matches(said, written)
