"""The table of requirements and their proofs: complete, honest, and the same as on its page."""

from pathlib import Path

import pytest
from trust import GROUPS, PAGE, REQUIREMENTS, named, page, proofs

LATER = frozenset(
    ["I05", "I08", "I09", "A06", "X07", "X08", "X09", "O02", "O03", "O04", "C02", "C04", "C05", "C06", "C07", "C08"]
)
"""What needs parts that are not there yet. It only gets smaller."""


def test_there_are_seventy_requirements():
    """Fifteen of durability, seven of platforms, ten, thirteen, ten and seven more, eight of acute danger; each known by its letter."""
    counts = {letter: sum(one.startswith(letter) for one in REQUIREMENTS) for letter in GROUPS}
    assert counts == {"D": 15, "P": 7, "I": 10, "A": 13, "X": 10, "O": 7, "C": 8}


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("test_d13_a_seed", {"D13"}),
        ("P01-P03, X04: something", {"P01", "P02", "P03", "X04"}),
        ("E201 and D99 are none, nor is ab01 or D013", set()),
        ("I06, I07 …", {"I06", "I07"}),
    ],
)
def test_a_requirement_is_found_where_it_is_named(said, found):
    """In a name, in a docstring, alone, in a row or as a span; and what only looks like one is none."""
    assert named(said) == found


def test_a_requirement_without_a_test_is_told(tmp_path: Path):
    """What nothing names stands on the page as open; what is named, with the file that does."""
    (tmp_path / "test_one.py").write_text('def test_it():\n    """D01: said."""\n', "utf-8")
    found = proofs(tmp_path)
    assert found["D01"] == ["test_one.py"]
    assert [one for one, files in found.items() if files] == ["D01"]
    assert "| D02 | each update" in page(found)
    assert "1 of 70 requirements have tests. Without any so far: D02, D03," in page(found)


def test_no_requirement_loses_its_tests():
    """Only what later work brings is without a test."""
    assert {one for one, files in proofs().items() if not files} <= LATER


def test_the_page_is_what_the_tests_say():
    """``docs/reference/trust.md`` is the same as ``make trust WRITE=--write`` would write."""
    assert page(proofs()) == PAGE.read_text("utf-8"), "write it anew: make trust WRITE=--write"
