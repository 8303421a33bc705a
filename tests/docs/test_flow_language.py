"""The reference of the flow language: its examples pass the checker, and it names every word that there is."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from docs.markdown import ROOT, page

from bot.check.load import load
from bot.flow.build.ask import LATER_TYPES, TYPES
from bot.flow.build.content import CONFIDENCES, FACT, NUMBER, TOPIC
from bot.flow.build.decide import TESTS
from bot.flow.build.flow import FIELDS as HEAD
from bot.flow.build.step import COMMON, FIELDS, KINDS, LATER_FIELDS, LATER_KINDS
from bot.flow.everywhere import COMMANDS as EVERYWHERE
from bot.flow.meaning.answers import COMMANDS
from bot.source.values import UNITS

PAGE = page("docs/reference/flow-language.md")
SMALL = {path.name: path.read_bytes() for path in (ROOT / "tests/data/small").glob("*.yaml")}
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
    also = {"choose": OPTION, "decide": TESTS, "call": ("call",)}.get(kind, ())
    assert {*FIELDS[kind], *also} == table(f"`{kind}`")


def test_the_fields_of_every_step_and_of_a_flow_are_there():
    """What all steps share, and what stands above them."""
    shared = re.findall(r"^\| `(\w+)` \|", PAGE.section("Die Arten von Schritten").split("\n### ")[0], re.MULTILINE)
    assert set(COMMON) == set(shared)
    assert set(HEAD) == table("Der Kopf")


@pytest.mark.parametrize(
    ("file", "words"),
    [("topics.yaml", TOPIC), ("glossary.yaml", ENTRY), ("safety.yaml", (*SAFETY, *NUMBER)), ("facts.yaml", FACT)],
)
def test_a_side_file_has_all_its_fields(file, words):
    """The tables of the side files name what may stand there."""
    assert set(words) == table(f"`{file}`")


def test_closed_lists_are_named_in_full():
    """Types, units, commands and confidences; what this version has not is said to be missing."""
    named = set(re.findall(r"`(/?[\w-]+)`", PAGE.text))
    everywhere = {f"/{name}" for name in EVERYWHERE}
    words = {*KINDS, *TYPES, *UNITS, *CONFIDENCES, *COMMANDS, *everywhere, *LATER_KINDS, *LATER_FIELDS, *LATER_TYPES}
    assert words - named == set()


def test_the_small_set_has_every_side_file_that_it_needs():
    """Examples stand on sound ground: the set they are laid into has no problem of its own."""
    assert () == load(SMALL).problems
    assert {Path(name).name for name in SIDES if name != "facts.yaml"} <= set(SMALL)
