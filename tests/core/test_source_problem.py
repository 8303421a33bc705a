"""How a problem is shown, and how a name is suggested."""

from dataclasses import replace

import pytest

from bot.source.errors import AuthorError, OperatorError
from bot.source.names import hint, listed, suggest
from bot.source.problem import Problem, arranged, render, report, visible

LINE = "        goto: was-ist-daß"
PROBLEM = Problem(
    file="flows/kaputt.yaml",
    line=10,
    column=15,
    code="E201",
    message="Den Schritt »was-ist-daß« gibt es in diesem Ablauf nicht.",
    help="Ein ähnlicher Name ist »was-ist-das«.",
    length=11,
    note="unbekannter Schritt",
    written=LINE,
)


def test_a_problem_is_shown_as_the_language_says():
    """Place, severity, code, sentence; the line as written; a caret with its note; one help."""
    assert render(PROBLEM) == (
        "flows/kaputt.yaml:10:15: error[E201]: Den Schritt »was-ist-daß« gibt es in diesem Ablauf nicht.\n"
        "   |\n"
        "10 |         goto: was-ist-daß\n"
        "   |               ^^^^^^^^^^^ unbekannter Schritt\n"
        "   = Hilfe: Ein ähnlicher Name ist »was-ist-das«."
    )


def test_a_problem_of_a_whole_file_has_no_line():
    """Where there is no line to show, none is."""
    shown = render(replace(PROBLEM, line=0))
    assert shown == (
        "flows/kaputt.yaml: error[E201]: Den Schritt »was-ist-daß« gibt es in diesem Ablauf nicht.\n"
        "  = Hilfe: Ein ähnlicher Name ist »was-ist-das«."
    )


def test_the_letter_is_the_severity():
    """W warns, E stops."""
    assert (PROBLEM.severity, replace(PROBLEM, code="W101").severity) == ("error", "warning")


def caret(written: str, column: int, length: int) -> tuple[str, str]:
    lines = render(replace(PROBLEM, line=1, written=written, column=column, length=length, note="")).split("\n")
    return lines[2].removeprefix("1 |").removeprefix(" "), lines[3].removeprefix("  | ")


@pytest.mark.parametrize(
    ("written", "column", "length", "expected"),
    [
        ("\ta: b", 2, 1, ("\ta: b", "\t^")),
        ("漢字: b", 5, 1, ("漢字: b", "      ^")),
        ("漢字: b", 1, 2, ("漢字: b", "^^^^")),
        ("e\u0301: b", 5, 1, ("e\u0301: b", "   ^")),
        ("a\u200d: b", 5, 1, ("a\u200d: b", "   ^")),
        ("عربي: b", 7, 1, ("عربي: b", "      ^")),
        ("a", 9, 1, ("a", " ^")),
        ("", 1, 5, ("", "^")),
        ("a\x1b[31m", 2, 1, ("a␛[31m", " ^")),
        ("a\u202eb", 2, 1, ("a\N{REPLACEMENT CHARACTER}b", " ^")),
    ],
)
def test_the_caret_stands_below_what_it_means(written, column, length, expected):
    """Tabs, wide letters and marks without width keep the caret in its column; nothing steers the terminal."""
    assert caret(written, column, length) == expected


def test_of_a_long_line_the_part_round_the_caret_is_shown():
    """A line of ten thousand characters does not flood the screen."""
    written = "a" * 500 + "X" * 300 + "b" * 500
    shown, below = caret(written, 501, 300)
    assert shown == "…" + "a" * 100 + "X" * 200 + "b" * 100 + "…"
    assert below == " " * 101 + "^" * 200


def test_a_long_line_is_not_cut_where_it_is_short():
    """Only the long side is cut."""
    assert caret("X" + "b" * 500, 1, 1) == ("X" + "b" * 100 + "…", "^")
    assert caret("a" * 500 + "X", 501, 1) == ("…" + "a" * 100 + "X", " " * 101 + "^")


def test_problems_come_by_place_and_once():
    """All problems of all files: sorted, nothing twice."""
    second, third = replace(PROBLEM, line=2), replace(PROBLEM, file="a.yaml")
    assert arranged([PROBLEM, second, third, PROBLEM]) == (third, second, PROBLEM)


def test_a_report_shows_all():
    """Problems are shown one after the other with an empty line between."""
    other = replace(PROBLEM, line=0)
    assert report([PROBLEM, other]) == f"{render(other)}\n\n{render(PROBLEM)}"


def test_an_author_error_says_what_is_wrong():
    """Its text is the report; its problems are kept."""
    error = AuthorError([PROBLEM])
    assert (str(error), error.problems) == (render(PROBLEM), (PROBLEM,))


def test_an_operator_error_is_its_message():
    """It says what to do and nothing else."""
    assert str(OperatorError("Der Ordner fehlt.")) == "Der Ordner fehlt."


def test_control_characters_are_made_visible():
    """I10: no name in a file turns the direction of writing or colours a terminal."""
    assert visible("a\nb\x00\x1b\x7f\u202e\ttab") == "a␊b␀␛\N{REPLACEMENT CHARACTER}\N{REPLACEMENT CHARACTER}\ttab"


@pytest.mark.parametrize(
    ("word", "near"),
    [("was-ist-daß", "was-ist-das"), ("elternabnd", "elternabend"), ("xyz", ""), ("", ""), ("e" * 5000, "")],
)
def test_the_nearest_name_is_suggested(word, near):
    """A slip finds its name; what is far from all names finds none."""
    assert suggest(word, ["was-ist-das", "elternabend", "x" * 200]) == near


def test_a_hint_names_the_nearest_or_all():
    """The help is an action: take this name, or one of these, or leave it out."""
    assert hint("elternabnd", ["elternabend", "start"]) == "Ein ähnlicher Name ist »elternabend«."
    assert hint("xyz", ["elternabend", "start"]) == "Wählen Sie einen von diesen Namen: »elternabend«, »start«."
    assert hint("xyz", []) == "Nehmen Sie die Zeile heraus."


def test_of_many_names_a_dozen_is_shown():
    """A help stays short."""
    assert listed(str(n) for n in range(13)) == ", ".join(f"»{n}«" for n in range(12)) + " …"
