"""From a file to a flow: every field, "the step below", texts for translators, and all mistakes of form."""

from datetime import date

import pytest

from bot.flow.build.choose import OPTIONS
from bot.flow.build.flow import PROBLEMS, STEPS, Built, build
from bot.flow.build.parts import slug
from bot.flow.graph import (
    Ask,
    Call,
    CallStep,
    Choice,
    Choose,
    Decide,
    End,
    Escalate,
    Goto,
    Row,
    Say,
    Test,
    Today,
    Wording,
)
from bot.flow.message import content
from bot.source.reader import read

HEAD = "flow: probe\ntitle: Probe\ntopic: schule\n"
TERMS = {"Bescheid": "Bescheid", "Bescheide": "Bescheid"}


def made(text: str) -> Built:
    return build(read("probe.yaml", text.encode()), TERMS)


def steps(text: str) -> Built:
    """Build a flow of these steps, written without their indentation."""
    lines = "".join(f"  {line}\n" for line in text.strip("\n").split("\n"))
    return made(f"{HEAD}steps:\n{lines}")


def step(text: str, name: str = "a"):
    built = steps(text)
    assert [problem.message for problem in built.problems] == []
    assert built.flow is not None
    return built.flow.steps[name]


def problems(built: Built) -> list[tuple[str, int]]:
    """Return the codes with the lines below ``steps:``."""
    return [(problem.code, problem.line - 4) for problem in built.problems]


MAY_BE_CLEAR = frozenset({"E114", "E115", "E118", "E119", "E121"})
"""Codes that can leave it clear what a flow means: which of their cases do, ``test_slight`` says."""


def made_of(built: Built) -> bool:
    """Say whether there is a flow although some problem leaves open what it means."""
    return built.flow is not None and not {problem.code for problem in built.problems} <= MAY_BE_CLEAR


def said(name: str, field: str, *answers: str, terms: tuple[str, ...] = (), source: str = "") -> Wording:
    return Wording(content("probe", name, field), answers, terms, source)


def test_a_flow_keeps_its_head():
    """Name, title, topic, first step and the files' texts are what was written."""
    built = made(
        HEAD + "reviewed: 2026-08-15\nexamples:\n  - Was ist das?\n  - Und das?\nkeywords: [Schule, Brief]\n"
        "steps:\n  a:\n    say: Hallo.\n    note: Höflich.\n"
    )
    assert built.problems == ()
    assert built.flow is not None
    assert (built.flow.name, built.flow.title, built.flow.topic, built.flow.first) == (
        "probe",
        content("probe", "title"),
        "schule",
        "a",
    )
    assert {key: (text.german, text.line, text.note, text.kind) for key, text in built.texts.items()} == {
        "probe/title": ("Probe", 2, "", "title"),
        "probe/examples/1": ("Was ist das?", 6, "", "examples"),
        "probe/examples/2": ("Und das?", 7, "", "examples"),
        "probe/keywords/1": ("Schule", 8, "", "keywords"),
        "probe/keywords/2": ("Brief", 8, "", "keywords"),
        "probe/a/say": ("Hallo.", 11, "Höflich.", "say"),
    }
    assert built.texts["probe/a/say"].file == "probe.yaml"


def test_a_step_goes_to_the_one_below_unless_it_says_where():
    """Its own goto, else its end, else the step below; the last one ends the flow."""
    built = steps(
        "a:\n  say: A\nb:\n  say: B\n  goto: a\nc:\n  say: C\n  end: true\nd:\n  say: D\n  end: false\ne:\n  say: E"
    )
    assert built.flow is not None
    found = {name: each.then for name, each in built.flow.steps.items() if isinstance(each, Say)}
    assert found == {"a": Goto("b"), "b": Goto("a"), "c": End(), "d": Goto("e"), "e": End()}


def test_a_text_keeps_its_lines_and_names_its_marks():
    """Answers and glossary words are found once each; another form of a word is its entry."""
    found = step(
        "a:\n  say: |\n    Ihr [[Bescheid]] für {kind}.  \n\n    Mehr [[Bescheide|Briefe]] für {kind} und {amt}.\n  source: § 1"
    )
    assert found == Say("a", said("a", "say", "kind", "amt", terms=("Bescheid",), source="§ 1"), End())
    built = steps("a:\n  say: |\n    Eins.  \n\n    Zwei.\n")
    assert built.texts["probe/a/say"].german == "Eins.\n\nZwei."


def test_a_choose_with_every_field():
    """An option has label, short, name, answer, older names and one of goto, call, end; else it goes on with its step."""
    text = """
a:
  choose: Welche?
  save: wahl
  note: Kurz.
  source: § 2
  options:
    - label: Ja, natürlich!
      short: Ja
      say: Gut, {wahl}.
      was: [jo, joo]
      goto: c
    - label: Nein
      name: nein-danke
      end: true
    - label: Anderer Ablauf
      call: anderer
    - label: Weiter
b:
  say: B
c:
  say: C
"""
    key = ("probe", "a", "ja-natuerlich")
    assert step(text) == Choose(
        "a",
        said("a", "choose", source="§ 2"),
        (
            Choice(
                "ja-natuerlich",
                content(*key, "label"),
                Goto("c"),
                content(*key, "short"),
                Wording(content(*key, "say"), ("wahl",), (), "§ 2"),
                ("jo", "joo"),
            ),
            Choice("nein-danke", content("probe", "a", "nein-danke", "label"), End()),
            Choice("anderer-ablauf", content("probe", "a", "anderer-ablauf", "label"), Call("anderer", Goto("b"))),
            Choice("weiter", content("probe", "a", "weiter", "label"), Goto("b")),
        ),
        "wahl",
    )
    texts = steps(text).texts
    assert list(texts)[1:5] == ["probe/a/choose", *("/".join((*key, each)) for each in ("label", "short", "say"))]
    assert {texts["/".join((*key, each))].note for each in ("label", "short", "say")} == {"Kurz."}


def test_options_follow_the_goto_of_their_choose():
    """Where a choose itself says where it goes, options without a way follow it, and calls come back there."""
    found = step(
        "a:\n  choose: Welche?\n  goto: c\n  options:\n    - label: X\n    - label: Y\n      call: z\nb:\n  say: B\nc:\n  say: C"
    )
    assert isinstance(found, Choose)
    assert [option.then for option in found.options] == [Goto("c"), Call("z", Goto("c"))]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ("", Ask("a", said("a", "ask"), "x", "text", End())),
        (
            "  type: number\n  min: -1\n  max: 24",
            Ask("a", said("a", "ask"), "x", "number", End(), minimum=-1, maximum=24),
        ),
        (
            "  type: date\n  min: 2020-01-31\n  max: today",
            Ask("a", said("a", "ask"), "x", "date", End(), minimum=date(2020, 1, 31), maximum=Today()),
        ),
        ("  type: text\n  min: 2", Ask("a", said("a", "ask"), "x", "text", End(), minimum=2)),
        (
            "  optional: true\n  retry: Noch einmal, {y}.",
            Ask("a", said("a", "ask"), "x", "text", End(), said("a", "retry", "y"), optional=True),
        ),
    ],
)
def test_an_ask_with_every_field(fields, expected):
    """A question has a type, bounds of that type, words for a wrong answer, and may be skipped."""
    assert step(f"a:\n  ask: Was?\n  save: x\n{fields}") == expected


def test_a_decide_with_every_test():
    """Rows hold typed values; ``is`` stays text until the answer's type is known."""
    text = """
a:
  decide:
    - when: {n: {at_least: 3, at_most: 5}, d: {before: 2020-10-01}}
      goto: b
    - when:
        d: {after: today}
        o: {one_of: [x, y]}
        t: {is: 12:30, known: true}
      goto: c
    - else: b
b:
  say: B
c:
  say: C
"""
    assert step(text) == Decide(
        "a",
        (
            Row((Test("n", "at_least", 3), Test("n", "at_most", 5), Test("d", "before", date(2020, 10, 1))), Goto("b")),
            Row(
                (
                    Test("d", "after", Today()),
                    Test("o", "one_of", ("x", "y")),
                    Test("t", "is", "12:30"),
                    Test("t", "known", "true"),
                ),
                Goto("c"),
            ),
        ),
        Goto("b"),
    )


def test_a_call_with_every_field():
    """A call gives answers by name, takes answers back, and goes on."""
    found = step("a:\n  call: andere\n  with: {ihre: meine, zwei: drei}\n  save: [vier, fuenf]\nb:\n  say: B")
    assert found == CallStep("a", Call("andere", Goto("b"), (("ihre", "meine"), ("zwei", "drei")), ("vier", "fuenf")))
    assert step("a:\n  call: /sprache") == CallStep("a", Call("/sprache", End()))


def test_an_escalate_with_every_field():
    """A question to a person may have its own topic, urgency and sentences."""
    found = step("a:\n  escalate: Fragen Sie.\n  topic: geld\n  urgency: urgent\n  closed: Zu.\n  nobody: Niemand.")
    expected = Escalate("a", said("a", "escalate"), "geld", "urgent", said("a", "closed"), said("a", "nobody"))
    assert found == expected
    assert step("a:\n  escalate: Fragen Sie.") == Escalate("a", said("a", "escalate"))


def test_a_renamed_step_keeps_its_older_names():
    """``was`` maps each older name to today's."""
    built = steps("a:\n  say: A\n  was: alt\nb:\n  say: B\n  was: [uralt, noch-aelter]")
    assert built.flow is not None
    assert built.flow.was == {"alt": "a", "uralt": "b", "noch-aelter": "b"}


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("Ja, danke", "ja-danke"),
        ("Größe & Übermaß", "groesse-uebermass"),
        ("Café Ñandú", "cafe-nandu"),
        ("  — ", ""),
        ("نعم", ""),
        ("A" * 60, "a" * 48),
        ("x" * 47 + " y", "x" * 47),
        ("İstanbul", "istanbul"),
    ],
)
def test_a_label_makes_a_name(label, name):
    """An option's name is its label in ASCII, at most 48 letters."""
    assert slug(label) == name


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a:\n  sag: X", [("E116", 2)]),
        ("a:\n  xyzzy: X", [("E116", 2)]),
        ("a:\n  note: N\n  say: X", [("E116", 2)]),
        ("a:\n  say: X\n  ask: Y\n  save: z", [("E116", 3)]),
        ("a: X", [("E113", 1)]),
        ("a:", [("E120", 1)]),
        ("a:\n  say:", [("E120", 2)]),
        ("a:\n  say: X\n  note: [a]\n  source:", [("E113", 3), ("E120", 4)]),
        ("a:\n  say: X\n  goto: b\n  end: true\nb:\n  say: Y", [("E118", 4)]),
        ("a:\n  say: X\n  end: ja", [("E114", 3)]),
        ("a:\n  say: X\n  valid_until: bald", [("E114", 3)]),
        ("Ä b:\n  say: X", [("E115", 1)]),
        ("a_b:\n  say: X", [("E115", 1)]),
        ("'...':\n  say: X", [("E115", 1)]),
        ("a:\n  say: X\n  was: B C", [("E115", 3)]),
        ("a:\n  say: X\nb:\n  say: Y\n  was: a", [("E121", 3)]),
        ("a:\n  say: X\n  was: c\nb:\n  say: Y\n  was: c", [("E121", 4)]),
        ("a:\n  choose: X", [("E112", 2)]),
        ("a:\n  choose: X\n  options: []", [("E120", 3)]),
        ("a:\n  choose: X\n  options:\n    - Ja", [("E113", 4)]),
        ("a:\n  choose: X\n  options:\n    - name: ja", [("E112", 4)]),
        ("a:\n  choose: X\n  options:\n    - label: Ja\n      jump: b", [("E111", 5)]),
        ("a:\n  choose: X\n  options:\n    - label: '?'", [("E115", 4)]),
        ("a:\n  choose: X\n  options:\n    - label: Ja\n      name: J A", [("E115", 5)]),
        (
            "a:\n  choose: X\n  options:\n    - label: Ja\n      call: b\n      goto: a\n      end: true",
            [("E118", 6), ("E118", 7), ("E118", 7)],
        ),
        ("a:\n  choose: X\n  options:\n    - label: Ja\n      was: nein\n    - label: Nein", [("E121", 6)]),
        ("a:\n  choose: X\n  save: 1a\n  options:\n    - label: Ja", [("E115", 3)]),
        ("a:\n  ask: X", [("E112", 2)]),
        ("a:\n  ask: X\n  save: ä", [("E115", 3)]),
        ("a:\n  ask: X\n  save: y\n  type: nummer", [("E114", 4)]),
        ("a:\n  ask: X\n  save: y\n  type: number\n  min: drei", [("E114", 5)]),
        ("a:\n  ask: X\n  save: y\n  type: date\n  max: 3", [("E114", 5)]),
        ("a:\n  ask: X\n  save: y\n  type: number\n  min: 5\n  max: 4", [("E114", 6)]),
        ("a:\n  ask: X\n  save: y\n  type: date\n  min: 2026-01-02\n  max: 2026-01-01", [("E114", 6)]),
        ("a:\n  ask: X\n  save: y\n  optional: vielleicht", [("E114", 4)]),
        ("a:\n  decide:", [("E120", 2)]),
        ("a:\n  decide: b", [("E113", 2)]),
        ("a:\n  decide:\n    - b", [("E112", 2), ("E113", 3)]),
        ("a:\n  decide:\n    - when: {x: {is: 1}}\n      goto: a", [("E112", 2)]),
        ("a:\n  decide:\n    - else: a\n    - when: {x: {is: 1}}\n      goto: a", [("E118", 3)]),
        ("a:\n  decide:\n    - when: {x: {is: 1}}\n    - else: a", [("E112", 3)]),
        ("a:\n  decide:\n    - goto: a\n    - else: a", [("E112", 3)]),
        ("a:\n  decide:\n    - when: {x: {is: 1}}\n      end: true\n    - else: a", [("E111", 4), ("E112", 3)]),
        ("a:\n  decide:\n    - when: {x: 1}\n      goto: a\n    - else: a", [("E113", 3)]),
        ("a:\n  decide:\n    - when: {x: {ist: 1}}\n      goto: a\n    - else: a", [("E111", 3)]),
        ("a:\n  decide:\n    - when: {x: {at_least: a}}\n      goto: a\n    - else: a", [("E114", 3)]),
        ("a:\n  decide:\n    - when: {x: {before: a}}\n      goto: a\n    - else: a", [("E114", 3)]),
        ("a:\n  decide:\n    - when: {x: {known: ja}}\n      goto: a\n    - else: a", [("E114", 3)]),
        ("a:\n  decide:\n    - when: {x: {one_of: a}}\n      goto: a\n    - else: a", [("E113", 3)]),
        ("a:\n  decide:\n    - when: {x: {one_of: [[b]]}}\n      goto: a\n    - else: a", [("E113", 3)]),
        ("a:\n  decide:\n    - when: {x: {is: [b]}}\n      goto: a\n    - else: a", [("E113", 3)]),
        ("a:\n  decide:\n    - else: a\n      goto: b", [("E111", 4)]),
        ("a:\n  decide:\n    - else: a\n  goto: b", [("E118", 4)]),
        ("a:\n  call: [b]", [("E113", 2)]),
        ("a:\n  call: b\n  with: [c]", [("E113", 3)]),
        ("a:\n  call: b\n  with: {c: [d], e: f}", [("E113", 3)]),
        ("a:\n  call: b\n  with: {ü: d}", [("E115", 3)]),
        ("a:\n  call: /sprache\n  with: {c: d}\n  save: e", [("E118", 3), ("E118", 4)]),
        ("a:\n  escalate: X\n  goto: a\n  end: true", [("E118", 3), ("E118", 4)]),
        ("a:\n  escalate: X\n  urgency: eilig", [("E114", 3)]),
        ("a:\n  escalate: X\n  with: y", [("E111", 3)]),
        ("a:\n  say: &x Y", [("E105", 2)]),
    ],
)
def test_each_mistake_of_form_is_told_where_it_stands(text, expected):
    """E1: every field that cannot be taken as written gives its own problem; a flow comes out only where it is clear."""
    built = steps(text)
    assert (sorted(problems(built)), made_of(built)) == (sorted(expected), False)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("title: T\ntopic: t\nsteps:\n  a:\n    say: X", [("E112", 1)]),
        ("flow: a", [("E112", 1), ("E112", 1), ("E112", 1)]),
        ("flow: a\ntitle: T\ntopic: t\nsteps: [b]", [("E113", 4)]),
        ("flow: a\ntitle: T\ntopic: t\nsteps:", [("E120", 4)]),
        ("flow: A B\ntitle: T\ntopic: t\nsteps:\n  a:\n    say: X", [("E115", 1)]),
        ("flow: glossary\ntitle: T\ntopic: t\nsteps:\n  a:\n    say: X", [("E115", 1)]),
        ("flow: a\ntitle: T {x}\ntopic: t\nsteps:\n  a:\n    say: X", [("E119", 2)]),
        ("flow: a\ntitle: T\ntopic: t\nreviewed: gestern\nsteps:\n  a:\n    say: X", [("E114", 4)]),
        ("flow: a\ntitle: T\ntopic: t\nexamples: ['[[B]]']\nsteps:\n  a:\n    say: X", [("E119", 4)]),
        ("flow: a\nflows: b\ntitle: T\ntopic: t\nsteps:\n  a:\n    say: X", [("E111", 2)]),
        ("- a", [("E113", 1)]),
        ("a", [("E113", 1)]),
        ("''", [("E120", 1)]),
        ("", [("E120", 1)]),
        ("a: [", [("E101", 1)]),
    ],
)
def test_a_flow_whose_head_is_wrong_is_none(text, expected):
    """The head must be whole but for what is only told or shown, and the file a mapping."""
    built = made(text)
    assert ([(problem.code, problem.line) for problem in built.problems], made_of(built)) == (expected, False)


@pytest.mark.parametrize(
    "mark",
    [
        "{x.__class__}",
        "{0}",
        "{}",
        "{x!r}",
        "{x:>10}",
        "{x[0]}",
        "{ x }",
        "{ä}",
        "{{x}}",
        "{x",
        "x}",
        "[[]]",
        "[[a|]]",
        "[[|a]]",
        "[[a|b|c]]",
        "[[a",
        "a]]",
        "[[{x}]]",
        "{kind-name}",
        "{" + "x" * 41 + "}",
    ],
)
def test_no_text_reaches_into_the_program(mark):
    """I07: no attribute access, no format-string access, no half brackets: E119 at the mark itself."""
    built = steps(f"a:\n  say: |\n    Erste Zeile.\n    Und {mark} dann.")
    assert {(problem.code, problem.line - 4) for problem in built.problems} == {("E119", 4)}
    assert all(problem.column >= 11 for problem in built.problems)


def test_ordinary_brackets_are_ordinary_text():
    """A single square bracket, a round one, a percent sign are text."""
    assert step("a:\n  say: '[eckig] (rund) 100 % $x'") == Say("a", said("a", "say"), End())


def test_labels_have_no_marks():
    """A label is said as it is: E119 tells where marks are not possible."""
    built = steps("a:\n  choose: X\n  options:\n    - label: Ja {x}\n      short: '[[Y]]'")
    assert problems(built) == [("E119", 4), ("E119", 5)]


def test_a_flow_or_a_question_may_not_be_endless():
    """P04: what no talk needs is refused before anybody computes with it."""
    many = "".join(f"s{n}:\n  say: X\n" for n in range(STEPS + 1))
    labels = "".join(f"    - label: L{n}\n" for n in range(OPTIONS + 1))
    assert problems(steps(many)) == [("E107", 0)]
    assert problems(steps(f"a:\n  choose: X\n  options:\n{labels}")) == [("E107", 3)]


def test_a_text_may_not_be_endless():
    """P04: what no channel takes is refused, and its marks are not looked at."""
    words = "[[Wort]] {x\n" * 500
    lines = "".join(f"          {line}\n" for line in words.split("\n"))
    assert problems(steps(f"a:\n  say: |\n{lines}b:\n  choose: X\n  options:\n    - label: |\n{lines}")) == [
        ("E107", 2),
        ("E107", 507),
    ]


def test_of_very_many_problems_the_first_are_told():
    """Nobody mends a hundred things at once."""
    words = "".join(f"  wort{n}: X\n" for n in range(200))
    assert len(steps(f"a:\n  say: A\n{words}").problems) == PROBLEMS


def test_names_are_kept_with_their_places():
    """What a flow mentions can be looked up later, also where its form is wrong."""
    built = steps("a:\n  say: '{x} und [[Y]]'\n  goto: b\n  facts: [f-1]\nb:\n  call: c\n  save: d\nc:\n  sag: X")
    found = [
        (each.kind, each.name, each.step, each.part, each.place.line - 4)
        for each in built.mentions
        if each.place.line > 4
    ]
    assert found == [
        ("name", "a", "a", "", 1),
        ("fact", "f-1", "a", "facts", 4),
        ("step", "b", "a", "goto", 3),
        ("answer", "x", "a", "say", 2),
        ("term", "Y", "a", "say", 2),
        ("name", "b", "b", "", 5),
        ("flow", "c", "b", "call", 6),
        ("saved", "d", "b", "save", 7),
        ("name", "c", "c", "", 8),
    ]
    assert (built.name, built.steps, built.flow) == ("probe", ("a", "b", "c"), None)


def test_a_file_without_a_name_is_called_after_the_file():
    """Others may call a flow whose file is unreadable today."""
    assert (made("a: [").name, made("title: X").name) == ("probe", "probe")


def test_a_warning_does_not_stop_a_flow():
    """W101 is told, and the flow is built."""
    built = steps("a:\n  say: Frage #1")
    assert (problems(built), built.flow is not None) == ([("W101", 2)], True)
