"""What golden talks cover: each step and button once, in any language and in each, in words one can act on."""

from dataclasses import replace

import pytest
from core.small import made, small_files

from bot.check.coverage import coverage, summary, table
from bot.check.edition import Edition
from bot.check.talks import BEGIN, play_all
from bot.check.watch import Met, watched
from bot.flow.engine import advance
from bot.flow.event import Chose, Said, Started
from bot.flow.graph import Place
from bot.flow.session import Session
from bot.flow.token import option
from bot.model import Language

TALK = """flow: kind
> /start kind
…
> 7
…

flow: wege
> /start wege
…
> [Kind]
…
"""


def with_talk(text: str) -> Edition:
    return made({**small_files(), "flows/probe.talk": text.encode()})


def test_without_talks_nothing_is_covered(edition):
    """Every step and every button of every flow is left."""
    for each in coverage(edition).flows:
        assert each.steps == each.steps_left == tuple(edition.revision.flows[each.flow].steps)
        assert each.options == each.options_left


def test_a_talk_covers_the_steps_and_buttons_it_meets():
    """The question it answers, the button it presses, and the steps these lead to; nothing else."""
    found = {each.flow: each for each in coverage(with_talk(TALK)).flows}
    assert ((), 1) == (found["kind"].steps_left, len(found["kind"].steps))
    assert "wohin" not in found["wege"].steps_left
    assert "kind" not in found["wege"].steps_left
    assert [Place("wege", "wohin", "kind")] == [
        each for each in found["wege"].options if each not in found["wege"].options_left
    ]
    assert found["alles"].steps == found["alles"].steps_left


def test_typing_a_label_or_its_number_is_pressing_it():
    """A parent may type as well; the talk covers the same button."""
    typed = (with_talk(TALK.replace("> [Kind]", f"> {words}")) for words in ("Kind", "6"))
    left = [next(each for each in coverage(edition).flows if each.flow == "wege").options_left for edition in typed]
    assert [Place("wege", "wohin", "kind") not in each for each in left] == [True, True]


def test_each_language_is_counted_for_itself():
    """What a talk in one language meets does not count for another, but together it counts once."""
    edition = with_talk(TALK + "\nflow: kind\nlanguage: xx\n> /start kind\n…\n")
    found = coverage(edition)
    assert ["de", "xx"] == list(found.languages)
    kind = {language: next(e for e in flows if e.flow == "kind") for language, flows in found.languages.items()}
    assert {"de": (), "xx": ("alter",)} == {language: each.steps_left for language, each in kind.items()}


def test_buttons_with_older_names_are_one():
    """A button that was called otherwise is not a second one to cover."""
    renamed = small_files()
    renamed["flows/start.yaml"] = renamed["flows/start.yaml"].replace(
        b"      - label: Daten\n", b"      - label: Daten\n        was: data\n"
    )
    start = next(each for each in coverage(made(renamed)).flows if each.flow == "start")
    assert 5 == len(start.options)


def test_the_table_says_what_is_missing_in_words(edition):
    """Steps by name, buttons by what stands on them, also those of forms and typed questions."""
    shown = "\n".join(table(coverage(edition), edition))
    for line in (
        "alles: 0 % (0 von 10) der Schritte, 0 % (0 von 6) der Tasten. In keinem Gespräch kommen vor:",
        "  Schritt »noch-etwas«",
        "  Taste »Von vorn« in »noch-etwas«",
        "  Taste »Überspringen« in »name«",
        "  Taste »Überspringen« bei »anzahl« in »kind«",
        "  Taste, die die Antwort bei »vorname« in »kind« ändert",
        "  Taste »Ja, stimmt« in »kind«",
        "beratung: 0 % (0 von 1) der Schritte. In keinem Gespräch kommen vor:",
    ):
        assert line in shown.splitlines(), line


def test_a_flow_that_is_covered_says_so():
    """And the languages that have talks stand below."""
    edition = with_talk(TALK)
    shown = list(table(coverage(edition), edition))
    assert "kind: alles kommt in einem Gespräch vor." in shown
    assert shown[-1].startswith("Gespräche auf de: ")


def test_a_share_is_never_rounded_up():
    """100 % is all of it."""
    edition = with_talk(TALK)
    wege = next(each for each in coverage(edition).flows if each.flow == "wege")
    assert "(1 von 6) der Tasten" in summary([wege])
    assert "100 %" not in summary([replace(wege, steps=("a",) * 300, steps_left=("a",))])


@pytest.mark.parametrize("event", [Started("kind"), Said("7"), Chose(option("wege", "wohin", "kind")), Chose("weg")])
def test_watching_changes_nothing(edition, event):
    """A talk on a watched revision goes as it goes on the revision itself."""
    session = Session(language=Language("de"), told=("de", "privacy"))
    for each in (Started("wege"), event, Said("hm")):
        there = advance(watched(edition.revision, Met()), session, each, BEGIN)
        assert there == advance(edition.revision, session, each, BEGIN)
        session = there.session


def test_counting_does_not_change_how_talks_are_played():
    """The talks differ as much as without it."""
    edition = with_talk(TALK.replace("…\n> 7", "Nein\n> 7"))
    before = [played.differences for played in play_all(edition)]
    coverage(edition)
    assert before == [played.differences for played in play_all(edition)]


def test_what_was_played_is_told_with_it(edition):
    """Whoever wants both plays the talks once."""
    assert tuple(play_all(edition)) == coverage(edition).played
