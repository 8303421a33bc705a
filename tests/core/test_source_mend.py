"""Quotation marks that the program adds: where they are needed, and nothing else in the file."""

import re
import time

import pytest
from core.test_source_reader import HOSTILE, plain
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from bot.source.mend import Change, mend
from bot.source.nodes import Mapping, Node, Scalar, Sequence
from bot.source.reader import FORBIDDEN, SIZE, WIDTH, read, read_once


def mended(text: str) -> str:
    """Return a file's text after mending."""
    return mend(text.encode()).raw.decode()


@pytest.mark.parametrize(
    ("written", "better"),
    [
        ("say: Achtung: Frist", 'say: "Achtung: Frist"'),
        ("say: Achtung: Frist # Bemerkung", 'say: "Achtung: Frist" # Bemerkung'),
        ("say: Frist:", 'say: "Frist:"'),
        ("say: [[Wort]] ist neu", 'say: "[[Wort]] ist neu"'),
        ("say: [[Wort]]", 'say: "[[Wort]]"'),
        ("say: {name} ist da", 'say: "{name} ist da"'),
        ("say: {name}", 'say: "{name}"'),
        ("say: [Wichtig] Frist", 'say: "[Wichtig] Frist"'),
        ("hallo: {name} ist da", 'hallo: "{name} ist da"'),
        ("say: *Wichtig* heute", 'say: "*Wichtig* heute"'),
        ("say: *Wichtig*", 'say: "*Wichtig*"'),
        ("say: 'n Abend", 'say: "\'n Abend"'),
        ('say: "Ja", danke', "say: '\"Ja\", danke'"),
        ('say: "Frage # 1" ist offen', "say: '\"Frage # 1\" ist offen'"),
        ('say: "Ja" oder "Nein"', 'say: \'"Ja" oder "Nein"\''),
        ("say: 'Ja' und 'Nein'", "say: \"'Ja' und 'Nein'\""),
        ("say: @morgen", 'say: "@morgen"'),
        ("say: %viel", 'say: "%viel"'),
        ("say: ! Achtung", 'say: "! Achtung"'),
        ("say: !!! Achtung !!!", 'say: "!!! Achtung !!!"'),
        ("say: & mehr", 'say: "& mehr"'),
        ("say: |Text", 'say: "|Text"'),
        ("say: > Text", 'say: "> Text"'),
        ("say: `code`", 'say: "`code`"'),
        ("say: - Text", 'say: "- Text"'),
        ("say: ? Text", 'say: "? Text"'),
        ("say: , Text", 'say: ", Text"'),
        ("say: : Text", 'say: ": Text"'),
        ("say: Frage #1", 'say: "Frage #1"'),
        ("say: Frage #1 # zwei", 'say: "Frage #1" # zwei'),
        ("say: #1 ist es", 'say: "#1 ist es"'),
        ("say: a\tb", 'say: "a\tb"'),
        ("say: Er sagt: \"C:\\x\", 'so'", "say: 'Er sagt: \"C:\\x\", ''so'''"),
        ("examples:\n  - Achtung: x\n  - y", 'examples:\n  - "Achtung: x"\n  - y'),
        ("examples:\n- - Strich\n- ? was", 'examples:\n- "- Strich"\n- "? was"'),
        ("examples:\n  - [a, b]\n  - #1", 'examples:\n  - "[a, b]"\n  - "#1"'),
        ("options:\n  - label: Ja: bitte", 'options:\n  - label: "Ja: bitte"'),
        ("- label: {a} x\n  short: b: c", '- label: "{a} x"\n  short: "b: c"'),
        ('"say": a: b', '"say": "a: b"'),
        ("say: Achtung: eins\n  zwei\n\n  drei\ntitle: x", 'say: "Achtung: eins\n  zwei\n\n  drei"\ntitle: x'),
        ("say: Eins\n  zwei #3", 'say: "Eins\n  zwei #3"'),
        (
            "words:\n  gewalt:\n    de:\n      - er sagt: schlag",
            'words:\n  gewalt:\n    de:\n      - "er sagt: schlag"',
        ),
        ("say: a: b\r\ntitle: c: d\r\n", 'say: "a: b"\r\ntitle: "c: d"\r\n'),
        ("say: a: b\rtitle: c\n\n", 'say: "a: b"\rtitle: c\n\n'),
        ("\ufeffsay: a: b", '\ufeffsay: "a: b"'),
        ("x: [a, b\nsay: a: b", 'x: [a, b\nsay: "a: b"'),
    ],
)
def test_text_that_needs_quotation_marks_gets_them(written, better):
    """What the author wrote is what is read; comments, layout, line ends and the file's beginning and end stay."""
    assert mended(written) == better
    assert mended(better) == better


@pytest.mark.parametrize(
    "text",
    [
        "say: |\n  Achtung: Frist\n  [[x]] {y} # z\ntitle: >-\n  a: b\n",
        "say: | # Bemerkung\n  a: b",
        "say: |\ntitle: a",
        "say: \"a: b\"\ntitle: 'c: d' # e: f",
        'say: "eins\n\n  zwei: drei\nvier: fünf"\ntitle: x',
        "say: 'eins\n  a: b'",
        "steps: #Bemerkung\n  a: b",
        "options: #Bemerkung\n- label: x",
        "say: x # a: b",
        "# say: a: b",
        "when: {a: {is: b}}\nwith: {\n  a: b\n}",
        "keywords: [a, 'b: c']\nsave: [\n  a\n]",
        "facts: [[a, b], [c]]",
        "- a: b\n- - c",
        "say: Guten Tag\n  und: mehr",
        "say: Bitte:\n  - Pass",
        "say: a # b\n  c",
        "say: &x a\ntitle: *x",
        "a: &x\n  b: c",
        "a: !x\n  b: c",
        "with: {kind: alter",
        "keywords: [a, b",
        "say: | Text\n  mehr",
        "say: a: b\t",
        'say: "Er sagte "ja" dazu."',
        "say: 'So geht's.'",
        "say:\n  a: b",
        "steps:\n  say: {say: x}",
        "- lable: x",
        "*x : y",
        "a: b\n\tc: d: e",
        "12:30",
        "",
    ],
)
def test_what_is_fine_or_unsure_stays_byte_for_byte(text):
    """Blocks, texts in quotation marks, lists, mappings, comments, and what the author may have meant otherwise."""
    assert (mended(text), mend(text.encode()).changes) == (text, ())


@pytest.mark.parametrize("raw", [b"\xff\xfe", b"say: a: b\x00", b"say: a: \xed\xa0\xbd", b"say: b: " + b"x" * 10_001])
def test_what_cannot_be_read_is_not_mended(raw):
    """No text, characters nobody sees, lines without end: not a matter of quotation marks."""
    assert mend(raw).raw == raw


@pytest.mark.parametrize("room", [0, 1])
def test_a_file_does_not_outgrow_its_limits(room):
    """Two quotation marks too many for the file, or for the line: it stays as it is."""
    comment = b"#" + b"x" * 9_998 + b"\n"
    raw = (b"say: a: b\nx: [\n" + comment * 100)[: SIZE - room]
    assert (len(raw), mend(raw).raw) == (SIZE - room, raw)
    long = b"say: a: " + b"b" * (WIDTH - 8 - room)
    assert mend(long).raw == long


def test_the_changed_lines_are_said():
    """Their number, how they were, how they are."""
    assert mend(b"title: x\r\nsay: a: b\r\n").changes == (Change(2, "say: a: b", 'say: "a: b"'),)


def test_a_needless_or_doubtful_change_is_not_made():
    """Of a key that stands twice only the first is read: the second is left as it is."""
    text = "say: a\nsay: ! b\ntitle: ! c"
    assert mended(text) == 'say: a\nsay: ! b\ntitle: "! c"'


MARKS = st.sampled_from(
    [*"[]{}*\"'@%!&|>`-?:#,\\=<~ \t", ": ", " #", "- ", "? ", "[[Wort]]", "{name}", "a", "ü", "no", "|-", "&a", "*a", "!!",
     "---", "...", "# ", "😀", "0123", "Frist"]
)  # fmt: skip
TEXTS = st.one_of(st.lists(MARKS, min_size=1, max_size=8).map("".join), st.text(min_size=1, max_size=20))
PLACES = (
    "say: TEXT\n",
    "choose: TEXT\r\noptions: [a]\r\n",
    "steps:\n  a:\n    say: TEXT\n    note: x",
    "examples:\n  - TEXT\n  - x\n",
    "options:\n- label: TEXT\n  goto: x\n",
)


def is_one_text(text: str) -> bool:
    """Say whether a value is one line of text: no blanks round it, no comment in it, no block, not in marks already."""
    return not (
        text != text.strip(" \t")
        or FORBIDDEN.search(text)
        or re.search(r"[\r\n]|(?:^|[ \t])#(?:[ \t]|$)", text)
        or re.fullmatch(r"[|>](?:[+-]?[1-9]?|[1-9][+-])", text)
        or re.match(r"""["'].""", text)
    )


def texts_on(node: Node, line: int) -> list[str]:
    """Return the texts that start on a line."""
    match node:
        case Scalar():
            return [node.text] if node.place.line == line else []
        case Sequence():
            return [text for item in node for text in texts_on(item, line)]
        case Mapping():
            return [text for _, value in node for text in texts_on(value, line)]


@settings(max_examples=200, deadline=None)
@given(TEXTS, st.sampled_from(PLACES))
@example("&a *a", PLACES[0])
@example("|#", PLACES[2])
@example("- - ? !a: {b} #c", PLACES[3])
def test_any_text_is_read_as_it_was_written(text, place):
    """Whatever an author writes behind a word of text or in a list of texts is, once mended, that very text."""
    assume(is_one_text(text))
    done = mend(place.replace("TEXT", text).encode())
    document = read_once("", done.raw)
    assert document.root is not None
    assert texts_on(document.root, place[: place.index("TEXT")].count("\n") + 1) == [text]
    assert mend(done.raw).raw == done.raw


PIECES = st.one_of(
    MARKS,
    st.sampled_from(
        ["\n", "\n  ", "\n    ", "say: ", "- ", "\r\n", "say: |\n   ", "label: ", "examples:\n", "steps:\n"]
    ),
)


@settings(max_examples=200, deadline=None)
@given(st.lists(PIECES, max_size=25).map("".join))
def test_mending_twice_is_mending_once_and_breaks_nothing(text):
    """Of anything that looks like YAML: a second run finds nothing to do, and what could be read still can."""
    raw = text.encode()
    done = mend(raw)
    assert mend(done.raw).raw == done.raw
    assert [(change.line, change.before) for change in done.changes] == [
        (number, line)
        for number, (line, now) in enumerate(zip(lines(raw), lines(done.raw), strict=True), 1)
        if line != now
    ]
    assert read_once("", raw).root is None or read_once("", done.raw).root is not None


def lines(raw: bytes) -> list[str]:
    return re.split("\r\n|\r|\n", raw.decode().removeprefix("\ufeff"))


@settings(max_examples=60, deadline=None)
@given(
    st.recursive(
        st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=12),
        lambda inner: st.one_of(
            st.lists(inner, max_size=3), st.dictionaries(st.from_regex(r"\A[a-z]{1,5}\Z"), inner, max_size=3)
        ),
        max_leaves=12,
    )
)
def test_a_file_without_these_mistakes_stays_byte_for_byte(value):
    """What is written with quotation marks is never touched."""
    text = written(value, 0)
    assume(plain(read_once("", text.encode()).root) is not None)
    assert mended(text) == text


def written(value: object, depth: int) -> str:
    indent = "\n" + "  " * depth
    match value:
        case str():
            return " '" + value.replace("'", "''") + "'"
        case list():
            return "".join(f"{indent}-{written(item, depth + 1)}" for item in value) or " []"
        case dict():
            return "".join(f"{indent}{key}:{written(item, depth + 1)}" for key, item in value.items()) or " {}"
        case _:
            raise AssertionError(value)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_can_be_mended(raw):
    """P04: nothing raises; what is no text comes back as it was."""
    done = mend(raw)
    assert bool(done.changes) == (done.raw != raw)


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_are_mended_soon(name):
    """I06: a bomb does not hang whoever saves it."""
    start = time.process_time()
    mend(HOSTILE[name])
    assert time.process_time() - start <= 5.0


def test_each_text_that_tears_a_file_is_told_at_once():
    """One mistake does not hide the next: all of them come in one run, with what else is wrong."""
    text = "say: a: b\nnote: ! c\ntitle: 'd' e\nx: 1\nx: 2\nsource: \"f\nlabel: {g} h\n"
    found = [(problem.code, problem.line) for problem in read("", text.encode()).problems]
    assert sorted(found, key=lambda each: each[1]) == [
        ("E102", 1), ("E106", 2), ("E102", 3), ("E104", 5), ("E101", 6), ("E102", 7)
    ]  # fmt: skip


def test_a_text_over_lines_is_told_where_it_ends():
    """Who follows the help puts the second quotation mark where it belongs."""
    (problem,) = read("", b"say: Achtung: eins\n  zwei\n").problems
    assert problem.help == 'Setzen Sie ein " vor den Text, und eines an sein Ende in Zeile 2.'


def test_an_open_bracket_is_shown_where_it_opens():
    """Not at the end of the file, where YAML notices."""
    (problem,) = read("", b"x: y\nkeywords: [a, b\nz: w\n").problems
    assert (problem.code, problem.line, problem.column) == ("E101", 2, 11)
