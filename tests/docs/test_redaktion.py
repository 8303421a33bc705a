"""The coordinators' guide: each page is played as one story, and its examples are as good as the guide asks them to be."""

import re

import pytest
from docs.markdown import ROOT, page, pages
from docs.story import Story

from bot.flow.build.ask import TYPES
from bot.flow.build.decide import TESTS
from bot.flow.build.step import COMMON, FIELDS, KINDS
from bot.text.plain import sentences, words

FOLDER = "docs/redaktion/"
PAGES = [each.name for each in pages() if each.name.startswith(FOLDER)]
KINDS_PAGE = page(f"{FOLDER}arten.md")
GO_ON = {f"{FOLDER}{name}.md" for name in ("gespraeche", "veroeffentlichen", "uebersetzen")}
"""Pages that go on with the flow of the first."""
OPTION = ("say", "goto", "call", "end", "short", "name", "was")
"""What a button may have beside its label."""
LONGEST = 18
"""Words of one sentence of the guide."""


@pytest.fixture
def story(tmp_path, monkeypatch):
    """A house in which nothing but the project's flows is published."""
    return Story.begun(tmp_path / "house", monkeypatch)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_what_happens(story, name):
    """What a page says to write can be written, what it shows is what commands say, and its talks go as written."""
    if name in GO_ON:
        story.read_before(page(f"{FOLDER}erster-ablauf.md"))
    story.play(page(name))
    code, said = story.house.elternlotse("test")
    assert 0 == code, said
    for picture in (story.house.folder / each for each in page(name).links if each.endswith(".svg")):
        assert picture.read_text("utf-8") == (ROOT / FOLDER / picture.name).read_text("utf-8"), f"copy {picture}"


@pytest.mark.parametrize("name", [f"{FOLDER}arten.md", f"{FOLDER}bausteine.md"])
def test_its_examples_have_not_even_a_warning(story, name):
    """In a page of examples the checker finds nothing at all."""
    story.play(page(name))
    code, said = story.house.elternlotse("check", "--strict", "--prove")
    assert (0, "Alles in Ordnung.") == (code, said.splitlines()[0]), said


def examples(kind: str) -> list[str]:
    """Return the flows under the heading of a kind."""
    text = KINDS_PAGE.text
    heading = next(title for title in KINDS_PAGE.headings if title.startswith(f"`{kind}`"))
    part = text.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    return re.findall(r"```yaml (flows/muster/\S+)\.yaml", part)


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_has_a_flow_and_a_talk_for_it(kind):
    """Each kind is shown in a whole flow that uses it, with a talk that plays it."""
    shown = {fence.words[0]: fence.text for fence in KINDS_PAGE.fences if fence.words}
    flows = examples(kind)
    assert flows
    assert any(f"    {kind}:" in shown[f"{flow}.yaml"] for flow in flows)
    assert [] == [flow for flow in flows if f"{flow}.talk" not in shown]


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_has_all_its_fields(kind):
    """The tables under its heading name its own fields."""
    heading = next(title for title in KINDS_PAGE.headings if title.startswith(f"`{kind}`"))
    named = {
        word
        for row in re.findall(r"^\| (`[^|]*`) \|", KINDS_PAGE.section(heading), re.MULTILINE)
        for word in re.findall(r"`(\w+)`", row)
    }
    also = {"choose": OPTION, "decide": TESTS, "ask": TYPES}.get(kind, ())
    assert set() == {*FIELDS[kind], *also} - named


def test_the_fields_of_every_step_are_there():
    """The last table names what all steps share."""
    section = KINDS_PAGE.section("Felder, die jeder Schritt haben darf")
    assert set(COMMON) == set(re.findall(r"`(\w+)`", "\n".join(re.findall(r"^\| ([^|]*) \|", section, re.MULTILINE))))


@pytest.mark.parametrize("name", PAGES)
def test_the_guide_keeps_its_own_rule(name):
    """Its sentences are short."""
    prose = re.sub(r"^(?:#.*|\|.*|> .*|- |\d+\. )", "\n", page(name).prose, flags=re.MULTILINE)
    prose = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", prose)
    paragraphs = [" ".join(part.split()) for part in re.split(r"\n\s*\n", prose)]
    long = [each for part in paragraphs for each in sentences(part) if len(words(each)) > LONGEST]
    assert [] == long


def test_every_page_is_in_its_index():
    """Whoever opens the folder finds each page."""
    index = page(f"{FOLDER}README.md")
    others = {path.name for path in (ROOT / FOLDER).glob("*.md")} - {"README.md"}
    assert others == {link.partition("#")[0] for link in index.links if "/" not in link}
