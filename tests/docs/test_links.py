"""The pages hang together: links lead somewhere, decisions are numbered, versions agree."""

import re

import pytest
from docs.markdown import ROOT, page, pages

ADR = sorted((ROOT / "docs/adr").glob("*.md"))


@pytest.mark.parametrize("name", [each.name for each in pages()])
def test_links_lead_somewhere(name):
    """Every link and picture of a page that stays in the project leads to a file, and to a heading in it."""
    own = page(name)
    lost = []
    for link in own.links:
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = (own.path.parent / path).resolve() if path else own.path
        if not target.exists() or (anchor and anchor not in page(target.relative_to(ROOT).as_posix()).anchors):
            lost.append(link)
    assert lost == []


def test_decisions_are_numbered_without_a_gap():
    """ADR files count from 0001, and each title carries its number."""
    assert [int(path.name[:4]) for path in ADR] == list(range(1, len(ADR) + 1))
    assert [path.name for path in ADR if not path.read_text("utf-8").startswith(f"# {int(path.name[:4])}. ")] == []


@pytest.mark.parametrize("path", ADR, ids=lambda path: path.stem)
def test_a_decision_has_its_three_parts_on_one_page(path):
    """Context, decision, consequences; not longer than a page."""
    own = page(path.relative_to(ROOT).as_posix())
    assert [title for title in own.headings if title in {"Context", "Decision", "Consequences"}] == [
        "Context",
        "Decision",
        "Consequences",
    ]
    assert len(own.text.splitlines()) <= 60


def test_the_seven_rules_have_their_decisions():
    """Each rule of the architecture leads to its record, in order."""
    rules = re.findall(r"^(\d)\. \[.*?\]\(\.\./adr/(\d{4})-", page("docs/reference/architecture.md").text, re.MULTILINE)
    assert [(str(n), f"{n:04}") for n in range(1, 8)] == rules


def test_the_changelog_knows_this_version():
    """Its newest entry is the version of the program."""
    version = re.search(r'^version = "(.+)"$', (ROOT / "pyproject.toml").read_text("utf-8"), re.MULTILINE)
    newest = re.search(r"^## \[(.+?)\]", page("CHANGELOG.md").text, re.MULTILINE)
    assert version is not None
    assert newest is not None
    assert version[1] == newest[1]


def test_the_licence_is_the_one_that_is_named():
    """``LICENSE`` is the whole AGPL, version 3, and ``pyproject.toml`` says so."""
    text = (ROOT / "LICENSE").read_text("utf-8")
    assert "GNU AFFERO GENERAL PUBLIC LICENSE" == text.splitlines()[0].strip()
    assert "END OF TERMS AND CONDITIONS" in text
    assert 'license = "AGPL-3.0-or-later"' in (ROOT / "pyproject.toml").read_text("utf-8")


def test_every_docstring_reference_to_a_page_is_there():
    """A page that the code sends its reader to exists."""
    sources = "\n".join(path.read_text("utf-8") for path in (ROOT / "bot").rglob("*") if path.suffix in {".py", ".sql"})
    named = set(re.findall(r"\bdocs/[\w/-]+\.md", sources))
    assert [name for name in named if not (ROOT / name).exists()] == []


@pytest.mark.parametrize("name", [each.name for each in pages()])
def test_files_that_a_page_names_are_there(name):
    """A path in a page's running text leads to a file of the project; patterns and placeholders aside."""
    named = re.findall(r"`((?:bot|tests|docs|flows|locales|requirements)/[\w./*-]+)`", page(name).prose)
    new = re.compile(r"NN|postgres|/x\.py|sprechtag|kaputt")
    assert [path for path in named if not new.search(path) and not any(ROOT.glob(path.rstrip("/")))] == []
