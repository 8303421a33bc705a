"""Cutting Telegram's payloads: every update byte for byte, whatever it holds, named by its id and its chat."""

import hashlib
import json

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.channels import telegram_split
from bot.channels.telegram_split import split, updates_of


def ids(raw: bytes) -> list[tuple[str, str | None]]:
    return [(fragment.external_id, fragment.address) for fragment in split(raw)]


@pytest.mark.parametrize(
    ("update", "address"),
    [
        ({"message": {"chat": {"id": 42}}}, "42"),
        ({"message": {"chat": {"id": -100123}}}, "-100123"),
        ({"callback_query": {"from": {"id": 7}, "message": {"chat": {"id": 42}}}}, "42"),
        ({"callback_query": {"from": {"id": 7}, "inline_message_id": "x"}}, "7"),
        ({"message_reaction": {"chat": {"id": 42}, "user": {"id": 7}}}, "42"),
        ({"my_chat_member": {"chat": {"id": 42}, "from": {"id": 7}}}, "42"),
        ({"a_kind_of_next_year": {"chat": {"id": 42}}}, "42"),
        ({"poll": {"id": "9"}}, None),
        ({"message": {"chat": {"id": "42"}}}, None),
        ({"message": {"chat": {"id": 4.2}}}, None),
        ({"message": {"chat": {"id": 10**30}}}, None),
        ({"message": None}, None),
    ],
)
def test_the_address_is_the_chat_or_else_the_person(update, address):
    """A fragment's address is the chat's id as text; only whole numbers of a chat's size are one."""
    assert ids(json.dumps({"update_id": 5} | update).encode()) == [("5", address)]


@pytest.mark.parametrize("number", ["null", '"5"', "5.0", "-5", "1e3", "99999999999999999999", "[5]", "05"])
def test_an_update_without_a_usable_id_is_named_by_its_bytes(number):
    """P04: what has no id of its own is set aside under the hash of its bytes, without address."""
    raw = f'{{"update_id":{number},"message":{{"chat":{{"id":42}}}}}}'.encode()

    assert ids(raw) == [(hashlib.sha256(raw).hexdigest(), None)]


def test_each_update_of_an_answer_keeps_its_bytes():
    """P04: spaces, equal names, NaN, lone surrogates, NUL and 5,000 levels stay exactly as they came."""
    updates = [
        b'{ "update_id" : 1 , "message" : {"chat":{"id":42},"text":"a \\u0022 ] , } b"} }',
        b'{"update_id":0,"update_id":2,"x":NaN,"y":1e400}',
        b'{"update_id":3,"message":{"chat":{"id":43},"text":"\\ud83d \\u0000 \\\\"}}',
        b'{"update_id":4,"deep":' + b"[" * 5000 + b"]" * 5000 + b"}",
        b'{"\\u0075pdate_id":5,"message":{"chat":{"id":44}}}',
        '{"update_id":6,"message":{"chat":{"id":45},"text":"سلام"}}'.encode(),
        b'"no update at all"',
    ]
    raw = b' {"ok" : true, "result" : [ ' + b" ,\n".join(updates) + b" ] } "

    assert [fragment.body for fragment in split(raw)] == updates
    assert ids(raw)[:-1] == [("1", "42"), ("2", None), ("3", "43"), ("4", None), ("5", "44"), ("6", "45")]


def test_an_empty_answer_has_no_updates():
    """A question that nobody answered is no fragment, and is told apart from what is no answer."""
    assert updates_of(b'{"ok":true,"result":[]}') == []
    assert split(b'{"ok":true,"result":[]}') == []
    assert updates_of(b'{"ok":false,"result":[]}') is None
    assert updates_of(b"<html>") is None


def test_a_cut_off_answer_is_one_piece_for_operators():
    """P04: half an answer is not half understood."""
    raw = b'{"ok":true,"result":[{"update_id":1},{"update_id":2'

    assert ids(raw) == [(hashlib.sha256(raw).hexdigest(), None)]


ATOMS = (
    b"1", b'"a"', b"NaN", b'"\\ud83d"', b"null", b"true", b"{}", b"[]", b"05", b"1e400", '"سلام"'.encode(), b'"\xff"', b" 7 ",
    b'{"id":42}', b'{"chat":{"id":42},"date":9}', b'{"chat":7}', b'[{"update_id":3}]', b'"\\"]"',
)  # fmt: skip
NAMES = (
    b'"update_id"',
    b'"message"',
    b'"ok"',
    b'"result"',
    b'"chat"',
    b'"from"',
    b'"\\u0075pdate_id"',
    b'""',
    b'"\xff"',
)


def nested(inner: st.SearchStrategy[bytes]) -> st.SearchStrategy[bytes]:
    """Return objects and lists of these values, as they may be written."""
    member = st.builds(lambda name, value: name + b" :" + value, st.sampled_from(NAMES), inner)
    objects = st.lists(member, max_size=4).map(lambda members: b"{" + b" , ".join(members) + b"}")
    return objects | st.lists(inner, max_size=4).map(lambda values: b"[ " + b",".join(values) + b"]")


class Refusing:
    """A library that refuses everything."""

    def decode(self, _raw: bytes) -> None:
        raise msgspec.DecodeError


@given(st.recursive(st.sampled_from(ATOMS), nested), st.binary(max_size=2), st.integers(0, 80))
@example(b'{"\xff":1}', b"", 0)
def test_the_quick_way_cuts_as_the_walk_does(written: bytes, noise: bytes, place: int) -> None:
    """P04: whatever the bytes are, what the library cuts is exactly what walking over them cuts."""
    raw = written[:place] + noise + written[place:]
    kept = telegram_split._ANSWER, telegram_split._OBJECT
    for whole in (raw, b'{"ok":true,"result":[' + raw + b"]}"):
        quick = split(whole, 5), updates_of(whole)
        try:
            telegram_split._ANSWER = telegram_split._OBJECT = Refusing()  # type: ignore[assignment]
            walked = split(whole, 5), updates_of(whole)
        finally:
            telegram_split._ANSWER, telegram_split._OBJECT = kept
        assert quick == walked
