"""I06 and I07: files made to do harm are refused with their line, soon, and no text reaches into the program.

Files come in only by the disk in this version: there is no upload and no archive, so nothing can be unpacked outside
(zip slip); links and pipes in a folder are refused in ``test_build_load`` and ``tests/cli/test_check``.
"""

import time

import pytest
from problems.kit import VALID

from bot.check.load import load
from bot.source.problem import Problem

FILES = {path.name: path.read_bytes() for path in sorted(VALID.glob("*.yaml"))}
HEAD = "flow: beispiel\ntitle: Beispiel\ntopic: allgemein\nsteps:\n  name:\n    ask: Name?\n    save: x\n"
SOON = 0.5
"""Seconds of work; a quiet machine needs less than a fifth of it."""

BOMBS = {
    "laughs": "a: &a [x, x, x]\nb: &b [*a, *a, *a]\nc: &c [*b, *b, *b]\nd: &d [*c, *c, *c]\ne: [*d, *d, *d]\n",
    "quadratic": "a: &a " + "x" * 9_000 + "\nb: [" + "*a, " * 2_000 + "]\n",
    "itself": "a: &a\n  b: *a\n",
    "merge": "a: &a {b: c}\nd:\n  <<: *a\n",
    "python": "say: !!python/object/apply:os.system ['true']\n",
    "python name": "say: !!python/name:os.system\n",
    "tag": "say: !include /etc/passwd\n",
    "tag with handle": "%TAG ! tag:yaml.org,2002:python/\n---\nsay: !object/apply:os.system []\n",
    "brackets": "say: " + "[" * 60_000,
    "brackets in lines": "say:\n" + " [\n" * 30_000,
    "braces": "{a: " * 15_000,
    "dashes": "- " * 4_900,
    "keys": "? " * 4_900,
    "deep": "".join("  " * depth + "a:\n" for depth in range(200)),
    "long": "say: " + "x" * 100_000,
    "nul": "say: a\0b\n",
}


def problems_of(files: dict[str, bytes]) -> tuple[Problem, ...]:
    return load(files, "flows").problems


@pytest.mark.parametrize(
    "file", ["beispiel.yaml", "topics.yaml", "glossary.yaml", "safety.yaml", "calendars/2026.yaml"]
)
@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_is_refused_with_its_line(bomb, file):
    """I06: in a flow as in a side file; the others are read all the same."""
    start = time.process_time()
    found = [
        problem for problem in problems_of({**FILES, file: BOMBS[bomb].encode()}) if problem.file == f"flows/{file}"
    ]
    assert time.process_time() - start <= SOON
    assert found[0].severity == "error"
    assert {problem.code for problem in found} & {"E101", "E105", "E106", "E107", "E108", "E109"}
    assert all(1 <= problem.line <= BOMBS[bomb].count("\n") + 1 for problem in found)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("call: beispiel", "call: ../beispiel"),
        ("call: beispiel", "call: /../beispiel"),
        ("flow: start", "flow: ../start"),
        ("topic: allgemein", "topic: ../../etc"),
        ("  menue:", "  ../menue:"),
    ],
)
def test_no_name_is_a_path(old, new):
    """I06: names of flows, topics and steps are names, never places on the disk."""
    files = {**FILES, "start.yaml": FILES["start.yaml"].replace(old.encode(), new.encode(), 1)}
    assert [problem for problem in problems_of(files) if problem.severity == "error"]


@pytest.mark.parametrize(
    "path", ["../geheim.pdf", "/etc/passwd", "a/../../b.pdf", "..\\geheim.pdf", "file:///etc/x.pdf"]
)
def test_a_picture_lies_within_the_folder(path):
    """I06: no file beside a flow is named by a way out of the folder."""
    flow = HEAD + f"  blatt:\n    say: Bitte lesen.\n    document: '{path}'\n    alt: Blatt\n"
    files = {**FILES, "beispiel.yaml": flow.encode(), "geheim.pdf": b"%PDF-1.4"}
    assert [problem.line for problem in problems_of(files) if problem.severity == "error"] == [10]


REACHING = (
    "{x.__class__}", "{x.__class__.__mro__[1]}", "{x[0]}", "{x!r}", "{x:>99999999}", "{0}", "{}", "{x.__init__.__globals__}",
    "{ x }", "{{x}}", "{x", "x}", "{x\u00a0}", "[[{x}]]", "[[a|{x.y}]]",
)  # fmt: skip


@pytest.mark.parametrize("mark", REACHING)
@pytest.mark.parametrize(
    "place", ["say: 'A MARK'", "ask: 'A MARK'\n    save: y\n    retry: 'B MARK'", "escalate: 'A MARK'"]
)
def test_no_text_reaches_into_the_program(mark, place):
    """I07: no attribute, no index, no conversion, no format: a mark names an answer, or it is an error."""
    flow = HEAD + f"  hallo:\n    {place.replace('MARK', mark)}\n"
    found = problems_of({**FILES, "beispiel.yaml": flow.encode()})
    assert {"E119"} == {problem.code for problem in found if problem.severity == "error"}


@pytest.mark.parametrize("mark", ["%(x)s", "%s", "$x", "${x", "<x>", "#{x", "`x`", "\\x", "&x;"])
def test_other_template_languages_are_only_text(mark):
    """I07: what means something elsewhere means nothing here; half a mark of ours is told."""
    flow = HEAD + f"  hallo:\n    say: 'A {mark}'\n"
    loaded = load({**FILES, "beispiel.yaml": flow.encode()})
    if "{" in mark:
        assert [problem.code for problem in loaded.problems] == ["E119"]
    else:
        assert (loaded.problems, loaded.texts["beispiel/hallo/say"].german) == ((), f"A {mark}")


@pytest.mark.parametrize("name", ["y", "__class__", "self", "X", "session"])
def test_an_unknown_answer_stops_publishing(name):
    """I07: a name that no question keeps is an error where it is used."""
    flow = HEAD + f"  hallo:\n    say: 'A {{{name}}}'\n"
    found = [(problem.code, problem.line) for problem in problems_of({**FILES, "beispiel.yaml": flow.encode()})]
    assert found in ([("E205", 9)], [("E119", 9)])
