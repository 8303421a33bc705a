"""From a file to the newer kinds of steps: form, derive, remind, all types of answers, and what goes with a message."""

from datetime import date

import pytest
from core.test_build import made_of

from bot.flow.build.draft import Beside
from bot.flow.build.flow import Built, build
from bot.flow.build.form import FIELDS
from bot.flow.dates import RULES
from bot.flow.graph import Ask, Derive, End, Form, Goto, Link, Remind, Say, Today, Wording
from bot.flow.message import Media, content
from bot.model import Duration
from bot.source.reader import read

HEAD = "flow: probe\ntitle: Probe\ntopic: schule\n"


def steps(text: str, *paths: str, folder: str = "") -> Built:
    """Build a flow of these steps, written without their indentation; ``paths`` are the files there are."""
    lines = "".join(f"  {line}\n" for line in text.strip("\n").split("\n"))
    document = read("probe.yaml", f"{HEAD}steps:\n{lines}".encode())
    return build(document, {}, Beside(folder, frozenset(paths)))


def step(text: str, *paths: str, folder: str = "", name: str = "a"):
    built = steps(text, *paths, folder=folder)
    assert [problem.message for problem in built.problems] == []
    assert built.flow is not None
    return built.flow.steps[name]


def problems(built: Built) -> list[tuple[str, int]]:
    """Return the codes with the lines below ``steps:``."""
    return sorted((problem.code, problem.line - 4) for problem in built.problems)


def said(*path: str, answers: tuple[str, ...] = (), source: str = "") -> Wording:
    return Wording(content("probe", "a", *path), answers, (), source)


def field(name: str, **given) -> Ask:
    """Return a question of a form as it is expected."""
    usual = {"wording": said(name, "ask"), "type": "text", "then": End()}
    return Ask(name=name, save=name, **(usual | given))


def test_a_form_with_every_field():
    """Its questions are asks without a key: each has its own texts, bounds and name in the summary."""
    text = """
a:
  form: Wir fragen nach {x}.
  note: Freundlich.
  source: § 1
  fields:
    - ask: Welche Klasse?
      save: klasse
      retry: Nur die Klasse.
      min: 1
      max: 4
      label: Klasse
      note: Nur die Zahl.
    - ask: Seit wann in {klasse}?
      save: seit
      type: date
      max: today
      optional: true
b:
  say: B
"""
    klasse = field(
        "klasse",
        wording=said("klasse", "ask", source="§ 1"),
        retry=said("klasse", "retry", source="§ 1"),
        minimum=1,
        maximum=4,
        label=content("probe", "a", "klasse", "label"),
        then=Goto("b"),
    )
    seit = field(
        "seit",
        wording=said("seit", "ask", answers=("klasse",), source="§ 1"),
        type="date",
        maximum=Today(),
        optional=True,
        then=Goto("b"),
    )
    assert step(text) == Form("a", said("form", answers=("x",), source="§ 1"), (klasse, seit), Goto("b"))
    texts = steps(text).texts
    assert {key: (each.note, each.kind) for key, each in texts.items() if key.startswith("probe/a/")} == {
        "probe/a/form": ("Freundlich.", "form"),
        "probe/a/klasse/ask": ("Nur die Zahl.", "ask"),
        "probe/a/klasse/retry": ("Nur die Zahl.", "retry"),
        "probe/a/klasse/label": ("Nur die Zahl.", "label"),
        "probe/a/seit/ask": ("Freundlich.", "ask"),
    }


@pytest.mark.parametrize("type_", ["text", "number", "date", "postcode", "phone", "yes_or_no", "photo"])
def test_an_ask_has_one_of_seven_types(type_):
    """Each is kept by its name, and may be skipped or explained."""
    found = step(f"a:\n  ask: Was?\n  save: x\n  type: {type_}\n  optional: true\n  retry: Noch einmal.")
    assert found == Ask("a", said("ask"), "x", type_, End(), said("retry"), optional=True)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("rule: age_on\n  of: tag", Derive("a", "x", "age_on", End(), ("tag",))),
        ("rule: age_on\n  of: [tag, stichtag]", Derive("a", "x", "age_on", End(), ("tag", "stichtag"))),
        ("of: bescheid\n  rule: one_month_after", Derive("a", "x", "one_month_after", End(), ("bescheid",))),
        ("rule: next_date_of\n  of: schulanmeldung", Derive("a", "x", "next_date_of", End(), (), "schulanmeldung")),
    ],
)
def test_a_derive_with_every_field(lines, expected):
    """A calculation keeps its answer, its rule and what it takes: answers, or a calendar."""
    assert step(f"a:\n  derive: x\n  {lines}") == expected


def test_every_rule_can_be_written():
    """The language knows each calculation that there is."""
    for rule in RULES.values():
        named = ", ".join(f"x{n}" for n in range(len(rule.takes)))
        assert step(f"a:\n  derive: y\n  rule: {rule.name}\n  of: [{named}]").rule == rule.name


def test_a_remind_with_every_field():
    """The question, the calendar, how long before, and what is said on yes."""
    found = step(
        "a:\n  remind: Erinnern, {x}?\n  calendar: ferien\n  before: 2 Wochen\n  yes_text: Gern.\nb:\n  say: B"
    )
    assert found == Remind(
        "a", said("remind", answers=("x",)), "ferien", Duration(2, "Wochen"), Goto("b"), said("yes_text")
    )
    assert step("a:\n  remind: Ja?\n  calendar: ferien\n  before: 1 Tage") == Remind(
        "a", said("remind"), "ferien", Duration(1, "Tage"), End()
    )


def test_a_say_takes_files_and_a_link():
    """Files lie beside the flow; one with a language in its name wins there; their description is translated."""
    files = ("m/bild.jpg", "m/bild.tr.jpg", "m/bild.sr_Latn.jpg", "m/bild.tr.png", "m/bild.zu.viel.jpg", "bild.ar.jpg")
    text = """
a:
  say: Sehen Sie.
  picture: bild.jpg
  document: mehr/blatt 1.pdf
  audio: ton.mp3
  alt: Ein Bild
  note: Kurz.
  link:
    label: Zur Seite
    url: https://www.example.org/a?b=c#d
"""
    alt = content("probe", "a", "alt")
    translated = (("sr_Latn", "m/bild.sr_Latn.jpg"), ("tr", "m/bild.tr.jpg"))
    assert step(text, *files, folder="m") == Say(
        "a",
        said("say"),
        End(),
        (
            Media("picture", "m/bild.jpg", alt, translated),
            Media("document", "m/mehr/blatt 1.pdf", alt),
            Media("audio", "m/ton.mp3", alt),
        ),
        Link(content("probe", "a", "link", "label"), "https://www.example.org/a?b=c#d"),
    )
    built = steps(text, folder="m")
    assert (built.texts["probe/a/alt"].note, built.texts["probe/a/link/label"].note) == ("Kurz.", "Kurz.")
    assert [(each.name, each.part) for each in built.mentions if each.kind == "file"] == [
        ("m/bild.jpg", "picture"),
        ("m/mehr/blatt 1.pdf", "document"),
        ("m/ton.mp3", "audio"),
    ]
    assert step("a:\n  say: X\n  picture: y.webp\n  alt: Z").media == (Media("picture", "y.webp", alt),)


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("picture", "../y.jpg"),
        ("picture", "a/../y.jpg"),
        ("picture", "/y.jpg"),
        ("picture", "a//y.jpg"),
        ("picture", "./y.jpg"),
        ("picture", ".y.jpg"),
        ("picture", "a\\\\y.jpg"),
        ("picture", "https://example.org/y.jpg"),
        ("picture", "schön.jpg"),
        ("picture", "y.svg"),
        ("picture", "y.html"),
        ("picture", "y.JPG"),
        ("picture", "y.pdf"),
        ("picture", ".jpg"),
        ("picture", "y"),
        ("document", "y.jpg"),
        ("document", "y.docx"),
        ("audio", "y.wav"),
    ],
)
def test_a_file_lies_beside_the_flow_and_is_of_its_kind(kind, name):
    """I06: no path leads out of the folder, and no kind is taken that could hold a program."""
    built = steps(f'a:\n  say: X\n  {kind}: "{name}"\n  alt: Z')
    assert (problems(built), built.flow) == ([("E114", 3)], None)
    assert [each for each in built.mentions if each.kind == "file"] == []


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org",
        "https://",
        "https://localhost",
        "https://a b.de",
        "https://user@example.org",
        "https://example.org\\\\@evil.org",
        "javascript:alert(1)",
        "//example.org",
        "https://exämple.org",
    ],
)
def test_a_link_is_a_whole_address(url):
    """Only https, with a host, without a user or a blank."""
    built = steps(f'a:\n  say: X\n  link:\n    label: L\n    url: "{url}"')
    assert (problems(built), built.flow) == ([("E114", 5)], None)


FIELD = "a:\n  form: X\n  fields:\n    - ask: Y\n      save: y\n"
REMIND = "a:\n  remind: X\n  calendar: c\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a:\n  form: X", [("E112", 2)]),
        ("a:\n  form: X\n  fields: []", [("E120", 3)]),
        ("a:\n  form: X\n  fields:\n    - Y", [("E113", 4)]),
        ("a:\n  form: X\n  fields:\n    - ask: Y", [("E112", 4)]),
        ("a:\n  form: X\n  fields:\n    - save: y", [("E112", 4)]),
        (FIELD + "      type: name", [("E114", 6)]),
        (FIELD + "      goto: a", [("E111", 6)]),
        (FIELD + "      label: '{x}'", [("E119", 6)]),
        (FIELD + "      min: 3\n      max: 2", [("E114", 7)]),
        (FIELD + "    - ask: Z\n      save: y", [("E121", 7)]),
        (FIELD + "    - ask: Z\n      save: ÿ", [("E115", 7)]),
        (FIELD + "  save: y", [("E111", 6)]),
        (FIELD + "  goto: a\n  end: true", [("E118", 7)]),
        ("a:\n  ask: X\n  save: y\n  label: Z", [("E111", 4)]),
        ("a:\n  ask: X\n  save: y\n  type: postcode\n  min: 1", [("E118", 5)]),
        ("a:\n  ask: X\n  save: y\n  type: phone\n  max: 1", [("E118", 5)]),
        ("a:\n  ask: X\n  save: y\n  type: yes_or_no\n  min: 1\n  max: 2", [("E118", 5), ("E118", 6)]),
        ("a:\n  ask: X\n  save: y\n  type: photo\n  min: 1", [("E118", 5)]),
        ("a:\n  ask: X\n  save: y\n  min: 1001", [("E114", 4)]),
        ("a:\n  ask: X\n  save: y\n  max: 0", [("E114", 4)]),
        ("a:\n  ask: X\n  save: y\n  type: number\n  max: -1", [("E114", 5)]),
        ("a:\n  derive: x", [("E112", 2), ("E112", 2)]),
        ("a:\n  derive: x\n  rule: age_on", [("E112", 2)]),
        ("a:\n  derive: x\n  rule: age_off\n  of: y", [("E114", 3)]),
        ("a:\n  derive: x\n  rule: age_on\n  of: []", [("E120", 4)]),
        ("a:\n  derive: x\n  rule: age_on\n  of: [a, b, c]", [("E220", 4)]),
        ("a:\n  derive: x\n  rule: one_month_after\n  of: [a, b]", [("E220", 4)]),
        ("a:\n  derive: x\n  rule: next_date_of\n  of: [a, b]", [("E220", 4)]),
        ("a:\n  derive: x y\n  rule: age_on\n  of: z", [("E115", 2)]),
        ("a:\n  derive: [x]\n  rule: age_on\n  of: z", [("E113", 2)]),
        ("a:\n  derive: x\n  rule: age_on\n  of: z\n  save: w", [("E111", 5)]),
        ("a:\n  remind: X", [("E112", 2), ("E112", 2)]),
        (REMIND, [("E112", 2)]),
        (REMIND + "  before: bald", [("E114", 4)]),
        (REMIND + "  before: 0 Tage", [("E114", 4)]),
        (REMIND + "  before: 1 Tage\n  no_text: Nein.", [("E111", 5)]),
        (REMIND + "  before: 1 Tage\n  yes_text: '{'", [("E119", 5)]),
        ("a:\n  say: X\n  picture: y.jpg", [("E112", 2)]),
        ("a:\n  say: X\n  document: y.pdf", [("E112", 2)]),
        ("a:\n  say: X\n  audio: y.ogg", [("E112", 2)]),
        ("a:\n  say: X\n  alt: Y", [("E118", 3)]),
        ("a:\n  say: X\n  picture: y.jpg\n  alt: '{z}'", [("E119", 4)]),
        ("a:\n  say: X\n  picture: [y.jpg]\n  alt: Z", [("E113", 3)]),
        ("a:\n  say: X\n  link: https://example.org", [("E113", 3)]),
        ("a:\n  say: X\n  link: {url: 'https://example.org'}", [("E112", 3)]),
        ("a:\n  say: X\n  link: {label: Y}", [("E112", 3)]),
        ("a:\n  say: X\n  link: {label: Y, url: 'https://example.org', name: Z}", [("E111", 3)]),
        ("a:\n  choose: X\n  picture: y.jpg\n  options:\n    - label: A", [("E111", 3)]),
    ],
)
def test_each_mistake_of_form_is_told_where_it_stands(text, expected):
    """E1, E220: every field that cannot be taken as written gives its own problem; a flow comes out only where it is clear."""
    built = steps(text)
    assert (problems(built), made_of(built)) == (sorted(expected), False)


def test_an_unknown_calculation_is_told_the_nearest():
    """E114 names the rule that was meant."""
    built = steps("a:\n  derive: x\n  rule: one_month_aftr\n  of: y")
    assert [problem.help for problem in built.problems] == ["Schreiben Sie »one_month_after«."]


def test_the_help_says_what_a_calculation_takes():
    """E220 tells how many there are, and what may be left out."""
    built = steps("a:\n  derive: x\n  rule: age_on\n  of: [a, b, c]")
    assert [(problem.message, problem.help) for problem in built.problems] == [
        (
            "»age_on« braucht 1 bis 2 Angaben, hier stehen 3.",
            "Schreiben Sie hinter »of:« einen Tag und wenn Sie wollen noch einen Tag.",
        )
    ]


def test_a_form_may_not_be_endless():
    """P04: nobody answers a hundred questions."""
    fields = "".join(f"    - ask: F{n}\n      save: f{n}\n" for n in range(FIELDS + 1))
    assert problems(steps(f"a:\n  form: X\n  fields:\n{fields}")) == [("E107", 3)]


def test_what_a_field_mentions_is_looked_up():
    """Answers and words in a form's questions have their place, with the field before the part."""
    built = steps("a:\n  form: X\n  fields:\n    - ask: '{y} [[Z]]'\n      save: w\n      retry: '{v}'\n      label: L")
    found = [(each.kind, each.name, each.part) for each in built.mentions if each.step == "a"][1:]
    assert found == [
        ("label", "L", "fields"),
        ("answer", "y", "w/ask"),
        ("term", "Z", "w/ask"),
        ("saved", "w", "save"),
        ("answer", "v", "w/retry"),
    ]


def test_a_date_may_be_bounded_by_days():
    """In a form as in an ask."""
    found = step(FIELD + "      type: date\n      min: 2020-01-31\n      max: 2026-01-31")
    assert [(each.minimum, each.maximum) for each in found.fields] == [(date(2020, 1, 31), date(2026, 1, 31))]
