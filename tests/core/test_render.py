"""From references to words: values, terms, bold, order in right-to-left text, and what is never markup."""

import unicodedata
from datetime import date

import msgspec
import pytest
from bidi import get_display
from hypothesis import example, given
from hypothesis import strategies as st

from bot.flow.message import Chosen, Day, Line, Option, Own, Photo, Reply, Text, content, interface
from bot.model import Account, Language
from bot.text.catalogs import Catalogs
from bot.text.interface import GERMAN
from bot.text.limits import LIMITS
from bot.text.message import Button, Message, dump, load
from bot.text.render import plain, render

FSI, PDI = "\u2068", "\u2069"
DE, AR = Language("de"), Language("ar")
FLOWS = {
    "f/gruss/say": "Guten *Tag*, {name}!",
    "f/wort/say": "Das [[Zeugnis]] und die [[Zeugnis|Zeugnisse]].",
    "f/nummer/say": "Rufen Sie 0800 111 0 550 an.\nSchreiben Sie: „Bitte kommen Sie!“",
    "f/o/label": "Eine sehr lange Aufschrift, die nicht auf jede Taste passt",
    "f/o/short": "Kurz",
    "f/p/label": "Genau einundzwanzig Z",
    "glossary/Zeugnis/short": "Noten",
}
ARABIC = {
    "f/wort/say": "[[Zeugnis]] يأتي، ثم [[Zeugnis]].",
    "f/gruss/say": "مرحبًا {name}",
    "f/nummer/say": "يرجى الاتصال: 0800 111 0 550.\nاكتبوا: „Bitte kommen Sie!“",
    "glossary/Zeugnis/short": "درجات",
}
CATALOGS = Catalogs({"flows": FLOWS, "bot": GERMAN}, {AR: {"flows": ARABIC, "bot": {}}}, (DE, AR))


def said(reply: Reply, language: Language = DE, account: str = "webchat") -> Message:
    return render(reply, CATALOGS, language, LIMITS[Account(account)], "tok")


def one(key: str, **values) -> Reply:
    return Reply((Line(content(*key.split("/")), tuple(values.items())),))


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("Ana", "Ana"),
        (7, "7"),
        (Day(date(2026, 3, 1)), "01.03.2026"),
        (Chosen("x", content("f", "o", "short")), "Kurz"),
        (Text("language", "tr"), "Türkçe"),
        (Own("§ 1"), "§ 1"),
        (Photo("kanal-17"), "Foto"),
    ],
)
def test_every_kind_of_value_is_shown_between_isolates(value, shown):
    """Dates are German, options are labels, languages have their own names."""
    assert f"Guten Tag, {FSI}{shown}{PDI}!" == said(one("f/gruss/say", name=value)).text


def test_bold_is_a_span_not_a_mark():
    """The asterisks are gone, and the span points at the word."""
    message = said(one("f/gruss/say", name="Ana"))
    assert ["Tag"] == [message.text[start:end] for start, end in message.bold]


def without_isolates(words: str) -> str:
    return words.replace(FSI, "").replace(PDI, "")


@given(st.text(max_size=80))
@example("0א")
@example("*Tag* {name} [[Zeugnis]]")
def test_i02_what_somebody_wrote_is_never_markup(words):
    """I02: asterisks, braces and brackets stay what they are; beside Arabic or Hebrew numbers stand between isolates."""
    message = said(one("f/gruss/say", name=words))
    assert ["Tag"] == [message.text[start:end] for start, end in message.bold]
    written = "".join(c for c in words if not "\u2066" <= c <= "\u2069" and not "\u202a" <= c <= "\u202e")
    assert written in message.text
    person = said(Reply((Line(Own(words)),), speaker="person")).text
    assert without_isolates(words) == without_isolates(person)
    if not any(unicodedata.bidirectional(c) in {"R", "AL", "AN"} for c in words):
        assert words == person


def test_a_term_stays_german_and_is_explained_once():
    """In other languages the German word stands between isolates, the first time with its meaning."""
    assert f"{FSI}Zeugnis{PDI} (درجات) يأتي، ثم {FSI}Zeugnis{PDI}." == said(one("f/wort/say"), AR).text.lstrip("\u200f")
    assert "Das Zeugnis und die Zeugnisse." == said(one("f/wort/say")).text


def test_numbers_and_german_sentences_keep_their_order_in_arabic():
    """What a person reads on the phone is the number they dial (checked by a bidi implementation)."""
    shown = [get_display(line, base_dir="R") for line in said(one("f/nummer/say"), AR).text.split("\n")]
    plain = ["".join(c for c in line if c not in "\u2066\u2067\u2068\u2069\u200f") for line in shown]
    assert "0800 111 0 550" in plain[0]
    assert "„Bitte kommen Sie!“" in plain[1]


def test_a_right_to_left_line_begins_right_to_left():
    """Where a line's own first letter would not turn it, a mark does."""
    text = said(one("f/wort/say"), AR).text
    assert text[0] in {"\u200f", FSI}


def test_a_long_label_gives_way_to_its_short_form_where_it_does_not_fit():
    """Each channel's limit decides."""
    reply = Reply(
        (Line(content("f", "gruss", "say")),), (Option("t", content("f", "o", "label"), content("f", "o", "short")),)
    )
    assert "Kurz" == said(reply, account="telegram").buttons[0].label
    assert FLOWS["f/o/label"] == said(reply, account="webchat").buttons[0].label


MANY = Reply(
    (Line(content("f", "gruss", "say"), (("name", "Ana"),)),),
    tuple(Option(f"o{place}", content("f", "o", "short")) for place in range(12)),
)


@pytest.mark.parametrize(
    ("page", "first", "last"), [(0, "o0", "o7"), (1, "o8", "o11"), (2, "o0", "o7"), (3, "o8", "o11")]
)
def test_options_beyond_a_channels_limit_are_on_pages(page, first, last):
    """Eight and a button to the others, which is about this message; after the last page comes the first."""
    buttons = said(msgspec.structs.replace(MANY, page=page), account="whatsapp").buttons
    assert [first, last] == [buttons[0].token, buttons[-2].token]
    assert Button("m.tok.n", "Weitere Antworten") == buttons[-1]


def test_options_within_a_channels_limit_are_on_one_page():
    """Whatever page was asked for."""
    fits = msgspec.structs.replace(MANY, options=MANY.options[:9], page=5)
    assert [f"o{place}" for place in range(9)] == [each.token for each in said(fits, account="whatsapp").buttons]
    assert 12 == len(said(MANY, account="webchat").buttons)


@pytest.mark.parametrize(("count", "label"), [(2, "Kurz"), (3, "Genau einundzwanzig Z")])
def test_a_label_has_the_room_of_its_channels_buttons_or_list(count, label):
    """On WhatsApp up to two are buttons of 20 characters, more are rows of 24."""
    options = tuple(Option(f"o{n}", content("f", "p", "label"), content("f", "o", "short")) for n in range(count))
    assert label == said(msgspec.structs.replace(MANY, options=options), account="whatsapp").buttons[0].label


def test_a_question_as_a_label_has_an_ellipsis_for_what_is_filled_in():
    """A form without labels offers its questions to be changed; marks are gone, also within others."""
    assert "Guten Tag, …!" == plain(FLOWS["f/gruss/say"])
    assert "Das Zeugnis und … sind fett" == plain("*Das [[Zeugnis]] und {x}* sind fett")


def test_a_message_is_said_in_german_where_the_reply_says_so():
    """The reply's own language wins over the contact's, and the extras stay in the parent's."""
    reply = Reply((Line(content("f", "gruss", "say"), (("name", "Ana"),)),), language=DE)
    message = said(reply, AR)
    assert ("de", "ltr") == (message.language, message.direction)
    assert message.text.startswith("Guten Tag")


def test_extras_carry_the_message_or_the_command():
    """Asking about a message names it; help, person and menu are commands."""
    extras = said(
        Reply((Line(interface("flood")),), extras=("german", "term", "source", "help", "person", "menu"))
    ).extras
    assert ["m.tok.g", "m.tok.t", "m.tok.s", "c.hilfe", "c.mensch", "c.menu"] == [each.token for each in extras]


def test_a_message_survives_being_stored():
    """Its JSON form brings it back as it was."""
    message = said(one("f/gruss/say", name="Ana 😀"), AR)
    assert message == load(dump(message))


def test_an_unknown_text_shows_its_key_and_never_raises():
    """A hole in the catalogs is visible, not a crash."""
    assert "weg/x/say" == said(one("weg/x/say")).text
