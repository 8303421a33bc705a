"""The web chat's channel: what a page sends is understood, whatever it is."""

import json
import unicodedata

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.channels.webchat.channel import WebChat, fragment, words
from bot.flow.event import Chose, Command, Reacted, Said, Started, Unreadable
from bot.flow.everywhere import COMMANDS
from bot.model import Fragment, Language, Rejected
from bot.text.typed import LIMIT

ADDRESS = "a" * 26


def heard(**data) -> object:
    """What one posted thing means, through storing and reading."""
    (event,) = WebChat().parse(fragment(ADDRESS, {"id": "1"} | data))
    return event


@pytest.mark.parametrize(
    ("text", "event"),
    [
        ("Hallo", Said("Hallo")),
        ("  Hallo\r\nSie ", Said("Hallo\nSie")),
        ("/menu", Command("menu")),
        ("/SPRACHE", Command("sprache")),
        ("/start", Started()),
        ("/menu bitte", Said("/menu bitte")),
        ("/unbekannt", Said("/unbekannt")),
        ("/", Said("/")),
        ("   ", Unreadable()),
        ("", Unreadable()),
        ("\u202e\u2066\u2069", Unreadable()),
        ("a\u202eb\u2068c\u2069", Said("abc")),
        ("a\x00b\x1bc\td", Said("abc\td")),
        ("\ud83d", Said("\ufffd")),
        ("\ud83d\ude00", Said("😀")),
        ("e\u0301", Said("é")),
        ("👨‍👩‍👧", Said("👨‍👩‍👧")),
        ("<script>alert(1)</script>", Said("<script>alert(1)</script>")),
    ],
)
def test_typed(text, event):
    """Typed words are words, unless they are an everywhere-command; hidden marks are gone (I01)."""
    assert heard(kind="text", text=text) == event


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command(name):
    """Each everywhere-command can be typed with its slash."""
    assert heard(kind="text", text=f"/{name}") == Command(name)


@pytest.mark.parametrize(
    ("data", "event"),
    [
        ({"kind": "press", "token": "c.menu", "label": "Menü"}, Chose("c.menu")),
        ({"kind": "press", "token": "x" * 64}, Chose("x" * 64)),
        ({"kind": "press", "token": "x" * 65}, Unreadable()),
        ({"kind": "press", "token": "ü"}, Unreadable()),
        ({"kind": "press", "token": 7}, Unreadable()),
        ({"kind": "press"}, Unreadable()),
        ({"kind": "start"}, Started()),
        (
            {"kind": "start", "hint": "ar-SY", "flow": "elternabend", "language": "sr_Latn"},
            Started("elternabend", Language("sr_Latn"), "ar-SY"),
        ),
        ({"kind": "start", "hint": "../..", "flow": "a b", "language": ["ar"]}, Started()),
        ({"kind": "react", "emoji": "👍"}, Reacted()),
        ({"kind": "text"}, Unreadable()),
        ({"kind": "text", "text": {"a": 1}}, Unreadable()),
        ({"kind": ["text"]}, Unreadable()),
        ({"kind": "video"}, Unreadable()),
        ({}, Unreadable()),
    ],
)
def test_other_kinds(data, event):
    """A press is its token, a start its hints; what makes no sense is something we cannot read."""
    assert heard(**data) == event


@pytest.mark.parametrize("unit", ["a", "\u0301", "👨‍👩‍👧‍👦", "\u1100\u1161", "ﷺ"])
def test_a_million(unit):
    """1 MB of text is cut to 4,096 code points, before and after it takes its normal form (I01)."""
    text = unit * (1_000_000 // len(unit))
    piece = fragment(ADDRESS, {"id": "1", "kind": "text", "text": text})
    (event,) = WebChat().parse(piece)
    assert isinstance(event, Said)
    assert 0 < len(event.text) <= LIMIT
    assert unicodedata.is_normalized("NFC", event.text)
    assert len(piece.body) < 60_000


def test_only_known_fields_are_kept():
    """Of what a page posts only the fields of its kind are stored; the token that names the parent is not among them."""
    piece = fragment(
        ADDRESS, {"id": "7", "address": ADDRESS, "kind": "text", "text": "a", "name": "Yusuf", "token": "t"}
    )
    assert piece == Fragment(f"{ADDRESS}:7", ADDRESS, b'{"kind":"text","text":"a"}')


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"kind": "text", "text": " a\u202e "}, ("text", "a")),
        ({"kind": "press", "token": "c.menu", "label": "Menü"}, ("press", "Menü")),
        ({"kind": "press", "token": "c.menu"}, ("press", "")),
        ({"kind": "start", "hint": "de"}, ("start", "")),
    ],
)
def test_words_of_a_line(data, said):
    """In the talk a press shows its label, a start nothing."""
    assert words(fragment(ADDRESS, {"id": "1"} | data)) == said


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b"[]",
        b"7",
        b'{"id":"1"}',
        b'{"address":"","id":"1"}',
        b'{"address":"a","id":"' + b"x" * 65 + b'"}',
        b"[" * 100_000,
    ],
)
def test_without_address(raw):
    """What names no conversation or itself is kept for operators, under the hash of its bytes (P04)."""
    first, second = WebChat().split(raw), WebChat().split(raw)
    assert first == second
    assert (first[0].address, first[0].body, len(first[0].external_id)) == (None, raw, 64)


@given(st.binary(max_size=300))
def test_any_bytes(raw):
    """Any bytes are split and understood without an error (P04)."""
    for piece in WebChat().split(raw):
        assert len(WebChat().parse(piece)) == 1
    assert len(WebChat().parse(Fragment("1", ADDRESS, raw))) == 1


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # the first text of all scripts takes a second
@given(st.dictionaries(st.sampled_from(["id", "address", "kind", "text", "token", "flow", "language", "hint"]), _JSON))
def test_any_object(data):
    """Any JSON object gives one event, also with NaN and halves of characters (P04)."""
    for kind in ("text", "press", "start", data.get("kind")):
        for piece in WebChat().split(json.dumps(data | {"kind": kind}).encode()):
            assert len(WebChat().parse(piece)) == 1


async def test_send():
    """The house sends nothing to a page by the channel: the page reads its lines itself."""
    item = type("Item", (), {"token": "m1"})()
    assert isinstance(await WebChat().send(item), Rejected)
