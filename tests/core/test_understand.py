"""What typed words mean: slashes, labels, numbers, command words; and when they mean nothing but themselves."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.flow import token
from bot.flow.event import AskedMore, Chose, Command, Said
from bot.flow.message import Line, Option, Own, Reply, Text, content, interface
from bot.flow.session import Frame, Session
from bot.model import Language
from bot.text.catalogs import Catalogs
from bot.text.fold import LIMIT, fold
from bot.text.interface import ENGLISH_WORDS, GERMAN
from bot.text.understand import asks_for_help, learn, understand

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


# -- buttons that are no options

DEMO = Language("tr")
TR_BUTTONS = {"button.yes": "Evet", "button.no": "Hayır", "button.skip": "Atla", "button.confirm": "Evet, doğru"}
HOUSE = learn(
    Catalogs({"flows": FLOWS, "bot": GERMAN}, {DEMO: {"bot": {**TR["bot"], **TR_BUTTONS}, "flows": TR["flows"]}}, ())
)
YES, NO, SKIP = (
    Option(token.button("f", "q", f".{name}"), interface(f"button.{name}")) for name in ("yes", "no", "skip")
)
CONFIRM = Option(token.button("f", "form", ".confirm"), interface("button.confirm"))
CHANGE = Option(token.button("f", "form", ".change"), interface("button.change"))
OTHER = Option("t.other", interface("button.other"))
PERSON = Option("t.person", interface("button.ask_person"))
OPTIONS = QUESTION.options


def asking(*options: Option, **fields) -> Session:
    """Return a session that waits at a question with these buttons."""
    reply = Reply((Line(content("f", "s", "choose")),), options)
    return Session(**{"language": DEMO, "frames": (Frame("f", "s"),), "waits": "step", "last": (reply,), **fields})


def heard(words: str, session: Session):
    return understand(Said(words), session, HOUSE)


@pytest.mark.parametrize(
    ("words", "option"),
    [
        ("Evet", YES),
        ("ja", YES),
        ("YES!", YES),
        ("Hayır", NO),
        ("hayir", NO),
        ("Nein.", NO),
        ("no", NO),
        ("skip", SKIP),
    ],
)
def test_yes_and_no_are_understood_in_three_languages(words, option):
    """The parent's, German, English."""
    assert Chose(option.token) == heard(words, asking(YES, NO, SKIP))


@pytest.mark.parametrize(
    ("words", "options", "meant"),
    [
        ("ja", (CONFIRM, CHANGE), CONFIRM),
        ("evet", (CONFIRM, CHANGE), CONFIRM),
        ("nein", (CONFIRM, CHANGE), CHANGE),
        ("yes", (Option("t.resume", interface("button.resume")), Option("c.menu", interface("button.menu"))), None),
        ("hayır", (Option("t.resume", interface("button.resume")), Option("t.leave", interface("button.leave"))), None),
    ],
)
def test_a_simple_yes_or_no_answers_a_question_that_asks_for_one(words, options, meant):
    """Whether the summary is right, whether to go on."""
    expected = meant or options[0 if words == "yes" else 1]
    assert Chose(expected.token) == heard(words, asking(*options, waits="step" if meant else "leave"))


def test_an_adviser_like_label_of_its_own_words_stands_for_nothing_else():
    """A button that carries somebody's own words is pressed by nothing typed."""
    assert Said("ja") == heard("ja", asking(Option("aaaaaaaaaaaaaaaa", Own("ja"))))


@pytest.mark.parametrize(
    ("words", "help_"), [("HILFE!", True), ("نجدة", True), ("sos", True), ("Menü", False), ("", False)]
)
def test_c01_a_word_for_help_is_known_in_every_language(words, help_):
    """C01: also where a button in sight is labelled the same."""
    assert help_ == asks_for_help(Said(words), WORDS)


def test_a_label_wins_over_what_a_yes_stands_for():
    """An option that is called so is meant."""
    called = Option("aaaaaaaaaaaaaaaa", interface("button.yes"))
    assert Chose(called.token) == heard("ja", asking(CONFIRM, called))


@pytest.mark.parametrize("words", ["yes", "skip"])
def test_what_a_yes_stands_for_is_only_words_for_a_person(words):
    """While one has the talk, or the parent writes their question."""
    assert Said(words) == heard(words, asking(CONFIRM, SKIP, owner="desk"))
    assert Said(words) == heard(words, asking(CONFIRM, SKIP, written=("Frage",)))


@pytest.mark.parametrize(("words", "pressed"), [("1", A), ("2", B), ("3", "")])
def test_no_number_presses_a_button_that_is_no_option(words, pressed):
    """Skip, a person, a reminder's buttons: a typed 1 may be the answer."""
    house = (SKIP, PERSON, Option("c.menu", interface("button.menu")), Option("s.f", interface("button.open")))
    session = asking(*house, OPTIONS[0], Option("m.1.n", interface("button.more")), OPTIONS[1])
    assert (Chose(pressed) if pressed else Said(words)) == heard(words, session)


@pytest.mark.parametrize(("words", "pressed"), [("1", "a.yes"), ("2.", "a.no"), ("3", "")])
def test_a_number_answers_where_nothing_else_is_asked_for(words, pressed):
    """Yes and no, or confirm and change, are numbered like any options: nobody types a number as an answer there."""
    session = asking(Option("a.yes", interface("button.yes")), Option("a.no", interface("button.no")), PERSON)
    assert (Chose(pressed) if pressed else Said(words)) == heard(words, session)


def test_a_number_chooses_a_language():
    """The languages are numbered, too."""
    languages = (Option("l.de", content("x")), Option("l.tr", content("y")))
    assert Chose("l.tr") == heard("2", asking(*languages, waits="language"))
    assert Said("2") == heard("2", asking(*languages, waits="nothing"))


def test_a_number_counts_over_all_options_also_those_on_other_pages():
    """And a label of another page is understood."""
    many = tuple(Option(token.option("f", "s", f"o{n}"), content("f", "s", f"o{n}", "label")) for n in range(30))
    assert Chose(many[28].token) == heard("29", asking(*many))
    assert Chose(A) == heard("Cadde", asking(*many, OPTIONS[0]))


# -- near labels


def test_near_labels_of_the_waiting_question_are_guessed():
    """In the parent's language or in German; the words stay as they were typed."""
    assert Said("Caddde!", (A,)) == heard("Caddde!", asking(*OPTIONS))
    assert Said("Die Strassen", (A,)) == heard("Die Strassen", asking(*OPTIONS))
    assert Said("Ganz woanders", ()) == heard("Ganz woanders", asking(*OPTIONS))


def test_a_short_label_is_guessed_as_well():
    """Where a button has two."""
    option = Option(A, content("f", "s", "choose"), content("f", "s", "a", "label"))
    assert Said("Die Strassen", (A,)) == heard("Die Strassen", asking(option))


@pytest.mark.parametrize(
    "fields",
    [
        {"owner": "desk"},
        {"written": ("Frage",)},
        {"waits": "language"},
        {"waits": "resume"},
        {"waits": "leave"},
        {"waits": "nothing"},
        {"last": ()},
    ],
)
def test_nothing_is_guessed_where_words_mean_themselves(fields):
    """A person reads them, they are the question, or no step waits."""
    assert Said("Caddde") == heard("Caddde", asking(*OPTIONS, **fields))


def test_the_end_of_a_question_is_never_guessed():
    """Who writes to a person does not write a label."""
    assert Said("Fertik") == heard("Fertik", asking(Option("t.done", interface("button.done"))))


def test_only_the_waiting_question_is_guessed_at():
    """Not what came in between."""
    between = Reply((), (OPTIONS[0],))
    session = asking(OPTIONS[1])
    assert Said("Caddde") == heard("Caddde", asking(last=(*session.last, between)))


GUESS = Reply((), (OPTIONS[1], OTHER, PERSON))


@pytest.mark.parametrize(
    ("words", "pressed"),
    [("ja", B), ("evet", B), ("yes", B), ("1", B), ("İstanbul’a", B), ("Cadde", A), ("nein", "t.other"), ("2", "")],
)
def test_a_guess_is_confirmed_by_a_yes_a_number_or_its_label(words, pressed):
    """And refused by a no; the question's own labels still count."""
    session = asking(*OPTIONS)
    session = asking(last=(*session.last, GUESS))
    assert (Chose(pressed) if pressed else Said(words)) == heard(words, session)


def test_a_yes_confirms_one_guess_only():
    """Of two nobody knows which."""
    session = asking(*OPTIONS)
    session = asking(last=(*session.last, Reply((), (*OPTIONS[:2], OTHER))))
    assert Said("ja") == heard("ja", session)


def test_more_buttons_can_be_asked_for_by_their_label():
    """Where there are buttons at all."""
    session = asking(*OPTIONS)
    assert AskedMore(session.last[0]) == heard("Weitere Antworten", session)
    assert Said("Weitere Antworten") == heard("Weitere Antworten", asking())
    assert Said("Weitere Antworten") == heard("Weitere Antworten", asking(last=()))


@pytest.mark.parametrize("words", ["Stopp", "stop", "unsubscribe"])
def test_stopp_counts_always(words):
    """Also while a person has the talk: reminders come then, too."""
    assert Command("stopp") == meant(words, DESK)


def test_what_was_typed_for_a_button_is_kept_with_it():
    """It may have to wait until the parent has said whether to go on."""
    assert ["cadde!", "1"] == [meant("cadde!").words, meant(" 1 ").words]


# -- the question for the language

HOUSES = [Option(f"l.{code}", Text("language", code)) for code in ("de", "tr", "ar", "fa", "fa_AF", "sr_Latn", "uk")]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("tr", "tr"), ("TR", "tr"), ("Türkçe", "tr"), ("turkce", "tr"), ("türkisch", "tr"), ("Turkish", "tr"),
        ("التركية", "tr"), ("arabisch", "ar"), ("عربي", "ar"), ("العربية", "ar"), ("Arapça", "ar"), ("german", "de"),
        ("persisch", "fa"), ("Dari", "fa_AF"), ("kroatisch", "sr_Latn"), ("bosanski", "sr_Latn"), ("українська", "uk"),
        ("türkish", "tr"), ("nur arabisch bitte", "ar"),
    ],
)  # fmt: skip
def test_a_language_is_understood_by_what_people_call_it(words, code):
    """At its question: by code, its own name, its name in any offered language or English, and nearly so."""
    assert Chose(f"l.{code}") == heard(words, asking(*HOUSES, waits="language"))
    assert Chose(f"l.{code}") == heard(words, asking(*HOUSES, waits="language", language=None))


@pytest.mark.parametrize(
    "words", ["klingonisch", "Mein Kind spricht zu Hause arabisch", "x", "ja", "Afghanistan bitte"]
)
def test_what_is_no_languages_name_chooses_none(words):
    """A sentence is a question, not a choice."""
    assert Said(words) == heard(words, asking(*HOUSES, waits="language"))


@pytest.mark.parametrize("fields", [{"waits": "step"}, {"waits": "language", "owner": "desk"}])
def test_a_languages_name_is_a_word_like_any_other_elsewhere(fields):
    """Only where it is asked for, and not while a person has the talk."""
    assert not isinstance(heard("arabisch", asking(*HOUSES, **fields)), Chose)


# -- a guess above a question of yes and no


def test_a_yes_or_no_answers_the_guess_and_not_the_question_below():
    """What was asked last is what is answered."""
    options = tuple(Option(each, interface(f"button.{name}")) for each, name in (("a.yes", "yes"), ("a.no", "no")))
    guess = Reply((), (OPTIONS[0], OTHER))
    session = asking(*options, last=(Reply((), options), guess))
    assert [Chose(A), Chose("t.other")] == [heard("Ja", session), heard("nein", session)]
    two = asking(*options, last=(Reply((), options), Reply((), (*OPTIONS, OTHER))))
    assert Chose("a.yes") == heard("Ja", two), "which of two is not said by a yes"
