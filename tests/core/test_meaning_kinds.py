"""What the newer kinds of steps mean together: forms, calculations, reminders, every type of answer, bounds."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import reduce
from operator import or_

import pytest
from core.test_meaning import ASK, CHOOSE, DATE, ENDS, KNOWN, NUMBER, OPTIONAL, decide, examined, flow
from core.test_meaning import found as found_of
from hypothesis import given as given_
from hypothesis import settings
from hypothesis import strategies as st

from bot.flow.build.draft import Beside
from bot.flow.build.flow import build
from bot.flow.graph import Ask, Decide, End, Goto, Row, Test, Today, Wording
from bot.flow.meaning.answers import own_kinds
from bot.flow.meaning.branches import never_wins
from bot.flow.meaning.examine import examine
from bot.flow.message import Day, content
from bot.flow.values import holds
from bot.source.problem import report
from bot.source.reader import read

THERE = replace(KNOWN, calendars=frozenset({"ferien"}), files=frozenset({"m/bild.jpg", "m/blatt.pdf", "oben.jpg"}))
FORM = "formular:\n  form: Los.\n  fields:\n    - ask: Was?\n      save: x\n"
REMIND = "erinnern:\n  remind: Erinnern?\n  calendar: ferien\n  before: 1 Wochen\n"
YES = ASK + "  type: yes_or_no\n"
POSTCODE = ASK + "  type: postcode\n"


def found(**flows: str) -> list[tuple[str, int]]:
    """Return what is wrong in the flow p: the code, and the line below ``steps:``."""
    problems = examined(THERE, **flows).problems
    assert {problem.file for problem in problems} <= {"p.yaml"}, report(problems)
    return [(problem.code, problem.line - 4) for problem in problems]


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        (FORM + "a:\n  say: '{x}'", []),
        ("a:\n  say: '{x}'\n" + FORM, [("E206", 2)]),
        (FORM + "      optional: true\na:\n  say: '{x}'", [("E206", 8)]),
        (FORM + "      optional: true\n" + decide("{x: {known: true}}").replace("Schlecht.", "'{x}'"), []),
        (ASK + FORM + "      optional: true\na:\n  say: '{x}'", [("E206", 11)]),
        (FORM.replace("Los.", "'{x}'"), [("E206", 2)]),
        (FORM + "    - ask: '{x}?'\n      save: y", []),
        (FORM + "    - ask: '{z}?'\n      save: y", [("E205", 6)]),
        (FORM + "    - ask: '{y}?'\n      save: y", [("E206", 6)]),
        (FORM + "      retry: '{x}?'", [("E206", 6)]),
        (FORM.replace("Was?", "'{y}'") + "    - ask: Und?\n      save: y", [("E206", 4)]),
        (FORM + "      optional: true\n    - ask: '{x}?'\n      save: y", [("E206", 7)]),
        (ASK + FORM + "      optional: true\n    - ask: '{x}?'\n      save: y", [("E206", 10)]),
        (ASK + FORM.replace("Was?", "'{x}?'"), []),
        (DATE + "a:\n  derive: y\n  rule: age_on\n  of: x\nb:\n  say: '{y}'", []),
        ("b:\n  say: '{y}'\n" + DATE + "a:\n  derive: y\n  rule: age_on\n  of: x", [("E206", 2)]),
        ("a:\n  derive: y\n  rule: age_on\n  of: x\n" + DATE, [("E206", 4)]),
        ("a:\n  derive: y\n  rule: age_on\n  of: x", [("E205", 4)]),
        (DATE + "a:\n  derive: y\n  rule: age_on\n  of: [x, z]", [("E205", 8)]),
        (DATE + "  optional: true\na:\n  derive: y\n  rule: age_on\n  of: x", [("E206", 9)]),
        ("a:\n  derive: y\n  rule: next_date_of\n  of: ferien\nb:\n  say: '{y}'", [("E206", 6)]),
        (DATE + "a:\n  derive: x\n  rule: school_registration_by\n  of: x\nb:\n  say: '{x}'", [("E206", 10)]),
        (
            "a:\n  derive: x\n  rule: next_date_of\n  of: ferien\n"
            + decide("{x: {known: true}}").replace("Schlecht.", "'{x}'"),
            [],
        ),
        (
            "a:\n  derive: x\n  rule: next_date_of\n  of: ferien\n"
            + decide("{x: {known: true, before: 2030-01-01}}", "{x: {known: false}}"),
            [],
        ),
        (REMIND.replace("Erinnern?", "'{x}'"), [("E205", 2)]),
        (REMIND + "  yes_text: '{x}'\n" + ASK, [("E206", 5)]),
        (ASK + REMIND + "  yes_text: '{x}'\n", []),
        (REMIND + "a:\n  say: '{erinnern}'", [("E205", 6)]),
    ],
)
def test_an_answer_is_there_on_every_way(steps, expected):
    """E205, E206: a form gives what may not be skipped, a calculation what it is certain of, a reminder nothing."""
    assert found(p=steps) == expected


def test_the_way_is_named():
    """E206 names the way on which an answer is missing, also inside of a form."""
    steps = {
        FORM + "      optional: true\na:\n  say: A\nb:\n  say: '{x}'": "»formular« → »a« → »b«.",
        ASK + FORM + "      optional: true\n    - ask: '{x}?'\n      save: y": "»formular«.",
        "a:\n  derive: x\n  rule: next_date_of\n  of: ferien\nb:\n  say: '{x}'": "»a« → »b«.",
    }
    ways = {text: examined(THERE, p=text).problems[0].message.partition(": ")[2] for text in steps}
    assert ways == steps


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        (REMIND, []),
        (REMIND.replace("ferien", "ferein"), [("E221", 3)]),
        ("a:\n  derive: x\n  rule: next_date_of\n  of: ferien", []),
        ("a:\n  derive: x\n  rule: next_date_of\n  of: fest", [("E221", 4)]),
        ("a:\n  say: A\n  picture: oben.jpg\n  alt: B", []),
        ("a:\n  say: A\n  picture: bild.jpg\n  alt: B", [("E222", 3)]),
        ("a:\n  say: A\n  picture: bild.jpg\n  document: blatt.pdf\n  alt: B", [("E222", 3), ("E222", 4)]),
        ("a:\n  say: A\n  picture: m/bild.jpg\n  alt: B", []),
        (FORM.replace("Was?", "'[[Wart]]'"), [("E204", 4)]),
        (FORM + "a:\n  say: A\n  goto: formulare", [("E201", 8)]),
        (FORM + "      label: L\n    - ask: W\n      save: y\n      label: l", [("E211", 9)]),
        (FORM + "    - ask: was?\n      save: y", [("E211", 6)]),
        (FORM + "    - ask: Was?\n      save: y\n      label: Sonst", []),
        (CHOOSE.replace("label: B", "label: a\n      name: b"), [("E211", 6)]),
        (CHOOSE.replace("label: B", "label: B\n      short: A"), [("E211", 7)]),
        (CHOOSE.replace("label: A\n", "label: Anfang\n      short: B\n"), [("E211", 7)]),
        (
            CHOOSE.replace("label: A\n", "label: A\n      short: B\n").replace("label: B", "label: B\n      short: A"),
            [],
        ),
    ],
)
def test_names_must_exist_and_labels_differ(steps, expected):
    """E201, E204, E211, E221, E222: every name is looked up; no two buttons look the same, nor where they are short."""
    assert found(p=steps) == expected


def test_the_nearest_name_is_proposed():
    """A calendar, or a file of the same kind beside the flow, that is almost called so."""
    steps = "a:\n  say: A\n  picture: bidl.jpg\n  alt: B\n" + REMIND.replace("ferien", "ferein")
    built = [
        build(read("start.yaml", flow("start", "a:\n  call: p\nb:\n  call: beratung")), {}),
        build(read("beratung.yaml", flow("beratung", "a:\n  escalate: A")), {}),
        build(read("m/p.yaml", flow("p", steps)), {}, Beside("m", THERE.files)),
    ]
    assert [(each.code, each.message, each.help) for each in examine(built, THERE).problems] == [
        (
            "E222",
            "Die Datei »bidl.jpg« gibt es neben diesem Ablauf nicht.",
            "Ein ähnlicher Name ist »bild.jpg«.",
        ),
        ("E221", "Den Kalender »ferein« gibt es nicht.", "Ein ähnlicher Name ist »ferien«."),
    ]


def test_without_calendars_or_files_the_help_says_where_to_put_one():
    """Nobody is told to take out what only waits for its file."""
    steps = REMIND + "a:\n  say: A\n  audio: b.mp3\n  alt: C"
    known = replace(KNOWN, calendars=frozenset(), files=frozenset())
    assert [(each.code, each.help.split(" ")[0]) for each in examined(known, p=steps).problems] == [
        ("E221", "Legen"),
        ("E222", "Legen"),
    ]
    assert examined(KNOWN, p=steps).problems == ()


@pytest.mark.parametrize(
    ("question", "rows", "lines"),
    [
        (NUMBER + "  max: 5\n", ["{x: {at_least: 10}}"], [1]),
        (NUMBER + "  max: 5\n", ["{x: {at_least: 5}}"], []),
        (NUMBER + "  max: 5\n", ["{x: {at_least: 6}}"], [1]),
        (NUMBER + "  min: 3\n", ["{x: {at_most: 2}}"], [1]),
        (NUMBER + "  min: 3\n", ["{x: {at_most: 3}}"], []),
        (NUMBER + "  min: 3\n  max: 5\n", ["{x: {is: 2}}", "{x: {is: 3}}", "{x: {is: 5}}", "{x: {is: 6}}"], [1, 4]),
        (NUMBER + "  min: 3\n  max: 5\n", ["{x: {is: 3}}", "{x: {is: 4}}", "{x: {is: 5}}", "{x: {known: true}}"], [4]),
        (NUMBER + "  min: 3\n  max: 6\n", ["{x: {is: 3}}", "{x: {is: 4}}", "{x: {is: 5}}", "{x: {known: true}}"], []),
        (NUMBER, ["{x: {at_most: -1}}"], [1]),
        (NUMBER, ["{x: {at_least: 0}}", "{x: {known: true}}"], [2]),
        (NUMBER, ["{x: {at_least: 1000000000}}"], [1]),
        (NUMBER + "  min: 20\n" + NUMBER.replace("fragen", "g") + "  max: 5\n", ["{x: {is: 10}}", "{x: {is: 5}}"], [1]),
        (DATE + "  max: 2026-01-31\n", ["{x: {after: 2026-01-31}}", "{x: {is: 2026-01-31}}"], [1]),
        (DATE + "  min: 2026-01-31\n", ["{x: {before: 2026-01-31}}", "{x: {before: 2026-02-01}}"], [1]),
        (DATE + "  max: today\n", ["{x: {after: 2999-01-01}}", "{x: {after: today}}"], [2]),
        (DATE + "  max: today\n", ["{x: {is: today}}", "{x: {before: today}}", "{x: {known: true}}"], [3]),
        (DATE + "  min: today\n", ["{x: {before: today}}", "{x: {is: today}}", "{x: {after: today}}"], []),
        (DATE, ["{x: {before: today}}", "{x: {after: today}}", "{x: {is: today}}", "{x: {known: true}}"], [4]),
        (DATE, ["{x: {before: today, after: 2026-01-01}}", "{x: {is: 2026-01-01, after: today}}"], []),
        (DATE, ["{x: {before: 2026-01-03, after: 2026-01-01}}", "{x: {is: 2026-01-02, before: today}}"], [2]),
        (DATE, ["{x: {before: 2026-01-03, after: today}}", "{x: {is: today, after: 2026-01-03}}"], []),
        (ASK + "  max: 3\n", ["{x: {is: Hallo}}", "{x: {is: abc}}"], [1]),
        (ASK + "  min: 3\n", ["{x: {one_of: [a, bc]}}", "{x: {one_of: [a, bcd]}}"], [1]),
        (FORM + "      type: number\n      max: 5\n", ["{x: {at_least: 6}}"], [1]),
        (YES, ["{x: {is: 'yes'}}", "{x: {is: 'no'}}"], []),
        (YES, ["{x: {is: 'yes'}}", "{x: {is: 'no'}}", "{x: {known: true}}"], [3]),
        (YES + "  optional: true\n", ["{x: {known: true, is: 'yes'}}", "{x: {known: false}}"], []),
        (POSTCODE, ["{x: {one_of: ['40210', '50667']}}", "{x: {is: '40210'}}"], [2]),
        (POSTCODE, ["{x: {is: '40210'}}", "{x: {known: true}}"], []),
        (ASK + "  type: phone\n", ["{x: {known: true}}", "{x: {known: false}}"], [2]),
        (OPTIONAL + "  type: photo\n", ["{x: {known: true}}", "{x: {known: false}}"], []),
        (DATE + "a:\n  derive: y\n  rule: age_on\n  of: x\n", ["{y: {at_most: -1}}", "{y: {at_most: 0}}"], [1]),
        (DATE + "a:\n  derive: y\n  rule: days_until\n  of: x\n", ["{y: {at_most: -1}}", "{y: {at_least: 0}}"], []),
    ],
)
def test_every_row_can_win(question, rows, lines):
    """E212: what no question can give, by its bounds or its type, wins no row."""
    at = question.count("\n") + 2
    assert found(p=question + decide(*rows)) == [("E212", at + 2 * line - 1) for line in lines]


TODAY = date(2026, 5, 6)
DAYS = [TODAY + timedelta(days) for days in range(-9, 10)]
TEST = st.one_of(
    st.tuples(st.sampled_from(["before", "after", "is"]), st.sampled_from([*DAYS[6:13], Today()])),
    st.tuples(st.just("known"), st.sampled_from(["true", "false"])),
)
ROW = st.lists(TEST, min_size=1, max_size=2, unique_by=lambda pair: pair[0])


@settings(max_examples=150, deadline=None)
@given_(
    st.lists(ROW, min_size=1, max_size=4), st.sampled_from([None, DAYS[8], Today()]), st.sampled_from([None, DAYS[7]])
)
def test_a_row_is_told_if_and_only_if_no_day_and_no_today_lets_it_win(rows, high, low):
    """E212 agrees with trying every day on every day, as a talk compares them."""
    asked = Ask("a", Wording(content("p", "a", "ask")), "x", "date", End(), minimum=low, maximum=high)
    built = tuple(Row(tuple(Test("x", *pair) for pair in row), Goto("b")) for row in rows)
    told = set(never_wins(Decide("d", built, Goto("b")), own_kinds(asked), frozenset({"x"})))
    won = set()
    for today in DAYS:
        now = datetime(today.year, today.month, today.day, 12, tzinfo=UTC)
        most = today if isinstance(high, Today) else high
        for day in DAYS:
            if (low is None or low <= day) and (most is None or day <= most):
                holding = [
                    index for index, row in enumerate(built) if all(holds(each, Day(day), now) for each in row.tests)
                ]
                won |= set(holding[:1])
    assert told == set(range(len(built))) - won


NUMBER_TEST = st.tuples(st.sampled_from(["at_least", "at_most", "is"]), st.integers(-1, 6))


@settings(max_examples=150, deadline=None)
@given_(
    st.lists(st.lists(NUMBER_TEST, min_size=1, max_size=2, unique_by=lambda pair: pair[0]), min_size=1, max_size=4),
    st.lists(st.tuples(st.integers(0, 3), st.integers(3, 6)), min_size=1, max_size=2),
)
def test_a_row_is_told_if_and_only_if_no_number_lets_it_win(rows, spans):
    """E212 agrees with trying every number that one of the questions takes."""
    text = Wording(content("p", "a", "ask"))
    asks = [Ask("a", text, "x", "number", End(), minimum=low, maximum=high) for low, high in spans]
    kind = reduce(or_, (own_kinds(ask)["x"] for ask in asks))
    built = tuple(Row(tuple(Test("x", *pair) for pair in row), Goto("b")) for row in rows)
    told = set(never_wins(Decide("d", built, Goto("b")), {"x": kind}, frozenset({"x"})))
    now = datetime(2026, 5, 6, tzinfo=UTC)
    won = set()
    for number in {each for low, high in spans for each in range(low, high + 1)}:
        won |= set([n for n, row in enumerate(built) if all(holds(each, number, now) for each in row.tests)][:1])
    assert told == set(range(len(built))) - won


def test_what_a_called_flow_bounds_is_bounded_here():
    """E212: bounds cross calls, as types do."""
    caller = "a:\n  call: q\n  save: x\n" + decide("{x: {at_least: 6}}")
    assert found(p=caller, q=NUMBER + "  max: 5") == [("E212", 6)]
    assert found(p=caller, q=NUMBER + "  max: 6") == []


@pytest.mark.parametrize(
    ("question", "row", "codes"),
    [
        (YES, "{x: {is: 'ja'}}", ["E217"]),
        (YES, "{x: {one_of: ['yes', 'maybe']}}", ["E217"]),
        (YES, "{x: {at_least: 1}}", ["E217"]),
        (POSTCODE, "{x: {is: '4021'}}", ["E217"]),
        (POSTCODE, "{x: {one_of: ['40210', Köln]}}", ["E217"]),
        (POSTCODE, "{x: {at_least: 40000}}", ["E217"]),
        (POSTCODE, "{x: {is: '00000'}}", ["E217"]),
        (ASK + "  type: phone\n", "{x: {is: '110 oder 112'}}", ["E217"]),
        (ASK + "  type: phone\n", "{x: {is: '0221 123'}}", []),
        (ASK + "  type: phone\n", "{x: {one_of: ['0221 123']}}", ["E217"]),
        (ASK + "  type: photo\n", "{x: {is: bild}}", ["E217"]),
        (DATE + "a:\n  derive: y\n  rule: age_on\n  of: x\n", "{y: {before: today}}", ["E217"]),
        (DATE + "a:\n  derive: y\n  rule: one_month_after\n  of: x\n", "{y: {before: today}}", []),
    ],
)
def test_tests_fit_their_answers(question, row, codes):
    """E217: each type of answer has its tests, and a postcode is compared with postcodes."""
    assert [code for code, _ in found(p=question + decide(row))] == codes


def test_postcodes_and_telephone_numbers_are_compared_as_they_are_kept():
    """Written with blanks or a country code, they mean the same."""
    questions = POSTCODE + ASK.replace("fragen", "g").replace("save: x", "save: y") + "  type: phone\n"
    rows = ("{x: {is: 'D-40210'}}", "{x: {one_of: ['50667', '5 0 6 6 8']}}", "{y: {is: '0049 221 / 47 10 12'}}")
    meant = examined(THERE, p=questions + decide(*rows))
    assert report(meant.problems) == ""
    step = meant.flows["p"].steps["weiche"]
    assert isinstance(step, Decide)
    assert [test.value for row in step.rows for test in row.tests] == ["40210", ("50667", "50668"), "+49221471012"]


def test_a_wrong_comparison_is_told_what_fits():
    """E217 says what the answer is, and which tests there are for it."""
    problem = examined(THERE, p=POSTCODE + decide("{x: {before: today}}")).problems[0]
    assert (problem.message, problem.help) == (
        "»before« geht hier nicht: »x« ist eine Postleitzahl.",
        "Nehmen Sie einen von diesen Vergleichen: »is«, »one_of«, »known«.",
    )


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        (NUMBER + "a:\n  derive: y\n  rule: age_on\n  of: x", [("E220", 8)]),
        (ASK + DATE.replace("fragen", "g").replace("x", "d") + "a:\n  derive: y\n  rule: age_on\n  of: [d, x]", [("E220", 11)]),
        (CHOOSE + "a:\n  derive: y\n  rule: days_until\n  of: w", [("E220", 11)]),
        (DATE + "a:\n  derive: y\n  rule: one_month_after\n  of: x\nb:\n  derive: z\n  rule: days_until\n  of: y", []),
        (ASK + "a:\n  derive: x\n  rule: next_date_of\n  of: ferien", [("E219", 5)]),
        (FORM + ASK.replace("fragen", "b") + "  type: number", [("E219", 8)]),
        (ASK + FORM + "      type: number", [("E219", 8)]),
        (DATE + "a:\n  derive: x\n  rule: one_month_after\n  of: x", []),
        (YES + CHOOSE.replace("save: w", "save: x"), []),
        (ASK + YES.replace("fragen", "b"), [("E219", 6)]),
    ],
)  # fmt: skip
def test_an_answer_has_one_type_and_a_calculation_takes_it(steps, expected):
    """E219, E220: across ask, form, choose and derive; a calculation takes days where it says so."""
    assert found(p=steps) == expected


def test_the_message_says_what_a_calculation_takes():
    """E220 names the answer and what it is."""
    problem = examined(THERE, p=NUMBER + "a:\n  derive: y\n  rule: age_on\n  of: x").problems[0]
    assert problem.message == "»age_on« braucht hier einen Tag, aber »x« ist eine Zahl."


def test_two_callers_bring_one_type():
    """E219: where nobody here asks for it, the last call that brings an answer is told; and only there."""
    called = decide("{y: {known: true}}")
    with_number = NUMBER + "a:\n  call: q\n  with: {y: x}"
    with_text = ASK + "a:\n  call: q\n  with: {y: x}"
    menu = "a:\n  call: p\nb:\n  call: r\nc:\n  call: beratung"
    assert found_of(start=menu, p=with_number, r=with_text, q=called) == [("E219", "r", 6)]
    assert (
        found_of(start=menu, p=with_number, r=with_text.replace("ask: Was?", "ask: W\n  type: number"), q=called) == []
    )


def test_two_called_flows_bring_back_one_type():
    """E219: the last call that takes an answer back is told."""
    steps = "a:\n  call: q\n  save: x\nb:\n  call: r\n  save: x"
    assert found(p=steps, q=ASK, r=NUMBER) == [("E219", 6)]


def test_two_types_are_told_once_however_far_they_are_handed_on():
    """E219: who takes back or is given an answer that had two types before is told nothing."""
    torn = "a:\n  call: q\n  save: x\nb:\n  call: r\n  save: x"
    above = "a:\n  call: p\n  save: x\nb:\n  call: s\n  with: {z: x, y: x}"
    below = decide("{y: {known: true}}", "{z: {known: true}}")
    assert found_of(start="a:\n  call: t\nb:\n  call: beratung", t=above, p=torn, q=ASK, r=NUMBER, s=below) == [
        ("E219", "p", 6)
    ]


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        (FORM + "a:\n  say: A\n  goto: formular", []),
        (REMIND + "a:\n  say: A\n  goto: erinnern", []),
        ("a:\n  say: A\nb:\n  derive: x\n  rule: next_date_of\n  of: ferien\n  goto: a", [("E208", 1)]),
        (FORM + "  end: true\na:\n  say: A", [("E207", 7)]),
        (REMIND + "  end: true\na:\n  say: A", [("E207", 6)]),
        (DATE + "a:\n  derive: y\n  rule: age_on\n  of: x\n  end: true\nb:\n  say: A", [("E207", 10)]),
    ],
)
def test_forms_and_reminders_wait_and_calculations_do_not(steps, expected):
    """E207, E208: ways lead through every kind; only those that wait end a silent loop."""
    assert found(p=steps) == expected


def test_a_flow_of_calculations_is_silent_for_its_callers():
    """E208: a loop through a call in which nothing waits is found; a reminder in it waits."""
    loop = "a:\n  call: q\nb:\n  say: B\n  goto: a"
    silent = "a:\n  derive: x\n  rule: next_date_of\n  of: ferien"
    assert found(p=loop, q=silent) == [("E208", 1)]
    assert found(p=loop, q=silent + "\n" + REMIND) == []
    assert found(p=loop, q=silent + "\n" + FORM.replace("save: x", "save: y")) == []


def test_a_flow_knows_its_types_and_what_each_step_needs():
    """From outside a step is entered only with the answers that it, and what may follow, uses."""
    steps = (
        FORM.replace("'", "")
        + "      type: yes_or_no\n    - ask: Wann?\n      save: d\n      type: date\n"
        + "a:\n  derive: n\n  rule: age_on\n  of: d\n"
        + "f:\n  ask: F\n  save: f\n  type: photo\n"
        + REMIND.replace("Erinnern?", "'{n}'")
        + decide("{x: {is: 'yes'}}")
    )
    meant = examined(THERE, p=steps)
    assert report(meant.problems) == ""
    p = meant.flows["p"]
    assert p.types == {"x": "option", "d": "date", "n": "number", "f": "photo"}
    assert {name: sorted(answers) for name, answers in p.needs.items()} == {
        "formular": [],
        "a": ["d", "x"],
        "f": ["n", "x"],
        "erinnern": ["n", "x"],
        "weiche": ["x"],
        "gut": [],
        "schlecht": [],
    }
    assert isinstance(p.steps["weiche"], Decide)


def test_a_form_gives_its_answers_to_the_caller():
    """E206: what a called flow's form certainly asks comes back; what may be skipped does not."""
    caller = "a:\n  call: q\n  save: x\nb:\n  say: '{x}'"
    assert found(p=caller, q=FORM) == []
    assert found(p=caller, q=FORM + "      optional: true") == [("E206", 5)]


def test_nothing_more_is_told_of_a_calculation_whose_form_is_wrong():
    """E114, E220: an unknown rule or a wrong number is one problem, without an echo at its answers."""
    for lines in ("rule: age_off\n  of: z", "rule: age_on\n  of: [y, z, v]"):
        files = {"start": "a:\n  call: p\nb:\n  call: beratung", "beratung": "a:\n  escalate: A"}
        files["p"] = f"a:\n  derive: x\n  {lines}\n{ENDS}"
        built = [build(read(f"{name}.yaml", flow(name, steps)), {}) for name, steps in files.items()]
        assert (len([each for one in built for each in one.problems]), examine(built, THERE).problems) == (1, ())
