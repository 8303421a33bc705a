"""``ask``: typed, pressed and sent answers; what fits none; skipping; and buttons that are their own question's only."""

from datetime import date

import pytest
from core.handmade import (
    DE,
    EXTRAS,
    OTHER,
    PERSON,
    asked,
    at,
    flow,
    heard,
    no,
    notice,
    pressed,
    revision,
    say,
    skip,
    text,
    wording,
    yes,
)
from core.handmade import ask as made

from bot.check.talks import BEGIN
from bot.flow.effect import Ignore, Passed
from bot.flow.event import Chose, Said, Shared
from bot.flow.graph import End, Goto
from bot.flow.message import Chosen, Day, Line, Own, Photo, Reply, interface
from bot.flow.session import Frame, Passage, Session
from bot.flow.token import button

YES, NO = Chosen("yes", interface("button.yes")), Chosen("no", interface("button.no"))
NEXT = made("danach", "text")
QUESTION = asked("f", "danach", "ask")


def house(kind: str, **fields):
    return revision(flow("f", made("a", kind, Goto("danach"), **fields), NEXT))


@pytest.mark.parametrize(
    ("kind", "words", "value", "shown"),
    [
        ("text", " Ana ", "Ana", Own("Ana")),
        ("number", "٧", 7, Own("7")),
        ("date", "1.2.2020", Day(date(2020, 2, 1)), Own("01.02.2020")),
        ("postcode", "d-40 210", "40210", Own("40210")),
        ("phone", "0049 211/12 34-5", "+4921112345", Own("+4921112345")),
    ],
)
def test_a_typed_answer_is_kept_and_the_talk_goes_on(kind, words, value, shown):
    """The value is in the frame, the question and the answer on the parent's way, and the arrow is counted."""
    sprint = heard(house(kind), at("a", misses=1, held="abc"), BEGIN, Said(words))
    assert (QUESTION,) == sprint.effects
    assert (Passed("f", "a", "danach"),) == sprint.passed
    expected = at(
        "danach",
        answers=(("a", value),),
        trail=(Passage(text("f", "a", "ask"), shown),),
        last=(QUESTION,),
        heard_at=BEGIN,
    )
    assert expected == sprint.session


@pytest.mark.parametrize("kind", ["number", "date", "postcode", "phone", "yes_or_no", "photo"])
def test_what_is_no_answer_is_asked_again_with_the_reason(kind):
    """Each type says what fits; what was typed is kept for a person, if it may be a question."""
    buttons = (yes("a"), no("a")) if kind == "yes_or_no" else ()
    again = asked("f", "a", "ask", *buttons, before=(Line(interface(f"ask.retry.{kind}")),))
    sprint = heard(house(kind), at("a"), BEGIN, Said("Das weiß ich nicht"))
    assert (again,) == sprint.effects
    assert () == sprint.passed
    assert at("a", misses=1, unheard=("Das weiß ich nicht",), last=(again,), heard_at=BEGIN) == sprint.session


def test_the_coordinators_own_sentence_wins():
    """``retry`` replaces the standard sentence, with the answers that it shows."""
    step = made("a", "number", retry=wording("f", "a", "retry", "name"))
    sprint = heard(revision(flow("f", step)), at("a", answers=(("name", "Ana"),)), BEGIN, Said("x"))
    retry = Line(text("f", "a", "retry"), (("name", "Ana"),))
    assert (asked("f", "a", "ask", before=(retry,)),) == sprint.effects
    assert () == sprint.session.unheard, "too short to be a question"


def test_an_answer_that_was_not_given_is_shown_as_nothing():
    """A retry that names it is said all the same."""
    step = made("a", "number", retry=wording("f", "a", "retry", "name"))
    sprint = heard(revision(flow("f", step)), at("a"), BEGIN, Said("x"))
    assert (("name", ""),) == sprint.effects[0].lines[0].values


@pytest.mark.parametrize(("misses", "more"), [(0, ()), (1, (PERSON,)), (2, (PERSON,))])
def test_after_two_misses_a_person_is_among_the_buttons(misses, more):
    """Beside what else the question offers, and never before."""
    sprint = heard(house("number", optional=True), at("a", misses=misses), BEGIN, Said("x"))
    assert (skip("a"), *more) == sprint.effects[0].options
    assert misses + 1 == sprint.session.misses


@pytest.mark.parametrize(("name", "value"), [(".yes", YES), (".no", NO)])
def test_yes_and_no_are_pressed(name, value):
    """The answer is an option: compared by its name, shown by its label."""
    token = pressed("a", name)
    sprint = heard(house("yes_or_no"), at("a", misses=1), BEGIN, Chose(token))
    assert (QUESTION,) == sprint.effects
    trail = (Passage(text("f", "a", "ask"), value.label),)
    expected = at("danach", answers=(("a", value),), trail=trail, last=(QUESTION,), taken=token, heard_at=BEGIN)
    assert expected == sprint.session


@pytest.mark.parametrize("kind", ["text", "yes_or_no", "photo"])
def test_an_optional_answer_can_be_skipped(kind):
    """An older answer is taken back, and the way says that it was skipped."""
    session = at("a", answers=(("a", "alt"), ("b", 1)))
    sprint = heard(house(kind, optional=True), session, BEGIN, Chose(pressed("a", ".skip")))
    trail = (Passage(text("f", "a", "ask"), interface("button.skip")),)
    expected = at(
        "danach", answers=(("b", 1),), trail=trail, last=(QUESTION,), taken=pressed("a", ".skip"), heard_at=BEGIN
    )
    assert (expected, (Passed("f", "a", "danach"),)) == (sprint.session, sprint.passed)


@pytest.mark.parametrize(
    ("kind", "optional", "buttons"),
    [
        ("text", False, ()),
        ("number", True, (skip("a"),)),
        ("yes_or_no", False, (yes("a"), no("a"))),
        ("yes_or_no", True, (yes("a"), no("a"), skip("a"))),
    ],
)
def test_a_question_has_its_own_buttons(kind, optional, buttons):
    """Yes and no, and what skips it."""
    sprint = heard(house(kind, optional=optional), at("weg"), BEGIN, Said("x"))
    assert asked("f", "a", "ask", *buttons) == sprint.effects[-1]


def test_a_double_tap_never_answers_the_next_question():
    """Two optional questions in a row: the second press of the first's button is a duplicate."""
    both = revision(flow("f", made("a", "text", Goto("b"), optional=True), made("b", "text", optional=True)))
    first = heard(both, at("a"), BEGIN, Chose(pressed("a", ".skip")))
    assert (asked("f", "b", "ask", skip("b")),) == first.effects
    second = heard(both, first.session, BEGIN, Chose(pressed("a", ".skip")))
    assert ((Ignore("pressed twice"),), first.session) == (second.effects, second.session)


def test_an_old_button_is_its_own_questions():
    """A yes of a message further up answers that question again, and what comes after it is asked again."""
    session = at("danach", answers=(("a", NO),), taken=pressed("a", ".no"))
    sprint = heard(house("yes_or_no"), session, BEGIN, Chose(pressed("a", ".yes")))
    assert (QUESTION,) == sprint.effects
    assert (Frame("f", "danach", (("a", YES),)),) == sprint.session.frames


def test_a_button_that_the_question_has_no_more_asks_it_again():
    """A revision in which it is no yes or no any more, by a table that still names it."""
    place = house("yes_or_no").buttons
    now = revision(flow("f", made("a", "number"), NEXT))
    unchanged = {**now.buttons, pressed("a", ".yes"): place[pressed("a", ".yes")]}
    known = type(now)(now.name, now.flows, now.topics, unchanged, now.whole, now.languages)
    sprint = heard(known, at("a"), BEGIN, Chose(button("f", "a", ".yes")))
    assert (asked("f", "a", "ask"),) == sprint.effects
    assert at("a", last=(asked("f", "a", "ask"),), taken=pressed("a", ".yes"), heard_at=BEGIN) == sprint.session


def test_a_question_that_was_answered_twice_stands_twice_on_the_way():
    """Only a form's answers are corrected: elsewhere the way is as the parent came it, such as with two children."""
    before = Passage(text("f", "a", "ask"), Own("7"))
    sprint = heard(house("number"), at("a", trail=(before,)), BEGIN, Said("9"))
    assert (before, Passage(text("f", "a", "ask"), Own("9"))) == sprint.session.trail


# -- near labels


def test_a_near_label_is_offered_where_the_question_is_no_free_text():
    """The guess counts as a miss; the words are held until the parent has said whether that was meant."""
    question = asked("f", "a", "ask", yes("a"), no("a"))
    guess = Reply((Line(interface("choose.guess")),), (yes("a"), OTHER), EXTRAS)
    sprint = heard(house("yes_or_no"), at("a", last=(question,)), BEGIN, Said("Jaja", (pressed("a", ".yes"),)))
    assert (guess,) == sprint.effects
    assert at("a", misses=1, held="Jaja", last=(question, guess), heard_at=BEGIN) == sprint.session


def test_free_text_is_never_near_a_button():
    """What does not fit a text's length is asked again, whatever it looks like."""
    step = made("a", "text", optional=True, minimum=20)
    session = at("a", last=(asked("f", "a", "ask", skip("a")),))
    sprint = heard(revision(flow("f", step)), session, BEGIN, Said("Überspringe", (pressed("a", ".skip"),)))
    assert (asked("f", "a", "ask", skip("a"), before=(Line(interface("ask.retry.text")),)),) == sprint.effects


# -- photos


@pytest.mark.parametrize("caption", ["", "3b"])
def test_a_photo_answers_a_question_for_one(caption):
    """The channel's reference is kept; what was written with it goes to a person, however short."""
    sprint = heard(house("photo"), at("a"), BEGIN, Shared("photo", caption, "kanal-17"))
    assert (QUESTION,) == sprint.effects
    expected = at(
        "danach",
        answers=(("a", Photo("kanal-17")),),
        trail=(Passage(text("f", "a", "ask"), interface("answer.photo")),),
        unheard=(caption,) if caption else (),
        last=(QUESTION,),
        heard_at=BEGIN,
    )
    assert (expected, (Passed("f", "a", "danach"),)) == (sprint.session, sprint.passed)


CANNOT = notice("media.unreadable", extras=("help",))


@pytest.mark.parametrize("shared", [Shared("photo", "Klasse 3b"), Shared("voice", "Klasse 3b", "kanal-17")])
def test_what_cannot_be_kept_as_a_photo_is_said_and_counts_as_a_miss(shared):
    """Without a reference, or something else: the notice, the question again, a person after two; no word is lost."""
    sprint = heard(house("photo"), at("a", misses=1), BEGIN, shared)
    again = asked("f", "a", "ask", PERSON)
    assert (CANNOT, again) == sprint.effects
    assert at("a", misses=2, unheard=("Klasse 3b",), last=(again,), heard_at=BEGIN) == sprint.session


@pytest.mark.parametrize(
    ("step", "fields"),
    [("text", {}), ("photo", {"waits": "resume"}), ("photo", {"owner": "desk", "question": "open"})],
)
def test_a_photo_that_was_not_asked_for_is_not_kept(step, fields):
    """Another question, an open question whether to go on, or a person who has the talk."""
    sprint = heard(house(step), at("a", **fields), BEGIN, Shared("photo", "", "kanal-17"))
    assert CANNOT == sprint.effects[0]
    assert () == sprint.session.frames[0].answers


def test_without_a_language_a_photo_waits_for_it():
    """The language was lost: nothing is answered in one that nobody chose."""
    session = Session(hint=DE, frames=(Frame("f", "a"),), waits="step")
    sprint = heard(house("photo"), session, BEGIN, Shared("photo", "", "kanal-17"))
    assert CANNOT == sprint.effects[0]
    assert (Frame("f", "a"),) == sprint.session.frames


def test_an_answer_at_the_end_leads_out_of_the_flow():
    """The arrow has no name, and the last message carries the menu."""
    house_ = revision(flow("f", made("a", "text", Goto("b")), say("f", "b", End(), "a")))
    sprint = heard(house_, at("a"), BEGIN, Said("Ana"))
    assert (Passed("f", "a", "b"), Passed("f", "b", "")) == sprint.passed
    assert (("a", "Ana"),) == sprint.effects[0].lines[0].values
    assert ("nothing", ()) == (sprint.session.waits, sprint.session.frames)
