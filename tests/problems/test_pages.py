"""Each problem has a page; its bad example gives exactly this problem, the repaired one gives none."""

import os
import re
from pathlib import Path

import pytest
import yaml
from problems.kit import codes, laid

from bot.model import Language

ROOT = Path(__file__).parents[2]
PAGES = {page.stem: page.read_text(encoding="utf-8") for page in sorted((ROOT / "docs/problems").glob("*.md"))}
OURS = ("bot/source", "bot/flow", "bot/text", "bot/check", "bot/config")
FENCE = re.compile(r"```\w+\n# (?P<file>[^\n]+)\n(?P<text>.*?)```", re.DOTALL)
FORM = "12"
"""The families of form and meaning: what else the checker says of their examples does not matter."""
FAMILIES = FORM + "345"
"""The families whose pages hold examples that lie in a folder of flows, or in the catalogs beside it."""


def codes_in_the_program() -> set[str]:
    paths = [path for each in OURS for path in (ROOT / each).rglob("*.py")]
    found = {code for path in paths for code in re.findall(r'"([EW]\d{3})"', path.read_text(encoding="utf-8"))}
    return {code for code in found if code[1] in FAMILIES}


def lay(folder: Path, page: str, heading: str) -> tuple[Language, ...]:
    """Lay the files under a heading into the small valid set, and return the languages that must be complete.

    What stands behind a file's name is done to it: it is missing, a link, or a pipe. Settings name the languages that
    must be complete; catalogs lie beside the flows.
    """
    complete: tuple[Language, ...] = ()
    part = page.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    laid(folder)
    for found in FENCE.finditer(part):
        name, _, what = found["file"].partition(": ")
        if name == "config.yaml":
            spoken = yaml.safe_load(found["text"])["languages"]
            complete = tuple(Language(code) for code, each in spoken.items() if each and each["complete"])
            continue
        home = folder if name.startswith("locales/") else folder / "flows"
        file = home / name.encode().decode("unicode_escape")
        file.parent.mkdir(parents=True, exist_ok=True)
        match what:
            case "fehlt":
                file.unlink()
            case "eine Verknüpfung":
                file.symlink_to(folder / "flows" / "beispiel.yaml")
            case "eine Leitung":
                os.mkfifo(file)
            case _:
                file.write_text(found["text"], encoding="utf-8")
    return complete


def example(folder: Path, page: str, heading: str) -> set[str]:
    """Return the codes that the files under a heading give."""
    complete = lay(folder, page, heading)
    found = codes(folder / "flows", complete)
    of_form = re.match(rf"# [EW][{FORM}]", page)
    return {code for code in found if code[1] in FORM} if of_form else found


def test_the_small_set_is_valid(tmp_path):
    """The set that examples are laid into has no problem of its own."""
    laid(tmp_path)
    assert codes(tmp_path / "flows") == set()


def test_each_code_has_its_page_and_each_page_its_code():
    """Nobody meets a code without a page, and no page explains a code that is gone."""
    assert {code for code in PAGES if code[1] in FAMILIES} == codes_in_the_program()


@pytest.mark.parametrize("code", [code for code in PAGES if code[1] in FAMILIES])
def test_the_bad_example_gives_exactly_this_code(tmp_path, code):
    """The page's bad example is what the page says it is, and nothing besides."""
    assert example(tmp_path, PAGES[code], "So nicht") == {code}


@pytest.mark.parametrize("code", [code for code in PAGES if code[1] in FAMILIES])
def test_the_repaired_example_gives_none(tmp_path, code):
    """Who follows the page is done."""
    assert example(tmp_path, PAGES[code], "So ist es richtig") == set()


@pytest.mark.parametrize("code", PAGES)
def test_a_page_is_titled_by_its_code(code):
    """A page can be found by what it says on top."""
    assert PAGES[code].startswith(f"# {code}: ")
