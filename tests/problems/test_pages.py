"""Each problem has a page; its bad example gives exactly this problem, the repaired one gives none."""

import re
from pathlib import Path

import pytest

from bot.check.load import load

ROOT = Path(__file__).parents[2]
PAGES = {page.stem: page.read_text(encoding="utf-8") for page in sorted((ROOT / "docs/problems").glob("*.md"))}
VALID = {page.name: page.read_bytes() for page in (Path(__file__).parent / "valid").glob("*.yaml")}
OURS = ("bot/source", "bot/flow", "bot/check/load.py", "bot/check/golden.py", "bot/config")
FENCE = re.compile(r"```yaml\n# (?P<file>[^\n]+)\n(?P<text>.*?)```", re.DOTALL)
ABSENT = ": fehlt"


def codes_in_the_program() -> set[str]:
    paths = [path for each in OURS for path in ([ROOT / each] if each.endswith(".py") else (ROOT / each).rglob("*.py"))]
    return {code for path in paths for code in re.findall(r'"([EW]\d{3})"', path.read_text(encoding="utf-8"))}


def example(page: str, heading: str) -> dict[str, bytes]:
    """Lay the files under a heading into the small valid set."""
    part = page.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    files = dict(VALID)
    for found in FENCE.finditer(part):
        if found["file"].endswith(ABSENT):
            del files[found["file"].removesuffix(ABSENT)]
        else:
            files[found["file"]] = found["text"].encode()
    return files


def codes(files: dict[str, bytes]) -> set[str]:
    return {problem.code for problem in load(files).problems}


def test_the_small_set_is_valid():
    """The set that examples are laid into has no problem of its own."""
    assert codes(VALID) == set()


def test_each_code_has_its_page_and_each_page_its_code():
    """Nobody meets a code without a page, and no page explains a code that is gone."""
    assert {code for code in PAGES if code[1] in "12"} == codes_in_the_program()


@pytest.mark.parametrize("code", [code for code in PAGES if code[1] in "12"])
def test_the_bad_example_gives_exactly_this_code(code):
    """The page's bad example is what the page says it is, and nothing besides."""
    assert codes(example(PAGES[code], "So nicht")) == {code}


@pytest.mark.parametrize("code", [code for code in PAGES if code[1] in "12"])
def test_the_repaired_example_gives_none(code):
    """Who follows the page is done."""
    assert codes(example(PAGES[code], "So ist es richtig")) == set()


@pytest.mark.parametrize("code", PAGES)
def test_a_page_is_titled_by_its_code(code):
    """A page can be found by what it says on top."""
    assert PAGES[code].startswith(f"# {code}: ")
