"""Near labels in the core: offered, never taken; and the buttons of a message on pages."""

from dataclasses import replace
from datetime import timedelta

import msgspec
import pytest
from core.handmade import (
    DE,
    EXTRAS,
    NOT_UNDERSTOOD,
    OTHER,
    PERSON,
    TR,
    ask,
    asked,
    at,
    choose,
    flow,
    heard,
    notice,
    pressed,
    revision,
    say,
    text,
)

from bot.check.talks import BEGIN
from bot.flow.about import is_same, message_meant, with_message
from bot.flow.effect import Ignore, Passed
from bot.flow.event import AskedGerman, AskedMore, Chose, Command, Said
from bot.flow.graph import Call, Choose, End, Goto
from bot.flow.message import Line, Option, Reply, interface
from bot.flow.session import Session
from bot.flow.talk import MENU

STEP = choose("f", "wo", kita=Goto("b"), schule=Goto("b"), hort=End(), ogs=End(), amt=End())
HOUSE = revision(flow("f", STEP, ask("b", "text")))
OPTIONS = tuple(Option(pressed("wo", each.name), each.label) for each in STEP.options)
KITA, SCHULE, HORT, OGS, _ = OPTIONS
QUESTION = asked("f", "wo", "choose", *OPTIONS)
AGAIN = asked("f", "wo", "choose", *OPTIONS, before=(NOT_UNDERSTOOD,))
AFTER = asked("f", "b", "ask")
WORDS = "Ich suche eine Kita"
changed = msgspec.structs.replace


def waiting(**fields) -> Session:
    return at("wo", **{"last": (QUESTION,), **fields})


def guess(*options: Option) -> Reply:
    return Reply((Line(interface("choose.guess")),), options, EXTRAS)


GUESSED = heard(HOUSE, waiting(), BEGIN, Said(WORDS, (KITA.token,)))


def test_near_labels_are_offered_and_nothing_is_taken():
    """The talk still waits for the same; the words are held, and it was a miss."""
    assert ((guess(KITA, OTHER),), ()) == (GUESSED.effects, GUESSED.passed)
    expected = waiting(misses=1, held=WORDS, last=(QUESTION, guess(KITA, OTHER)), heard_at=BEGIN)
    assert expected == GUESSED.session


def test_at_most_three_are_offered_the_nearest_first():
    """Each once; what is not in sight cannot have been meant."""
    tokens = (HORT.token, "weg", KITA.token, HORT.token, OTHER.token, SCHULE.token, OGS.token)
    session = waiting(last=(QUESTION, guess(KITA, OTHER)))
    sprint = heard(HOUSE, session, BEGIN, Said(WORDS, tokens))
    assert (guess(HORT, KITA, SCHULE, OTHER),) == sprint.effects


@pytest.mark.parametrize("tokens", [("weg",), (OTHER.token,), ()])
def test_where_nothing_in_sight_was_meant_it_is_a_plain_miss(tokens):
    """The question comes again, and the words are kept for a person."""
    sprint = heard(HOUSE, waiting(), BEGIN, Said(WORDS, tokens))
    assert (AGAIN,) == sprint.effects
    assert waiting(misses=1, unheard=(WORDS,), last=(AGAIN,), heard_at=BEGIN) == sprint.session


def test_confirming_is_an_ordinary_press():
    """What was typed meant that: it is kept for nobody."""
    sprint = heard(HOUSE, GUESSED.session, BEGIN, Chose(KITA.token))
    assert ((AFTER,), (Passed("f", "wo", "kita"),)) == (sprint.effects, sprint.passed)
    assert ("", (), 0) == (sprint.session.held, sprint.session.unheard, sprint.session.misses)


def test_something_else_repeats_the_question():
    """The words are kept for a person; pressed twice it is a duplicate."""
    sprint = heard(HOUSE, GUESSED.session, BEGIN, Chose("t.other"))
    assert (QUESTION,) == sprint.effects
    assert waiting(misses=1, unheard=(WORDS,), heard_at=BEGIN) == sprint.session
    again = heard(HOUSE, sprint.session, BEGIN, Chose("t.other"))
    assert ((Ignore("pressed twice"),), sprint.session) == (again.effects, again.session)


@pytest.mark.parametrize("waits", ["nothing", "resume"])
def test_something_else_is_a_duplicate_where_no_step_waits(waits):
    """Whatever is still in sight."""
    session = changed(GUESSED.session, waits=waits)
    assert (Ignore("pressed twice"),) == heard(HOUSE, session, BEGIN, Chose("t.other")).effects


def test_another_guess_keeps_the_words_of_the_first():
    """Nothing that was typed is lost; the second miss offers a person."""
    sprint = heard(HOUSE, GUESSED.session, BEGIN, Said("oder ein Hort", (HORT.token,)))
    assert (guess(HORT, OTHER, PERSON),) == sprint.effects
    assert ((WORDS,), "oder ein Hort", 2) == (sprint.session.unheard, sprint.session.held, sprint.session.misses)
    assert (QUESTION, guess(HORT, OTHER, PERSON)) == sprint.session.last


def test_a_person_that_was_guessed_is_offered_once():
    """After two misses it stands among the question's buttons, and may be what was meant."""
    question = asked("f", "wo", "choose", *OPTIONS, PERSON)
    sprint = heard(HOUSE, waiting(misses=2, last=(question,)), BEGIN, Said("jemand fragen", (PERSON.token,)))
    assert (guess(PERSON, OTHER),) == sprint.effects


def test_held_words_are_kept_for_a_person_when_the_parent_goes_away():
    """To the menu, where they were never confirmed."""
    sprint = heard(HOUSE, GUESSED.session, BEGIN, Command("menu"))
    assert ("", (WORDS,)) == (sprint.session.held, sprint.session.unheard)


def test_long_after_a_guess_other_words_are_not_mixed_with_its_own():
    """A day later new words are held; those of the guess are kept for a person."""
    late = BEGIN + timedelta(days=2)
    sprint = heard(HOUSE, GUESSED.session, late, Said("Hort"))
    assert ("Hort", (WORDS,), "resume") == (sprint.session.held, sprint.session.unheard, sprint.session.waits)


def test_while_whether_to_go_on_is_open_the_latest_words_count():
    """Two texts are two answers."""
    late = BEGIN + timedelta(days=2)
    sprint = heard(HOUSE, waiting(heard_at=BEGIN), late, Said("Hort"), Said("bitte"))
    assert "bitte" == sprint.session.held


def test_a_choice_that_leads_to_a_person_offers_none_beside_it():
    """Not in the second row, and not after two misses."""
    step = choose("f", "wo", kita=Goto("b"), mensch=Call("beratung", End()))
    house = revision(flow("f", step, ask("b", "text")))
    options = tuple(Option(pressed("wo", each.name), each.label) for each in step.options)
    sprint = heard(house, at("wo", misses=5), BEGIN, Said("x"))
    line = Line(text("f", "wo", "choose"))
    assert (Reply((NOT_UNDERSTOOD, line), options, ("help", "menu")),) == sprint.effects


# -- pages


def test_the_next_buttons_of_the_waiting_question_are_shown():
    """The same message on its next page; the talk waits as before, and labels count for all of them."""
    sprint = heard(HOUSE, waiting(misses=1), BEGIN, AskedMore(QUESTION))
    more = changed(QUESTION, page=1)
    assert ((more,), waiting(misses=1, last=(more,), heard_at=BEGIN)) == (sprint.effects, sprint.session)
    assert (changed(QUESTION, page=2),) == heard(HOUSE, sprint.session, BEGIN, AskedMore(more)).effects


def test_the_next_buttons_of_another_message_stand_beside_the_question():
    """A number still answers what waits."""
    old = asked("start", "wohin", "choose", KITA)
    sprint = heard(HOUSE, waiting(), BEGIN, AskedMore(old))
    assert (QUESTION, changed(old, page=1)) == sprint.session.last


def test_the_next_buttons_may_be_asked_for_where_nothing_waits():
    """They are shown."""
    sprint = heard(HOUSE, Session(language=DE), BEGIN, AskedMore(QUESTION))
    assert ((changed(QUESTION, page=1),),) * 2 == (sprint.effects, sprint.session.last)


def test_a_page_in_german_keeps_its_buttons():
    """Whichever page of the waiting question was asked about."""
    session = at("wo", language=TR, last=(changed(QUESTION, page=1),))
    german = changed(QUESTION, extras=("german", *EXTRAS))
    sprint = heard(HOUSE, changed(session, last=(changed(german, page=1),)), BEGIN, AskedGerman(german))
    assert (changed(QUESTION, language=DE),) == sprint.effects


def test_the_button_to_the_next_page_is_about_its_message():
    """``m.<id>.n``; of a message that is gone it stays a press."""
    press = Chose("m.17.n")
    assert "17" == message_meant(press)
    assert AskedMore(QUESTION) == with_message(press, {"17": QUESTION})
    assert press == with_message(press, {})
    assert (notice("button.gone"), QUESTION) == heard(HOUSE, waiting(), BEGIN, press).effects


def test_two_pages_of_one_message_are_the_same_message():
    """And two messages are not."""
    assert is_same(QUESTION, changed(QUESTION, page=3))
    assert is_same(changed(QUESTION, page=3), QUESTION)
    assert not is_same(QUESTION, AGAIN)


# -- what was pressed twice, and what was not


def test_a_button_counts_again_after_the_talk_went_on_by_other_means():
    """The token is kept only as long as it led to what waits."""
    loop = revision(flow("f", STEP, ask("b", "text", Goto("wo"))))
    first = heard(loop, waiting(), BEGIN, Chose(KITA.token))
    assert KITA.token == first.session.taken
    back = heard(loop, first.session, BEGIN, Said("Ana"))
    assert ((QUESTION,), "") == (back.effects, back.session.taken)
    assert (AFTER,) == heard(loop, back.session, BEGIN, Chose(KITA.token)).effects


def test_an_aside_does_not_make_a_second_press_count():
    """Help was asked for between the two."""
    first = heard(HOUSE, waiting(), BEGIN, Chose(KITA.token), Command("hilfe"))
    assert (Ignore("pressed twice"),) == heard(HOUSE, first.session, BEGIN, Chose(KITA.token)).effects


def test_an_option_that_is_no_more_asks_again():
    """A table that names it still."""
    house = replace(HOUSE, buttons={"a": replace(HOUSE.buttons[KITA.token], option="weg")})
    sprint = heard(house, waiting(), BEGIN, Chose("a"))
    assert ((QUESTION,), ()) == (sprint.effects, sprint.passed)


def test_an_option_by_its_older_name_is_taken():
    """``was`` of an option; the answer has its present name."""
    renamed = replace(STEP.options[0], name="krippe", was=("kita",))
    step = Choose("wo", STEP.wording, (renamed,), "ort")
    house = revision(flow("f", step, ask("b", "text")))
    house = replace(house, buttons={**house.buttons, "alt": replace(house.buttons[KITA.token], option="kita")})
    sprint = heard(house, at("wo"), BEGIN, Chose("alt"))
    assert "krippe" == dict(sprint.session.frames[0].answers)["ort"].name
    assert (Passed("f", "wo", "krippe"),) == sprint.passed


def test_the_next_buttons_of_what_came_in_between_stand_beside_the_question():
    """It is no question itself: a number answers what waits."""
    between = asked("start", "wohin", "choose", KITA)
    sprint = heard(HOUSE, waiting(last=(QUESTION, between)), BEGIN, AskedMore(between))
    assert (QUESTION, changed(between, page=1)) == sprint.session.last


def test_after_the_question_for_the_language_stood_before_a_message_words_run_on():
    """They are kept: what waits now was never asked."""
    house = revision(flow("f", say("f", "gruss", Goto("b")), ask("b", "text")))
    sprint = heard(house, at("gruss", waits="language"), BEGIN, Said("Eine lange Antwort"))
    assert AFTER == sprint.effects[-1]
    assert (("Eine lange Antwort",), "step") == (sprint.session.unheard, sprint.session.waits)


def test_where_a_flow_ends_behind_the_question_for_the_language_words_end_it():
    """Nothing waits; they are kept."""
    session = at("", waits="language")
    sprint = heard(HOUSE, session, BEGIN, Said("Eine lange Antwort"))
    assert (notice("talk.done", MENU),) == sprint.effects
    assert (("Eine lange Antwort",), (), "nothing") == (
        sprint.session.unheard,
        sprint.session.frames,
        sprint.session.waits,
    )


def test_a_step_that_needs_a_caller_leads_to_the_menu():
    """Its flow cannot begin by itself: it says so once."""
    house = revision(flow("f", ask("b", "text"), needs={"b": frozenset({"name"})}, types={"name": "text"}))
    sprint = heard(house, Session(language=DE), BEGIN, Chose("s.f"))
    assert notice("talk.reworked") == sprint.effects[0]
    assert (2, "start") == (len(sprint.effects), sprint.session.frames[0].flow)


@pytest.mark.parametrize(
    ("answers", "runs"), [((("name", "Ana"),), True), ((("name", 7),), False), ((), False), ((("weg", "x"),), False)]
)
def test_a_step_runs_only_with_the_answers_it_needs(answers, runs):
    """Of their types; else its flow begins again, saying so."""
    needs = {"b": frozenset({"name"})}
    house = revision(flow("f", ask("a", "text"), ask("b", "text"), needs=needs, types={"name": "text"}))
    sprint = heard(house, at("b", answers=answers), BEGIN, Command("stopp"))
    last = AFTER if runs else asked("f", "a", "ask")
    assert last == sprint.effects[-1]
    assert (notice("talk.reworked") in sprint.effects) is not runs


def test_an_old_button_whose_step_lacks_its_answers_begins_its_flow_again():
    """Saying so; and its flow is the only one."""
    needs = {"wo": frozenset({"name"})}
    house = revision(flow("f", ask("a", "text"), STEP, ask("b", "text"), needs=needs, types={"name": "text"}))
    sprint = heard(house, at("frage", "beratung"), BEGIN, Chose(KITA.token))
    assert (notice("talk.reworked"), asked("f", "a", "ask")) == sprint.effects
    assert ("f",) == tuple(frame.flow for frame in sprint.session.frames)


def test_a_button_of_a_caller_cuts_the_stack_down_to_it():
    """What was above it is left; a half written question goes to a person."""
    below = at("wo", then="wo").frames
    session = at("frage", "beratung", *below, written=("Meine Frage",))
    sprint = heard(HOUSE, session, BEGIN, Chose(KITA.token))
    assert ("Meine Frage",) == sprint.effects[0].written
    assert at("b").frames == sprint.session.frames


def test_a_renamed_step_keeps_its_buttons_and_its_talks():
    """The frame takes the present name."""
    house = revision(flow("f", replace(STEP, name="neu"), ask("b", "text"), was={"wo": "neu"}))
    sprint = heard(house, waiting(misses=1), BEGIN, Chose(KITA.token))
    assert ((AFTER,), (Passed("f", "neu", "kita"),)) == (sprint.effects, sprint.passed)
    again = heard(house, waiting(), BEGIN, Command("stopp"))
    assert "neu" == again.session.frames[0].step


# -- where a press comes from


def test_a_press_where_nothing_waits_begins_there():
    """The talk was over, or never began."""
    sprint = heard(HOUSE, Session(language=DE), BEGIN, Chose(KITA.token))
    assert ((AFTER,), at("b").frames) == (sprint.effects, sprint.session.frames)


def test_a_press_while_whether_to_go_on_is_open_keeps_what_was_held():
    """It was typed before, and answers nothing now."""
    sprint = heard(HOUSE, waiting(waits="resume", held=WORDS), BEGIN, Chose(KITA.token))
    assert ((AFTER,), (WORDS,), "") == (sprint.effects, sprint.session.unheard, sprint.session.held)


def test_a_press_takes_the_talk_from_the_desk():
    """The ticket stays open."""
    session = Session(language=DE, owner="desk", question="open")
    sprint = heard(HOUSE, session, BEGIN, Chose(KITA.token))
    assert ("bot", "open", "step") == (sprint.session.owner, sprint.session.question, sprint.session.waits)


def test_a_press_of_long_ago_begins_without_misses():
    """They were another question's."""
    house = replace(HOUSE, buttons={"a": replace(HOUSE.buttons[KITA.token], option="weg")})
    sprint = heard(house, at("b", misses=2), BEGIN, Chose("a"))
    assert ((QUESTION,), 0, at("wo").frames) == (sprint.effects, sprint.session.misses, sprint.session.frames)


def test_a_step_that_has_no_buttons_any_more_begins_its_flow_again():
    """A table that names a button of a message."""
    house = revision(flow("f", say("f", "wo", Goto("b")), ask("b", "text")))
    house = replace(house, buttons={"a": HOUSE.buttons[KITA.token]})
    sprint = heard(house, at("b"), BEGIN, Chose("a"))
    assert (notice("talk.reworked"), AFTER) == (sprint.effects[0], sprint.effects[-1])
