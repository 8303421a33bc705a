"""Problems as text, JSON and annotations: each form for its reader, and none of them steered by what it shows."""

import json
from dataclasses import replace

import pytest

from bot.check.report import FIELDS, FORMS, as_json, github, text
from bot.source.problem import Problem, render

ERROR = Problem("flows/a.yaml", 3, 7, "E201", "Den Schritt »x« gibt es nicht.", "Schreiben Sie »y«.", written="goto: x")
WARNING = replace(ERROR, line=1, code="W101", message="Fällt weg.")
WHOLE = replace(ERROR, file="flows", line=0, column=0, code="E125")


def test_the_text_shows_all_by_place_and_counts_them():
    """Each with its line and help, nothing twice, and how many errors and warnings there are."""
    assert text([ERROR, WARNING, ERROR]) == f"{render(WARNING)}\n\n{render(ERROR)}\n\nFehler: 1. Warnungen: 1."
    assert text([]) == "Alles in Ordnung."


def test_json_is_a_list_of_objects_with_fixed_names():
    """Exactly these, in this order; an empty list where all is well; line 0 is a file as a whole."""
    assert json.loads(as_json([])) == []
    first, second = json.loads(as_json([ERROR, WHOLE]))
    assert list(first) == ["file", "line", "column", "code", "severity", "message", "help"] == list(FIELDS)
    assert (first["file"], first["line"], second["line"], second["severity"]) == ("flows", 0, 3, "error")


def test_github_gets_one_command_a_problem():
    """With file, line, column and code; the help stands below the sentence; a whole file is annotated at its top."""
    assert github([ERROR, WARNING]).split("\n") == [
        "::warning file=flows/a.yaml,line=1,col=7,title=W101::Fällt weg.%0AHilfe: Schreiben Sie »y«.",
        "::error file=flows/a.yaml,line=3,col=7,title=E201::Den Schritt »x« gibt es nicht.%0AHilfe: Schreiben Sie »y«.",
    ]
    assert github([WHOLE]).startswith("::error file=flows,line=1,col=1,title=E125::")
    assert github([]) == ""


def test_nothing_in_a_name_or_a_text_ends_a_command():
    """Percent signs, line ends, colons and commas are escaped where they would mean something else."""
    hostile = replace(ERROR, file="a,b:c%d\r\ne.yaml", message="100 %\r\n::set-env name=x::y", help="1: a, b")
    assert github([hostile]) == (
        "::error file=a%2Cb%3Ac%25d%0D%0Ae.yaml,line=3,col=7,title=E201::"
        "100 %25%0D%0A::set-env name=x::y%0AHilfe: 1: a, b"
    )


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("character", ["\x1b", "\u202e", "\udcff", "\x00", "\u2028", "\x9b"])
def test_no_character_steers_who_reads(form, character):
    """Escapes of a terminal, marks that turn the writing, bytes that are no text: none goes out as it is."""
    hostile = replace(ERROR, file=f"a{character}b", message=f"c{character}d", help=f"e{character}f")
    shown = FORMS[form]([hostile])
    assert character not in shown
    assert shown.encode("utf-8")
    if form == "json":
        assert json.loads(shown)[0]["file"] == hostile.file
