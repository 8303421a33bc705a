"""What flows mean together: every mistake of meaning is found where it stands, and nothing is told twice."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.flow.build.flow import build
from bot.flow.graph import Decide, Flow, Today
from bot.flow.meaning.examine import examine
from bot.flow.meaning.naming import Known
from bot.flow.meaning.paths import Summary, needs, path_without, reachable, uses_of, ways
from bot.flow.meaning.paths import given as given_at
from bot.source.problem import report
from bot.source.reader import read

KNOWN = Known(topics=frozenset({"t"}), terms=frozenset({"Wort"}), facts=frozenset({"f-1"}))
PERSON = "frage:\n  escalate: Fragen Sie.\n"
MENU = "menue:\n  choose: Was?\n  options:\n    - label: P\n      call: p\n    - label: Mensch\n      call: beratung\n"


def flow(name: str, steps: str, head: str = "") -> bytes:
    lines = "".join(f"  {line}\n" for line in steps.strip("\n").split("\n"))
    return f"flow: {name}\ntitle: T\ntopic: t\n{head}steps:\n{lines}".encode()


def examined(known: Known = KNOWN, **flows: str):
    """Examine flows given by their steps; start and beratung are added where they are not given."""
    files = {"beratung": PERSON, "start": MENU.replace("call: p", f"call: {next(iter(flows))}"), **flows}
    built = tuple(build(read(f"{name}.yaml", flow(name, steps)), {"Wort": "Wort"}) for name, steps in files.items())
    assert [problem for each in built for problem in each.problems] == []
    return examine(built, known)


def found(**flows: str) -> list[tuple[str, str, int]]:
    """Return what is wrong: code, flow, and the line below ``steps:``."""
    return [(each.code, each.file.removesuffix(".yaml"), each.line - 4) for each in examined(**flows).problems]


def sound(**flows: str) -> dict[str, Flow]:
    meant = examined(**flows)
    assert report(meant.problems) == ""
    return dict(meant.flows)


ASK = "fragen:\n  ask: Was?\n  save: x\n"
CHOOSE = "wahl:\n  choose: Was?\n  save: w\n  options:\n    - label: A\n    - label: B\n    - label: C\n"
NUMBER = ASK + "  type: number\n"
DATE = ASK + "  type: date\n"
OPTIONAL = ASK + "  optional: true\n"
ENDS = "gut:\n  say: Gut.\n  end: true\nschlecht:\n  say: Schlecht.\n"


def decide(*rows: str) -> str:
    lines = "".join(f"    - when: {row}\n      goto: {'gut' if n % 2 else 'schlecht'}\n" for n, row in enumerate(rows))
    return f"weiche:\n  decide:\n{lines}    - else: gut\n{ENDS}"


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ("a:\n  say: A\n  goto: b", [("E201", "p", 3)]),
        ("a:\n  choose: A\n  options:\n    - label: B\n      goto: c", [("E201", "p", 5)]),
        (
            "a:\n  decide:\n    - when: {x: {is: 1}}\n      goto: b\n    - else: c",
            [("E205", "p", 3), ("E201", "p", 4), ("E201", "p", 5)],
        ),
        ("a:\n  call: q", [("E202", "p", 2)]),
        ("a:\n  call: /stopp", [("E202", "p", 2)]),
        ("a:\n  call: /datenschutz", [("E202", "p", 2)]),
        ("a:\n  choose: A\n  options:\n    - label: B\n      call: q", [("E202", "p", 5)]),
        ("a:\n  escalate: A\n  topic: u", [("E203", "p", 3)]),
        ("a:\n  say: '[[Wart]]'", [("E204", "p", 2)]),
        ("a:\n  say: A\n  facts: [f-1, f-2]", [("E215", "p", 3)]),
        ("a:\n  say: '{x}'", [("E205", "p", 2)]),
        (ASK + "a:\n  say: '{x} {y}'", [("E205", "p", 5)]),
        ("a:\n  call: q\n  with: {x: y}\n  save: z", [("E202", "p", 2), ("E205", "p", 3)]),
        ("a:\n  choose: A\n  options:\n    - label: B\n    - label: B", [("E211", "p", 5)]),
        ("a:\n  choose: A\n  options:\n    - label: B\nb:\n  choose: A\n  options:\n    - label: B", []),
    ],
)
def test_names_must_exist(steps, expected):
    """E201-E205, E211, E215: every name is looked up where it stands; the same label in two questions is fine."""
    assert found(p=steps) == expected


def test_nothing_is_looked_up_where_a_side_file_is_unreadable():
    """Topics, words and statements nobody could read are not missed one by one."""
    steps = {"p": "a:\n  say: '[[Wart]]'\n  facts: [f-9]\nb:\n  escalate: B\n  topic: u"}
    assert examined(Known(), **steps).problems == ()


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        (ASK + "a:\n  say: '{x}'", []),
        ("a:\n  say: '{x}'\n" + ASK, [("E206", "p", 2)]),
        (OPTIONAL + "a:\n  say: '{x}'", [("E206", "p", 6)]),
        (OPTIONAL + "a:\n  say: '{x}'\nb:\n  say: '{x}'", [("E206", "p", 6)]),
        (ASK + OPTIONAL.replace("fragen", "nochmal") + "a:\n  say: '{x}'", [("E206", "p", 9)]),
        (CHOOSE + "a:\n  say: '{w}'", []),
        ("w:\n  choose: '{w}'\n  save: w\n  options:\n    - label: A\n      say: '{w}'", [("E206", "p", 2)]),
        ("w:\n  choose: A\n  options:\n    - label: A\n      say: '{x}'\n" + ASK, [("E206", "p", 5)]),
        ("a:\n  ask: '{x}'\n  save: x\n  retry: '{x}?'", [("E206", "p", 2), ("E206", "p", 4)]),
        (
            "a:\n  choose: A\n  options:\n    - label: Ja\n      goto: c\n    - label: Nein\nb:\n  ask: B\n  save: x\nc:\n  say: '{x}'",
            [("E206", "p", 11)],
        ),
        (
            "e:\n  escalate: '{x}'\n  closed: '{x}'\n  nobody: '{x}'\n",
            [("E205", "p", 2), ("E205", "p", 3), ("E205", "p", 4)],
        ),
        (OPTIONAL + decide("{x: {known: true}}").replace("Schlecht.", "'{x}'"), []),
        (OPTIONAL + decide("{x: {known: false}}").replace("Gut.", "'{x}'"), []),
        (OPTIONAL + decide("{x: {known: false}}").replace("Schlecht.", "'{x}'"), [("E206", "p", 14)]),
        (OPTIONAL + decide("{x: {is: a}}"), [("E206", "p", 7)]),
        (OPTIONAL + decide("{x: {known: true, is: a}}"), []),
        (OPTIONAL + decide("{x: {known: false}}", "{x: {is: a}}"), []),
        (OPTIONAL + CHOOSE + decide("{x: {known: false}, w: {is: a}}", "{x: {is: a}}"), [("E206", "p", 16)]),
        (ASK + "a:\n  call: q\n  with: {y: x}", []),
        (OPTIONAL + "a:\n  call: q\n  with: {y: x}", [("E206", "p", 7)]),
        ("a:\n  call: q\n  save: z\nb:\n  say: '{z}'", []),
        ("a:\n  call: q\n  save: v\nb:\n  say: '{v}'", [("E206", "p", 5)]),
        ("a:\n  call: q\n  save: u", [("E205", "p", 3)]),
        (ASK + "a:\n  call: q\n  save: z\nb:\n  say: '{x} {z}'", []),
    ],
)
def test_an_answer_is_there_on_every_way(steps, expected):
    """E205, E206: definite assignment, with ``known`` as the proof for answers that may be missing."""
    called = "eins:\n  ask: Z?\n  save: z\nzwei:\n  ask: V?\n  save: v\n  optional: true"
    assert found(p=steps, **({"q": called} if "call: q" in steps else {})) == expected


def test_the_way_is_named():
    """The message shows a shortest way on which the answer is missing."""
    steps = "a:\n  choose: A\n  options:\n    - label: Ja\n      goto: c\n    - label: Nein\nb:\n  ask: B\n  save: x\nc:\n  say: C\nd:\n  say: '{x}'"
    assert [problem.message for problem in examined(p=steps).problems] == [
        "Die Antwort »x« ist hier nicht auf jedem Weg bekannt: »a« → »c« → »d«."
    ]


@pytest.mark.parametrize(
    ("steps", "why"),
    [
        (OPTIONAL, "Die Frage in »fragen« darf übersprungen werden."),
        (
            "bogen:\n  form: A\n  fields:\n    - ask: B\n      save: x\n      optional: true\n",
            "Die Frage in »bogen« darf übersprungen werden.",
        ),
        (
            DATE.replace("save: x", "save: y") + "rechnung:\n  derive: x\n  rule: school_registration_by\n  of: y\n",
            "Die Rechnung in »rechnung« hat nicht immer ein Ergebnis.",
        ),
    ],
)
def test_who_asks_and_still_lacks_the_answer_is_told_why(steps, why):
    """The help says which step on the way need not give the answer."""
    (problem,) = examined(p=steps + "a:\n  say: '{x}'").problems
    assert f"{why} Prüfen Sie mit decide: when: {{x: {{known: true}}}}." == problem.help


def test_a_long_way_is_shortened():
    """Of a way of many steps its beginning and its end are named."""
    steps = "".join(f"s{n}:\n  say: S\n" for n in range(12)) + "z:\n  say: '{x}'\n" + ASK
    assert [problem.message.partition(": ")[2] for problem in examined(p=steps).problems] == [
        "»s0« → »s1« → »s2« → »s3« → … → »s10« → »s11« → »z«."
    ]


def test_what_a_caller_gives_may_be_missing():
    """A flow can begin without its caller, by a link or an old button: what it is given needs ``known`` first."""
    caller = ASK + "a:\n  call: q\n  with: {y: x}"
    assert found(p=caller, q="a:\n  say: '{y}'") == [("E206", "q", 2)]
    assert "ohne seinen Aufrufer" in examined(p=caller, q="a:\n  say: '{y}'").problems[0].message
    assert found(p=caller, q=decide("{y: {known: true}}").replace("Schlecht.", "'{y}'")) == []


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ("a:\n  say: A\n  end: true\nb:\n  say: B", [("E207", "p", 4)]),
        ("a:\n  say: A\n  goto: c\nb:\n  say: B\nc:\n  say: C", [("E207", "p", 4)]),
        ("a:\n  escalate: A\nb:\n  say: B", [("E207", "p", 3)]),
        ("a:\n  call: beratung\nb:\n  say: B", [("E207", "p", 3)]),
        ("a:\n  call: /mensch\nb:\n  say: B", [("E207", "p", 3)]),
        ("a:\n  call: /menu\nb:\n  say: B", [("E207", "p", 3)]),
        ("a:\n  call: /sprache\nb:\n  say: B", []),
        ("a:\n  choose: A\n  options:\n    - label: M\n      call: beratung\nb:\n  say: B", [("E207", "p", 6)]),
        ("a:\n  choose: A\n  options:\n    - label: M\n      call: beratung\n    - label: N\nb:\n  say: B", []),
        ("a:\n  say: A\n  end: true\nb:\n  say: B\nc:\n  say: C", [("E207", "p", 4)]),
        ("a:\n  say: A\n  end: true\nb:\n  say: B\nc:\n  ask: C\n  save: x\n  goto: b", [("E207", "p", 4)]),
        ("a:\n  say: A\n  end: true\nb:\n  say: B\n  end: true\nc:\n  say: C\n  goto: b", [("E207", "p", 7)]),
        ("a:\n  say: A\n  end: true\nb:\n  say: B\n  goto: b", [("E207", "p", 4)]),
        ("a:\n  say: A\n  goto: x\nb:\n  say: B", [("E201", "p", 3)]),
    ],
)
def test_every_step_can_be_reached(steps, expected):
    """E207: a step nobody reaches is told; those behind it, and after a wrong goto, are not."""
    assert found(p=steps) == expected


@pytest.mark.parametrize(
    ("flows", "expected"),
    [
        ({"p": "a:\n  say: A\n  goto: a"}, [("E208", "p", 1)]),
        ({"p": "a:\n  say: A\nb:\n  say: B\n  goto: a"}, [("E208", "p", 1)]),
        ({"p": "a:\n  say: A\nb:\n  choose: B\n  options:\n    - label: C\n      goto: a"}, []),
        ({"p": ASK + decide("{x: {is: a}}").replace("end: true", "goto: weiche")}, [("E208", "p", 4)]),
        ({"p": "a:\n  call: q\nb:\n  say: B\n  goto: a", "q": "a:\n  say: A"}, [("E208", "p", 1)]),
        ({"p": "a:\n  call: q\nb:\n  say: B\n  goto: a", "q": "a:\n  ask: A\n  save: x"}, []),
        ({"p": "a:\n  call: /hilfe\n  goto: a"}, [("E208", "p", 1)]),
        ({"p": "a:\n  call: /sprache\n  goto: a"}, []),
        ({"start": "a:\n  say: A\nb:\n  call: p", "p": "a:\n  call: /menu"}, [("E208", "start", 1)]),
    ],
)
def test_no_circle_runs_without_the_parent(flows, expected):
    """E208: a loop in which nobody waits is found, also through calls and the menu."""
    assert found(**flows) == expected


def test_flows_do_not_call_each_other_in_a_circle():
    """E209: each circle of calls is told once, and nothing else about it."""
    assert found(p="a:\n  call: q", q="a:\n  say: A\nb:\n  call: p") == [("E209", "p", 2)]
    assert found(p="a:\n  call: p") == [("E209", "p", 2)]
    assert found(p=ASK + "a:\n  call: q\nb:\n  say: B\n  goto: a", q="a:\n  call: p\n  with: {y: x}") == [
        ("E209", "p", 5),
        ("E205", "q", 3),
    ]


def test_calls_stack_at_most_eight_deep():
    """E210: eight frames are allowed, a ninth is told at the first call that leads to it."""
    chain = {f"p{n}": f"a:\n  call: p{n + 1}" for n in range(6)}
    assert found(**chain, p6="a:\n  say: A") == []
    assert found(**chain, p6="a:\n  call: p7", p7="a:\n  say: A") == [("E210", "start", 5)]
    deeper = {"p6": "a:\n  call: p7", "p7": "a:\n  call: p8", "p8": "a:\n  say: A"}
    assert found(**chain, **deeper) == [("E210", "start", 5)]


def test_a_menu_and_a_person_must_exist():
    """E214: without start or beratung nothing else is told about flows nobody calls."""
    built = (build(read("p.yaml", flow("p", "a:\n  say: A")), {}),)
    problems = examine(built, Known(frozenset("t"), folder="flows")).problems
    assert [(problem.code, problem.file) for problem in problems] == [
        ("E214", "flows/beratung.yaml"),
        ("E214", "flows/start.yaml"),
    ]
    assert [problem.file for problem in examine(built, KNOWN).problems] == ["beratung.yaml", "start.yaml"]


def test_every_flow_can_be_come_to():
    """E213: a flow needs a caller that parents reach, or examples by which their questions find it."""
    assert found(p="a:\n  say: A", q="a:\n  call: r", r="a:\n  say: A") == [("E213", "q", -3)]
    files = {"p": flow("p", "a:\n  call: q", "examples: [Was ist das]\n"), "q": flow("q", "a:\n  say: A")}
    files |= {"start": flow("start", "a:\n  call: beratung"), "beratung": flow("beratung", PERSON)}
    built = tuple(build(read(f"{name}.yaml", raw), {}) for name, raw in files.items())
    assert examine(built, KNOWN).problems == ()


@pytest.mark.parametrize(
    ("question", "rows", "lines"),
    [
        (CHOOSE, ["{w: {is: a}}", "{w: {is: b}}", "{w: {is: c}}"], []),
        (CHOOSE, ["{w: {one_of: [a, b]}}", "{w: {is: a}}"], [2]),
        (CHOOSE, ["{w: {is: a}}", "{w: {is: b}}", "{w: {one_of: [a, b]}}"], [3]),
        (CHOOSE, ["{w: {one_of: [a, b, c]}}", "{w: {known: true}}"], [2]),
        (CHOOSE, ["{w: {known: false}}"], [1]),
        (CHOOSE, ["{w: {is: a}}", "{w: {is: a}}"], [2]),
        (NUMBER, ["{x: {at_least: 5, at_most: 3}}"], [1]),
        (NUMBER, ["{x: {at_least: 5}}", "{x: {at_most: 4}}", "{x: {is: 3}}"], [3]),
        (NUMBER, ["{x: {at_least: 5}}", "{x: {at_least: 3}}", "{x: {is: 4}}"], [3]),
        (NUMBER, ["{x: {is: 4}}", "{x: {at_most: 4}}"], []),
        (DATE, ["{x: {before: 2026-01-01}}", "{x: {before: 2025-01-01}}"], [2]),
        (DATE, ["{x: {before: 2026-01-01}}", "{x: {after: 2025-12-31}}"], []),
        (
            DATE,
            ["{x: {before: 2026-01-01}}", "{x: {is: 2026-01-01}}", "{x: {after: 2026-01-01}}", "{x: {is: 2027-01-01}}"],
            [4],
        ),
        (DATE, ["{x: {before: today}}", "{x: {before: today}}"], [2]),
        (DATE, ["{x: {before: today}}", "{x: {after: today}}", "{x: {is: today}}"], []),
        (DATE, ["{x: {before: 0001-01-01}}"], []),
        (ASK, ["{x: {is: ja}}", "{x: {one_of: [ja, nein]}}", "{x: {is: nein}}"], [3]),
        (OPTIONAL, ["{x: {known: true}}", "{x: {known: false}}"], []),
        (NUMBER + CHOOSE, ["{w: {is: a}, x: {at_least: 3}}", "{w: {is: a}}", "{w: {is: a}, x: {is: 4}}"], [3]),
    ],
)
def test_every_row_can_win(question, rows, lines):
    """E212: options, numbers, days and texts are tried on each side of every bound."""
    at = question.count("\n") + 2
    assert found(p=question + decide(*rows)) == [("E212", "p", at + 2 * line - 1) for line in lines]


def test_too_many_combinations_are_not_tried():
    """A row counts as one that can win where trying would take too long."""
    questions = "".join(NUMBER.replace("fragen", f"f{n}").replace("save: x", f"save: x{n}") for n in range(6))
    tests = ", ".join(f"x{n}: {{at_least: 1, at_most: 3}}" for n in range(6))
    assert found(p=questions + decide(f"{{{tests}}}")) == []


@pytest.mark.parametrize(
    ("question", "row", "codes"),
    [
        (CHOOSE, "{w: {is: d}}", ["E217"]),
        (CHOOSE, "{w: {one_of: [a, d, e]}}", ["E217", "E217"]),
        (CHOOSE, "{w: {at_least: 1}}", ["E217"]),
        (CHOOSE, "{w: {before: today}}", ["E217"]),
        (NUMBER, "{x: {before: 2026-01-01}}", ["E217"]),
        (NUMBER, "{x: {is: drei}}", ["E217"]),
        (NUMBER, "{x: {one_of: [1, 2]}}", ["E217"]),
        (DATE, "{x: {at_most: 3}}", ["E217"]),
        (DATE, "{x: {is: morgen}}", ["E217"]),
        (ASK, "{x: {after: today}}", ["E217"]),
        (ASK, "{x: {is: 3}}", []),
    ],
)
def test_tests_fit_their_answers(question, row, codes):
    """E217: each type of answer has its tests, and options are compared by their names."""
    assert [code for code, _, _ in found(p=question + decide(row))] == codes


def test_is_means_what_the_answer_is():
    """A number is compared as a number, a day as a day, a text as a text."""
    questions = (
        NUMBER
        + DATE.replace("fragen", "g").replace("save: x", "save: d")
        + ASK.replace("fragen", "h").replace("x", "t")
    )
    flows = sound(p=questions + decide("{x: {is: 05}, t: {is: 05}}", "{d: {is: 2026-01-02}}", "{d: {is: today}}"))
    step = flows["p"].steps["weiche"]
    assert isinstance(step, Decide)
    values = [[(test.answer, test.value) for test in row.tests] for row in step.rows]
    assert values[0] == [("x", 5), ("t", "05")]
    assert [type(values[1][0][1]).__name__, values[2]] == ["date", [("d", Today())]]


def test_an_answer_has_one_type():
    """E219: two questions may ask for the same answer only in the same way, also across calls."""
    second = NUMBER.replace("fragen", "b")
    assert found(p=ASK + second) == [("E219", "p", 6)]
    assert found(p=ASK + ASK.replace("fragen", "b")) == []
    caller = ASK + "a:\n  call: q\n  with: {y: x}"
    called = "a:\n  ask: A\n  save: y\n  type: number"
    assert found(p=caller, q=called) == [("E219", "q", 3)]


def test_types_cross_calls():
    """What is given and what comes back keeps its type, and options their names."""
    called = (
        CHOOSE
        + "b:\n  decide:\n    - when: {y: {known: true, at_least: 3}}\n      goto: c\n    - else: c\nc:\n  say: C"
    )
    caller = NUMBER + "a:\n  call: q\n  with: {y: x}\n  save: w\n" + decide("{w: {is: a}}")
    flows = sound(p=caller, q=called)
    assert (flows["p"].types, flows["q"].types) == ({"x": "number", "w": "option"}, {"w": "option", "y": "number"})
    assert [code for code, _, _ in found(p=caller.replace("is: a", "is: z"), q=called)] == ["E217"]


def test_each_step_knows_what_it_needs():
    """From outside a step may be entered only with the answers that it, and what may follow, uses."""
    steps = OPTIONAL + CHOOSE + decide("{x: {known: true}}").replace("Schlecht.", "'{x} {w}'")
    needed = sound(p=steps)["p"].needs
    assert {name: sorted(answers) for name, answers in needed.items()} == {
        "fragen": [],
        "wahl": [],
        "weiche": ["w"],
        "gut": [],
        "schlecht": ["w", "x"],
    }


def test_a_loop_back_needs_what_the_first_round_gave():
    """Needs run backwards through loops."""
    steps = (
        ASK
        + "zeigen:\n  say: '{x}'\nnoch:\n  choose: Noch?\n  options:\n    - label: Ja\n      goto: zeigen\n    - label: Nein"
    )
    assert {name: sorted(answers) for name, answers in sound(p=steps)["p"].needs.items()} == {
        "fragen": [],
        "zeigen": ["x"],
        "noch": ["x"],
    }


def test_a_flow_of_wrong_form_has_its_names_checked_only():
    """What is wrong in form is told once; others may still call the flow, and its own names are looked up."""
    built = [
        build(read(f"{name}.yaml", flow(name, steps)), {})
        for name, steps in {
            "start": "a:\n  call: p\nb:\n  call: beratung",
            "beratung": PERSON,
            "p": "a:\n  say: '{x}'\n  goto: c\n  end: vielleicht\nb:\n  say: B",
        }.items()
    ]
    meant = examine(built, KNOWN)
    assert ([problem.code for problem in meant.problems], sorted(meant.flows)) == (["E201"], ["beratung", "start"])


def test_saved_answers_of_a_broken_flow_count_as_given():
    """Nothing is guessed about a flow that could not be read."""
    built = [
        build(read(f"{name}.yaml", flow(name, steps)), {})
        for name, steps in {
            "start": "a:\n  call: p\n  save: x\nb:\n  say: '{x}'\nc:\n  call: beratung",
            "beratung": PERSON,
            "p": "a:\n  sag: A",
        }.items()
    ]
    assert examine(built, KNOWN).problems == ()


NAMES = [f"s{n}" for n in range(5)]
TARGETS = st.sampled_from([f"goto: {name}" for name in NAMES] + ["end: true"])
STEPS = st.one_of(
    st.builds("say: A {{x}}\n  {}".format, TARGETS),
    st.builds("say: A\n  {}".format, TARGETS),
    st.builds("ask: A\n  save: x\n  {}".format, TARGETS),
    st.builds("ask: A\n  save: x\n  optional: true\n  {}".format, TARGETS),
    st.builds("form: A {{x}}\n  fields:\n    - ask: A\n      save: y\n  {}".format, TARGETS),
    st.builds(
        "form: A\n  fields:\n    - ask: A\n      save: x\n    - ask: '{{x}}'\n      save: y\n  {}".format, TARGETS
    ),
    st.builds("form: A\n  fields:\n    - ask: A\n      save: x\n      optional: true\n  {}".format, TARGETS),
    st.builds("derive: x\n  rule: next_date_of\n  of: k\n  {}".format, TARGETS),
    st.builds("remind: A {{x}}\n  calendar: k\n  before: 1 Tage\n  {}".format, TARGETS),
    st.builds("choose: A\n  options:\n    - label: B\n      {}\n    - label: C\n      {}".format, TARGETS, TARGETS),
    st.builds(
        "decide:\n    - when: {{x: {{known: {}}}}}\n      goto: {}\n    - else: {}".format,
        st.sampled_from(["true", "false"]),
        st.sampled_from(NAMES),
        st.sampled_from(NAMES),
    ),
)


def walks(flow_: Flow, length: int):
    """Yield every way through a flow of at most so many steps, with the answers there before each step."""
    graph = ways(flow_, lambda _: Summary())
    stack = [((flow_.first,), frozenset[str]())]
    while stack:
        path, there = stack.pop()
        yield path, there
        following = graph[path[-1]] if len(path) < length else ()
        stack += [((*path, way.to), (there | way.gives) - way.loses) for way in following if way.to]


def lacks(flow_: Flow, path: tuple[str, ...]) -> bool:
    """Say whether the last step of a way uses x, and nothing on the way gave it."""
    graph = ways(flow_, lambda _: Summary())
    given_there = any(
        all("x" in way.gives for way in graph[step] if way.to == following) for step, following in pairwise(path)
    )
    return not given_there and "x" in uses_of(flow_, path[-1])


@settings(max_examples=120, deadline=None)
@given(st.lists(STEPS, min_size=5, max_size=5))
def test_the_analysis_agrees_with_walking_every_way(bodies):
    """Against brute force: what is reachable, given, missing and needed is what walking all ways shows."""
    text = "".join(f"{name}:\n  {body}\n" for name, body in zip(NAMES, bodies, strict=True))
    built = build(read("p.yaml", flow("p", text)), {})
    assert built.flow is not None
    graph = ways(built.flow, lambda _: Summary())
    seen = list(walks(built.flow, 7))
    met = {path[-1] for path, _ in seen}
    assert reachable(graph, built.flow.first) == met
    there = given_at(built.flow, graph)
    for name in met:
        all_have = all("x" in answers for path, answers in seen if path[-1] == name)
        assert (path_without(built.flow, graph, name, "x") == ()) == all_have
        assert not all_have or "x" in there[name]
        assert "x" not in there[name] or all_have or any("{x}" in body for body in bodies)
    assert ("x" in needs(built.flow, graph)[built.flow.first]) == any(lacks(built.flow, path) for path, _ in seen)


def test_a_step_is_not_missed_where_its_name_is_only_written_wrongly():
    """E115 says »Schreiben Sie groesse«: a goto that already does is told nothing; another name still is."""
    steps = "a:\n  say: A\n  goto: groesse\nb:\n  say: B\n  goto: große\ngröße:\n  say: C"
    files = {"start": MENU, "beratung": PERSON, "p": steps}
    built = [build(read(f"{name}.yaml", flow(name, text)), {}) for name, text in files.items()]
    assert [problem.code for each in built for problem in each.problems] == ["E115"]
    assert [(problem.code, problem.line) for problem in examine(built, KNOWN).problems] == [("E201", 10)]


def test_a_wrong_goto_is_told_also_where_its_right_spelling_exists():
    """E201: only a step's own wrong name is read as what it should be, not a wrong name of somebody else's."""
    assert found(p="a:\n  say: A\n  goto: größe\ngroesse:\n  say: B") == [("E201", "p", 3)]


@pytest.mark.parametrize(
    ("steps", "helps"),
    [
        (
            "a:\n  call: q\n  with: {x: y}\n  save: [z]",
            ["Nehmen Sie die Zeile heraus.", "Wählen Sie einen von diesen Namen: »k«."],
        ),
        (
            "a:\n  call: q\n  save: [z]\nb:\n  call: q\n  with: {x: y}",
            ["Wählen Sie einen von diesen Namen: »k«.", "Nehmen Sie die Zeile heraus."],
        ),
        ("a:\n  call: q\n  with: {x: y}\n  save: [k]", ["Nehmen Sie die Zeile heraus."]),
        ("a:\n  call: q\n  save: [k]\nb:\n  call: q\n  with: {x: y}", ["Wählen Sie einen von diesen Namen: »k«."]),
    ],
)
def test_only_answers_that_can_be_there_are_offered(steps, helps):
    """E205: the help names no answer that does not exist itself, and none that comes back only after the call."""
    meant = examined(p=steps, q="a:\n  ask: A\n  save: k")
    assert [problem.help for problem in meant.problems if problem.code == "E205"] == helps
