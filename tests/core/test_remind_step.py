"""``remind``: the consent, the reminder itself, and its end."""

from dataclasses import replace
from datetime import date, timedelta

import msgspec
import pytest
from core.handmade import (
    DE,
    EXTRAS,
    NOT_UNDERSTOOD,
    OTHER,
    PERSON,
    TR,
    asked,
    at,
    flow,
    heard,
    no,
    notice,
    pressed,
    revision,
    text,
    wording,
    yes,
)
from core.handmade import ask as made

from bot.check.talks import BEGIN
from bot.flow.effect import Ignore, Passed, Subscribe, Unsubscribe
from bot.flow.event import Chose, Command, Due, Said, Started
from bot.flow.graph import End, Goto, Remind
from bot.flow.message import Day, Line, Option, Own, Reply, interface
from bot.flow.session import Frame, Passage, Session
from bot.flow.talk import MENU
from bot.model import Duration

BEFORE = Duration(1, "Wochen")
STEP = Remind("termin", wording("f", "termin", "remind"), "schulanmeldung", BEFORE, Goto("danach"))
HOUSE = revision(flow("f", STEP, made("danach", "text")))
QUESTION = asked("f", "termin", "remind", yes("termin"), no("termin"))
AFTER = asked("f", "danach", "ask")
OPEN = Option("s.f", interface("button.open"))
STOP = Option("c.stopp", interface("button.stop"))
DAY = date(2026, 11, 10)


def due(about=HOUSE.flows["f"].title, *options: Option, **fields) -> Reply:
    line = Line(interface("remind.due"), (("flow", about), ("date", Day(DAY))))
    return Reply((line,), options or (OPEN, STOP), **fields)


# -- the consent


def test_consent_is_asked_for():
    """Two buttons; nothing is subscribed yet."""
    sprint = heard(HOUSE, Session(language=DE), BEGIN, Started("f"))
    assert (QUESTION,) == sprint.effects
    assert (Frame("f", "termin"),) == sprint.session.frames


@pytest.mark.parametrize("misses", [0, 2])
def test_a_yes_subscribes_and_says_so(misses):
    """The effect names the flow, the calendar and the time before; then the talk goes on."""
    sprint = heard(HOUSE, at("termin", misses=misses), BEGIN, Chose(pressed("termin", ".yes")))
    assert (Subscribe("f", "schulanmeldung", BEFORE), notice("remind.yes"), AFTER) == sprint.effects
    trail = (Passage(text("f", "termin", "remind"), interface("button.yes")),)
    expected = at("danach", trail=trail, last=(AFTER,), taken=pressed("termin", ".yes"), heard_at=BEGIN)
    assert (expected, (Passed("f", "termin", "danach"),)) == (sprint.session, sprint.passed)


def test_the_coordinators_own_yes_is_said_instead():
    """``yes_text`` with the answers it shows."""
    step = replace(STEP, then=End(), yes_text=wording("f", "termin", "yes_text", "name"))
    session = at("termin", answers=(("name", "Ana"),))
    sprint = heard(revision(flow("f", step)), session, BEGIN, Chose(pressed("termin", ".yes")))
    said = Reply((Line(text("f", "termin", "yes_text"), (("name", "Ana"),)),), (MENU,))
    assert (Subscribe("f", "schulanmeldung", BEFORE), said) == sprint.effects
    assert (Passed("f", "termin", ""),) == sprint.passed


def test_a_no_goes_on_without_a_word():
    """It stands on the parent's way."""
    sprint = heard(HOUSE, at("termin"), BEGIN, Chose(pressed("termin", ".no")))
    assert (AFTER,) == sprint.effects
    assert (Passage(text("f", "termin", "remind"), interface("button.no")),) == sprint.session.trail
    assert (Passed("f", "termin", "danach"),) == sprint.passed


def test_a_double_tap_subscribes_once():
    """And never answers what came after it."""
    once = heard(HOUSE, at("termin"), BEGIN, Chose(pressed("termin", ".yes")))
    twice = heard(HOUSE, once.session, BEGIN, Chose(pressed("termin", ".yes")))
    assert ((Ignore("pressed twice"),), once.session) == (twice.effects, twice.session)


def test_an_old_yes_still_subscribes():
    """A press on a message further up goes back there."""
    sprint = heard(HOUSE, at("frage", "beratung"), BEGIN, Chose(pressed("termin", ".yes")))
    assert Subscribe("f", "schulanmeldung", BEFORE) == sprint.effects[0]
    assert (Frame("f", "danach"),) == sprint.session.frames


@pytest.mark.parametrize(("misses", "more"), [(0, ()), (1, (PERSON,))])
def test_words_are_a_miss(misses, more):
    """The question comes again, the second time with a person."""
    sprint = heard(HOUSE, at("termin", misses=misses), BEGIN, Said("Wann ist das denn?"))
    again = asked("f", "termin", "remind", yes("termin"), no("termin"), *more, before=(NOT_UNDERSTOOD,))
    assert (again,) == sprint.effects
    expected = at("termin", misses=misses + 1, unheard=("Wann ist das denn?",), last=(again,), heard_at=BEGIN)
    assert expected == sprint.session


def test_words_near_a_button_are_offered():
    """As everywhere where buttons answer."""
    sprint = heard(HOUSE, at("termin", last=(QUESTION,)), BEGIN, Said("Ja gern", (pressed("termin", ".yes"),)))
    guess = Reply((Line(interface("choose.guess")),), (yes("termin"), OTHER), EXTRAS)
    assert ((guess,), 1) == (sprint.effects, sprint.session.misses)


def test_a_button_that_the_step_has_no_more_asks_again():
    """A table that names another button there."""
    place = replace(HOUSE.buttons[pressed("termin", ".yes")], option=".skip")
    house = replace(HOUSE, buttons={"a.alt": place})
    sprint = heard(house, at("termin"), BEGIN, Chose("a.alt"))
    assert ((QUESTION,), ()) == (sprint.effects, sprint.passed)


@pytest.mark.parametrize(("hours", "asks"), [(24, False), (25, True)])
def test_after_a_day_words_are_used_only_after_asking(hours, asks):
    """As everywhere; a button is simply taken."""
    late = BEGIN + timedelta(hours=hours)
    session = at("termin", heard_at=BEGIN)
    sprint = heard(HOUSE, session, late, Said("Wann ist das?"))
    assert (("resume", "Wann ist das?") if asks else ("step", "")) == (sprint.session.waits, sprint.session.held)
    assert AFTER == heard(HOUSE, session, late, Chose(pressed("termin", ".no"))).effects[-1]


# -- the reminder


@pytest.mark.parametrize(
    "session",
    [
        Session(language=DE),
        at("danach", last=(AFTER,), misses=1, taken="x"),
        Session(language=DE, owner="desk", question="open", last=(AFTER,)),
        at("danach", waits="resume", held="abc", last=(AFTER,)),
        at("danach", waits="language", last=(AFTER,)),
        at("danach", waits="leave", going="start", last=(AFTER, due(Own("weg"), STOP))),
    ],
)
def test_a_reminder_changes_nothing_that_waits(session):
    """It is said, kept beside the waiting question, and is nothing that the parent said."""
    sprint = heard(HOUSE, session, BEGIN, Due("f", DAY))
    assert ((due(),), ()) == (sprint.effects, sprint.passed)
    assert msgspec.structs.replace(session, last=(*session.last[:1], due())) == sprint.session


def test_a_reminder_of_a_flow_that_is_gone_is_said_all_the_same():
    """By its name; there is nothing more to open."""
    sprint = heard(HOUSE, Session(language=DE), BEGIN, Due("weg", DAY))
    assert (due(Own("weg"), STOP),) == sprint.effects


@pytest.mark.parametrize(
    ("session", "whole", "fields"),
    [
        (Session(language=TR), {DE, TR}, {"extras": ("german",)}),
        (Session(language=TR), {DE}, {"language": DE}),
        (Session(hint=TR), {DE, TR}, {"extras": ("german",)}),
        (Session(), {DE}, {}),
    ],
)
def test_a_reminder_is_said_in_a_language_in_which_its_flow_is(session, whole, fields):
    """Never half in German: where the flow is not there in the parent's language, all of it is."""
    house = revision(HOUSE.flows["f"], whole=frozenset(whole))
    assert (due(**fields),) == heard(house, session, BEGIN, Due("f", DAY)).effects


def test_more_about_it_opens_the_flow():
    """From wherever the talk is; the same press again is a duplicate."""
    sprint = heard(HOUSE, at("danach"), BEGIN, Chose("s.f"))
    assert (QUESTION,) == sprint.effects
    assert at("termin", last=(QUESTION,), taken="s.f", heard_at=BEGIN) == sprint.session
    again = heard(HOUSE, sprint.session, BEGIN, Chose("s.f"))
    assert ((Ignore("pressed twice"),), sprint.session) == (again.effects, again.session)


def test_more_about_it_takes_the_talk_from_the_desk():
    """The ticket stays open."""
    sprint = heard(HOUSE, Session(language=DE, owner="desk", question="open"), BEGIN, Chose("s.f"))
    assert ("bot", "open", (QUESTION,)) == (sprint.session.owner, sprint.session.question, sprint.effects)


def test_more_about_it_waits_for_the_language():
    """Where there is none, it is asked for first, and the flow begins after it."""
    sprint = heard(HOUSE, Session(owner="desk", question="open"), BEGIN, Chose("s.f"))
    assert (("language", "bot"), (Frame("f", "termin"),)) == (
        (sprint.session.waits, sprint.session.owner),
        sprint.session.frames,
    )
    assert QUESTION == heard(HOUSE, sprint.session, BEGIN, Chose("l.de")).effects[-1]


def test_more_about_a_flow_that_is_gone_is_answered_politely():
    """And the waiting question is asked again."""
    sprint = heard(HOUSE, at("danach"), BEGIN, Chose("s.weg"))
    assert (notice("button.gone"), AFTER) == sprint.effects


@pytest.mark.parametrize("event", [Command("stopp"), Chose("c.stopp")])
@pytest.mark.parametrize(
    ("session", "after"),
    [
        (at("danach"), (AFTER,)),
        (Session(language=DE), ()),
        (Session(language=DE, owner="desk", question="open"), ()),
    ],
)
def test_stopp_ends_what_the_parent_did_not_ask_for(event, session, after):
    """An effect, a word that it is done, and the waiting question again."""
    sprint = heard(HOUSE, session, BEGIN, event)
    assert (Unsubscribe(), notice("stop.done", MENU), *after) == sprint.effects
    assert (session.frames, session.owner) == (sprint.session.frames, sprint.session.owner)
