"""The reference of the flow language: its examples pass the checker, and it names every word that there is."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from docs.markdown import ROOT, page

from bot.check.load import load
from bot.flow.build.ask import TYPES
from bot.flow.build.calendar import DAY
from bot.flow.build.content import CONFIDENCES, FACT, NUMBER, TOPIC
from bot.flow.build.decide import TESTS
from bot.flow.build.flow import FIELDS as HEAD
from bot.flow.build.form import FIELD
from bot.flow.build.say import LINK, MEDIA
from bot.flow.build.step import COMMON, FIELDS, KINDS
from bot.flow.dates import RULES
from bot.flow.everywhere import COMMANDS as EVERYWHERE
from bot.flow.meaning.answers import COMMANDS
from bot.source.values import UNITS

PAGE = page("docs/reference/flow-language.md")
FOLDER = ROOT / "tests/data/small"
SMALL = {path.relative_to(FOLDER).as_posix(): path.read_bytes() for path in FOLDER.rglob("*") if path.is_file()}
OPTION = ("label", "short", "name", "say", "was", "goto", "call", "end")
ENTRY = ("say", "short", "also", "note")
SAFETY = ("card", "numbers", "words")
STEPS = "flow: beispiel\ntitle: Beispiel\ntopic: schule\nexamples: [Beispiel]\nsteps:\n"
SIDES = ("topics.yaml", "glossary.yaml", "safety.yaml", "facts.yaml")


@dataclass(frozen=True)
class Example:
    """What is laid into the small set, the code it must give (or none), and its line on the page."""

    files: dict[str, bytes]
    code: str
    line: int


def examples() -> Iterator[Example]:
    """Yield the page's examples; one marked ``dazu`` belongs to the one before it."""
    held: Example | None = None
    for fence in PAGE.fences:
        name, _, text = fence.text.partition("\n")
        assert name.startswith("# "), f"line {fence.line}: an example names its file"
        file = "beispiel.yaml" if name == "# Schritte" else name[2:]
        files = {file: (STEPS + text if name == "# Schritte" else text).encode()}
        code = next((word for word in fence.words if re.fullmatch(r"[EW]\d{3}", word)), "")
        if "dazu" in fence.words and held is not None:
            held = Example(held.files | files, code, held.line)
            continue
        if held is not None:
            yield held
        held = Example(files, code, fence.line)
    if held is not None:
        yield held


@pytest.mark.parametrize("example", list(examples()), ids=lambda example: f"line{example.line}")
def test_an_example_is_what_the_page_says_of_it(example):
    """Each example passes the checker, or gives exactly the problem it is marked with."""
    problems = load(SMALL | example.files).problems
    assert ({example.code} if example.code else set()) == {problem.code for problem in problems}, problems


def table(heading: str) -> set[str]:
    """Return the words in the first column of the tables under a heading."""
    rows = re.findall(r"^\| (`[^|]*`) \|", PAGE.section(heading), re.MULTILINE)
    return {word for row in rows for word in re.findall(r"`(\w+)`", row)}


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_of_step_has_all_its_fields(kind):
    """Under the heading of a kind stand its own fields, and no others."""
    also = {"say": LINK, "choose": OPTION, "form": FIELD, "decide": TESTS, "call": ("call",)}.get(kind, ())
    assert {*FIELDS[kind], *also} == table(f"`{kind}`")


def test_the_fields_of_every_step_and_of_a_flow_are_there():
    """What all steps share, and what stands above them."""
    shared = re.findall(r"^\| `(\w+)` \|", PAGE.section("Die Arten von Schritten").split("\n### ")[0], re.MULTILINE)
    assert set(COMMON) == set(shared)
    assert set(HEAD) == table("Der Kopf")


@pytest.mark.parametrize(
    ("file", "words"),
    [
        ("topics.yaml", TOPIC),
        ("glossary.yaml", ENTRY),
        ("safety.yaml", (*SAFETY, *NUMBER)),
        ("facts.yaml", FACT),
        ("calendars/2026.yaml", DAY),
    ],
)
def test_a_side_file_has_all_its_fields(file, words):
    """The tables of the side files name what may stand there."""
    assert set(words) == table(f"`{file}`")


def test_closed_lists_are_named_in_full():
    """Types, units, commands, confidences, the endings of files, and where the calculations are."""
    named = set(re.findall(r"`(/?[\w-]+)`", PAGE.text))
    everywhere = {f"/{name}" for name in EVERYWHERE}
    words = {*KINDS, *TYPES, *UNITS, *CONFIDENCES, *COMMANDS, *everywhere}
    assert words - named == set()
    assert {ending for endings in MEDIA.values() for ending in endings} == set(re.findall(r"`(\.\w+)`", PAGE.text))
    assert set(RULES) - set(re.findall(r"`(\w+)`", page("docs/reference/calculations.md").text)) == set()


def test_the_small_set_has_every_side_file_that_it_needs():
    """Examples stand on sound ground: the set they are laid into has no problem of its own."""
    assert () == load(SMALL).problems
    assert {Path(name).name for name in SIDES if name != "facts.yaml"} <= set(SMALL)
