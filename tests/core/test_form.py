"""``form``: the introduction, one question a message, the summary, changing, and leaving it half filled."""

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
    ask,
    asked,
    at,
    choose,
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

from bot.check.talks import BEGIN
from bot.flow.effect import Ignore, Passed
from bot.flow.event import (
    AdviserWrote,
    Chose,
    Command,
    Due,
    Said,
    Shared,
    Started,
    TicketClosed,
    Unreadable,
    WaitExpired,
)
from bot.flow.graph import Call, CallStep, End, Escalate, Form, Goto, Wording
from bot.flow.message import Chosen, Day, Line, Option, Own, Photo, Reply, interface
from bot.flow.session import FRAMES, Frame, Passage
from bot.flow.talk import MENU

NAME = replace(ask("name", "text"), wording=wording("f", "form", "name"), label=text("f", "form", "l-name"))
BORN = replace(ask("tag", "date"), wording=wording("f", "form", "tag", "name"), label=text("f", "form", "l-tag"))
KITA = replace(ask("kita", "yes_or_no", optional=True), wording=wording("f", "form", "kita"))
FORM = Form("form", wording("f", "form", "form"), (NAME, BORN, KITA), Goto("ende"))
END = choose("f", "ende", weiter=End())
HOUSE = revision(flow("f", FORM, END))

YES = Chosen("yes", interface("button.yes"))
ANA, DAY = ("name", "Ana"), ("tag", Day(date(2020, 2, 1)))
FILLED = (("kita", YES), ANA, DAY)
ALL = ("name", "tag", "kita")
AFTER = asked("f", "ende", "choose", Option(pressed("ende", "weiter"), text("f", "ende", "weiter/label")))


def question(name: str, *options: Option, values=(), **fields) -> Reply:
    """Return a field's question as it is asked."""
    before = fields.pop("before", ())
    return Reply((*before, Line(text("f", "form", name), values)), options, EXTRAS, **fields)


ASK_NAME = question("name")
ASK_BORN = question("tag", values=(ANA,))
ASK_KITA = question("kita", yes("form", "kita.yes"), no("form", "kita.no"), skip("form", "kita.skip"))
CONFIRM = Option(pressed("form", ".confirm"), interface("button.confirm"))
CHANGE = Option(pressed("form", ".change"), interface("button.change"))


def labelled(name: str, answer, *, close: bool = False) -> Line:
    return Line(interface("form.labelled"), (("label", text("f", "form", f"l-{name}")), ("answer", answer)), close)


def summary(*options: Option, name="Ana", tag=DAY[1], kita=YES, before=()) -> Reply:
    lines = (
        *before,
        Line(interface("form.summary")),
        labelled("name", name),
        labelled("tag", tag, close=True),
        Line(text("f", "form", "kita")),
        Line(interface("form.answer"), (("answer", kita),), close=True),
        Line(interface("form.right")),
    )
    return Reply(lines, (CONFIRM, CHANGE, *options), EXTRAS)


FIELDS = (
    Option(pressed("form", "name."), text("f", "form", "l-name")),
    Option(pressed("form", "tag."), text("f", "form", "l-tag")),
    Option(pressed("form", "kita."), text("f", "form", "kita")),
)
WHICH = Reply((Line(interface("form.change")),), FIELDS, EXTRAS)


changed = msgspec.structs.replace


def inside(part: str, *done: str, answers=(), **fields):
    """Return a session in the form."""
    return at("form", part=part, asked=done, answers=answers, **fields)


SUMMED = inside(".summary", *ALL, answers=FILLED)


# -- filling in


def test_a_form_begins_with_its_introduction_and_the_first_question():
    """Two messages; nothing is done yet."""
    sprint = heard(HOUSE, at("weg", language=DE), BEGIN, Started("f"))
    assert (Reply((Line(text("f", "form", "form")),)), ASK_NAME) == sprint.effects
    assert inside("name", last=(ASK_NAME,), heard_at=BEGIN) == sprint.session


def test_the_questions_come_one_by_one_and_then_the_summary():
    """Answers may be shown in later questions; at the end each answer stands with its label or its question."""
    first = heard(HOUSE, inside("name", misses=1), BEGIN, Said("Ana"))
    trail = (Passage(text("f", "form", "name"), Own("Ana")),)
    assert ((ASK_BORN,), ()) == (first.effects, first.passed)
    assert inside("tag", "name", answers=(ANA,), trail=trail, last=(ASK_BORN,), heard_at=BEGIN) == first.session
    second = heard(HOUSE, first.session, BEGIN, Said("1.2.2020"))
    assert (ASK_KITA,) == second.effects
    third = heard(HOUSE, second.session, BEGIN, Chose(pressed("form", "kita.yes")))
    assert (summary(),) == third.effects
    assert (Frame("f", "form", FILLED, part=".summary", asked=ALL),) == third.session.frames
    assert ("step", 0, pressed("form", "kita.yes")) == (
        third.session.waits,
        third.session.misses,
        third.session.taken,
    )
    assert 3 == len(third.session.trail)


def test_what_was_skipped_says_so_in_the_summary():
    """No value, and no answer in the frame."""
    session = inside("kita", "name", "tag", answers=(ANA, DAY))
    sprint = heard(HOUSE, session, BEGIN, Chose(pressed("form", "kita.skip")))
    assert (summary(kita=interface("form.nothing")),) == sprint.effects
    assert (ANA, DAY) == sprint.session.frames[0].answers
    assert ALL == sprint.session.frames[0].asked


def test_a_wrong_answer_is_asked_again_as_everywhere():
    """With what fits, and a person after two."""
    sprint = heard(HOUSE, inside("tag", "name", answers=(ANA,), misses=1), BEGIN, Said("morgen"))
    why = Line(interface("ask.retry.date"))
    again = question("tag", PERSON, values=(ANA,), before=(why,))
    assert (again,) == sprint.effects
    assert inside("tag", "name", answers=(ANA,), misses=2, last=(again,), heard_at=BEGIN) == sprint.session


def test_a_photo_may_be_a_forms_answer():
    """It is shown by its word in the summary, and stands on the way."""
    field = replace(ask("bild", "photo"), wording=wording("f", "form", "bild"), label=text("f", "form", "l-bild"))
    house = revision(flow("f", replace(FORM, fields=(NAME, field)), END))
    session = inside("bild", "name", answers=(ANA,), misses=1)
    sprint = heard(house, session, BEGIN, Shared("photo", "Vorn", "kanal-1"))
    lines = sprint.effects[0].lines
    assert labelled("name", "Ana") == lines[1], "the first stands alone"
    answer = (("label", text("f", "form", "l-bild")), ("answer", Photo("kanal-1")))
    assert (Line(interface("form.labelled"), answer, close=True), Line(interface("form.right"))) == lines[-2:]
    assert (".summary", ("name", "bild")) == (sprint.session.frames[0].part, sprint.session.frames[0].asked)
    assert ("Vorn",) == sprint.session.unheard
    again = heard(house, session, BEGIN, Shared("photo", "Vorn"))
    assert question("bild", PERSON) == again.effects[-1]
    assert (2, "bild") == (again.session.misses, again.session.frames[0].part)


def test_a_summary_offers_the_words_that_its_questions_mark():
    """Only those that are shown, each once."""
    first, second = (
        Wording(text("f", "form", "a"), terms=("Kita", "OGS")),
        Wording(text("f", "form", "b"), terms=("Kita",)),
    )
    hidden = replace(NAME, wording=Wording(text("f", "form", "name"), terms=("Zeugnis",)))
    fields = (replace(KITA, wording=first), replace(KITA, name="b", save="b", wording=second), hidden)
    house = revision(flow("f", replace(FORM, fields=fields), END))
    session = inside("name", "kita", "b")
    sprint = heard(house, session, BEGIN, Said("Ana"))
    assert ("Kita", "OGS") == sprint.effects[0].terms
    assert ("term", *EXTRAS) == sprint.effects[0].extras


# -- the summary


@pytest.mark.parametrize("words", ["Stimmt nicht ganz", "x"])
def test_words_at_the_summary_are_a_miss(words):
    """It is shown again, as a choice is; the second time with a person."""
    sprint = heard(HOUSE, SUMMED, BEGIN, Said(words))
    assert (summary(before=(NOT_UNDERSTOOD,)),) == sprint.effects
    assert 1 == sprint.session.misses
    again = heard(HOUSE, sprint.session, BEGIN, Said(words))
    assert (summary(PERSON, before=(NOT_UNDERSTOOD,)),) == again.effects
    assert ((words, words) if len(words) > 11 else ()) == again.session.unheard


def test_words_near_a_button_of_the_summary_are_offered():
    """As everywhere where buttons answer."""
    session = inside(".summary", *ALL, answers=FILLED, last=(summary(),))
    sprint = heard(HOUSE, session, BEGIN, Said("Ja das stimmt", (CONFIRM.token,)))
    guess = Reply((Line(interface("choose.guess")),), (CONFIRM, OTHER), EXTRAS)
    assert (guess,) == sprint.effects
    assert ("Ja das stimmt", 1, (summary(), guess)) == (
        sprint.session.held,
        sprint.session.misses,
        sprint.session.last,
    )


def test_confirming_goes_on_with_all_answers():
    """The form is done: the frame is in no form any more, and the arrow is counted."""
    sprint = heard(HOUSE, SUMMED, BEGIN, Chose(CONFIRM.token))
    assert ((AFTER,), (Passed("f", "form", "ende"),)) == (sprint.effects, sprint.passed)
    assert at("ende", answers=FILLED, last=(AFTER,), taken=CONFIRM.token, heard_at=BEGIN) == sprint.session


def test_changing_asks_which_then_that_question_then_shows_the_summary_again():
    """The old answer is replaced, also on the parent's way."""
    trail = (Passage(text("f", "form", "name"), Own("Ana")), Passage(text("f", "form", "tag"), Own("01.02.2020")))
    session = inside(".summary", *ALL, answers=FILLED, trail=trail, misses=2, held="Das möchte ich ändern")
    which = heard(HOUSE, session, BEGIN, Chose(CHANGE.token))
    assert ("", ()) == (which.session.held, which.session.unheard), "it was guessed, and meant"
    assert ((WHICH,), 0, ".change") == (which.effects, which.session.misses, which.session.frames[0].part)
    name = heard(HOUSE, which.session, BEGIN, Chose(FIELDS[0].token))
    assert ((ASK_NAME,), ALL) == (name.effects, name.session.frames[0].asked)
    done = heard(HOUSE, name.session, BEGIN, Said("Ben"))
    assert (summary(name="Ben"),) == done.effects
    assert (trail[1], Passage(text("f", "form", "name"), Own("Ben"))) == done.session.trail
    assert ("tag", "kita", "name") == done.session.frames[0].asked
    assert "" == done.session.taken, "the same field can be changed once more"


def test_words_where_a_field_is_to_be_chosen_are_a_miss():
    """The fields are offered again."""
    sprint = heard(HOUSE, inside(".change", *ALL, answers=FILLED, misses=1), BEGIN, Said("alles"))
    assert (Reply((NOT_UNDERSTOOD, Line(interface("form.change"))), (*FIELDS, PERSON), EXTRAS),) == sprint.effects


@pytest.mark.parametrize("pressing", [CONFIRM.token, CHANGE.token, FIELDS[1].token])
def test_a_double_tap_in_a_form_does_nothing_twice(pressing):
    """The same press again is a duplicate."""
    once = heard(HOUSE, SUMMED, BEGIN, Chose(pressing))
    twice = heard(HOUSE, once.session, BEGIN, Chose(pressing))
    assert ((Ignore("pressed twice"),), once.session) == (twice.effects, twice.session)


# -- buttons of older messages


@pytest.mark.parametrize(
    ("name", "answer"), [("kita.yes", YES), ("kita.no", Chosen("no", interface("button.no"))), ("kita.skip", None)]
)
def test_an_old_button_of_a_field_answers_that_field(name, answer):
    """Whatever is asked now; after it comes what is still open."""
    session = inside("tag", "name", "kita", answers=(("kita", YES), ANA), misses=1)
    sprint = heard(HOUSE, session, BEGIN, Chose(pressed("form", name)))
    assert (ASK_BORN,) == sprint.effects
    frame = sprint.session.frames[0]
    assert (answer, "tag", ("name", "kita")) == (dict(frame.answers).get("kita"), frame.part, frame.asked)
    assert 0 == sprint.session.misses


@pytest.mark.parametrize(
    ("name", "shown", "part"),
    [
        ("name.", ASK_NAME, "name"),
        ("tag.", ASK_BORN, "tag"),
        (".confirm", ASK_BORN, "tag"),
        (".change", ASK_BORN, "tag"),
    ],
)
def test_while_something_is_open_it_is_asked_before_the_form_is_confirmed(name, shown, part):
    """An old button leads to its field if that was asked before, else to the first one that is open."""
    sprint = heard(HOUSE, inside("tag", "name", answers=(ANA,)), BEGIN, Chose(pressed("form", name)))
    assert ((shown,), part) == (sprint.effects, sprint.session.frames[0].part)


def test_an_old_button_comes_back_into_a_form_that_is_done():
    """All answers are held: the one is changed, and the summary is shown for confirming."""
    sprint = heard(HOUSE, at("ende", answers=(ANA, DAY)), BEGIN, Chose(pressed("form", "kita.yes")))
    assert (summary(),) == sprint.effects
    assert (Frame("f", "form", FILLED, part=".summary", asked=ALL),) == sprint.session.frames


def test_an_old_change_button_comes_back_into_a_form_that_is_done():
    """What was skipped counts as asked."""
    sprint = heard(HOUSE, at("ende", answers=(ANA, DAY)), BEGIN, Chose(CHANGE.token))
    assert ((WHICH,), ALL) == (sprint.effects, sprint.session.frames[0].asked)


def test_an_old_confirmation_of_a_form_that_is_done_goes_on_behind_it():
    """Nothing is open."""
    sprint = heard(HOUSE, at("ende", answers=FILLED), BEGIN, Chose(CONFIRM.token))
    assert ((AFTER,), (Frame("f", "ende", FILLED),)) == (sprint.effects, sprint.session.frames)


def test_an_old_button_whose_form_is_gone_from_the_stack_begins_it():
    """Its flow becomes the only frame; the answer counts, and what was never asked is asked."""
    sprint = heard(HOUSE, at("frage", "beratung"), BEGIN, Chose(pressed("form", "kita.yes")))
    assert (ASK_NAME,) == sprint.effects
    assert (Frame("f", "form", (("kita", YES),), part="name", asked=("kita",)),) == sprint.session.frames


def test_a_button_that_the_field_has_no_more_asks_it_again():
    """Its type has changed in between, and the table still names the button."""
    place = HOUSE.buttons[pressed("form", "kita.yes")]
    fields = (NAME, BORN, replace(KITA, type="text"))
    now = revision(flow("f", replace(FORM, fields=fields), END))
    now = replace(now, buttons={**now.buttons, pressed("form", "kita.yes"): place})
    sprint = heard(now, inside("tag", "name", answers=(ANA,)), BEGIN, Chose(pressed("form", "kita.yes")))
    assert (question("kita", skip("form", "kita.skip")),) == sprint.effects
    assert ("kita", ("name",)) == (sprint.session.frames[0].part, sprint.session.frames[0].asked)


def test_a_button_that_no_field_has_shows_what_is_asked():
    """A table that names a field which is no more."""
    place = replace(HOUSE.buttons[FIELDS[0].token], option="weg.")
    now = replace(HOUSE, buttons={**HOUSE.buttons, "a.alt": place})
    sprint = heard(now, SUMMED, BEGIN, Chose("a.alt"))
    assert (summary(),) == sprint.effects


# -- other revisions


@pytest.mark.parametrize(
    ("session", "shown"),
    [
        (inside("weg", "name", answers=(ANA,)), ASK_BORN),
        (inside(".summary", *ALL, answers=(ANA, ("kita", YES), ("tag", "gestern"))), question("tag", values=(ANA,))),
        (inside(".change", "name", "tag", answers=(ANA, DAY)), ASK_KITA),
        (inside(".summary", "name", "tag", "kita", "weg", answers=FILLED), summary()),
        (inside(".summary", *ALL, answers=(("kita", YES), DAY)), ASK_NAME),
        (inside(".summary", *ALL, answers=(ANA, ("kita", "x"), DAY)), ASK_KITA),
    ],
)
def test_a_form_that_was_edited_asks_what_it_lacks(session, shown):
    """Fields vanished, appeared, or are of another type now: the first that lacks its answer, else the summary."""
    assert shown == heard(HOUSE, session, BEGIN, Unreadable()).effects[-1]


@pytest.mark.parametrize(
    ("session", "shown"),
    [
        (at("form", answers=(ANA,)), (Reply((Line(text("f", "form", "form")),)), ASK_NAME)),
        (inside(".summary", "name", answers=(ANA,)), (ASK_BORN,)),
        (inside("weg", "name", answers=(ANA,)), (ASK_BORN,)),
    ],
)
def test_words_for_a_form_that_asks_something_else_now_are_kept(session, shown):
    """They are no answer to what the parent has not seen."""
    sprint = heard(HOUSE, session, BEGIN, Said("Eine lange Antwort"))
    assert shown == sprint.effects
    assert (("Eine lange Antwort",), 0) == (sprint.session.unheard, sprint.session.misses)


def test_a_form_without_questions_is_only_confirmed():
    """No revision that was checked has one."""
    house = revision(flow("f", replace(FORM, fields=()), END))
    sprint = heard(house, at("weg"), BEGIN, Started("f"))
    lines = (Line(interface("form.summary")), Line(interface("form.right")))
    assert Reply(lines, (CONFIRM, CHANGE), EXTRAS) == sprint.effects[-1]
    assert (AFTER,) == heard(house, sprint.session, BEGIN, Chose(CONFIRM.token)).effects


def test_a_form_whose_last_open_question_is_gone_is_at_its_summary():
    """Also for what comes next: words there are a miss, a photo is none of its answers."""
    sprint = heard(HOUSE, inside("weg", *ALL, answers=FILLED), BEGIN, Unreadable())
    assert (Frame("f", "form", FILLED, part=".summary", asked=ALL),) == sprint.session.frames


def test_what_another_form_had_asked_does_not_count_here():
    """A step that was a form is none any more, and the talk went on from it: the next form begins from its beginning."""
    house = revision(flow("f", ask("davor", "text", Goto("form")), FORM, END))
    sprint = heard(house, at("davor", asked=("name",), answers=(ANA,)), BEGIN, Said("x"))
    assert ASK_NAME == sprint.effects[-1]
    assert ("name", ()) == (sprint.session.frames[0].part, sprint.session.frames[0].asked)


def test_a_form_that_is_entered_again_asks_everything_again():
    """As where a choice leads back to it: what was answered before is asked again."""
    back = choose("f", "ende", nochmal=Goto("form"))
    house = revision(flow("f", FORM, back))
    sprint = heard(house, at("ende", answers=FILLED), BEGIN, Chose(pressed("ende", "nochmal")))
    assert ASK_NAME == sprint.effects[-1]
    assert (Frame("f", "form", FILLED, part="name"),) == sprint.session.frames


# -- leaving

HALF = inside("tag", "name", answers=(ANA,), misses=1)
RESUME = Option("t.resume", interface("button.resume"))
LEAVE = Option("t.leave", interface("button.leave"))
STAY = notice("form.leave", RESUME, LEAVE, extras=("help", "person"))


def leaving(going: str = "start", session=HALF):
    return changed(session, waits="leave", going=going, last=(STAY,), heard_at=BEGIN)


@pytest.mark.parametrize(
    ("event", "going"),
    [
        (Command("menu"), "start"),
        (Chose("c.menu"), "start"),
        (Command("gibtesnicht"), "start"),
        (Started(), "start"),
        (Started("weg"), "start"),
        (Started("datenschutz"), "datenschutz"),
        (Started("f"), "f"),
        (Chose("s.datenschutz"), "datenschutz"),
    ],
)
@pytest.mark.parametrize("session", [HALF, SUMMED])
def test_leaving_a_half_filled_form_asks_first(event, going, session):
    """The menu, a start, a deep link, the button of a reminder: nothing is dropped before the parent has said so."""
    sprint = heard(HOUSE, session, BEGIN, event)
    assert (STAY,) == sprint.effects
    assert leaving(going, session) == sprint.session


def test_a_form_without_any_answer_is_simply_left():
    """There is nothing to lose."""
    sprint = heard(HOUSE, inside("name"), BEGIN, Command("menu"))
    assert ("start",) == tuple(frame.flow for frame in sprint.session.frames)


def test_going_on_asks_the_same_question_again():
    """The answers are still there."""
    sprint = heard(HOUSE, leaving(), BEGIN, Chose("t.resume"))
    assert (ASK_BORN,) == sprint.effects
    assert (HALF.frames, "step", 0) == (sprint.session.frames, sprint.session.waits, sprint.session.misses)


@pytest.mark.parametrize(
    ("going", "flows"), [("start", ("start",)), ("datenschutz", ()), ("weg", ("start",)), ("f", ("f",))]
)
def test_leaving_all_the_same_goes_where_the_parent_wanted_to_go(going, flows):
    """The frames are dropped; a flow that is gone meanwhile is the menu."""
    sprint = heard(HOUSE, leaving(going), BEGIN, Chose("t.leave"))
    assert flows == tuple(frame.flow for frame in sprint.session.frames)
    assert all(frame.answers == () for frame in sprint.session.frames)
    assert ("nothing" if not flows else "step") == sprint.session.waits


@pytest.mark.parametrize(
    ("event", "going"),
    [(Command("menu"), "start"), (Started(), "start"), (Started("f"), "f"), (Chose("s.datenschutz"), "datenschutz")],
)
def test_the_same_command_again_goes(event, going):
    """Said twice it is meant."""
    sprint = heard(HOUSE, leaving(going), BEGIN, event)
    assert STAY not in sprint.effects
    assert () == tuple(answer for frame in sprint.session.frames for answer in frame.answers)


def test_another_command_asks_again():
    """It leads elsewhere."""
    sprint = heard(HOUSE, leaving("start"), BEGIN, Started("f"))
    assert ((STAY,), leaving("f")) == (sprint.effects, sprint.session)


def test_words_instead_of_an_answer_are_kept_and_it_is_asked_again():
    """They are no answer to the form's question."""
    sprint = heard(HOUSE, leaving(), BEGIN, Said("Ich weiß es nicht"))
    assert (STAY,) == sprint.effects
    assert changed(leaving(), unheard=("Ich weiß es nicht",)) == sprint.session


@pytest.mark.parametrize("pressing", ["t.leave", "t.resume"])
def test_an_answer_to_nothing_is_a_duplicate(pressing):
    """Pressed twice, or too late."""
    sprint = heard(HOUSE, HALF, BEGIN, Chose(pressing))
    assert ((Ignore("pressed twice"),), changed(HALF, heard_at=BEGIN)) == (sprint.effects, sprint.session)


@pytest.mark.parametrize("event", [Unreadable(), Command("hilfe"), Command("stopp"), Chose("aaaaaaaaaaaaaaaa")])
def test_asides_repeat_the_question_whether_to_leave(event):
    """And keep where the parent wants to go."""
    sprint = heard(HOUSE, leaving("f"), BEGIN, event)
    assert STAY == sprint.effects[-1]
    assert ("leave", "f", HALF.frames) == (sprint.session.waits, sprint.session.going, sprint.session.frames)


def test_a_button_of_the_form_answers_instead():
    """Who presses knows what they want."""
    session = leaving(session=inside("kita", "name", "tag", answers=(ANA, DAY)))
    sprint = heard(HOUSE, session, BEGIN, Chose(pressed("form", "kita.yes")))
    assert (summary(),) == sprint.effects
    assert "step" == sprint.session.waits


@pytest.mark.parametrize("event", [Command("hilfe"), Command("deutsch"), Command("datenschutz"), Command("stopp")])
def test_asides_do_not_lose_a_form(event):
    """The question comes back, with all that was answered."""
    sprint = heard(HOUSE, changed(HALF, last=(ASK_BORN,)), BEGIN, event)
    frames = tuple(changed(frame, then="") for frame in sprint.session.frames)
    assert (HALF.frames, "step") == (frames, sprint.session.waits)
    assert (ASK_KITA,) == heard(HOUSE, sprint.session, BEGIN, Said("1.2.2020")).effects


def test_another_language_does_not_lose_a_form():
    """It is asked on in that language."""
    asking = heard(HOUSE, HALF, BEGIN, Command("sprache"))
    sprint = heard(HOUSE, asking.session, BEGIN, Chose("l.tr"))
    assert (HALF.frames, TR, "step") == (sprint.session.frames, sprint.session.language, sprint.session.waits)
    assert changed(ASK_BORN, extras=("german", *EXTRAS)) == sprint.effects[-1]


def test_a_deep_link_in_another_language_asks_in_that_language():
    """The form speaks it, too."""
    whole = {**HOUSE.whole, "f": frozenset({DE})}
    sprint = heard(replace(HOUSE, whole=whole), HALF, BEGIN, Started("start", TR))
    assert ("leave", TR, DE) == (sprint.session.waits, sprint.session.language, sprint.session.frames[0].language)


# -- a person and a form

ASKING = heard(HOUSE, HALF, BEGIN, Command("mensch")).session
"""The parent has asked for a person in the middle of the form."""
WAITING = (changed(HALF.frames[0], then="form"),)


def test_asking_for_a_person_leaves_the_form_below():
    """The question is written above it."""
    assert (*WAITING, Frame("beratung", "frage")) == ASKING.frames


def test_a_question_that_was_begun_above_a_form_is_brought_to_a_person_when_the_parent_goes_back():
    """Nothing that was written is thrown away, and the form goes on."""
    writing = heard(HOUSE, ASKING, BEGIN, Said("Meine Frage an Sie"), Command("menu"))
    assert ("leave", "start") == (writing.session.waits, writing.session.going)
    back = heard(HOUSE, writing.session, BEGIN, Chose("t.resume"))
    assert ("Meine Frage an Sie",) == back.effects[0].written
    assert ASK_BORN == back.effects[-1]
    assert (WAITING, "step", "bot", ()) == (
        back.session.frames,
        back.session.waits,
        back.session.owner,
        back.session.written,
    )


DESK = heard(HOUSE, ASKING, BEGIN, Said("Meine Frage an Sie"), Chose("t.done"))
"""The question is with a person, the form still half filled."""


def test_a_form_waits_below_while_a_person_has_the_talk():
    """``escalate`` drops the frames above it, and those only."""
    assert (WAITING, "resume", "desk", 0) == (
        DESK.session.frames,
        DESK.session.waits,
        DESK.session.owner,
        DESK.session.misses,
    )
    assert (Passed("beratung", "frage", ""),) == DESK.passed


def test_words_go_to_the_person_and_not_into_the_form():
    """Also a day later."""
    sprint = heard(HOUSE, DESK.session, BEGIN + timedelta(days=2), Said("1.2.2020"))
    assert ("1.2.2020",) == sprint.effects[0].written
    assert WAITING == sprint.session.frames


@pytest.mark.parametrize("event", [Command("hilfe"), Command("stopp"), Unreadable(), Chose("aaaaaaaaaaaaaaaa")])
def test_while_a_person_has_the_talk_the_form_is_not_asked(event):
    """Only the aside is said."""
    sprint = heard(HOUSE, DESK.session, BEGIN, event)
    assert 1 == len([effect for effect in sprint.effects if isinstance(effect, Reply)])
    assert (WAITING, "resume", "desk") == (sprint.session.frames, sprint.session.waits, sprint.session.owner)


def test_privacy_is_shown_above_a_form_that_waits_for_the_person():
    """It is said, the menu is offered, and the form waits as before."""
    sprint = heard(HOUSE, DESK.session, BEGIN, Command("datenschutz"))
    assert (Reply((Line(text("datenschutz", "text", "say")),), (MENU,)),) == sprint.effects
    assert (WAITING[0].asked, "resume", "desk") == (
        sprint.session.frames[0].asked,
        sprint.session.waits,
        sprint.session.owner,
    )


def test_another_language_leaves_the_talk_with_the_person():
    """The change is said; nothing is asked."""
    asking = heard(HOUSE, DESK.session, BEGIN, Command("sprache"))
    sprint = heard(HOUSE, asking.session, BEGIN, Chose("l.tr"))
    assert 1 == len(sprint.effects)
    assert (WAITING, "resume", "desk", TR) == (
        sprint.session.frames,
        sprint.session.waits,
        sprint.session.owner,
        sprint.session.language,
    )


@pytest.mark.parametrize(("event", "after"), [(Command("menu"), None), (TicketClosed(), Said("Guten Tag"))])
def test_the_form_comes_back_when_the_talk_is_the_bots_again(event, after):
    """By the menu, which asks first; or by the first words after the closing."""
    sprint = heard(HOUSE, DESK.session, BEGIN, *([event] if after is None else [event, after]))
    assert "t.resume" in [option.token for option in sprint.effects[-1].options]
    assert "bot" == sprint.session.owner
    back = heard(HOUSE, sprint.session, BEGIN, Chose("t.resume"))
    assert ("tag", "step") == (back.session.frames[0].part, back.session.waits)


def test_going_on_from_beside_the_person_asks_the_form_again():
    """A button further up: the talk is the bot's."""
    sprint = heard(HOUSE, DESK.session, BEGIN, Chose("t.resume"))
    assert ((ASK_BORN,), "bot", "step") == (sprint.effects, sprint.session.owner, sprint.session.waits)


def test_a_button_of_the_form_takes_the_talk_from_the_person():
    """The ticket stays open."""
    sprint = heard(HOUSE, DESK.session, BEGIN, Chose(pressed("form", "kita.no")))
    assert ((ASK_BORN,), "bot", "open", "") == (
        sprint.effects,
        sprint.session.owner,
        sprint.session.question,
        sprint.session.frames[0].then,
    )


def test_answering_the_adviser_leaves_the_form_below():
    """The talk is the desk's, the form waits."""
    session = heard(HOUSE, DESK.session, BEGIN, Command("menu"), Chose("t.resume"), AdviserWrote("Ja")).session
    sprint = heard(HOUSE, session, BEGIN, Chose("t.answer"))
    assert (notice("question.write_now", MENU),) == sprint.effects
    assert ("desk", "resume", ("name",)) == (
        sprint.session.owner,
        sprint.session.waits,
        sprint.session.frames[0].asked,
    )


def test_silence_brings_a_question_above_a_form_to_a_person():
    """Ten minutes later, as everywhere; the form stays."""
    sprint = heard(HOUSE, heard(HOUSE, ASKING, BEGIN, Said("Frage")).session, BEGIN, WaitExpired())
    assert ("desk", WAITING, "resume") == (sprint.session.owner, sprint.session.frames, sprint.session.waits)


def test_a_person_asked_for_twice_is_asked_once():
    """The question is repeated; the form stays below."""
    sprint = heard(HOUSE, ASKING, BEGIN, Command("mensch"))
    assert ASKING.frames == sprint.session.frames


def test_who_is_in_the_form_of_the_way_to_a_person_is_on_the_way():
    """``beratung`` may ask something first: asking for a person there repeats what is asked, and loses nothing."""
    way = replace(FORM, then=Goto("frage"))
    house = revision(flow("beratung", way, Escalate("frage", wording("beratung", "frage", "escalate"))))
    session = at("form", "beratung", part="tag", asked=("name",), answers=(ANA,))
    sprint = heard(house, session, BEGIN, Command("mensch"))
    assert session.frames == sprint.session.frames
    assert (Line(text("f", "form", "tag"), (ANA,)),) == sprint.effects[-1].lines


def test_a_person_asked_for_above_a_form_never_cuts_it_off():
    """Also where the talk had been with ``beratung`` before: only what is above the form makes room."""
    frames = (Frame("beratung", "frage", then="frage"), *WAITING, Frame("start", "wohin"))
    session = at("x", frames=frames)
    sprint = heard(HOUSE, session, BEGIN, Command("mensch"))
    assert (*frames[:2], Frame("start", "wohin", then="wohin"), Frame("beratung", "frage")) == sprint.session.frames


def test_a_form_deep_in_the_stack_asks_before_it_is_left():
    """It need not be what waits."""
    frames = (*WAITING, Frame("beratung", "frage"))
    sprint = heard(HOUSE, at("x", frames=frames), BEGIN, Command("menu"))
    assert ((STAY,), frames) == (sprint.effects, sprint.session.frames)


@pytest.mark.parametrize(
    "frame",
    [
        Frame("weg", "form", asked=("name",)),
        Frame("f", "weg", asked=("name",)),
        Frame("f", "ende", asked=("name",)),
        Frame("f", "form", part="name"),
    ],
)
def test_a_form_that_is_no_more_is_not_asked_about(frame):
    """Its flow, its step, or its answers are gone: there is nothing to lose."""
    sprint = heard(HOUSE, at("x", frames=(frame,)), BEGIN, Command("menu"))
    assert ("start",) == tuple(each.flow for each in sprint.session.frames)


def test_a_renamed_form_is_still_asked_about():
    """Its step has another name now; its old buttons go on with it."""
    house = revision(flow("f", replace(FORM, name="neu"), END, was={"form": "neu"}))
    asking = heard(house, HALF, BEGIN, Command("menu"))
    assert (STAY,) == asking.effects
    sprint = heard(house, changed(asking.session, frames=HALF.frames), BEGIN, Chose(pressed("form", "kita.yes")))
    assert (ASK_BORN,) == sprint.effects
    assert ("name", "kita") == sprint.session.frames[0].asked


# -- without a language, and late


def lost(session):
    return changed(session, language=None, hint=DE)


@pytest.mark.parametrize("event", [Command("menu"), Started("datenschutz"), Chose("s.datenschutz")])
def test_without_a_language_the_form_comes_back_after_it_was_chosen(event):
    """A language that is gone is asked for first; nothing is dropped meanwhile."""
    sprint = heard(HOUSE, lost(HALF), BEGIN, event)
    assert ("language", HALF.frames) == (sprint.session.waits, sprint.session.frames)
    back = heard(HOUSE, sprint.session, BEGIN, Chose("l.de"))
    assert (ASK_BORN, "step") == (back.effects[-1], back.session.waits)


@pytest.mark.parametrize(("name", "flow_name"), [("mensch", "beratung"), ("datenschutz", "datenschutz")])
def test_without_a_language_a_person_is_reached_above_the_form(name, flow_name):
    """One tap for the language, and the form waits below."""
    sprint = heard(HOUSE, lost(HALF), BEGIN, Command(name))
    first = {each.name: each.first for each in HOUSE.flows.values()}[flow_name]
    assert (*WAITING, Frame(flow_name, first)) == sprint.session.frames
    chosen = heard(HOUSE, sprint.session, BEGIN, Chose("l.de")).session
    assert "Ana" == dict(chosen.frames[0].answers)["name"]


def test_without_a_language_the_stack_stays_within_its_bound():
    """The oldest frame makes room."""
    frames = (*[Frame("start", "wohin", then="wohin")] * (FRAMES - 1), *HALF.frames)
    sprint = heard(HOUSE, lost(at("x", frames=frames)), BEGIN, Command("mensch"))
    assert (*frames[1:-1], *WAITING, Frame("beratung", "frage")) == sprint.session.frames


def test_after_a_day_words_for_a_form_are_used_only_after_asking():
    """Going on uses what was typed as the answer."""
    late = BEGIN + timedelta(hours=24, seconds=1)
    sprint = heard(HOUSE, changed(HALF, heard_at=BEGIN), late, Said("1.2.2020"))
    resume = notice("talk.resume", RESUME, MENU, flow=HOUSE.flows["f"].title)
    assert ((resume,), "resume", "1.2.2020") == (sprint.effects, sprint.session.waits, sprint.session.held)
    back = heard(HOUSE, sprint.session, late, Chose("t.resume"))
    assert ((ASK_KITA,), ("name", "tag"), "") == (back.effects, back.session.frames[0].asked, back.session.held)


def test_until_a_day_has_passed_words_are_simply_used():
    """Twenty-four hours are not yet long ago."""
    session = changed(HALF, heard_at=BEGIN)
    assert (ASK_KITA,) == heard(HOUSE, session, BEGIN + timedelta(hours=24), Said("1.2.2020")).effects


def test_a_reminder_in_the_middle_of_a_form_changes_nothing():
    """It is said, and the question waits as before."""
    sprint = heard(HOUSE, changed(HALF, last=(ASK_BORN,)), BEGIN, Due("f", date(2026, 11, 10)))
    assert (HALF.frames, "step", 1, None) == (
        sprint.session.frames,
        sprint.session.waits,
        sprint.session.misses,
        sprint.session.heard_at,
    )
    assert (ASK_BORN, sprint.effects[0]) == sprint.session.last


def test_a_form_in_a_called_flow_returns_to_its_caller():
    """The caller goes on, and both arrows are counted."""
    caller = flow(
        "oben", CallStep("ruf", Call("f", Goto("danach"), save=("name",))), say("oben", "danach", End(), "name")
    )
    house = revision(flow("f", replace(FORM, then=End())), caller)
    session = at("form", "f", Frame("oben", "ruf", then="danach"), part=".summary", asked=ALL, answers=FILLED)
    frames = (session.frames[0], changed(session.frames[1], save=("name",)))
    sprint = heard(house, changed(session, frames=frames), BEGIN, Chose(CONFIRM.token))
    assert (Passed("f", "form", ""), Passed("oben", "ruf", "danach"), Passed("oben", "danach", "")) == sprint.passed
    assert (("name", "Ana"),) == sprint.effects[0].lines[0].values


def test_a_form_in_german_stays_german():
    """Where its flow is not there in the parent's language, all of the summary is said in German."""
    frames = (changed(SUMMED.frames[0], language=DE),)
    house = replace(HOUSE, whole={**HOUSE.whole, "f": frozenset({DE})})
    sprint = heard(house, changed(SUMMED, language=TR, frames=frames), BEGIN, Unreadable())
    assert changed(summary(), language=DE) == sprint.effects[-1]
