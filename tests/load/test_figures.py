"""The table of what was seen: a line a trial, what was planted is told from what went wrong, and the page around it stays."""

from pathlib import Path

from load.figures import BEGIN, END, HEAD, PAGE, Row, write


def test_a_line_counts_every_kind_of_finding() -> None:
    """Lost, twice, out of order, left over and errors stand beside each other, as in the head of the table."""
    row = Row("killed", "SQLite", "9 kills", 1234, "50", "2; 3", "1.0", ["lost: a", "lost: b", "order: c", "error: d"])
    assert "| killed | SQLite | 9 kills | 1,234 | 2 · 0 · 1 · 0 · 1 | 50 | 2; 3 | 1.0 |" == str(row)
    assert HEAD.count("|") == str(row).count("|")


def test_what_was_planted_must_be_found_and_nothing_else_may() -> None:
    """A trial is as it should be without findings, or with those of the kind that was planted."""
    assert [True, False] == [Row("x", "y", findings=each).is_as_it_should for each in ([], ["lost: a"])]
    found = [Row("x", "y", findings=each, planted="twice") for each in (["twice: a", "lost: b"], ["lost: a"], [])]
    assert [True, False, False] == [row.is_as_it_should for row in found]


def test_the_table_takes_the_place_of_the_one_before(tmp_path: Path) -> None:
    """What stands before and behind it stays, however often it is written."""
    page = tmp_path / "page.md"
    page.write_text(f"before\n{BEGIN}\nold\n{END}\nbehind\n", "utf-8")
    for trial in ("first", "second"):
        write([Row(trial, "SQLite")], "Of today.", page)
    before, _, rest = page.read_text("utf-8").partition(BEGIN)
    table, _, behind = rest.partition(END)
    assert ("before\n", "\nbehind\n") == (before, behind)
    assert ("second" in table, "first" in table, "old" in table, "Of today." in table) == (True, False, False, True)


def test_the_page_has_room_for_it() -> None:
    """Both marks stand in the page, once and in order."""
    text = PAGE.read_text("utf-8")
    assert (text.count(BEGIN), text.count(END)) == (1, 1)
    assert text.index(BEGIN) < text.index(END)
