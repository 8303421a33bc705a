"""What authors read is read by somebody before them: every sentence of form and meaning stands in ``messages.txt``."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from problems.messages_kit import MESSAGES, SOUND, cases, said_of, variants, written

ROOT = Path(__file__).parents[2]
SPEAKING = ("bot/flow/build", "bot/flow/meaning")
"""The folders whose every German sentence is reached."""
GERMAN = re.compile(r"[A-ZÄÖÜa-zäöüß»«.,:]+ [^\\\[\]]*")
OF_PROGRAMS = re.compile(r"[a-z_ ]+|.*\b(?:the|and|of)\b.*")
"""Not German: words of the language, and what is told to programmers."""


def test_the_checker_says_what_is_written_down(tmp_path):
    """I06: message, note and help of each problem, and what the caret marks; ``make messages`` writes them anew."""
    assert MESSAGES.read_text("utf-8").splitlines() == written(cases(tmp_path)).splitlines()


@pytest.mark.parametrize("name", [name for name in variants() if name.startswith(SOUND)])
def test_nothing_is_said_of_a_sound_variant(name):
    """I06: at the very bound, and with everything that fits, there is nothing to mend."""
    assert said_of(variants()[name]) == ()


@pytest.mark.parametrize("name", [name for name in variants() if not name.startswith(SOUND)])
def test_something_is_said_of_every_other_variant(name):
    """No variant is there for nothing."""
    assert said_of(variants()[name])


def test_every_sentence_of_the_program_is_written_down():
    """I06: no message, note or help of form and meaning is left that nobody has read."""
    said = MESSAGES.read_text("utf-8")
    assert [piece for piece in sorted(set(sentences())) if piece not in said] == []


def sentences() -> Iterator[str]:
    """Yield each piece of a German sentence in the code: whole texts, and what stands between the values."""
    for folder in SPEAKING:
        for path in sorted((ROOT / folder).glob("*.py")):
            tree = ast.parse(path.read_text("utf-8"))
            about = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
            for node in ast.walk(tree):
                if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in about:
                    piece = node.value.strip()
                    if GERMAN.fullmatch(piece) and not OF_PROGRAMS.fullmatch(piece):
                        yield piece
