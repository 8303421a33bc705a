"""Whatever stands in a file, the checker answers with problems or with nothing: never an exception, nothing twice."""

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from problems.kit import TODAY, VALID

from bot.check.folder import Catalogs, Folder
from bot.check.report import FIELDS, FORMS
from bot.check.whole import examine
from bot.source.problem import Problem

ROOT = Path(__file__).parents[2]
SETS = {
    name: {path.relative_to(root).as_posix(): path.read_bytes() for path in sorted(root.rglob("*.*"))}
    for name, root in (("valid", VALID), ("small", ROOT / "tests/data/small"))
}
TEXTS = {name: sorted(path for path in files if path.endswith((".yaml", ".talk"))) for name, files in SETS.items()}
LANGUAGES = {"tr": ("locales/tr/LC_MESSAGES/flows.po", b'msgctxt "start/title"\nmsgid "x"\nmsgstr "y"\n')}


def checked(files: Mapping[str, bytes]) -> Sequence[Problem]:
    """Return all problems, after looking at what every problem must be."""
    found = examine(Folder(Path("flows"), files), Catalogs(LANGUAGES, ()), TODAY)
    places = [(each.file, each.line, each.column, each.code, each.message) for each in found]
    assert len(places) == len(set(places))
    for each in found:
        assert each.help
        assert each.message
        assert is_inside(each, files.get(each.file.removeprefix("flows/"), b""))
    assert_every_form(found)
    return found


def is_inside(problem: Problem, raw: bytes) -> bool:
    """Say whether a problem's place is a line of the file, and a column of that line or just behind it."""
    if problem.line == 0:
        return problem.column == 0
    lines = re.split("\r\n|\r|\n", raw.decode("utf-8", "replace").removeprefix("\ufeff"))
    return problem.line <= len(lines) and 1 <= problem.column <= len(lines[problem.line - 1]) + 1


def assert_every_form(found: Sequence[Problem]) -> None:
    for form in FORMS.values():
        form(found).encode("utf-8")
    listed = json.loads(FORMS["json"](found))
    assert [list(each) for each in listed] == [list(FIELDS)] * len(found)
    if found:
        commands = FORMS["github"](found).split("\n")
        pattern = r"::(?:error|warning) file=[^,:\n]*,line=[1-9][0-9]*,col=[1-9][0-9]*,title=[EW][0-9]{3}::.+"
        assert [line for line in commands if not re.fullmatch(pattern, line)] == []


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(["valid", "small"]), st.data())
def test_any_bytes_in_any_file(name, data):
    """P04, I06: of any file of a folder, flow or side file, known or new."""
    file = data.draw(st.sampled_from([*SETS[name], "neu.yaml", "neu.talk", "calendars/2026.yaml", "neu.yml"]))
    checked({**SETS[name], file: data.draw(st.one_of(st.binary(max_size=300), st.text(max_size=300).map(encoded)))})


def encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def slip(draw, lines: list[str]) -> list[str]:
    """Return the lines after one slip of somebody who types: lines lost, doubled, moved in or out, letters flipped."""
    at = draw(st.integers(0, len(lines) - 1))
    other = draw(st.integers(0, len(lines) - 1))
    size = draw(st.integers(1, 4))
    line, head, tail = lines[at], lines[:at], lines[at + 1 :]
    column = draw(st.integers(0, len(line)))
    character = draw(st.one_of(st.sampled_from([*"[]{}:,-?#&*!|>'\"%@`\\ \t_ü„“\x00\u202e"]), st.characters()))
    slips = {
        "delete": [*head, *lines[at + size :]],
        "double": [*head, line, line, *tail],
        "move": [*head, *tail[:other], line, *tail[other:]],
        "in": [*head, " " * size + line, *tail],
        "out": [*head, line[size:], *tail],
        "tab": [*head, "\t" + line.lstrip(), *tail],
        "flip": [*head, line[:column] + character + line[column + 1 :], *tail],
        "insert": [*head, line[:column] + character + line[column:], *tail],
        "cut": [*head, line[:column]],
        "join": [*head, " ".join([line, *tail[:1]]), *tail[1:]],
    }
    return slips[draw(st.sampled_from(sorted(slips)))] or [""]


@st.composite
def edits(draw, text: str) -> str:
    """Return a text after a few slips."""
    lines = text.split("\n")
    for _ in range(draw(st.integers(1, 3))):
        lines = slip(draw, lines)
    return "\n".join(lines)


@pytest.mark.parametrize("name", SETS)
@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_any_slip_in_a_valid_file(name, data):
    """P04: an edited flow gives problems that can be shown, at places that exist."""
    file = data.draw(st.sampled_from(TEXTS[name]))
    changed = data.draw(edits(SETS[name][file].decode()))
    ending = data.draw(st.sampled_from(["\n", "\r\n", "\r"]))
    checked({**SETS[name], file: encoded(changed.replace("\n", ending))})
