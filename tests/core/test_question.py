"""The question to a person, word for word: writing it, bringing it, the answer, the closing."""

from datetime import timedelta

import msgspec
import pytest
from core.handmade import (
    DE,
    EXTRAS,
    PERSON,
    TR,
    ask,
    asked,
    at,
    choose,
    flow,
    heard,
    notice,
    revision,
    say,
    text,
    wording,
)

from bot.check.talks import BEGIN
from bot.flow.effect import AddToTicket, Ignore, OpenTicket, Passed, Rated, Reopen
from bot.flow.event import AdviserWrote, Blocked, Chose, Command, Edited, Ignored, Said, TicketClosed, WaitExpired
from bot.flow.graph import Call, CallStep, End, Escalate, Goto
from bot.flow.message import Line, Option, Own, Reply, interface
from bot.flow.session import Frame, Session
from bot.flow.talk import MENU

DONE = Option("t.done", interface("button.done"))
ANSWER = Option("t.answer", interface("button.answer"))
HOUSE = revision(flow("f", ask("a", "number")))
QUESTION = Reply((Line(text("beratung", "frage", "escalate")),), (DONE,), EXTRAS)
SILENCE = timedelta(minutes=10)
WRITING = at("frage", "beratung", last=(QUESTION,))
changed = msgspec.structs.replace


def already(words: str) -> Reply:
    return changed(QUESTION, lines=(Line(interface("escalate.already"), (("words", Own(words)),)), *QUESTION.lines))


# -- writing


def test_what_was_not_understood_before_is_the_beginning_of_a_question():
    """The last of it is shown, all of it is brought; silence completes it."""
    session = Session(language=DE, unheard=("Erstens etwas", "Zweitens etwas"))
    sprint = heard(HOUSE, session, BEGIN, Command("mensch"))
    assert (already("Zweitens etwas"),) == sprint.effects
    assert (("Erstens etwas", "Zweitens etwas"), (), BEGIN + SILENCE) == (
        sprint.session.written,
        sprint.session.unheard,
        sprint.session.wakes_at,
    )


def test_without_any_words_nothing_is_waited_for():
    """The question simply stands there."""
    sprint = heard(HOUSE, Session(language=DE), BEGIN, Command("mensch"))
    assert ((QUESTION,), None) == (sprint.effects, sprint.session.wakes_at)


def test_each_message_is_collected_in_silence():
    """And puts off the end of the waiting."""
    sprint = heard(HOUSE, changed(WRITING, written=("Eins",)), BEGIN, Said("Zwei"))
    assert (Ignore("collected"),) == sprint.effects
    assert changed(WRITING, written=("Eins", "Zwei"), wakes_at=BEGIN + SILENCE, heard_at=BEGIN) == sprint.session


def test_a_changed_message_is_collected_with_a_mark():
    """It does not put off the end."""
    sprint = heard(HOUSE, changed(WRITING, written=("Eins",)), BEGIN, Edited("Eins!"))
    assert ((Ignore("collected"),), ("Eins", "✎ Eins!"), None) == (
        sprint.effects,
        sprint.session.written,
        sprint.session.wakes_at,
    )


@pytest.mark.parametrize(("before", "effects"), [(48, 1), (49, 2)])
def test_fifty_messages_are_brought_at_once(before, effects):
    """Not one earlier."""
    sprint = heard(HOUSE, changed(WRITING, written=("x",) * before), BEGIN, Said("x"))
    assert effects == len(sprint.effects)
    assert ("desk" if effects == 2 else "bot") == sprint.session.owner


def test_an_empty_question_is_asked_for_again():
    """With a word that there is nothing yet."""
    sprint = heard(HOUSE, WRITING, BEGIN, Chose("t.done"))
    assert (changed(QUESTION, lines=(Line(interface("escalate.empty")), *QUESTION.lines)),) == sprint.effects
    assert ("step", "bot", ()) == (sprint.session.waits, sprint.session.owner, sprint.passed)


@pytest.mark.parametrize("event", [Chose("t.done"), WaitExpired()])
def test_a_question_is_brought_to_a_person_who_has_the_talk_from_then_on(event):
    """All frames are dropped, nothing waits."""
    session = changed(WRITING, written=("Eins", "Zwei"), wakes_at=BEGIN, misses=2)
    sprint = heard(HOUSE, session, BEGIN, event)
    assert (OpenTicket("schule", "", ("Eins", "Zwei"), ()),) == sprint.effects
    assert (Passed("beratung", "frage", ""),) == sprint.passed
    heard_at = None if event == WaitExpired() else BEGIN
    expected = Session(
        language=DE, told=WRITING.told, owner="desk", question="open", last=(QUESTION,), heard_at=heard_at
    )
    assert expected == sprint.session


def test_silence_where_nothing_was_written_is_ignored():
    """And nothing is waited for any more."""
    sprint = heard(HOUSE, at("a", wakes_at=BEGIN), BEGIN, WaitExpired())
    assert ((Ignore("nothing to wait for"),), at("a")) == (sprint.effects, sprint.session)


def test_a_ticket_says_what_the_step_says():
    """Its topic, its urgency, and what the card says outside hours and when nobody is on duty."""
    step = Escalate(
        "frage", wording("f", "frage", "escalate"), "kita", "urgent", wording("f", "frage", "closed", "name"),
        wording("f", "frage", "nobody"),
    )  # fmt: skip
    session = at("frage", written=("Eins",), answers=(("name", "Ana"),))
    sprint = heard(revision(flow("f", step)), session, BEGIN, Chose("t.done"))
    closed = Line(text("f", "frage", "closed"), (("name", "Ana"),))
    ticket = OpenTicket("kita", "urgent", ("Eins",), (), closed, Line(text("f", "frage", "nobody")))
    assert (ticket,) == sprint.effects


@pytest.mark.parametrize(
    ("callers", "topic"), [(("schule",), "schule"), (("kita", "schule"), "kita"), (("kita", "ogs", "schule"), "ogs")]
)
def test_a_topic_is_inherited_from_the_nearest_caller_that_has_another(callers, topic):
    """Without one it is the flow's own."""
    flows = [flow(f"f{n}", ask("a", "text"), topic=name) for n, name in enumerate(callers)]
    frames = tuple(Frame(each.name, "a", then="a") for each in flows)
    session = at("frage", frames=(*frames, Frame("beratung", "frage")), written=("Eins",))
    sprint = heard(revision(*flows), session, BEGIN, Chose("t.done"))
    assert topic == sprint.effects[0].topic


def test_a_question_whose_flows_are_all_gone_gets_the_first_topic_there_is():
    """It must come somewhere."""
    session = at("weg", "weg", written=("Eins",))
    assert "schule" == heard(HOUSE, session, BEGIN, WaitExpired()).effects[0].topic


# -- a person has the talk

DESK = Session(language=DE, owner="desk", question="open", heard_at=BEGIN)


@pytest.mark.parametrize(("after", "noted"), [(SILENCE, ()), (SILENCE + timedelta(seconds=1), ("question.noted",))])
def test_words_go_to_the_person_and_are_acknowledged_after_a_pause(after, noted):
    """Ten minutes are none yet."""
    sprint = heard(HOUSE, DESK, BEGIN + after, Said("Danke"))
    assert (AddToTicket(("Danke",)), *(notice(each, MENU) for each in noted)) == sprint.effects
    assert "desk" == sprint.session.owner


def test_the_first_words_are_acknowledged():
    """Where none were heard before."""
    sprint = heard(HOUSE, changed(DESK, heard_at=None), BEGIN, Said("Danke"))
    assert (AddToTicket(("Danke",)), notice("question.noted", MENU)) == sprint.effects


@pytest.mark.parametrize(("owner", "effect"), [("desk", AddToTicket(("✎ So",))), ("bot", Ignore("edited"))])
def test_a_changed_message_reaches_the_person(owner, effect):
    """With a mark; elsewhere it needs no answer."""
    assert (effect,) == heard(HOUSE, changed(DESK, owner=owner), BEGIN, Edited("So")).effects


def test_words_where_nothing_waits_go_to_an_open_question():
    """And the person has the talk again."""
    sprint = heard(HOUSE, changed(DESK, owner="bot"), BEGIN, Said("Noch etwas"))
    assert ((AddToTicket(("Noch etwas",)),), "desk") == (sprint.effects, sprint.session.owner)


def test_words_out_of_nowhere_get_a_person_offered():
    """They are the beginning of a question."""
    said = notice("words.unheard", PERSON, MENU)
    sprint = heard(HOUSE, Session(language=DE), BEGIN, Said("Wie ist das?"))
    assert (said,) == sprint.effects
    assert Session(language=DE, unheard=("Wie ist das?",), last=(said,), heard_at=BEGIN) == sprint.session


@pytest.mark.parametrize(("words", "kept"), [("x" * 11, 0), ("x" * 12, 1)])
def test_a_slip_is_not_kept_as_a_question(words, kept):
    """Shorter than twelve characters."""
    assert kept == len(heard(HOUSE, Session(language=DE), BEGIN, Said(words)).session.unheard)


def test_at_most_five_texts_are_kept():
    """The newest."""
    words = [Said(f"Das ist Satz {n}") for n in range(7)]
    kept = heard(HOUSE, Session(language=DE), BEGIN, *words).session.unheard
    assert tuple(f"Das ist Satz {n}" for n in range(2, 7)) == kept


def test_an_answer_is_said_as_a_persons():
    """The talk stays where it is; the question is open, whatever was known of it."""
    session = at("a", last=(asked("f", "a", "ask"),))
    sprint = heard(HOUSE, session, BEGIN, AdviserWrote("Ja."))
    reply = Reply((Line(Own("Ja.")),), (ANSWER, MENU), speaker="person")
    assert (reply,) == sprint.effects
    assert changed(session, question="open", last=(asked("f", "a", "ask"), reply)) == sprint.session


def test_a_closing_gives_the_talk_to_the_bot():
    """It asks how it was."""
    sprint = heard(HOUSE, changed(DESK, last=(QUESTION,)), BEGIN + SILENCE, TicketClosed())
    options = tuple(Option(f"t.{token}", interface(f"button.{token}")) for token in ("good", "bad", "again"))
    reply = Reply((Line(interface("question.closed")),), (*options, MENU))
    assert (reply,) == sprint.effects
    expected = changed(DESK, owner="bot", question="closed", question_closed_at=BEGIN + SILENCE, last=(QUESTION, reply))
    assert expected == sprint.session


@pytest.mark.parametrize(("token", "rating"), [("t.good", "good"), ("t.bad", "bad")])
def test_how_it_was_is_kept(token, rating):
    """With thanks."""
    sprint = heard(HOUSE, Session(language=DE), BEGIN, Chose(token))
    assert (Rated(rating), notice("feedback.thanks", MENU)) == sprint.effects


WRITE = notice("question.write_now", MENU)


@pytest.mark.parametrize("token", ["t.answer", "t.again"])
def test_an_open_question_is_gone_on_with(token):
    """The talk is the desk's; what was running is dropped, what was held is kept."""
    session = at("a", question="open", held="Eine lange Antwort", misses=2, waits="resume")
    sprint = heard(HOUSE, session, BEGIN, Chose(token))
    assert (WRITE,) == sprint.effects
    expected = Session(
        language=DE, told=session.told, owner="desk", question="open", unheard=("Eine lange Antwort",), last=(WRITE,),
        heard_at=BEGIN,
    )  # fmt: skip
    assert expected == sprint.session


@pytest.mark.parametrize(("after", "reopens"), [(timedelta(days=7), True), (timedelta(days=7, seconds=1), False)])
def test_a_closed_question_is_reopened_for_seven_days(after, reopens):
    """Later it is asked anew."""
    session = Session(language=DE, question="closed", question_closed_at=BEGIN)
    sprint = heard(HOUSE, session, BEGIN + after, Chose("t.again"))
    assert ((Reopen(), WRITE) if reopens else (QUESTION,)) == sprint.effects
    assert (("desk", "open") if reopens else ("bot", "closed")) == (sprint.session.owner, sprint.session.question)


def test_without_a_question_another_one_is_asked():
    """A button of long ago."""
    assert (QUESTION,) == heard(HOUSE, Session(language=DE), BEGIN, Chose("t.again")).effects


@pytest.mark.parametrize(("event", "why"), [(Blocked(), "blocked"), (Ignored("Grund"), "Grund")])
def test_what_needs_no_answer_says_why(event, why):
    """And is nothing the parent said."""
    sprint = heard(HOUSE, at("a"), BEGIN, event)
    assert ((Ignore(why),), at("a")) == (sprint.effects, sprint.session)


# -- moving


def test_answers_are_handed_down_and_back():
    """``with`` gives a called flow an answer under its own name; ``save`` brings one back."""
    caller = flow("oben", CallStep("ruf", Call("f", Goto("danach"), (("kind", "name"), ("weg", "weg")), ("a", "weg"))),
                  say("oben", "danach", End(), "a"))  # fmt: skip
    house = revision(flow("f", ask("a", "number")), caller)
    session = at("ruf", "oben", answers=(("name", "Ana"),), waits="language")
    called = heard(house, session, BEGIN, Chose("l.tr"))
    frames = (
        Frame("oben", "ruf", (("name", "Ana"),), then="danach"),
        Frame("f", "a", (("kind", "Ana"),), save=("a", "weg")),
    )
    assert frames == called.session.frames
    back = heard(house, called.session, BEGIN, Said("7"))
    assert (("a", 7),) == back.effects[0].lines[0].values


def test_the_stack_never_grows_beyond_eight():
    """The oldest frame makes room, for calls and for asides."""
    caller = choose("f", "a", ruf=Call("beratung", End()))
    house = revision(flow("f", caller))
    frames = tuple(Frame("start", "wohin", then="wohin") for _ in range(7))
    session = at("a", frames=(*frames, Frame("f", "a")))
    calling = next(token for token, place in house.buttons.items() if place.step == "a")
    for event, then in ((Chose(calling), ""), (Command("mensch"), "a")):
        after = heard(house, session, BEGIN, event).session.frames
        assert (*frames[1:], Frame("f", "a", then=then), Frame("beratung", "frage")) == after


def test_a_talk_in_another_language_offers_german():
    """Each question and message, where the flow is there in it."""
    house = revision(flow("f", say("f", "gruss", Goto("a")), ask("a", "number")))
    sprint = heard(house, Session(language=TR, told=("de", "privacy", "tr")), BEGIN, Chose("s.f"))
    greeting = Reply((Line(text("f", "gruss", "say")),), (), ("german",))
    assert (greeting, changed(asked("f", "a", "ask"), extras=("german", *EXTRAS))) == sprint.effects


def test_a_question_under_an_aside_is_found_and_brought():
    """Silence above it: the flow that was opened meanwhile makes room."""
    frames = (Frame("start", "wohin", then="wohin"), Frame("beratung", "frage", then="frage"), Frame("f", "a"))
    session = at("a", frames=frames, written=("Eins",))
    sprint = heard(HOUSE, session, BEGIN, WaitExpired())
    assert (OpenTicket("schule", "", ("Eins",), ()),) == sprint.effects
    assert (Passed("beratung", "frage", ""),) == sprint.passed


# -- coming back


def test_after_a_pause_the_latest_of_two_texts_is_used():
    """They are two answers, not one; an older one that may be a question is kept."""
    house = revision(flow("f", ask("a", "number")))
    texts = (Said("Ich weiß es gerade nicht"), Said("7"), Said("8"))
    later = heard(house, at("a", heard_at=BEGIN), BEGIN + timedelta(days=2), *texts)
    assert ("resume", "8", ("Ich weiß es gerade nicht",)) == (
        later.session.waits,
        later.session.held,
        later.session.unheard,
    )
    gone_on = heard(house, later.session, BEGIN + timedelta(days=2), Chose("t.resume"))
    assert ("nothing", "") == (gone_on.session.waits, gone_on.session.held)


def test_after_a_pause_two_texts_of_a_question_are_both_brought():
    """A question for a person may have several parts."""
    texts = (Said("Erstens"), Said("Zweitens"), Chose("t.resume"))
    later = heard(HOUSE, at("frage", "beratung", heard_at=BEGIN), BEGIN + timedelta(days=2), *texts)
    assert ("Erstens\nZweitens",) == later.session.written


def test_a_held_button_that_a_new_revision_has_taken_away_is_only_words():
    """The question is asked again, with what it has now."""
    session = at("a", waits="resume", held="nochmal", meant="weg", heard_at=BEGIN)
    house = revision(flow("f", choose("f", "a", nochmal=Goto("a"))))
    assert "choose.miss" in str(heard(house, session, BEGIN, Chose("t.resume")).effects)
