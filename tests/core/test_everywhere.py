"""What a parent may do at any moment, word for word: starting, commands, languages, asking about a message."""

from dataclasses import replace
from datetime import timedelta

import msgspec
import pytest
from core.handmade import (
    DE,
    EXTRAS,
    HELP,
    OVER,
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
    text,
    wording,
)

from bot.check.talks import BEGIN
from bot.flow.effect import Ignore, OpenTicket
from bot.flow.event import (
    AskedGerman,
    AskedMore,
    AskedSource,
    AskedTerm,
    Chose,
    Command,
    Flooded,
    Reacted,
    Said,
    Started,
    Unreadable,
)
from bot.flow.graph import Call, CallStep, End, Escalate, Form, Goto
from bot.flow.message import Line, Option, Own, Reply, Text, content, interface
from bot.flow.session import Frame, Session
from bot.flow.talk import MENU
from bot.model import Language

HOUSE = revision(flow("f", ask("a", "number")))
QUESTION = asked("f", "a", "ask")
TOLD = ("de", "privacy", "tr")
HOME = Reply(
    (Line(text("start", "wohin", "choose")),),
    (
        Option(pressed("wohin", "daten", "start"), text("start", "wohin", "daten/label")),
        Option(pressed("wohin", "hilfe", "start"), text("start", "wohin", "hilfe/label")),
    ),
    ("help", "menu"),
)
PRIVACY = Option("c.datenschutz", interface("button.privacy"))
GERMAN = Option("c.deutsch", interface("button.german"))
WELCOME = Line(interface("welcome.privacy"))
DRAFT = Line(interface("draft.notice"))
changed = msgspec.structs.replace


def languages(*codes: str, spoken=DE, extras=("help",)) -> Reply:
    options = tuple(Option(f"l.{code}", Text("language", code)) for code in codes)
    lines = (Line(Text("every", "language.word")), Line(interface("language.choose")))
    return Reply(lines, options, extras, language=spoken)


# -- starting


@pytest.mark.parametrize(
    ("hint", "order", "kept"),
    [
        ("", ("de", "tr"), None),
        ("tr", ("tr", "de"), TR),
        ("tr-TR", ("tr", "de"), TR),
        ("TR_tr", ("tr", "de"), TR),
        ("xx", ("de", "tr"), None),
    ],
)
def test_a_new_parent_is_asked_for_the_language_first_what_the_phone_suggests_first(hint, order, kept):
    """Each by its own name, with help beside it; where the parent wants to go is kept."""
    sprint = heard(HOUSE, Session(), BEGIN, Started("f", hint=hint))
    question = languages(*order, spoken=kept or DE)
    assert (question,) == sprint.effects
    expected = Session(hint=kept, frames=(Frame("f", "a"),), waits="language", last=(question,), heard_at=BEGIN)
    assert expected == sprint.session


def test_what_the_phone_suggested_once_is_kept():
    """A later start says nothing about it."""
    assert TR == heard(HOUSE, Session(hint=TR), BEGIN, Started()).session.hint


def test_the_first_language_is_welcomed_and_the_flow_begins():
    """Once: what happens to the words, with a button to read more."""
    sprint = heard(HOUSE, Session(), BEGIN, Started("f"), Chose("l.de"))
    assert (Reply((WELCOME,), (PRIVACY,)), QUESTION) == sprint.effects
    assert ((Frame("f", "a"),), "step", DE, ("de", "privacy")) == (
        sprint.session.frames,
        sprint.session.waits,
        sprint.session.language,
        sprint.session.told,
    )


@pytest.mark.parametrize(
    ("told", "lines", "options"),
    [
        ((), (WELCOME, DRAFT), (PRIVACY, GERMAN)),
        (("privacy",), (DRAFT,), (GERMAN,)),
        (("tr",), (WELCOME,), (PRIVACY,)),
    ],
)
def test_a_language_that_nobody_has_reviewed_says_so_once(told, lines, options):
    """Beside what was not told yet."""
    house = replace(HOUSE, drafts=frozenset({TR}))
    sprint = heard(house, Session(language=DE, told=told), BEGIN, Started("f", TR))
    assert Reply(lines, options) == sprint.effects[0]
    assert tuple(sorted({*told, "privacy", "tr"})) == sprint.session.told


def test_a_deep_link_in_the_parents_own_language_welcomes_nobody():
    """All has been told."""
    sprint = heard(HOUSE, Session(language=DE), BEGIN, Started("f", DE))
    assert ((QUESTION,), ()) == (sprint.effects, sprint.session.told)


def test_a_deep_link_in_a_language_that_is_not_offered_keeps_the_parents():
    """And leads to its flow."""
    sprint = heard(HOUSE, Session(language=DE, told=TOLD), BEGIN, Started("f", Language("xx")))
    assert ((QUESTION,), DE) == (sprint.effects, sprint.session.language)


@pytest.mark.parametrize("event", [Started(), Command("menu"), Command("gibtesnicht"), Chose("c.menu"), Started("weg")])
def test_the_menu_drops_what_was_running(event):
    """And gives the talk to the bot."""
    session = at("a", owner="desk", question="open", misses=2, held="x", waits="resume", taken="x")
    sprint = heard(HOUSE, session, BEGIN, event)
    assert (HOME,) == sprint.effects
    expected = Session(
        language=DE,
        told=TOLD,
        frames=(Frame("start", "wohin"),),
        waits="step",
        question="open",
        last=(HOME,),
        heard_at=BEGIN,
    )
    assert expected == sprint.session


def test_going_away_brings_a_half_written_question_to_a_person():
    """Also where no language is known any more."""
    session = at("frage", "beratung", written=("Meine Frage",), held="Eine lange Antwort")
    for language in (DE, None):
        sprint = heard(HOUSE, changed(session, language=language), BEGIN, Command("menu"))
        assert OpenTicket("schule", "", ("Meine Frage",), ()) == sprint.effects[0]
        assert ((), None, "open", ("Eine lange Antwort",)) == (
            sprint.session.written,
            sprint.session.wakes_at,
            sprint.session.question,
            sprint.session.unheard,
        )


# -- languages


def test_the_language_can_be_asked_for_at_any_time():
    """The question stands in the parent's language; what waited is kept."""
    sprint = heard(HOUSE, at("a", language=TR), BEGIN, Command("sprache"))
    question = languages("de", "tr", spoken=TR, extras=EXTRAS)
    assert (question,) == sprint.effects
    assert at("a", language=TR, waits="language", last=(question,), heard_at=BEGIN) == sprint.session


@pytest.mark.parametrize("event", [Unreadable(), Command("hilfe"), Command("stopp"), Chose("x")])
def test_while_a_language_is_asked_for_asides_repeat_that_question(event):
    """Nothing else waits."""
    sprint = heard(HOUSE, at("a", waits="language"), BEGIN, event)
    assert languages("de", "tr", extras=EXTRAS) == sprint.effects[-1]
    assert "language" == sprint.session.waits


def test_another_language_says_so_and_asks_the_waiting_question_again():
    """In that language from now on."""
    sprint = heard(HOUSE, at("a"), BEGIN, Chose("l.tr"))
    question = changed(QUESTION, extras=("german", *EXTRAS))
    said = notice("language.changed", extras=("german",), language=Text("language", "tr"))
    assert (said, question) == sprint.effects
    assert at("a", language=TR, last=(question,), heard_at=BEGIN) == sprint.session


def test_a_language_that_was_not_told_yet_is_welcomed():
    """As at the beginning."""
    house = replace(HOUSE, drafts=frozenset({TR}))
    session = changed(at("a"), told=("de", "privacy"))
    sprint = heard(house, session, BEGIN, Chose("l.tr"))
    assert Reply((DRAFT,), (GERMAN,)) == sprint.effects[0]
    assert TOLD == sprint.session.told


def test_another_language_where_nothing_waits_offers_the_menu():
    """The talk was over."""
    sprint = heard(HOUSE, Session(language=DE, told=TOLD), BEGIN, Chose("l.tr"))
    assert (notice("language.changed", MENU, extras=("german",), language=Text("language", "tr")),) == sprint.effects
    assert "nothing" == sprint.session.waits


@pytest.mark.parametrize("language", [DE, None])
def test_a_language_chosen_while_a_person_has_the_talk_leaves_it_there(language):
    """The change is said, and nothing is asked."""
    session = Session(language=language, owner="desk", question="open", told=TOLD, waits="language")
    sprint = heard(HOUSE, session, BEGIN, Chose("l.tr"))
    said = notice("language.changed", extras=("german",), language=Text("language", "tr"))
    assert (said,) == sprint.effects
    assert changed(session, language=TR, waits="nothing", last=(said,), heard_at=BEGIN) == sprint.session


def test_words_before_the_language_are_kept_and_the_parent_is_told():
    """They are the beginning of a question."""
    asking = heard(HOUSE, Session(told=TOLD), BEGIN, Said("Mein Kind wird geärgert"))
    assert ((languages("de", "tr"),), ("Mein Kind wird geärgert",)) == (asking.effects, asking.session.unheard)
    sprint = heard(HOUSE, asking.session, BEGIN, Chose("l.de"))
    assert (notice("words.kept", words=Own("Mein Kind wird geärgert")), HOME) == sprint.effects


def test_a_flow_that_is_not_there_in_a_language_is_said_in_german():
    """With a word that it is so, and a person beside it."""
    house = revision(flow("f", ask("a", "number")), whole=frozenset({DE}))
    sprint = heard(house, Session(language=TR, told=TOLD), BEGIN, Started("f"))
    said = notice("flow.not_translated", extras=("german", "person"))
    assert (said, changed(QUESTION, language=DE)) == sprint.effects
    assert (Frame("f", "a", language=DE),) == sprint.session.frames


# -- commands


@pytest.mark.parametrize("name", ["verbinden"])
def test_what_a_person_does_says_so(name):
    """And asks the waiting question again."""
    sprint = heard(HOUSE, at("a", misses=1), BEGIN, Command(name))
    assert (notice("command.by_person", PERSON, MENU), QUESTION) == sprint.effects
    assert at("a", misses=1, last=(QUESTION,), heard_at=BEGIN) == sprint.session


@pytest.mark.parametrize(
    ("session", "extras", "spoken", "after"),
    [
        (at("a"), ("person", "menu"), DE, (QUESTION,)),
        (Session(language=TR), ("german", "person", "menu"), TR, ()),
        (Session(hint=TR), ("german", "person", "menu"), TR, (languages("tr", "de", spoken=TR),)),
        (Session(), ("person", "menu"), DE, (languages("de", "tr"),)),
        (Session(language=DE, owner="desk"), ("person", "menu"), DE, ()),
    ],
)
def test_c01_the_help_card_is_said_at_once(session, extras, spoken, after):
    """C01: in the language there is, before any other question."""
    sprint = heard(HOUSE, session, BEGIN, Command("hilfe"))
    assert (Reply((HELP,), extras=extras, language=spoken), *after) == sprint.effects
    assert session.owner == sprint.session.owner


ESCALATE = Reply((Line(text("beratung", "frage", "escalate")),), (Option("t.done", interface("button.done")),), EXTRAS)


@pytest.mark.parametrize("event", [Command("mensch"), Chose("c.mensch"), Chose("t.person")])
def test_a_person_is_asked_above_what_waits(event):
    """The question below comes back when nobody was asked in the end."""
    sprint = heard(HOUSE, at("a", misses=2, taken="x"), BEGIN, event)
    assert (ESCALATE,) == sprint.effects
    frames = (Frame("f", "a", then="a"), Frame("beratung", "frage"))
    assert at("a", frames=frames, last=(ESCALATE,), heard_at=BEGIN) == sprint.session


def test_a_person_is_asked_where_nothing_waits():
    """Their flow is the only one."""
    sprint = heard(HOUSE, Session(language=DE, told=TOLD), BEGIN, Command("mensch"))
    assert ((ESCALATE,), (Frame("beratung", "frage"),)) == (sprint.effects, sprint.session.frames)


def test_a_person_asked_for_again_further_up_comes_to_the_same_question():
    """What is above it makes room, and what was half written is brought to them."""
    frames = (Frame("beratung", "frage", then="frage"), Frame("f", "a"))
    session = at("a", frames=frames, written=("Meine Frage",))
    sprint = heard(HOUSE, session, BEGIN, Command("mensch"))
    assert OpenTicket("schule", "", ("Meine Frage",), ()) == sprint.effects[0]
    assert (Frame("beratung", "frage"),) == sprint.session.frames


def test_privacy_is_said_above_what_waits():
    """And what waits is asked again."""
    sprint = heard(HOUSE, at("a"), BEGIN, Command("datenschutz"))
    assert (Reply((Line(text("datenschutz", "text", "say")),)), QUESTION) == sprint.effects
    assert (Frame("f", "a"),) == sprint.session.frames


def test_without_a_privacy_flow_there_is_a_word_on_it():
    """With the menu, and the waiting question again."""
    flows = {name: each for name, each in HOUSE.flows.items() if name != "datenschutz"}
    house = replace(HOUSE, flows=flows)
    assert (notice("privacy.short", MENU), QUESTION) == heard(house, at("a"), BEGIN, Command("datenschutz")).effects
    first = heard(house, Session(told=TOLD), BEGIN, Command("datenschutz"))
    assert (Frame("start", "wohin"),) == first.session.frames
    assert HOME == heard(house, first.session, BEGIN, Chose("l.de")).effects[-1]


@pytest.mark.parametrize("event", [Command("mensch"), Chose("t.person")])
def test_who_has_a_person_may_just_write(event):
    """Nothing is asked."""
    session = Session(language=DE, owner="desk", question="open")
    said = notice("question.write_now", MENU)
    sprint = heard(HOUSE, session, BEGIN, event)
    assert ((said,), changed(session, last=(said,), heard_at=BEGIN)) == (sprint.effects, sprint.session)


def test_too_much_at_once_is_said():
    """With the menu."""
    assert (notice("flood", MENU),) == heard(HOUSE, at("a"), BEGIN, Flooded()).effects


@pytest.mark.parametrize(("session", "options"), [(at("a"), ()), (Session(language=DE), (MENU,))])
def test_what_cannot_be_read_is_said(session, options):
    """With the menu where nothing waits, else with the question."""
    sprint = heard(HOUSE, session, BEGIN, Unreadable())
    assert notice("unreadable", *options) == sprint.effects[0]


def test_a_reaction_needs_no_answer():
    """It is kindness."""
    sprint = heard(HOUSE, at("a"), BEGIN, Reacted())
    assert ((Ignore("reaction"),), at("a")) == (sprint.effects, sprint.session)


# -- about a message

TOLD_TERM = Reply((Line(text("f", "a", "ask")),), (), ("german", "term", *EXTRAS), ("Kita", "OGS"), "§ 1", language=DE)
KNOWN = replace(HOUSE, texts=HOUSE.texts | {"glossary/Kita/say"})


def test_a_message_is_said_in_german_with_its_buttons_where_it_waits():
    """And becomes the question whose labels count."""
    option = Option(pressed("wohin", "daten", "start"), text("start", "wohin", "daten/label"))
    question = changed(QUESTION, options=(option,), extras=("german", *EXTRAS))
    sprint = heard(HOUSE, at("a", language=TR, last=(question,)), BEGIN, AskedGerman(question))
    german = changed(question, extras=EXTRAS, language=DE)
    assert ((german,), (german,)) == (sprint.effects, sprint.session.last)


def test_another_message_is_said_in_german_without_its_buttons():
    """The waiting question is asked again."""
    old = changed(HOME, extras=("german", *EXTRAS))
    sprint = heard(HOUSE, at("a", last=(QUESTION,)), BEGIN, AskedGerman(old))
    assert (changed(old, options=(), extras=EXTRAS, language=DE), QUESTION) == sprint.effects


def test_the_waiting_question_is_said_in_german_by_a_command():
    """The one that waits, not what came in between."""
    session = at("a", language=TR, last=(changed(QUESTION, extras=("german",)), HOME))
    assert (changed(QUESTION, extras=(), language=DE),) == heard(HOUSE, session, BEGIN, Command("deutsch")).effects


@pytest.mark.parametrize("kind", [AskedGerman, AskedMore])
@pytest.mark.parametrize(
    ("session", "effects"),
    [(at("a"), (notice("button.gone"), QUESTION)), (Session(language=DE), (notice("button.gone", MENU),))],
)
def test_a_message_whose_words_are_gone_cannot_be_said_again(kind, session, effects):
    """A new revision has taken them away."""
    gone = Reply((Line(content("f", "weg", "say")),))
    assert effects == heard(HOUSE, session, BEGIN, kind(gone)).effects


def test_words_are_explained_that_the_house_still_knows():
    """Each with its meaning, in the message's language."""
    sprint = heard(KNOWN, at("a"), BEGIN, AskedTerm(TOLD_TERM))
    line = Line(interface("term.is"), (("term", Own("Kita")), ("meaning", content("glossary", "Kita", "say"))))
    assert (Reply((line,), language=DE), QUESTION) == sprint.effects


def test_where_no_word_is_known_that_is_said():
    """Not silence."""
    sprint = heard(HOUSE, at("a"), BEGIN, AskedTerm(QUESTION))
    assert (Reply((Line(interface("term.none")),)), QUESTION) == sprint.effects


def test_the_source_of_a_message_is_named():
    """As it was written."""
    sprint = heard(HOUSE, at("a"), BEGIN, AskedSource(TOLD_TERM))
    assert (notice("source.is", source=Own("§ 1")), QUESTION) == sprint.effects


# -- the question for the language


CALLS = {
    "ask": ask("b", "text"),
    "number": ask("b", "number"),
    "form": Form("b", wording("f", "b", "form"), (ask("name", "text"),), OVER),
    "escalate": Escalate("b", wording("f", "b", "escalate")),
}


@pytest.mark.parametrize("kind", CALLS)
def test_words_at_a_language_question_never_answer_the_step_behind_it(kind):
    """It was not asked yet: they are kept, the language is asked again, and after the second miss the step is asked."""
    house = revision(flow("f", CallStep("ruf", Call("/sprache", Goto("b"))), CALLS[kind]))
    session = heard(house, Session(language=DE, told=TOLD), BEGIN, Chose("s.f")).session
    first = heard(house, session, BEGIN, Said("Eine lange Antwort"))
    assert (languages("de", "tr", extras=EXTRAS),) == first.effects
    assert ("language", 1, ("Eine lange Antwort",)) == (
        first.session.waits,
        first.session.misses,
        first.session.unheard,
    )
    second = heard(house, first.session, BEGIN, Said("Noch eine Antwort"))
    asked_now = heard(house, first.session, BEGIN, Chose("l.de"))
    assert asked_now.effects[-1].lines[-1] == second.effects[-1].lines[-1]
    assert asked_now.session.frames == second.session.frames
    assert ("step", 0, ("Eine lange Antwort", "Noch eine Antwort")) == (
        second.session.waits,
        second.session.misses,
        (*second.session.written, *second.session.unheard),
    )


def test_words_at_a_language_question_behind_which_a_flow_ends_ask_again():
    """An option may lead there and nowhere else; after the second miss the talk ends with the menu."""
    house = revision(flow("f", choose("f", "a", sprache=Call("/sprache", End()))))
    session = heard(house, at("a"), BEGIN, Chose(pressed("a", "sprache"))).session
    first = heard(house, session, BEGIN, Said("tr"))
    assert ((languages("de", "tr", extras=EXTRAS),), "language") == (first.effects, first.session.waits)
    again = heard(house, first.session, BEGIN, Command("sprache"))
    assert (notice("talk.done", MENU),) == heard(house, again.session, BEGIN, Said("nein")).effects


def test_a_language_asked_for_in_the_middle_of_a_question_lets_words_answer_it():
    """That question was read before, also where a flow had asked for the language earlier."""
    session = at("a", going="/sprache")
    sprint = heard(HOUSE, session, BEGIN, Command("sprache"), Said("7"))
    assert "nothing" == sprint.session.waits


# -- the same again


LOOP = revision(flow("f", choose("f", "a", nochmal=Goto("a"), weiter=Goto("b")), ask("b", "text")))
ONCE_MORE = Chose(pressed("a", "nochmal"))


@pytest.mark.parametrize(("seconds", "taken"), [(0, False), (1, False), (2, True), (3600, True)])
def test_an_option_that_leads_back_to_its_question_can_be_taken_again(seconds, taken):
    """Two presses in a breath are one that was sent twice; later it is wanted again."""
    once = heard(LOOP, at("a"), BEGIN, ONCE_MORE)
    again = heard(LOOP, once.session, BEGIN + timedelta(seconds=seconds), ONCE_MORE)
    assert (once.effects if taken else (Ignore("pressed twice"),)) == again.effects


def test_an_option_that_leads_back_can_be_typed_again_at_once():
    """Typed words are no double tap."""
    once = heard(LOOP, at("a"), BEGIN, ONCE_MORE)
    assert once.effects == heard(LOOP, once.session, BEGIN, Chose(ONCE_MORE.token, "1")).effects


def test_the_button_of_an_earlier_question_stays_a_duplicate():
    """However late the network sends it again."""
    once = heard(LOOP, at("a"), BEGIN, Chose(pressed("a", "weiter")))
    late = heard(LOOP, once.session, BEGIN + timedelta(minutes=5), Chose(pressed("a", "weiter")))
    assert (Ignore("pressed twice"),) == late.effects
