"""What typed words mean: slashes, labels, numbers, command words; and when they mean nothing but themselves."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.flow import token
from bot.flow.event import Chose, Command, Said
from bot.flow.message import Line, Option, Reply, content, interface
from bot.flow.session import Frame, Session
from bot.model import Language
from bot.text.catalogs import Catalogs
from bot.text.fold import LIMIT, fold
from bot.text.interface import ENGLISH_WORDS, GERMAN
from bot.text.understand import learn, understand

FLOWS = {"f/s/a/label": "Straße", "f/s/b/label": "İstanbul’a", "f/s/choose": "Wohin?"}
TR = {"bot": {"command.menu.words": "ana menü, başlangıç", "button.done": "Bitti"}, "flows": {"f/s/a/label": "Cadde"}}
AR = {"bot": {"command.hilfe.words": "مساعدة، نجدة"}, "flows": {}}
WORDS = learn(Catalogs({"flows": FLOWS, "bot": GERMAN}, {Language("tr"): TR, Language("ar"): AR}, ()))
A, B = token.option("f", "s", "a"), token.option("f", "s", "b")
QUESTION = Reply(
    (Line(content("f", "s", "choose")),),
    (
        Option(A, content("f", "s", "a", "label")),
        Option(B, content("f", "s", "b", "label")),
        Option("t.done", interface("button.done")),
    ),
)
ASKED = Session(language=Language("tr"), frames=(Frame("f", "s"),), waits="step", last=(QUESTION,))
DESK = Session(language=Language("tr"), owner="desk", question="open", last=(QUESTION,))


def meant(words: str, session: Session = ASKED):
    return understand(Said(words), session, WORDS)


@pytest.mark.parametrize("words", ["Cadde", "cadde!", "STRASSE", "straße", " Strasse "])
def test_a_label_is_understood_in_the_parents_language_and_in_german(words):
    """Case, ß and punctuation do not matter."""
    assert Chose(A) == meant(words)


@pytest.mark.parametrize("words", ["İstanbul’a", "istanbula", "ISTANBUL'A", "ıstanbulʼa"])
def test_turkish_i_is_one_letter(words):
    """İ, I, ı and i are the same when typed; so are apostrophes."""
    assert Chose(B) == meant(words)


@pytest.mark.parametrize(("words", "pressed"), [("1", A), ("2.", B), ("٢", B), ("۱", A)])
def test_a_number_counts_the_options_in_sight(words, pressed):
    """Digits of every script; the house's own buttons are not counted."""
    assert Chose(pressed) == meant(words)


@pytest.mark.parametrize("words", ["0", "3", "17", "1 2", "1a", "-1"])
def test_a_number_without_an_option_is_only_words(words):
    """It is for the step to answer."""
    assert Said(words) == meant(words)


@pytest.mark.parametrize("name", sorted(ENGLISH_WORDS))
def test_every_command_has_its_slash_in_every_state(name):
    """Also while a person has the talk."""
    assert Command(name) == meant(f"/{name}") == meant(f"/{name.upper()}@Bot mehr", DESK)


@pytest.mark.parametrize(
    ("words", "name"),
    [("başlangıç", "menu"), ("BASLANGIC", "menu"), ("نجدة", "hilfe"), ("Menü", "menu"), ("help", "hilfe")],
)
def test_a_commands_words_are_understood_in_every_language(words, name):
    """Parents mix languages."""
    assert Command(name) == meant(words)


@pytest.mark.parametrize("words", ["Sprache", "Deutsch zeigen", "Mensch", "1", "Datenschutz"])
def test_while_a_person_has_the_talk_words_are_for_the_person(words):
    """Only help, menu, slashes and buttons in sight are not."""
    assert Said(words) == meant(words, DESK)


@pytest.mark.parametrize(
    ("words", "event"), [("112", Command("hilfe")), ("Menü", Command("menu")), ("Bitti", Chose("t.done"))]
)
def test_help_menu_and_buttons_count_always(words, event):
    """C01: help is never only words."""
    assert event == meant(words, DESK)


@pytest.mark.parametrize("words", ["/", "/unbekannt", "", "   ", "???"])
def test_what_means_nothing_stays_what_it_is(words):
    """An unknown slash and punctuation are words."""
    assert Said(words) == meant(words)


@given(st.text(max_size=300))
def test_understanding_never_raises(words):
    """Whatever was typed, in whatever state."""
    for session in (Session(), ASKED, DESK):
        understand(Said(words), session, WORDS)


@given(st.text(max_size=200))
def test_folding_twice_is_folding_once(words):
    """What is folded stays."""
    assert fold(words) == fold(fold(words))


@pytest.mark.parametrize(
    ("one", "other"),
    [("İNTİHAR", "intihar"), ("Straße", "STRASSE"), ("كتـــاب", "كتاب"), ("أحمد", "احمد"), ("می‌خواهم", "میخواهم"), ("Ёлка", "елка"), ("Ｈｅｌｐ", "help"), ("café", "cafe\u0301")],
)  # fmt: skip
def test_two_ways_of_writing_are_one(one, other):
    """Case, accents, letter forms, joiners and width are folded."""
    assert fold(one) == fold(other)


def test_i01_a_megabyte_of_marks_is_cut_before_it_is_folded():
    """I01: what is too long to be meant is not looked at."""
    assert len(fold("a" + "\u0301\u0316" * 500_000)) <= LIMIT
