"""What single Telegram updates mean, beyond the kinds that the channel kit has for every channel."""

import json
from typing import Any

import pytest

from bot.channels.telegram_decode import Press, parse, press
from bot.flow.event import Chose, Command, Edited, Event, Ignored, Said, Shared, Started, Unreadable
from bot.model import Fragment
from bot.text.typed import tidy


def update(**body: Any) -> Fragment:
    return Fragment("1", "42", json.dumps({"update_id": 1} | body).encode())


def written(**fields: Any) -> Fragment:
    return update(message={"message_id": 1, "chat": {"id": 42, "type": "private"}} | fields)


def meaning(fragment: Fragment) -> Event:
    [event] = parse(fragment)
    return event


@pytest.mark.parametrize(
    ("text", "event"),
    [
        ("/start", Started(hint="uk")),
        ("/START@elternlotse_bot", Started(hint="uk")),
        ("/start elternabend", Started("elternabend", None, "uk")),
        ("/start elternabend_ar", Started("elternabend", "ar", "uk")),
        ("/start geld-fuer-bildung_sr_Latn", Started("geld-fuer-bildung", "sr_Latn", "uk")),
        ("/start _tr", Started("", "tr", "uk")),
        ("/start ../../etc_XX", Started("", None, "uk")),
        ("/menu", Command("menu")),
        ("/Mensch@elternlotse_bot bitte", Command("mensch")),
        ("/help", Said("/help")),
        ("/yardim@elternlotse_bot jetzt", Said("/yardim jetzt")),
        ("/", Said("/")),
        ("/допомога", Said("/допомога")),
        ("5/8", Said("5/8")),
    ],
)
def test_words_with_a_slash(text, event):
    """Deep links start a flow in a language, commands go by their ASCII names, aliases stay words for ``text``."""
    assert meaning(written(text=text, **{"from": {"id": 42, "language_code": "uk"}})) == event


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("audio", "voice"),
        ("video_note", "voice"),
        ("video", "document"),
        ("animation", "document"),
        ("venue", "place"),
        ("dice", "sticker"),
    ],
)
def test_relatives_of_the_known_media_are_shared_things(name, kind):
    """What is like a voice message, a document, a place or a sticker counts as one."""
    assert meaning(written(**{name: {"file_id": "x"}}, caption="Der Brief")) == Shared(kind, "Der Brief")


@pytest.mark.parametrize("kind", ["group", "supergroup", "channel"])
def test_chats_where_others_read_along_are_not_answered(kind):
    """Groups and channels are recorded as ignored, with the reason, whatever happens there."""
    chat = {"id": -100, "type": kind}
    happenings = [
        update(message={"chat": chat, "text": "Hallo"}),
        update(edited_message={"chat": chat, "text": "Hallo"}),
        update(callback_query={"id": "1", "data": "c.menu", "message": {"chat": chat}}),
        update(my_chat_member={"chat": chat, "new_chat_member": {"status": "kicked"}}),
    ]

    assert [meaning(happening) for happening in happenings] == [Ignored("not a private chat")] * 4


@pytest.mark.parametrize(
    ("fragment", "event"),
    [
        (update(edited_message={"chat": {"id": 42}, "caption": "neu"}), Edited("neu")),
        (update(edited_message={"chat": {"id": 42}, "location": {}}), Ignored("edited, but not in words")),
        (update(my_chat_member={"new_chat_member": {"status": "member"}}), Ignored("the chat is open again")),
        (update(my_chat_member={}), Ignored("the chat is open again")),
        (update(poll={"id": "1"}), Ignored("an update that concerns no talk")),
        (update(inline_query={"id": "1", "from": {"id": 42}}), Ignored("an update that concerns no talk")),
        (written(pinned_message={}), Ignored("a chat's housekeeping")),
        (written(text=" \u200f\n"), Unreadable()),
        (written(text=["no text"]), Unreadable()),
        (update(callback_query={"id": "1"}), Chose("")),
        (update(callback_query={"id": "1", "data": {"no": "text"}}), Chose("")),
        (update(), Unreadable()),
    ],
)
def test_the_rest_is_ignored_with_a_reason_or_unreadable(fragment, event):
    """Every update is an event: what concerns no talk says why, what we do not know is unreadable."""
    assert meaning(fragment) == event


def test_a_year_old_update_with_unknown_fields_is_read():
    """Updates of other versions of the platform are understood by the fields that we need."""
    assert meaning(written(text="Hallo", hologram={"x": 1}, sender_boost_count="many")) == Said("Hallo")


def test_words_are_normalised_after_they_are_cut():
    """I01: composed letters count as one form, and normalising cannot make a text longer than its limit."""
    assert tidy("u\u0308ber\r\nuns") == "über\nuns"
    assert len(tidy("\ufb2c" * 4096)) == 4096
    assert tidy("می\u200cخواهم") == "می\u200cخواهم"


def test_a_press_carries_what_the_edit_needs():
    """A pressed button knows its message, the words and bold of it, and its own label."""
    keyboard = {
        "inline_keyboard": [[{"text": "Nein", "callback_data": "no"}], [{"text": "Ja", "callback_data": "yes"}]]
    }
    message = {
        "message_id": 8,
        "chat": {"id": 42},
        "text": "Frage",
        "entities": [{"type": "bold", "offset": 0, "length": 5}, {"type": "url", "offset": 1, "length": 2}, 7],
        "reply_markup": keyboard,
    }
    pressed = update(callback_query={"id": "77", "data": "yes", "message": message})

    assert press(pressed) == Press("77", 42, 8, "Frage", ((0, 5),), "yes", "Ja")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"id": "77"}, Press("77", 0, 0, "", (), "", "")),
        (
            {"id": 77, "data": "x", "message": {"reply_markup": {"inline_keyboard": [7, [7]]}}},
            Press("77", 0, 0, "", (), "x", ""),
        ),
        ({"data": "x"}, None),
        ({"id": ["77"]}, None),
        ("callback_query", None),
    ],
)
def test_a_press_without_its_message_is_still_answered(query, found):
    """Only a press that has no id cannot be answered; a message out of reach is no hindrance."""
    assert press(update(callback_query=query)) == found
