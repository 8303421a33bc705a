"""The arrows that a talk took: each once, by its step and its way, and none for what only repeats."""

import pytest
from core.handmade import DE, ask, at, choose, flow, heard, pressed, revision, say, wording

from bot.check.talks import BEGIN
from bot.flow.event import Chose, Command, Said, Started, Unreadable
from bot.flow.graph import Call, CallStep, Decide, End, Escalate, Goto, Row, Test
from bot.flow.session import Frame, Session

CALLED = flow("g", say("g", "gruss"))
NEW = Session(language=DE)


def passed(house, session, *events):
    return [(each.flow, each.step, each.way) for each in heard(house, session, BEGIN, *events).passed]


def one(*steps):
    return revision(flow("f", *steps), CALLED)


def test_messages_and_branches_count_where_they_lead():
    """By the next step's name, and without a name at the end of the flow."""
    row = Row((Test("x", "known", "true"),), Goto("a"))
    house = one(say("f", "a", Goto("b")), Decide("b", (row,), Goto("c")), say("f", "c"))
    assert [("f", "a", "b"), ("f", "b", "c"), ("f", "c", "")] == passed(house, NEW, Started("f"))


@pytest.mark.parametrize("then", [Goto("b"), End(), Call("g", End()), Call("/hilfe", End()), Call("/menu", End())])
def test_a_choice_counts_its_option(then):
    """Wherever it leads: a call, a command, a step or the end are not counted beside it."""
    house = one(choose("f", "a", x=then), ask("b", "text"))
    ways = [way for way in passed(house, at("a"), Chose(pressed("a", "x"))) if way[:2] == ("f", "a")]
    assert [("f", "a", "x")] == ways


def test_a_call_counts_when_it_goes_on():
    """After all that the called flow did; without a name where the caller ends with it."""
    house = one(CallStep("a", Call("g", Goto("b"))), CallStep("b", Call("g", End())))
    assert [("g", "gruss", ""), ("f", "a", "b"), ("g", "gruss", ""), ("f", "b", "")] == passed(house, NEW, Started("f"))


def test_a_call_that_waits_has_not_gone_on():
    """Its arrow is counted with the answer that ends what it called."""
    house = revision(
        flow("f", CallStep("a", Call("g", Goto("b"))), say("f", "b")), flow("g", ask("q", "text", flow="g"))
    )
    assert [] == passed(house, NEW, Started("f"))
    assert [("g", "q", ""), ("f", "a", "b"), ("f", "b", "")] == passed(house, NEW, Started("f"), Said("x"))


def test_a_choice_that_called_counts_no_second_arrow_on_return():
    """It has counted its option."""
    house = one(choose("f", "a", x=Call("g", Goto("b"))), say("f", "b"))
    expected = [("f", "a", "x"), ("g", "gruss", ""), ("f", "b", "")]
    assert expected == passed(house, at("a"), Chose(pressed("a", "x")))


@pytest.mark.parametrize(("then", "way"), [(Goto("b"), "b"), (End(), "")])
@pytest.mark.parametrize("name", ["/hilfe", "/sprache"])
def test_a_called_command_counts_at_once(name, then, way):
    """It answers, and the flow goes on."""
    house = one(CallStep("a", Call(name, then)), ask("b", "text"))
    assert [("f", "a", way)] == passed(house, NEW, Started("f"))


def test_a_called_menu_is_no_arrow():
    """The flow does not go on."""
    assert [] == passed(one(CallStep("a", Call("/menu", End()))), NEW, Started("f"))


def test_a_called_privacy_flow_counts_like_any_call():
    """It returns."""
    house = one(CallStep("a", Call("/datenschutz", Goto("b"))), ask("b", "text"))
    assert [("datenschutz", "text", ""), ("f", "a", "b")] == passed(house, NEW, Started("f"))


def test_a_question_to_a_person_leads_out_of_its_flow():
    """Counted when it is brought there."""
    house = one(Escalate("a", wording("f", "a", "escalate")))
    assert [] == passed(house, NEW, Started("f"), Said("Frage"))
    assert [("f", "a", "")] == passed(house, NEW, Started("f"), Said("Frage"), Chose("t.done"))
    assert [] == passed(house, NEW, Started("f"), Chose("t.done"))


def test_a_question_whose_step_is_gone_has_no_arrow():
    """Nothing in this revision was passed."""
    session = at("weg", written=("Frage",))
    assert [] == passed(one(ask("b", "text")), session, Command("menu"))


@pytest.mark.parametrize("event", [Unreadable(), Command("hilfe"), Command("deutsch"), Said("zu kurz"), Chose("weg")])
def test_what_only_repeats_is_no_arrow(event):
    """Asides and misses."""
    assert [] == passed(one(ask("a", "number")), at("a"), event)


def test_an_aside_above_a_question_counts_only_itself():
    """Its return is no arrow of the flow below, also where that waits at a call's follower."""
    house = one(ask("a", "text"))
    assert [("datenschutz", "text", "")] == passed(house, at("a"), Command("datenschutz"))
    at_call = at("x", frames=(Frame("f", "ruf"),), waits="language")
    calling = one(CallStep("ruf", Call("g", End())))
    assert [("datenschutz", "text", ""), ("g", "gruss", ""), ("f", "ruf", "")] == passed(
        calling, at_call, Command("datenschutz")
    )


def test_a_return_to_a_flow_that_is_gone_is_no_arrow():
    """Nobody knows what led on there."""
    house = one(ask("a", "text"))
    session = at("a", "f", Frame("weg", "x", then="y"))
    assert [("f", "a", "")] == passed(house, session, Said("x"))
