"""Reading a mapping word by word, and the values that texts stand for."""

from datetime import date

import pytest

from bot.model import Duration
from bot.source.form import Form, listing, mapping, text
from bot.source.nodes import Mapping, Scalar
from bot.source.reader import read
from bot.source.values import day, duration, truth, whole, word


def form(written: str) -> tuple[Form, list]:
    problems: list = []
    root = read("x.yaml", written.encode()).root
    assert isinstance(root, Mapping)
    return Form(root, "Probe", problems), problems


def codes(problems) -> list[str]:
    return [problem.code for problem in problems]


def scalar(written: str) -> Scalar:
    root = read("x.yaml", f"a: '{written}'".encode()).root
    assert isinstance(root, Mapping)
    value = root.pairs[0][1]
    assert isinstance(value, Scalar)
    return value


def test_a_word_is_there_or_not():
    """A form knows its words, where they stand and what is behind them."""
    made, problems = form("a: b\nc: [d]")
    assert ("a" in made, "x" in made, made.key("c").line, made.key("x").line, problems) == (True, False, 2, 1, [])
    assert (made.value("x"), made.filled("x"), made.filled("a"), made.filled("c")) == (None, False, True, True)


def test_words_may_stand_empty_where_asked_for():
    """An empty text, list or mapping is not filled."""
    made, _ = form("a:\nb: []\nc: {}")
    assert [made.filled(each) for each in "abc"] == [False, False, False]


def test_texts_are_returned_and_what_is_none_is_noted():
    """A list, a mapping or nothing is no text."""
    made, problems = form("a: b\nc: [d]\ne:\nf: {g}\nh:\n  - i")
    found = [each.text if (each := made.text(name)) else None for name in "acefhx"]
    assert (found, codes(problems)) == (["b", None, None, None, None, None], ["E113", "E120", "E113", "E113"])
    assert problems[0].help != problems[3].help


def test_a_missing_word_is_noted_once_and_not_when_misspelled():
    """The nearest known word is the misspelled one: telling both would be an echo."""
    made, problems = form("titel: x")
    made.only(("title", "topic"))
    assert (made.needed("title"), made.needed("topic")) == (None, None)
    assert [(problem.code, problem.message) for problem in problems] == [
        ("E111", "Das Wort »titel« gibt es hier nicht (Probe)."),
        ("E112", "Hier fehlt »topic:« (Probe)."),
    ]


def test_a_word_far_from_all_gets_the_list():
    """Where no word is near, the help names those there are."""
    made, problems = form("xyz: a\ntitle: c")
    made.only(("title",))
    assert [(problem.code, problem.help) for problem in problems] == [("E111", "Hier sind möglich: »title«.")]


def test_a_step_too_far_to_the_left_is_told_where_it_belongs():
    """A word that nobody knows but that has lines below it may belong to something above."""
    made, problems = form("steps: a\nende:\n  say: b")
    made.only(("steps",))
    assert "rücken Sie es mit allem darunter zwei Leerzeichen ein" in problems[0].help


def test_a_colon_without_a_blank_is_told():
    """``say:Guten Tag`` is one word for the reader of YAML; the help says what is missing."""
    _, problems = form("a: b")
    node = form("hallo: say:Guten Tag.")[0].value("hallo")
    assert node is not None
    assert mapping(node, "Schritt", problems) is None
    assert ("E113", "Setzen Sie nach dem Doppelpunkt ein Leerzeichen.") == (problems[-1].code, problems[-1].help)


def test_a_single_text_is_a_list_of_one():
    """``was: alt`` and ``was: [alt]`` mean the same; what is no text in a list is noted."""
    made, problems = form("a: b\nc: [d, e]\nf: [g, [h]]\ni: {j: k}\nl: []\nm:")
    found = [[each.text for each in made.texts(name)] for name in "acfilmx"]
    assert found == [["b"], ["d", "e"], ["g"], [], [], [], []]
    assert codes(problems) == ["E113", "E113", "E120", "E120"]


def test_lists_and_mappings_are_told_apart():
    """A list is no mapping and the other way round; what is empty says so; what is broken is silent."""
    made, problems = form("a: [b]\nc: {d: e}\nf: ! x\ng: text\nh: {}\ni:")
    assert [len(made.items(name)) for name in "acfghix"] == [1, 0, 0, 0, 0, 0, 0]
    assert codes(problems) == ["E113", "E113", "E120", "E120"]
    problems.clear()
    assert [made.mapping(name) is not None for name in "acfghix"] == [False, True, False, False, False, False, False]
    assert codes(problems) == ["E113", "E113", "E120", "E120"]


def test_a_broken_text_is_silent():
    """Where a problem was noted already, there is no second."""
    problems: list = []
    broken = Scalar("", scalar("x").place, "broken")
    assert (text(broken, "a", problems), listing(broken, "a", problems), mapping(broken, "a", problems)) == (
        None,
        (),
        None,
    )
    assert problems == []


@pytest.mark.parametrize(
    ("written", "value"),
    [("25", 25), ("-3", -3), ("0123", 123), ("", None), ("1.5", None), ("1_000", None), ("٣", None), ("9" * 16, None)],
)
def test_whole_numbers(written, value):
    """Digits are a number, and nothing else is."""
    problems: list = []
    assert (whole(scalar(written), problems), codes(problems)) == (value, [] if value is not None else ["E114"])


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("2026-08-15", date(2026, 8, 15)),
        ("2024-02-29", date(2024, 2, 29)),
        ("2026-02-29", None),
        ("0000-01-01", None),
        ("15.08.2026", None),
        ("2026-8-15", None),
        ("20260815", None),
        ("x" * 99, None),
    ],
)
def test_days(written, value):
    """A day is year-month-day and exists."""
    problems: list = []
    assert (day(scalar(written), problems), codes(problems)) == (value, [] if value else ["E114"])


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("2 Werktage", Duration(2, "Werktage")),
        ("10  Minuten", Duration(10, "Minuten")),
        ("0 Tage", None),
        ("2Tage", None),
        ("2 Jahre", None),
        ("Tage", None),
    ],
)
def test_durations(written, value):
    """A duration is a count and one of six units."""
    problems: list = []
    assert (duration(scalar(written), problems), codes(problems)) == (value, [] if value else ["E114"])


def test_words_of_a_closed_list():
    """A word is one of those allowed, or a problem with the nearest."""
    problems: list = []
    assert word(scalar("normal"), ("normal", "urgent"), problems) == "normal"
    assert (word(scalar("nomal"), ("normal", "urgent"), problems), word(scalar("x"), ("ja",), problems)) == ("", "")
    assert [problem.help for problem in problems] == ["Schreiben Sie »normal«.", "Möglich sind: »ja«."]


def test_truth_is_written_in_two_ways_only():
    """``true`` is, ``false`` and nothing are not, ``yes`` is a problem."""
    problems: list = []
    assert [truth(scalar("true"), problems), truth(scalar("false"), problems), truth(None, problems)] == [
        True,
        False,
        False,
    ]
    assert (truth(scalar("yes"), problems), codes(problems)) == (False, ["E114"])
