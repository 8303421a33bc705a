"""``elternlotse explain``: each problem's page, readable in a terminal."""

from pathlib import Path

import pytest
from cli.said import elternlotse
from click import unstyle

from bot.cli import explain
from bot.source.errors import OperatorError

PAGES = Path(__file__).parents[2] / "docs" / "problems"


@pytest.mark.parametrize("code", [page.stem for page in sorted(PAGES.glob("*.md"))])
def test_each_page_can_be_read(code):
    """With its title, its examples indented as they are written, and without the marks of Markdown."""
    lines = unstyle(explain.shown((PAGES / f"{code}.md").read_text("utf-8"))).splitlines()
    assert lines[0].startswith(f"{code}: ")
    prose = [line for line in lines if not line.startswith("    ")]
    assert [line for line in prose if "`" in line or line.startswith("#")] == []
    assert {"So nicht", "So ist es richtig"} <= set(lines)


@pytest.mark.parametrize("code", ["E201", "e201", " [e201] "])
def test_a_code_may_be_written_in_any_way(code):
    """As it stands in the message, or as it is typed in haste; without colours where no terminal is."""
    done = elternlotse("explain", code)
    assert (done.code, done.out.splitlines()[0]) == (0, "E201: Unbekannter Schritt")


def test_without_a_code_all_are_listed():
    """Code and title, one a line."""
    done = elternlotse("explain")
    assert [line.split("  ")[0] for line in done.out.splitlines()[:-2]] == [
        page.stem for page in sorted(PAGES.glob("*.md"))
    ]
    assert "E201  Unbekannter Schritt" in done.out.splitlines()


@pytest.mark.parametrize(
    ("code", "near"), [("E299", "»E2"), ("E21", "»E21"), ("X", "elternlotse explain"), ("../E201", "»E201")]
)
def test_an_unknown_code_names_the_nearest(code, near):
    """And nothing but a page is ever read."""
    done = elternlotse("explain", code)
    assert (done.code, near in done.err) == (2, True)


def test_a_page_is_shown_plainly():
    """Code stands in quotation marks, links as their words, fenced text as it is."""
    page = (
        "# E9: `a` und `` b`c ``\n\nSiehe [die Seite](x.md) zu `{x}` und **so**.\n\n```yaml\n# `d`\n\ne: [f](g)\n```\n"
    )
    assert explain.shown(page.replace("\\\n", "\n")) == (
        "\x1b[1mE9: »a« und »b`c«\x1b[0m\n\nSiehe die Seite zu »{x}« und so.\n\n    # `d`\n\n    e: [f](g)"
    )


def test_pages_are_found_where_a_package_puts_them(tmp_path):
    """In the first place that has any; nowhere is a sentence with what to do."""
    (tmp_path / "E201.md").write_text("# E201: X", "utf-8")
    assert explain.pages_in(tmp_path / "weg", tmp_path) == {"E201": "# E201: X"}
    with pytest.raises(OperatorError, match="= Hilfe: Lesen Sie"):
        explain.pages_in(tmp_path / "weg")
