"""How a talk goes: what is said, where it waits, who has it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from core.small import DE, made, small_files

from bot.check.stage import Shown, Stage
from bot.check.talks import BEGIN, written
from bot.flow.engine import advance
from bot.flow.event import (
    AdviserWrote,
    Blocked,
    Chose,
    Command,
    Edited,
    Ignored,
    Reacted,
    Said,
    Shared,
    Started,
    TicketClosed,
    Unreadable,
    WaitExpired,
)
from bot.flow.graph import Goto
from bot.flow.message import content
from bot.flow.question import is_for_person
from bot.flow.session import Frame, Session
from bot.flow.talk import MENU as MENU_BUTTON
from bot.flow.token import option


def lines(shown: Shown | None) -> list[str]:
    assert shown is not None, "there is no such button"
    return [written(message) for message in shown.messages]


def say(stage: Stage, *words: str) -> list[str]:
    for each in words[:-1]:
        stage.hear(Said(each))
    return lines(stage.hear(Said(words[-1])))


MENU = "Worum geht es?  [Alles] [Daten] [Mensch] [Sprache] [Hilfe]"
REST = "Was noch?  [Von vorn] [Frage] [Noch einmal] [Ende] [Weiter]"


def test_the_first_word_of_a_new_parent_is_kept_and_the_language_is_asked(edition):
    """A parent who simply writes is asked for the language, and what they wrote goes to the person they ask."""
    stage = Stage(edition, Session(), BEGIN)
    assert ["Sprache Guten Tag! In welcher Sprache möchten Sie schreiben?"] == say(stage, "Mein Kind wird geärgert")
    shown = lines(stage.press("Deutsch"))
    assert MENU == shown[-1]
    assert any("Mein Kind wird geärgert" in line for line in shown)
    stage.press("Mensch")
    assert ('ticket topic=allgemein language=de "Mein Kind wird geärgert"',) == stage.hear(Said("Fertig")).effects


def test_a_deep_link_leads_to_its_flow_in_its_language(edition):
    """``/start kind_de`` needs no further choice."""
    stage = Stage(edition, Session(), BEGIN)
    shown = lines(stage.hear(Started("kind", "de")))
    assert "Wie alt ist Ihr Kind?" == shown[-1]


def test_a_deep_link_without_a_language_asks_for_it_first(edition):
    """Where the link names no language, the flow waits until it is chosen."""
    stage = Stage(edition, Session(), BEGIN)
    assert "In welcher Sprache" in lines(stage.hear(Started("kind")))[-1]
    assert "Wie alt ist Ihr Kind?" == lines(stage.press("Deutsch"))[-1]


def test_an_unknown_deep_link_leads_to_the_menu(stage):
    """A poster with an old link still leads somewhere."""
    assert [MENU] == lines(stage.hear(Started("gibt-es-nicht")))


def test_a_called_flow_returns_with_its_answers(stage):
    """``save`` brings an answer back, and the talk goes on below the call."""
    stage.hear(Started("alles"))
    assert ["Wie heißen Sie?  [Überspringen]"] == say(stage, "19")
    stage.press("Überspringen")
    assert ["Ihr Kind ist 19 Jahre alt und erwachsen.", REST] == say(stage, "1.2.2026")


def test_decide_takes_the_first_row_that_holds(stage):
    """Dates compare by value, and what no row wants goes to ``else``."""
    stage.hear(Started("alles"))
    assert ["Der Brief vom 31.12.2025 ist alt.", REST] == say(stage, "7", "Ana", "31.12.2025")
    stage.hear(Started("alles"))
    assert [REST] == say(stage, "7", "Ana", "1.1.2026")


@pytest.mark.parametrize("number", ["7", " 7 ", "٧", "۷", "７"])
def test_digits_of_every_script_are_read(stage, number):
    """A parent may write numbers as their phone does."""
    stage.hear(Started("kind"))
    say(stage, number)
    assert "nothing" == stage.session.waits


@pytest.mark.parametrize("number", ["sieben", "-1", "21", "7.5", "", "9" * 40])
def test_an_answer_that_does_not_fit_is_asked_again_with_the_reason(stage, number):
    """The coordinator's ``retry`` is said, and the question again."""
    stage.hear(Started("kind"))
    assert ["Bitte eine Zahl von 0 bis 20. Wie alt ist Ihr Kind?"] == say(stage, number or "?")


def test_after_two_misses_a_person_is_offered(stage):
    """Who is not understood twice need not try a third time."""
    stage.hear(Started("kind"))
    say(stage, "zu klein", "immer noch")
    shown = lines(stage.press("Jemanden fragen"))
    assert ["Bitte schreiben Sie Ihre Frage."] == shown


@pytest.mark.parametrize("words", ["1", "Alles", "ALLES", " alles! ", "١"])
def test_an_option_can_be_typed(stage, words):
    """Its number or its label does the same as the button."""
    stage.hear(Started())
    assert "Wie alt ist Ihr Kind?" == say(stage, words)[-1]


def test_an_option_without_a_target_goes_on_below(stage):
    """And a saved choice is shown by its label."""
    stage.hear(Started("alles"))
    say(stage, "7", "Ana", "1.1.2026")
    assert ["Danke. Sie wählten: Weiter am 01.01.2026."] == say(stage, "Weiter")


def test_the_last_message_of_a_talk_carries_the_menu(stage):
    """Nothing waits any more, and the way back is one tap."""
    stage.hear(Started("alles"))
    say(stage, "7", "Ana", "1.1.2026")
    shown = stage.press("Ende")
    assert "Menü" == shown.messages[-1].buttons[-1].label
    assert "nothing" == stage.session.waits


def test_the_same_press_again_is_a_duplicate(stage):
    """A button that a slow network sends twice acts once."""
    stage.hear(Started())
    token = option("start", "wohin", "alles")
    assert stage.hear(Chose(token)).messages
    assert () == stage.hear(Chose(token)).messages


def test_an_older_button_leads_back_into_its_flow(stage):
    """A press on a message far up takes the talk there."""
    stage.hear(Started("alles"))
    say(stage, "7", "Ana", "1.1.2026")
    stage.hear(Chose(option("start", "wohin", "daten")))
    assert ["start"] != [frame.flow for frame in stage.session.frames]
    assert "nothing" == stage.session.waits


def test_an_older_button_whose_answers_are_gone_begins_its_flow_again(stage):
    """A step runs only with the answers it needs; otherwise the flow says so and starts anew."""
    shown = lines(stage.hear(Chose(option("alles", "noch-etwas", "von-vorn"))))
    assert shown[0].startswith("Dieser Teil wurde neu geschrieben")
    assert "Wie alt ist Ihr Kind?" == shown[-1]


def test_a_button_that_no_longer_exists_is_answered_politely(stage):
    """And the waiting question is asked again."""
    stage.hear(Started())
    assert ["Diese Taste gibt es nicht mehr.", MENU] == lines(stage.hear(Chose("aaaaaaaaaaaaaaaa")))


# -- everywhere


@pytest.mark.parametrize("name", ["hilfe", "deutsch", "stopp", "meinedaten", "sprache"])
def test_asides_leave_the_talk_where_it_is(stage, name):
    """Language, German, help and the like answer, and the talk waits for the same."""
    stage.hear(Started("kind"))
    frames = stage.session.frames
    assert lines(stage.hear(Command(name)))
    assert frames == stage.session.frames
    say(stage, "7")
    assert "nothing" == stage.session.waits


def test_privacy_answers_and_repeats_the_waiting_question(stage):
    """The privacy flow runs above the question, which comes back."""
    stage.hear(Started("kind"))
    assert ["Wir speichern wenig.", "Wie alt ist Ihr Kind?"] == lines(stage.hear(Command("datenschutz")))


def test_the_help_card_needs_no_language(edition):
    """C01: help comes before every question, also before the first one."""
    stage = Stage(edition, Session(), BEGIN)
    shown = lines(stage.hear(Said("112")))
    assert "Hier hilft sofort jemand. 112: Notruf (rund um die Uhr)" == shown[0]


@pytest.mark.parametrize("words", ["112", "🆘", "Hilfe", "/hilfe", "/help", "help", "SOS"])
def test_c01_help_is_there_in_every_state(stage, words):
    """C01: also while a person has the talk, and while the question is being written."""
    for prepare in ([Started()], [Command("mensch")], [Command("mensch"), Said("Frage"), Said("Fertig")]):
        for event in prepare:
            stage.hear(event)
        assert "Hier hilft sofort jemand." in say(stage, words)[0]


def test_a_called_command_answers_and_the_flow_goes_on(stage):
    """``call: /hilfe`` shows the card, then the menu's talk ends as the option says."""
    stage.hear(Started())
    shown = stage.press("Hilfe")
    assert "Hier hilft sofort jemand." in written(shown.messages[0])


def test_a_message_can_be_said_in_german_only_where_it_is_not(stage):
    """In German there is no such extra."""
    shown = stage.hear(Started())
    assert "Auf Deutsch zeigen" not in [extra.label for extra in shown.messages[-1].extras]


def test_a_word_is_explained_and_the_source_named(stage):
    """Both are extras of the message that has them."""
    stage.hear(Started("alles"))
    assert ["Zeugnis: Die Noten vom Halbjahr auf einem Blatt.", "Wie alt ist Ihr Kind?"] == lines(
        stage.press("Was heißt das?")
    )
    assert ["Das steht hier: § 1 Testgesetz", "Wie alt ist Ihr Kind?"] == lines(stage.press("Woher wissen wir das?"))


# -- the question


def test_a_question_in_several_messages_becomes_one_ticket(stage):
    """Collected until "Fertig", with the topic of the flow it came from."""
    stage.hear(Started("alles"))
    say(stage, "7", "Ana", "1.1.2026")
    stage.hear(Command("mensch"))
    assert () == stage.hear(Said("Erstens.")).messages
    stage.hear(Said("Zweitens."))
    shown = stage.hear(Said("Fertig"))
    assert ('ticket topic=schule language=de "Erstens." "Zweitens."',) == shown.effects
    assert ("desk", "nothing", ()) == (stage.session.owner, stage.session.waits, stage.session.frames)


def test_silence_completes_a_question(stage):
    """Ten minutes after the last message it goes to a person by itself."""
    stage.hear(Command("mensch"))
    stage.hear(Said("Frage"))
    assert BEGIN + timedelta(minutes=10) == stage.session.wakes_at
    assert 'ticket topic=allgemein language=de "Frage"' in stage.hear(WaitExpired()).effects


def test_going_away_loses_no_word(stage):
    """A question that was begun goes to a person also when the parent goes to the menu."""
    stage.hear(Command("mensch"))
    stage.hear(Said("Angefangene Frage"))
    assert ('ticket topic=allgemein language=de "Angefangene Frage"',) == stage.hear(Command("menu")).effects
    assert "bot" == stage.session.owner


def test_an_empty_question_is_asked_for(stage):
    """An empty "Fertig" opens nothing."""
    stage.hear(Command("mensch"))
    shown = stage.hear(Said("Fertig"))
    assert () == shown.effects
    assert "Sie haben noch nichts geschrieben" in written(shown.messages[0])


def asked(stage: Stage) -> Stage:
    for event in (Command("mensch"), Said("Frage"), Said("Fertig")):
        stage.hear(event)
    return stage


def test_while_a_person_has_the_talk_everything_typed_goes_there(stage):
    """Words that are commands elsewhere are words for the person here."""
    asked(stage)
    for words in ("Deutsch", "Mensch", "Alles", "7"):
        assert (f'add "{words}"',) == stage.hear(Said(words)).effects


def test_after_a_pause_words_for_the_person_are_acknowledged(stage):
    """Ten minutes later the parent hears that it arrived."""
    asked(stage)
    assert [] == say(stage, "gleich")
    stage.pass_time(stage.now + timedelta(minutes=11))
    assert ["Danke, das ist bei Ihrer Frage notiert."] == say(stage, "später")


def test_an_answer_is_clearly_a_persons_and_can_be_answered(stage):
    """Also when it arrives in the middle of a flow, which stays where it is."""
    asked(stage)
    stage.hear(Started("kind"))
    shown = stage.hear(AdviserWrote("Ja, das *geht*."))
    assert ["Antwort von einem Menschen Ja, das *geht*."] == lines(shown)
    assert "person" == shown.messages[0].speaker
    assert "bot" == stage.session.owner
    stage.press("Antworten")
    assert ('add "Danke!"',) == stage.hear(Said("Danke!")).effects


def test_in_the_middle_of_a_flow_a_number_still_answers_the_flow(stage):
    """An adviser's message in between does not take the waiting question's place."""
    asked(stage)
    stage.hear(Started())
    stage.hear(AdviserWrote("Guten Tag"))
    assert "Wie alt ist Ihr Kind?" == say(stage, "1")[-1]


def test_a_closed_question_can_be_rated_and_reopened_for_a_week(stage):
    """Pressing "Noch eine Frage" gives the talk back to the same ticket; later it is a new question."""
    asked(stage)
    shown = stage.hear(TicketClosed())
    assert ["Ja, danke", "Nein", "Noch eine Frage", "Menü"] == [b.label for b in shown.messages[0].buttons]
    assert ("rated good",) == stage.press("Ja, danke").effects
    assert ("reopen",) == stage.press("Noch eine Frage").effects
    assert "desk" == stage.session.owner
    stage.hear(TicketClosed())
    stage.pass_time(stage.now + timedelta(days=8))
    assert ["Bitte schreiben Sie Ihre Frage."] == lines(stage.press("Noch eine Frage"))


def test_typed_text_goes_to_an_open_question_when_nothing_waits(stage):
    """After the menu's talk has ended, words go to the person who has the question."""
    asked(stage)
    stage.hear(Started())
    stage.press("Daten")
    assert ('add "Noch etwas"',) == stage.hear(Said("Noch etwas")).effects


def test_words_out_of_nowhere_get_a_person_offered(stage):
    """And the words are the beginning of the question."""
    stage.hear(Started())
    stage.press("Daten")
    say(stage, "Wie ist das mit der Klassenfahrt?")
    stage.press("Jemanden fragen")
    assert ('ticket topic=allgemein language=de "Wie ist das mit der Klassenfahrt?"',) == stage.hear(
        Said("Fertig")
    ).effects


def test_after_a_day_a_text_is_used_only_after_asking(stage):
    """Pressing "Weitermachen" uses what was typed; nothing is lost."""
    stage.hear(Started("alles"))
    stage.pass_time(stage.now + timedelta(days=3))
    assert ["Schön, dass Sie wieder da sind. Wir waren bei: Kind. Möchten Sie dort weitermachen?"] == say(stage, "19")
    assert ["Wie heißen Sie?  [Überspringen]"] == lines(stage.press("Weitermachen"))


def test_after_a_day_a_button_is_simply_taken(stage):
    """Who presses knows what they want."""
    stage.hear(Started())
    stage.pass_time(stage.now + timedelta(days=30))
    assert "Wie alt ist Ihr Kind?" == lines(stage.press("Alles"))[-1]


def test_a_photo_is_answered_and_its_caption_used(stage):
    """What cannot be passed on yet is said, and the words with it count."""
    stage.hear(Command("mensch"))
    assert "Fotos und Sprachnachrichten" in lines(stage.hear(Shared("photo", "Was steht da?")))[0]
    assert ('ticket topic=allgemein language=de "Was steht da?"',) == stage.hear(Said("Fertig")).effects


def test_an_edited_message_reaches_the_person(stage):
    """With a mark that it was changed; elsewhere it is ignored on purpose."""
    asked(stage)
    assert ('add "✎ besser so"',) == stage.hear(Edited("besser so")).effects


@pytest.mark.parametrize("event", [Reacted(), Blocked(), Ignored("status"), WaitExpired()])
def test_what_needs_no_answer_gets_none(stage, event):
    """Recorded as ignored on purpose; the talk stays as it was."""
    stage.hear(Started("kind"))
    before = stage.session
    shown = stage.hear(event)
    assert ((), ()) == (shown.messages, shown.effects)
    assert before.frames == stage.session.frames


def test_something_unreadable_is_answered_and_the_question_repeated(stage):
    """Never silence."""
    stage.hear(Started("kind"))
    shown = lines(stage.hear(Unreadable()))
    assert "Das kann ich leider nicht lesen" in shown[0]
    assert "Wie alt ist Ihr Kind?" == shown[-1]


# -- what goes with a message


def test_a_message_carries_its_files_and_its_link(edition):
    """As references; each message stays one of its own, and the last carries the menu."""
    sprint = advance(edition.revision, Session(language=DE), Started("medien"), BEGIN)
    picture, sheet, sound = sprint.effects
    assert (("picture", "zeugnis.jpg", (("tr", "zeugnis.tr.jpg"),)),) == tuple(
        (each.kind, each.path, each.translated) for each in picture.media
    )
    assert content("medien", "bild", "alt") == picture.media[0].alt
    assert (("document",), ("audio",)) == tuple(tuple(each.kind for each in reply.media) for reply in (sheet, sound))
    assert ((), ()) == (picture.links, sound.links)
    assert ((content("medien", "blatt", "link", "label"), "https://www.example.org/zeugnis"),) == sheet.links
    assert ((), (), (MENU_BUTTON,)) == (picture.options, sheet.options, sound.options)


# -- the corners


def test_words_are_for_a_person_while_one_has_the_talk_or_a_question_is_written(edition):
    """Then a flood is kept, not counted out."""
    escalate = (Frame("beratung", "frage"),)
    known = {
        True: (
            Session(owner="desk"),
            Session(written=("Frage",)),
            Session(language=DE, frames=escalate, waits="step"),
        ),
        False: (
            Session(language=DE),
            Session(language=DE, frames=escalate, waits="resume"),
            Session(language=DE, frames=(Frame("kind", "alter"),), waits="step"),
        ),
    }
    for expected, sessions in known.items():
        assert [expected] * 3 == [is_for_person(edition.revision, session, BEGIN) for session in sessions]


def test_a_word_changed_while_writing_the_question_is_part_of_it(stage):
    """Collected with a mark that it was changed."""
    stage.hear(Command("mensch"))
    stage.hear(Said("Erst so"))
    stage.hear(Edited("dann so"))
    assert ('ticket topic=allgemein language=de "Erst so" "✎ dann so"',) == stage.hear(Said("Fertig")).effects


@pytest.mark.parametrize("pressed", ["t.done", "t.resume", "t.leave", "t.other"])
def test_a_button_of_a_wait_that_is_over_is_a_duplicate(stage, pressed):
    """Pressed twice, or too late: nothing happens twice."""
    stage.hear(Started())
    shown = stage.hear(Chose(pressed))
    assert ((), ()) == (shown.messages, shown.effects)


def test_who_asks_for_a_person_while_writing_is_already_there(stage):
    """The question is repeated with what was noted; nothing is opened twice."""
    stage.hear(Command("mensch"))
    stage.hear(Said("Meine Frage"))
    shown = stage.hear(Command("mensch"))
    assert () == shown.effects
    assert ["Schon notiert: Meine Frage Bitte schreiben Sie Ihre Frage."] == lines(shown)


def test_a_question_under_an_aside_is_completed_by_silence(stage):
    """Privacy was looked at in the middle of writing; the words go to a person all the same."""
    stage.hear(Command("mensch"))
    stage.hear(Said("Meine Frage"))
    stage.hear(Command("sprache"))
    assert ('ticket topic=allgemein language=de "Meine Frage"',) == stage.pass_time(
        stage.now + timedelta(minutes=11)
    ).effects


def test_who_has_a_person_and_asks_for_one_may_just_write(stage):
    """The talk is a person's already; nothing is asked twice."""
    asked(stage)
    assert ["Gern. Bitte schreiben Sie. Ein Mensch liest es."] == lines(stage.hear(Command("mensch")))
    assert ('add "Noch etwas"',) == stage.hear(Said("Noch etwas")).effects


def test_fifty_messages_are_a_whole_question(stage):
    """What comes after goes to the ticket that they opened."""
    stage.hear(Command("mensch"))
    for number in range(49):
        assert () == stage.hear(Said(f"Nachricht {number}")).effects
    (opened,) = stage.hear(Said("Nachricht 49")).effects
    assert 50 == opened.count("Nachricht")
    assert ('add "Nachricht 50"',) == stage.hear(Said("Nachricht 50")).effects


def test_an_unknown_command_leads_to_the_menu(stage):
    """Whatever a channel makes of a slash."""
    assert [MENU] == lines(stage.hear(Command("gibtesnicht")))


def test_german_is_shown_before_there_was_any_message(edition):
    """The language is asked for."""
    stage = Stage(edition, Session(), BEGIN)
    assert "In welcher Sprache" in lines(stage.hear(Command("deutsch")))[-1]


def test_a_person_is_kept_in_mind_until_the_language_is_chosen(edition):
    """Who first asks for a person gets there after one tap."""
    stage = Stage(edition, Session(), BEGIN)
    stage.hear(Command("mensch"))
    assert "Bitte schreiben Sie Ihre Frage." == lines(stage.press("Deutsch"))[-1]


def test_a_text_instead_of_a_language_answers_the_question_that_waited(stage):
    """The question for the language is an aside, once there is one."""
    stage.hear(Started("kind"))
    stage.hear(Command("sprache"))
    say(stage, "7")
    assert "nothing" == stage.session.waits


def test_a_deep_link_changes_the_language(edition):
    """``/start kind_de`` of somebody who spoke another language that is gone."""
    stage = Stage(edition, Session(language="xx", told=("privacy",)), BEGIN)
    shown = lines(stage.hear(Started("kind", "de")))
    assert shown[0].startswith("Diese Sprache haben wir im Moment leider nicht.")
    assert "Wie alt ist Ihr Kind?" == shown[-1]


@pytest.mark.parametrize(
    ("label", "last"),
    [
        ("Oben", MENU),
        ("Mensch", "Bitte schreiben Sie Ihre Frage."),
        ("Kind", "Wie alt ist Ihr Kind?"),
        ("Sprache", "Sprache Guten Tag! In welcher Sprache möchten Sie schreiben?"),
        ("Daten", "Sprache Guten Tag! In welcher Sprache möchten Sie schreiben?"),
        ("Hilfe", "Sprache Guten Tag! In welcher Sprache möchten Sie schreiben?"),
    ],
)
def test_every_command_can_be_called_from_a_flow(stage, label, last):
    """It answers, and the flow goes on below; the menu and a person are where the talk is then."""
    stage.hear(Started("wege"))
    assert last == lines(stage.press(label))[-1]


def test_after_a_called_language_question_the_flow_goes_on(stage):
    """At the step that the call names."""
    stage.hear(Started("wege"))
    stage.press("Hilfe")
    assert lines(stage.press("Deutsch"))[-1].startswith("Welcher Weg?")


# -- small sets, and what only an unchecked revision can do


@pytest.fixture
def smallest() -> Stage:
    """Only what must exist: a menu and a person."""
    kept = {name: raw for name, raw in small_files().items() if name.split("/")[1] in {"topics.yaml", "beratung.yaml"}}
    start = b"""flow: start
title: M
topic: allgemein
steps:
  a:
    choose: Was?
    options:
      - label: Mensch
        call: beratung
"""
    return Stage(made({**kept, "flows/start.yaml": start}), Session(language=DE, told=("de", "privacy")), BEGIN)


def test_the_smallest_set_has_a_help_card_and_a_word_on_privacy(smallest):
    """C01: without a file of numbers the program names 110 and 112; without a privacy flow it says what it does."""
    assert "110 (Polizei) oder 112" in lines(smallest.hear(Command("hilfe")))[0]
    assert "verschlüsselt" in lines(smallest.hear(Command("datenschutz")))[0]


def test_privacy_can_be_asked_for_first(smallest):
    """Before the language, where there is no flow for it: the menu follows."""
    stage = Stage(smallest.edition, Session(), BEGIN)
    stage.hear(Command("datenschutz"))
    assert "Was?  [Mensch]" == lines(stage.press("Deutsch"))[-1]


def test_a_talk_that_would_never_wait_ends_with_an_apology(edition):
    """At most a hundred steps in a sprint, although the checker lets no silent loop pass."""
    flow = edition.revision.flows["datenschutz"]
    loop = replace(flow, steps={"text": replace(flow.steps["text"], then=Goto("text"))})
    revision = replace(edition.revision, flows={**edition.revision.flows, "datenschutz": loop})
    sprint = advance(revision, Session(language=DE), Started("datenschutz"), BEGIN)
    assert 101 == len(sprint.effects)
    assert "talk.failed" == sprint.effects[-1].lines[0].text.key


REWORKED = "Dieser Teil wurde neu geschrieben. Wir fangen hier noch einmal an."


@pytest.mark.parametrize(
    ("below", "after"),
    [
        (
            Frame("alles", "kind", then="weg"),
            ["Das Wichtigste zuerst: Das Zeugnis kommt bald.", "Wie alt ist Ihr Kind?"],
        ),
        (Frame("weg", "kind", then="x"), [MENU]),
    ],
)
def test_a_caller_that_is_gone_is_said(edition, below, after):
    """The called flow ends, but where it would return is no more: its flow begins again, or the menu, saying so."""
    session = Session(language=DE, frames=(below, Frame("kind", "alter")), waits="step")
    stage = Stage(edition, session, BEGIN)
    assert [REWORKED, *after] == say(stage, "7")
    assert "step" == stage.session.waits


def test_words_for_a_step_that_is_gone_are_kept(edition):
    """Its flow begins again, and the words go to a person if one is asked."""
    session = Session(language=DE, frames=(Frame("kind", "weg"),), waits="step")
    stage = Stage(edition, session, BEGIN)
    assert "Wie alt ist Ihr Kind?" == say(stage, "Das ist eine lange Antwort")[-1]
    assert ("Das ist eine lange Antwort",) == stage.session.unheard


def test_calls_stack_at_most_eight_deep(edition):
    """A person is reached from the deepest talk; the oldest frame makes room."""
    frames = (*[Frame("alles", "noch-etwas", then="noch-etwas")] * 7, Frame("kind", "alter"))
    stage = Stage(edition, Session(language=DE, frames=frames, waits="step"), BEGIN)
    assert ["Bitte schreiben Sie Ihre Frage."] == lines(stage.hear(Command("mensch")))
    assert 8 == len(stage.session.frames)


def test_a_question_whose_step_is_gone_still_goes_to_a_person(edition):
    """A new revision took the step away while the parent was writing."""
    session = Session(language=DE, frames=(Frame("weg", "frage"),), waits="step", written=("Wichtig",))
    stage = Stage(edition, session, BEGIN)
    assert ('ticket topic=allgemein language=de "Wichtig"',) == stage.hear(WaitExpired()).effects


def test_words_for_a_person_reach_them_also_when_the_language_is_gone(edition):
    """A new revision took the language away while an adviser had the talk: the words arrive, and the language is asked."""
    session = Session(language="xx", owner="desk", question="open", told=("privacy",))
    shown = Stage(edition, session, BEGIN).hear(Said("Danke für Ihre Antwort!"))
    assert ('add "Danke für Ihre Antwort!"',) == shown.effects
    assert "[Deutsch]" not in written(shown.messages[-1]), "languages are the house's buttons"
    assert "Deutsch" in [button.label for button in shown.messages[-1].buttons]


@pytest.mark.parametrize("words", ["5", "Weiter"])
def test_after_a_pause_a_typed_button_is_used_only_after_asking(stage, words):
    """It means the same when the parent goes on; only a press is taken at once."""
    stage.hear(Started("alles"))
    say(stage, "7", "Ana", "1.1.2026")
    stage.pass_time(stage.now + timedelta(days=3))
    assert "Möchten Sie dort weitermachen?" in say(stage, words)[-1]
    assert ["Danke. Sie wählten: Weiter am 01.01.2026."] == lines(stage.press("Weitermachen"))
    assert ("", "") == (stage.session.held, stage.session.meant)
