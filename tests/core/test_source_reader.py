"""The strict reader: any bytes give nodes or problems, soon, and nothing is guessed."""

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.source.nodes import Mapping, Node, Scalar, Sequence
from bot.source.problem import report
from bot.source.reader import DEPTH, NODES, SIZE, WIDTH, Document, read


def plain(node: Node | None):
    """Return what a node holds, without places."""
    match node:
        case Scalar(text=text):
            return text
        case Sequence():
            return [plain(item) for item in node]
        case Mapping():
            return {key.text: plain(value) for key, value in node}
        case _:
            return None


def codes(text: str | bytes) -> list[tuple[str, int]]:
    raw = text.encode() if isinstance(text, str) else text
    return [(problem.code, problem.line) for problem in read("x.yaml", raw).problems]


def only(text: str) -> Document:
    return read("x.yaml", text.encode())


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("no: Norsk", {"no": "Norsk"}),
        ("zeit: 12:30", {"zeit": "12:30"}),
        ("nummer: 0123", {"nummer": "0123"}),
        (
            "a: true\nb: ~\nc: null\nd: 1e3\ne: 2026-08-15",
            {"a": "true", "b": "~", "c": "null", "d": "1e3", "e": "2026-08-15"},
        ),
        ("a: [x, 'y', \"z\"]", {"a": ["x", "y", "z"]}),
        ("a: {b: c}", {"a": {"b": "c"}}),
        ("a: |\n  eins\n  zwei\n", {"a": "eins\nzwei\n"}),
        ("a: >\n  eins\n  zwei\n", {"a": "eins zwei\n"}),
        ("a:\n", {"a": ""}),
        ("a: eins\n  zwei\n", {"a": "eins zwei"}),
        ("\ufeffa: b", {"a": "b"}),
        ("a: b\r\nc: d\r\n", {"a": "b", "c": "d"}),
        ("a: b\rc: d", {"a": "b", "c": "d"}),
        ("---\na: b\n...\n", {"a": "b"}),
        ("a: b # ein Kommentar", {"a": "b"}),
        ("a: b #", {"a": "b"}),
        ("a: b ## zwei", {"a": "b"}),
        ("- a\n- b", ["a", "b"]),
        ("? a\n: b", {"a": "b"}),
    ],
)
def test_each_scalar_stays_the_text_it_was(written, meant):
    """Nothing is resolved: no country becomes False, no time a number."""
    document = only(written)
    assert (plain(document.root), document.problems) == (meant, ())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("title: Achtung: Frist", [("E102", 1)]),
        ("a: [[Wort]] ist das", [("E102", 1)]),
        ("a: {name} ist da", [("E102", 1)]),
        ("a: *Wichtig* heute", [("E102", 1)]),
        ("a: & mehr", [("E102", 1)]),
        ("a: @morgen", [("E102", 1)]),
        ("a: %viel", [("E102", 1)]),
        ("a: `code`", [("E102", 1)]),
        ("a: |Text", [("E102", 1)]),
        ("a: > Text", [("E102", 1)]),
        ("a: - Text", [("E102", 1)]),
        ("a: ? Text", [("E102", 1)]),
        ('a: "Ja", danke', [("E102", 1)]),
        ("a: 'Ja', danke", [("E102", 1)]),
        ("- a: b: c", [("E102", 1)]),
        ("a: !e!x b", [("E102", 1)]),
        ("a: !<x> b", [("E106", 1)]),
        ("a: ! b", [("E106", 1)]),
        ("a: !!str b", [("E106", 1)]),
        ("a: !x [b]", [("E106", 1)]),
        ("a: !<x", [("E102", 1)]),
        ("a:\n  - !<x\n", [("E102", 2)]),
        ("a: [Was?]", [("E102", 1)]),
        ("a: {b: Was?}", [("E102", 1)]),
        ("a: [!<x", [("E106", 1)]),
        ("a: [*]", [("E105", 1)]),
        ("a: &x b\nc: *x", [("E105", 1), ("E105", 2)]),
        ("a: &x [b]", [("E105", 1)]),
        ("<<: b", [("E105", 1)]),
        ("*x : b", [("E105", 1)]),
        ("a: b\na: c", [("E104", 2)]),
        ("? [a]\n: b", [("E110", 1)]),
        (": b", [("E101", 1)]),
        ("?\n: b", [("E110", 1)]),
        ("a: b\n---\nc: d", [("E109", 2)]),
        ("%YAML 1.1\n---\na: b", [("E109", 1)]),
        ("%TAG ! x\n---\na: b", [("E109", 1)]),
        ("%YAML 99999\n---\na", [("E109", 1)]),
        ("%YAML x\n---\na", [("E109", 1)]),
        ("", [("E120", 1)]),
        ("# nur eine Bemerkung\n", [("E120", 2)]),
        ("a:\tb", [("E103", 1)]),
        ("a:\n\tb: c", [("E103", 2)]),
        ('a: "offen\nb: c', [("E101", 1)]),
        ('a: "\\q"', [("E101", 1)]),
        ("a\nb: c", [("E101", 2)]),
        ("a:\n  b: c\nd", [("E101", 3)]),
        ("a: b\n  c: d", [("E101", 2)]),
        ("a:\n    b: c\n  d: e", [("E101", 3)]),
        ("- a\nb: c", [("E101", 2)]),
        ("a: [b", [("E101", 1)]),
        ("a: [b, c: d, [", [("E101", 1)]),
        ("a: [b: c: d]", [("E101", 1)]),
        ("a: 'x'\n...\nb: c\n", [("E101", 3)]),
        ("a: b\n]", [("E101", 2)]),
        ('a: "\\ud83d"', [("E108", 1)]),
        ('a: "\\0"', [("E108", 1)]),
        ('a: "\\U99999999"', [("E108", 0)]),
        ("a: b\x00", [("E108", 1)]),
        ("a: b\u202ec", [("E108", 1)]),
        ("a: b\u2028c", [("E108", 1)]),
        ("a: b\nc: \ufeffd", [("E108", 2)]),
        (b"a: b\nc: \xff", [("E108", 2)]),
        (b"\xff\xfea\x00", [("E108", 1)]),
        (b"a: \xed\xa0\xbd", [("E108", 1)]),
        ("a: Frage #1", [("W101", 1)]),
        ("a: #1 ist es", [("W101", 1)]),
        ("a:\n  - b #c", [("W101", 2)]),
        ("a: eins\n  zwei #drei", [("W101", 2)]),
        ("a: b #c\nd: 'e' #f", [("W101", 1)]),
        ("a: " + "x" * WIDTH, [("E107", 1)]),
        ("a: [" + "[" * DEPTH, [("E107", 1)]),
        ("\n".join("  " * n + "a:" for n in range(DEPTH + 1)), [("E107", DEPTH)]),
        ("a: {b: " + "{c: " * DEPTH, [("E107", 1)]),
        ("- " * (DEPTH + 2), [("E107", 1)]),
        ("\n" * (NODES + 1), [("E107", 0)]),
        ("a" * (SIZE + 1), [("E107", 0)]),
    ],
)
def test_what_is_no_plain_yaml_is_refused_with_its_line(text, expected):
    """I06: aliases, tags, merge keys, bombs and broken text are refused where they stand."""
    assert codes(text) == expected


def test_a_block_and_a_list_may_be_as_deep_as_allowed():
    """The limit refuses what is beyond it, not what is at it."""
    text = "\n".join("  " * n + f"a{n}:" for n in range(DEPTH - 1)) + " x"
    assert codes(text) == []


def test_too_many_parts_are_refused_while_reading():
    """What the first count cannot see is counted while reading."""
    row = "- [" + "[[[]]]," * 1000 + "[]]\n"
    assert codes(row * 20) == [("E107", 17)]


def test_after_fifty_mistakes_nothing_more_is_read():
    """A file of nothing but mistakes costs no more than fifty of them."""
    found = codes("".join(f"a: {n}\n" for n in range(200)))
    assert (len(found), found[-1]) == (51, ("E101", 52))


def test_several_refusals_come_together():
    """Reading goes on after a refused alias, tag or key."""
    assert codes("a: &x b\nc: ! d\na: e\n<<: f") == [("E105", 1), ("E106", 2), ("E104", 3), ("E105", 4)]


def test_a_mapping_of_refused_keys_is_broken_not_empty():
    """One mistake is one problem: nobody is told besides that the mapping is empty."""
    document = only("a:\n  ? [b]\n  : c")
    assert isinstance(document.root, Mapping)
    assert document.root.pairs[0][1] == Scalar("", document.root.pairs[0][1].place, "broken")


HOSTILE = {
    "brackets": b"[" * 60_000,
    "braces": b"{a: " * 2_000,
    "brackets, a megabyte": b"[" * 1_000_000,
    "brackets in lines": b"[\n" * 40_000,
    "dashes": b"- " * 4_000,
    "dashes, a megabyte": b"- " * 490_000,
    "question marks": b"? " * 4_000,
    "laughs": b"a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nd: [*c, *c]\n",
    "merge": b"a: &a {x: y}\n" + b"b:\n  <<: [*a, *a, *a]\n",
    "tags": b"!" * 9_000,
    "python tag": b"!!python/object/apply:os.system ['true']",
    "anchors": b"&a " * 3_000,
    "percent": b"%" * 9_000,
    "version": b"%YAML " + b"9" * 9_000 + b"\n---\n",
    "tabs": b"\t" * 9_000,
    "nul": b"\x00" * 9_000,
    "bom": b"\xef\xbb\xbf" * 2,
    "utf-16": "a: b".encode("utf-16"),
    "surrogate": b'a: "\\ud83d"',
    "half a character": b"a: \xf0\x9f",
    "quotes": b'"' * 9_000,
    "single quotes": b"'' " * 3_000,
    "colons": b":" * 9_000,
    "colons and blanks": b": " * 4_000,
    "keys in keys": b"? a\n" * 5_000,
    "hashes": b"#" * 9_000,
    "escapes": b'a: "' + b"\\x00" * 2_000 + b'"',
    "sexagesimal": b"a: " + b"1:" * 4_000,
    "commas": b"," * 9_000,
    "pipes": b"a: |\n" * 2_000,
    "deep": b"".join(b" " * n + b"a:\n" for n in range(1_000)),
    "newlines": b"\n" * 999_999,
    "returns": b"\r" * 999_999,
    "long": b"a" * 1_000_000,
    "larger": b"a: b\n" * 300_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_are_refused_soon(name):
    """I06, P04: bombs and garbage give a problem, and nothing hangs; PyYAML alone takes minutes for some of them."""
    start = time.process_time()
    document = read("x.yaml", HOSTILE[name])
    spent = time.process_time() - start
    assert (bool(document.problems), spent <= 5.0) == (True, True)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_give_a_node_or_a_problem(raw):
    """P04: no bytes raise; where there is no node there is a problem, and it can be shown."""
    document = read("x.yaml", raw)
    assert (document.root is not None or bool(document.problems), bool(report(document.problems))) == (
        True,
        bool(document.problems),
    )


@settings(max_examples=250, deadline=None)
@given(
    st.lists(
        st.sampled_from([*"[]{}:,-?#&*!|>'\"%@`\\\n\t ", "a", "<<", ": ", "- ", "\n  ", "\n\t", "\\u", "ü", "---\n"])
    )
)
def test_any_yaml_like_text_gives_a_node_or_a_problem(parts):
    """P04: what looks like YAML never raises either, and its problems stand within the file."""
    raw = "".join(parts).encode()
    document = read("x.yaml", raw)
    lines = raw.count(b"\n") + 1
    assert document.root is not None or bool(document.problems)
    assert all(0 <= problem.line <= lines and bool(report([problem])) for problem in document.problems)


def test_a_place_covers_what_it_names():
    """A node's place is its line and column from 1, its length, and its last line."""
    root = only("a: |\n  eins\n  zwei\nb: 'x y'\nc: [d, e]\n").root
    assert isinstance(root, Mapping)
    found = [(value.place.line, value.place.column, value.place.length, value.place.last) for _, value in root]
    assert found == [(1, 4, 1, 3), (4, 4, 5, 4), (5, 4, 1, 5)]


def test_a_fragment_of_a_text_is_found_in_the_file():
    """The caret points into a text of several lines; where it cannot, at the text itself."""
    root = only('a: |\n  {x} und {y}\n  und {x}\nb: "\\x7bx}"\nd: "{x}" # {y}\ne: ohne').root
    assert isinstance(root, Mapping)
    pattern = re.compile(r"\{[xy]\}")
    spots = [value.matches(pattern) for _, value in root if isinstance(value, Scalar)]
    assert [[(at.line, at.column, at.length, found) for at, found in each] for each in spots] == [
        [(2, 3, 3, "{x}"), (2, 11, 3, "{y}"), (3, 7, 3, "{x}")],
        [(4, 4, 8, "{x}")],
        [(5, 5, 3, "{x}")],
        [],
    ]


def test_a_line_behind_the_end_is_empty():
    """Asking for any line is safe."""
    source = only("a: b").source
    assert (source.line(0), source.line(1), source.line(9)) == ("", "a: b", "")


@pytest.mark.parametrize(
    ("text", "help_"),
    [
        ("title: Achtung: Frist", 'Schreiben Sie: title: "Achtung: Frist"'),
        ("title: Achtung: Frist # Bemerkung", 'Schreiben Sie: title: "Achtung: Frist"'),
        ('- label: "Ja", danke', "Schreiben Sie: - label: '\"Ja\", danke'"),
        ('a: *So geht\'s: "los"', "Schreiben Sie: a: '*So geht''s: \"los\"'"),
        ("a: Frage #1", 'Setzen Sie den ganzen Text in Anführungszeichen: "Frage #1"'),
    ],
)
def test_the_help_says_how_to_write_it(text, help_):
    """The author can copy the line from the help."""
    assert only(text).problems[0].help == help_


def test_the_file_and_its_lines_are_kept():
    """The line as written stands in the problem, with what the file is called."""
    problem = only("x: y\ntitle: Achtung: Frist").problems[0]
    assert (problem.file, problem.line, problem.column, problem.written) == ("x.yaml", 2, 8, "title: Achtung: Frist")


@pytest.mark.parametrize("end", ["[Tag,\n", "[Tag,\n\n\n", "[\n", "[[a], {b: c},\n  d,\n", "{a:\n"])
def test_a_bracket_open_at_the_end_is_shown_where_it_opens(end):
    """I06: not at the empty line below, where there is nothing to mend."""
    (problem,) = read("x.yaml", f"flow: b\nkeywords: {end}".encode()).problems
    assert ("E101", 2, 11) == (problem.code, problem.line, problem.column)
