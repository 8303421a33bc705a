"""What a parent may ask about what is kept of them: in every state, by button and by typing, in every language."""

from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from core import anything
from core.handmade import DE, TR, ask, asked, at, choose, flow, heard, notice, revision
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.app.files import program
from bot.check.talks import BEGIN
from bot.flow import token
from bot.flow.effect import Erase
from bot.flow.engine import Sprint, advance
from bot.flow.event import AdviserWrote, Chose, Command, Event, Said, Started
from bot.flow.message import Line, Option, Reply, interface
from bot.flow.own_data import ERASE, KEEP
from bot.flow.session import Session
from bot.flow.talk import MENU
from bot.model import Language
from bot.text.catalogs import Catalogs
from bot.text.interface import ENGLISH_WORDS
from bot.text.understand import Words, learn, understand

LOCALES = Path(__file__).parents[2] / "locales"
HOUSE = revision(
    flow("f", ask("a", "number")), flow("g", choose("g", "a", ja=flow("x", ask("b", "text")).steps["b"].then))
)
QUESTION = asked("f", "a", "ask")
SURE = Line(interface("erase.sure"))
WANTED = Reply((Line(interface("erase.ask")), SURE), (ERASE, KEEP))
WITHDRAWN = Reply((Line(interface("erase.ask")), Line(interface("erase.question")), SURE), (ERASE, KEEP))
GOODBYE = Reply((Line(interface("erase.done")),), language=DE)
GONE = Sprint(Session(), (Erase(), GOODBYE))
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def after(session: Session, *events: Event, later: timedelta = HOUR) -> Sprint:
    """Return the last sprint of several events, each so much later than the one before."""
    sprint, now = Sprint(session, ()), BEGIN
    for event in events:
        sprint, now = advance(HOUSE, sprint.session, event, now), now + later
    return sprint


# -- erasing


def test_erasing_is_explained_and_asked_once_more():
    """The talk stays where it was, and the question waits beside the one that waited."""
    sprint = heard(HOUSE, at("a", last=(QUESTION,)), BEGIN, Command("loeschen"))
    assert (WANTED,) == sprint.effects
    assert at("a", last=(QUESTION, WANTED), heard_at=BEGIN, erase_asked_at=BEGIN) == sprint.session


def test_x03_after_a_yes_nothing_is_left_of_the_talk():
    """X03: the session is empty, and the goodbye is all that is said, in the language that was spoken."""
    assert GONE == after(at("a", last=(QUESTION,)), Command("loeschen"), Chose(token.ERASE))


@pytest.mark.parametrize(
    "session",
    [
        Session(),
        Session(hint=DE, waits="language"),
        at("a", misses=2, answers=(("b", 7),)),
        at("a", "f", owner="desk", question="open"),
        at("a", waits="resume", held="Und das?"),
        at("a", waits="leave", going="g"),
        Session(language=DE, told=("de", "privacy")),
        Session(language=DE, frames=at("weg", "weg").frames, waits="step"),
    ],
    ids=["new", "no language", "question", "desk", "resume", "leave", "nothing", "gone"],
)
def test_x03_in_every_state_two_taps_erase_everything(session):
    """X03: whatever waits, whoever has the talk."""
    sprint = after(session, Command("loeschen"), Chose(token.ERASE))
    assert GONE == sprint


@pytest.mark.parametrize("session", [at("a", question="open"), at("a", written=("Meine Frage",))])
def test_an_open_question_is_said_to_be_withdrawn(session):
    """Before anything is done, also where the question is still being written."""
    assert (WITHDRAWN,) == after(session, Command("loeschen")).effects


def test_after_a_no_all_stays_and_the_question_is_asked_again():
    """Nothing is lost but the question whether to erase; its yes is none any more."""
    sprint = after(at("a", last=(QUESTION,)), Command("loeschen"), Chose(token.KEEP))
    assert (notice("erase.kept", MENU), QUESTION) == sprint.effects
    assert sprint.session.erase_asked_at is None
    assert (WANTED,) == advance(HOUSE, sprint.session, Chose(token.ERASE), BEGIN).effects


@pytest.mark.parametrize("asked_at", [None, BEGIN - DAY, BEGIN - 400 * DAY, BEGIN + 400 * DAY], ids=str)
def test_a_yes_of_long_ago_is_asked_for_again(asked_at):
    """An old button erases nothing by itself; nor one whose question the clock has carried far away."""
    sprint = heard(HOUSE, at("a", erase_asked_at=asked_at), BEGIN, Chose(token.ERASE))
    assert (WANTED,) == sprint.effects


def test_what_comes_between_changes_nothing():
    """The question can be answered also after other words and an adviser's answer."""
    between = [Command("loeschen"), Said("7 Jahre alt"), AdviserWrote("Guten Tag"), Chose(token.ERASE)]
    assert GONE == after(at("a", last=(QUESTION,)), *between)


def test_pressed_twice_asks_anew():
    """After the goodbye the same button is a stranger's: it is asked for once more, in no language yet."""
    sprint = after(at("a"), Command("loeschen"), Chose(token.ERASE), Chose(token.ERASE))
    assert (WANTED,) == sprint.effects
    assert sprint.session.language is None


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**40))
def test_x03_any_session_on_any_flows_can_be_erased(seed):
    """X03: any talk there can be ends empty, with nothing but the goodbye."""
    chance, house = anything.house(seed)
    session = advance(house, anything.session(chance), anything.event(chance), BEGIN).session
    sure = advance(house, session, Command("loeschen"), BEGIN)
    sprint = advance(house, sure.session, Chose(token.ERASE), BEGIN + HOUR)
    assert Session() == sprint.session
    assert [Erase, Reply] == [type(effect) for effect in sprint.effects]


# -- seeing


def test_x04_all_data_goes_with_a_message_once_a_day():
    """X04: in every state the talk goes on; the second time on a day it is said that this was all."""
    shown = Reply((Line(interface("data.here")),), (MENU,), enclosed="data")
    first = heard(HOUSE, at("a", last=(QUESTION,)), BEGIN, Command("meinedaten"))
    assert (shown, QUESTION) == first.effects
    second = advance(HOUSE, first.session, Command("meinedaten"), BEGIN + DAY - HOUR)
    assert (notice("data.once", MENU), QUESTION) == second.effects
    assert (shown, QUESTION) == advance(HOUSE, second.session, Command("meinedaten"), BEGIN + DAY).effects


def test_d10_a_clock_that_ran_ahead_locks_nobody_out():
    """D10: who got their data while the clock was a year ahead gets them again when it is right."""
    session = msgspec.structs.replace(at("a"), data_shown_at=BEGIN + 365 * DAY)
    assert "data" == after(session, Command("meinedaten")).effects[0].enclosed


# -- by typing


@pytest.fixture(scope="module")
def words() -> Words:
    """The words of every language that is offered."""
    interface_words = program(LOCALES)
    translated = {language: {"bot": each, "flows": {}} for language, each in interface_words.translated.items()}
    return learn(Catalogs({"bot": interface_words.german, "flows": {}}, translated))


LANGUAGES = tuple(Language(each) for each in ("de", "tr", "ar", "uk"))
STATES = {
    "step": at("a", last=(QUESTION,)),
    "desk": at("a", owner="desk", question="open"),
    "writing": at("a", written=("Meine Frage",)),
    "nothing": Session(language=DE),
}


@pytest.mark.parametrize("name", ["loeschen", "meinedaten"])
@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_x04_the_commands_are_understood_in_every_language_and_state(words, name, state, language):
    """X03, X04: each of a language's words, the English ones and the slash; also while a person has the talk."""
    typed = words.catalogs.find(interface(f"command.{name}.words"), language).replace("،", ",").split(",")
    session = msgspec.structs.replace(STATES[state], language=language)
    for each in [*typed, *ENGLISH_WORDS[name], f"/{name}", f"/{name.upper()} bitte"]:
        assert Command(name) == understand(Said(each.strip()), session, words), each


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("state", STATES)
def test_a_typed_yes_or_no_answers_what_was_asked_last(words, state, language):
    """Whether to erase was asked last: the button's label, a simple yes or no in the parent's language, German, English."""
    session = msgspec.structs.replace(STATES[state], language=language)
    asked_last = advance(HOUSE, session, Command("loeschen"), BEGIN).session
    find = words.catalogs.find
    for pressed, labels in {
        token.ERASE: ("button.erase", "button.yes"),
        token.KEEP: ("button.keep", "button.no"),
    }.items():
        for each in [find(interface(label), code) for label in labels for code in (language, DE)]:
            assert Chose(pressed) == understand(Said(each), asked_last, words), each
    assert Chose(token.ERASE) == understand(Said("yes"), asked_last, words)


def test_a_yes_to_another_question_erases_nothing(words):
    """Once something else was asked, a yes belongs to that."""
    yes = Option("x", interface("button.yes"))
    session = msgspec.structs.replace(STATES["step"], last=(WANTED, Reply(QUESTION.lines, (yes,))))
    assert Chose("x") == understand(Said("Ja"), session, words)


def test_other_words_are_no_yes(words):
    """What is neither goes where it would have gone."""
    asked_last = after(STATES["step"], Started(), Command("loeschen")).session
    assert isinstance(understand(Said("Warum denn?"), asked_last, words), Said)
    assert TR in words.catalogs.translated
