"""The side files: topics, glossary, help card, statements."""

from datetime import date

import pytest

from bot.flow.build import content as side_files
from bot.flow.build.draft import Draft
from bot.flow.content import Entry, Number, Safety, Statement
from bot.flow.message import content
from bot.model import Duration, Topic
from bot.source.reader import read

TOPIC = """
mitwirkung:
  title: Mitwirkung
  teams: [beratung, kreis]
  answer_within: 2 Werktage
  hours: Mo-Fr 9-17
  urgency: urgent
  wider_after: [2 Stunden, 1 Werktage]
kita:
  title: Kita
  teams: beratung
  answer_within: 1 Tage
  hours: Mo 9-12
"""
GLOSSARY = """
Klassenpflegschaft:
  say: Alle Eltern einer Klasse.
  short: Eltern der Klasse
  also: [Klassenpflegschaften]
  note: Bleibt deutsch.
AO-SF:
  say: Ein Verfahren.
  short: ein Verfahren
"""
SAFETY = """
card: Sie sind nicht allein.
numbers:
  - number: "116 111"
    label: Nummer gegen Kummer
    hours: meist 14 bis 20 Uhr
    checked_on: 2026-08-01
    languages: Deutsch
    cost: kostenlos
    source: eine Seite
    checked_by: jemand
  - number: "112"
    label: Notruf
    hours: rund um die Uhr
    checked_on: 2026-08-02
words:
  gewalt:
    de: [schlägt mich, haut mich]
    sr_Latn: [bije me]
"""
FACTS = """
- id: kp-001
  topic: pflegschaft
  statement: Das sind alle Eltern.
  source: [§ 73, eine Seite]
  as_of: Seite ohne Datum
  confidence: verified
  valid_until: 2027-07-31
  note: Gelesen.
- id: kp-002
  statement: Sie wählen.
  source: § 73
  confidence: secondary
"""
READERS = {
    "topics": side_files.topics,
    "glossary": side_files.glossary,
    "safety": side_files.safety,
    "facts": side_files.facts,
}


def made(kind: str, text: str):
    """Return what a side file holds, and its draft."""
    document = read(f"{kind}.yaml", text.strip("\n").encode())
    draft = Draft({}, list(document.problems))
    assert document.root is not None
    return READERS[kind](draft, document.root), draft


def codes(draft: Draft) -> list[tuple[str, int]]:
    return sorted((problem.code, problem.line) for problem in draft.problems)


def test_topics_are_read():
    """A topic says who answers, when and within which time; its title is translated."""
    found, draft = made("topics", TOPIC)
    hours = (Duration(2, "Stunden"), Duration(1, "Werktage"))
    assert found == {
        "mitwirkung": Topic(
            "mitwirkung", "Mitwirkung", ("beratung", "kreis"), Duration(2, "Werktage"), "Mo-Fr 9-17", "urgent", hours
        ),
        "kita": Topic("kita", "Kita", ("beratung",), Duration(1, "Tage"), "Mo 9-12", "normal"),
    }
    assert ({key: text.german for key, text in draft.texts.items()}, draft.problems) == (
        {"topics/mitwirkung/title": "Mitwirkung", "topics/kita/title": "Kita"},
        [],
    )


def test_the_glossary_is_read():
    """An entry has an explanation, a short form for brackets and other written forms."""
    found, draft = made("glossary", GLOSSARY)
    first, second = (content("glossary", term, "say") for term in ("Klassenpflegschaft", "AO-SF"))
    assert found == {
        "Klassenpflegschaft": Entry(
            "Klassenpflegschaft", first, content("glossary", "Klassenpflegschaft", "short"), ("Klassenpflegschaften",)
        ),
        "AO-SF": Entry("AO-SF", second, content("glossary", "AO-SF", "short")),
    }
    text = draft.texts["glossary/Klassenpflegschaft/short"]
    assert (text.german, text.note, text.kind, draft.problems) == ("Eltern der Klasse", "Bleibt deutsch.", "short", [])


def test_the_help_card_is_read():
    """C01: the card has a sentence and numbers, each with hours and the day it was checked."""
    found, draft = made("safety", SAFETY)
    assert found == Safety(
        content("safety", "card"),
        (
            Number(
                "116 111",
                content("safety", "116111", "label"),
                content("safety", "116111", "hours"),
                date(2026, 8, 1),
                "Deutsch",
                "kostenlos",
                "eine Seite",
            ),
            Number("112", content("safety", "112", "label"), content("safety", "112", "hours"), date(2026, 8, 2)),
        ),
        {"gewalt": {"de": ("schlägt mich", "haut mich"), "sr_Latn": ("bije me",)}},
    )
    assert (found.numbers[0].key, draft.texts["safety/116111/hours"].german, draft.problems) == (
        "116111",
        "meist 14 bis 20 Uhr",
        [],
    )


def test_statements_are_known_by_their_ids():
    """Of the statements the flows need to know which there are, how sure they are, and up to which day."""
    found, draft = made("facts", FACTS)
    assert draft.problems == []
    assert found == {
        "kp-001": Statement("kp-001", "verified", date(2027, 7, 31)),
        "kp-002": Statement("kp-002", "secondary"),
    }


ENTRY = "  title: T\n  teams: t\n  answer_within: 1 Tage\n  hours: Mo 9-12\n"
NUMBER = "    label: L\n    hours: H\n    checked_on: 2026-08-01\n"
FACT = "  statement: S\n  source: Q\n  confidence: verified\n"


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        ("topics", "- a", [("E113", 1)]),
        ("topics", "a: b", [("E113", 1)]),
        ("topics", "a:\n  titel: T", [("E111", 2), *[("E112", 2)] * 3]),
        ("topics", f"A b:\n{ENTRY}", [("E115", 1)]),
        ("topics", f"a:\n{ENTRY}  urgency: eilig", [("E114", 6)]),
        ("topics", f"a:\n{ENTRY}  wider_after: [bald, 2 Tage]", [("E114", 6)]),
        ("topics", f"a:\n{ENTRY.replace('1 Tage', 'morgen')}", [("E114", 4)]),
        ("topics", f"a:\n{ENTRY.replace('title: T', 'title: T {x}')}", [("E119", 2)]),
        ("glossary", "a: b", [("E113", 1)]),
        ("glossary", "a:\n  say: b", [("E112", 2)]),
        ("glossary", "a:\n  say: '{b}'\n  short: '[[c]]'", [("E119", 2), ("E119", 3)]),
        ("glossary", "a|b:\n  say: b\n  short: c", [("E115", 1)]),
        ("glossary", "a:\n  say: b\n  short: c\nd:\n  say: b\n  short: c\n  also: [a]", [("E121", 7)]),
        ("safety", "- a", [("E113", 1)]),
        ("safety", "numbers:\n  - a", [("E112", 1), ("E113", 2)]),
        ("safety", "card: C", [("E112", 1)]),
        ("safety", f"card: C\nnumbers:\n  - number: 11 x\n{NUMBER}", [("E114", 3)]),
        ("safety", f"card: C\nnumbers:\n  - number: '112'\n{NUMBER}  - number: '112'\n{NUMBER}", [("E121", 7)]),
        ("safety", "card: C\nnumbers:\n  - number: '112'\n    label: L\n    hours: H", [("E112", 3)]),
        ("safety", f"card: C\nnumbers:\n  - number: '112'\n{NUMBER.replace('2026', 'x')}", [("E114", 6)]),
        (
            "safety",
            f"card: C\nnumbers:\n  - number: '112'\n{NUMBER}words:\n  x:\n    Deutsch: [y, [z]]",
            [("E113", 9), ("E115", 9)],
        ),
        ("safety", f"card: C\nnumbers:\n  - number: '112'\n{NUMBER}words:\n  x: y", [("E113", 8)]),
        ("facts", "a: b", [("E113", 1)]),
        ("facts", "- a", [("E113", 1)]),
        ("facts", "[]", [("E113", 1)]),
        ("facts", "a", [("E113", 1)]),
        ("facts", "- id: a", [*[("E112", 1)] * 3]),
        ("facts", f"-\n{FACT}", [("E112", 2)]),
        ("facts", f"- id: a\n{FACT}- id: a\n{FACT}", [("E121", 5)]),
        ("facts", f"- id: a\n{FACT.replace('verified', 'sicher')}  valid_until: bald", [("E114", 4), ("E114", 5)]),
    ],
)
def test_mistakes_in_side_files_are_told(kind, text, expected):
    """E1: side files are as strict as flows."""
    assert codes(made(kind, text)[1]) == expected


def test_statements_below_a_word_are_told_how_to_stand():
    """E113: the message speaks of the file, not of a word that is not in it."""
    for text in ("facts:\n- id: a", "a: b", "a"):
        _, draft = made("facts", text)
        assert [(problem.code, problem.message) for problem in draft.problems] == [
            ("E113", "In dieser Datei wird eine Liste von Aussagen erwartet.")
        ]
        assert "ganz links mit »- id: …«" in draft.problems[0].help


def test_statements_are_not_looked_up_where_one_has_no_id():
    """An id that could not be read may be the one that is looked for: the missing id is told, and nothing else."""
    assert [[each.name for each in made("facts", FACTS.replace(*change))[1].mentions] for change in CHANGES] == [
        ["kp-001", "kp-002"],
        [],
    ]


CHANGES = (("", ""), ("id: kp-002", "Id: kp-002"))
