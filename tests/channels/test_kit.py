"""The channel kit: the same cases for every registered channel (``kit.py`` says what an adapter is)."""

import json
from dataclasses import replace

import pytest
from channels.kit import EVERYONE, EXPECTED, FAULTS, TOKEN, WITH_WAIT, WORDS, Batching, Receiving, Sending
from channels.registered import RECEIVING, SENDING
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.flow.event import Chose, Event, Ignored, Said, Shared, Started, Unreadable
from bot.model import Fragment, Retry, Sent
from bot.text.message import Button, Message

receivers = pytest.mark.parametrize("adapter", RECEIVING, ids=lambda adapter: adapter.name)
batchers = pytest.mark.parametrize(
    "adapter", [a for a in RECEIVING if isinstance(a, Batching)], ids=lambda adapter: adapter.name
)
writers = pytest.mark.parametrize(
    "adapter", [a for a in RECEIVING if {"text", "edited"} & a.kinds], ids=lambda adapter: adapter.name
)
senders = pytest.mark.parametrize("sender", SENDING, ids=lambda sender: sender.name)


def events(adapter: Receiving, raw: bytes) -> list[Event]:
    """Return what a payload means, all its fragments one after the other."""
    return [event for fragment in adapter.channel.split(raw) for event in adapter.channel.parse(fragment)]


def words_for(kind: str) -> str:
    return TOKEN if kind == "button" else WORDS


def plain(text: str, *buttons: Button) -> Message:
    return Message(text=text, language="de", direction="ltr", buttons=buttons)


@pytest.mark.parametrize(
    ("adapter", "kind"),
    [(adapter, kind) for adapter in RECEIVING for kind in sorted(adapter.kinds)],
    ids=lambda value: value if isinstance(value, str) else value.name,
)
def test_every_kind_of_message_means_what_the_table_says(adapter, kind):
    """Each kind that a platform has becomes exactly the one event of the table (a start may carry the phone's hint)."""
    got = events(adapter, adapter.payload(kind, 1, words_for(kind)))
    got = [replace(event, hint="") if isinstance(event, Started) else event for event in got]

    assert got == [EXPECTED[kind]]


@receivers
def test_a_fragment_knows_its_conversation(adapter):
    """Every kind of message is one fragment with the conversation's address."""
    for kind in adapter.kinds:
        fragments = adapter.channel.split(adapter.payload(kind, 7, words_for(kind)))

        assert [fragment.address for fragment in fragments] == [adapter.address]


@receivers
def test_a_repetition_has_the_same_name_and_a_new_message_another(adapter):
    """D02: the external id is the message's for ever, whatever else the platform does."""
    for kind in adapter.kinds:
        first, again, other = (adapter.channel.split(adapter.payload(kind, n, words_for(kind))) for n in (1, 1, 2))

        assert first == again
        assert first[0].external_id != other[0].external_id


@batchers
def test_a_batch_gives_every_message_in_its_order(adapter):
    """Messages of a batch come out one by one, in the batch's order, also when that is not the numbers'."""
    payloads = [adapter.payload("text", number, f"Nachricht {number}") for number in (3, 1, 2)]
    raw = adapter.batch(payloads)

    assert events(adapter, raw) == [Said("Nachricht 3"), Said("Nachricht 1"), Said("Nachricht 2")]
    assert [fragment.body for fragment in adapter.channel.split(raw)] == payloads


@batchers
def test_a_message_has_one_name_in_a_batch_and_alone(adapter):
    """D02: a message that comes by itself and again in a batch is the same fragment."""
    payload = adapter.payload("text", 9, WORDS)

    assert adapter.channel.split(adapter.batch([payload])) == adapter.channel.split(payload)


@writers
def test_a_text_of_a_megabyte_is_cut_to_what_a_person_would_read(adapter):
    """I01: a megabyte of words becomes 4,096 code points, also as an endless row of combining marks."""
    for words in ("a" * 1_000_000, "e" + "\u0301\u0323" * 500_000, "👩‍👩‍👧" * 100_000):
        [event] = events(adapter, adapter.payload("text", 1, words))

        assert isinstance(event, Said)
        assert 0 < len(event.text) <= 4096


@writers
def test_directions_and_lone_surrogates_are_taken_out_of_words(adapter):
    """I01: what a parent writes cannot turn an adviser's page round, and can be stored and sent."""
    [event] = events(adapter, adapter.payload("text", 1, "an\u202eder\u2066s \ud83d. Ende"))

    assert event == Said("anders \ufffd. Ende")


@receivers
@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{}",
        b"[]",
        b"null",
        b"\xff\xfe\x00",
        b'{"',
        b'{"update_id":',
        b'{"ok":true,"result":[{"update_id":1}',
        b'{"ok":true,"result":{}}',
        b'{"ok":true,"result":["\\ud83d",NaN,1e400]}',
        b"[" * 5000 + b"]" * 5000,
        b'{"a":' * 5000 + b"1" + b"}" * 5000,
        b"{" + b"[" * 3000 + b"]" * 3000 + b":1}",
        b'"' * 300_001,
        b'\\"' * 500_000,
        b'{"id":"1","text":' + b"9" * 10_000 + b"}",
    ],
    ids=lambda raw: raw[:12].decode("latin-1") + f"…{len(raw)}",
)
def test_broken_payloads_are_set_aside_and_never_raise(adapter, raw):
    """P04: whatever the bytes, splitting and understanding end, and what cannot be split has a name and no address."""
    fragments = adapter.channel.split(raw)
    names = {fragment.external_id for fragment in fragments}

    assert [fragment.address for fragment in fragments] == [None] * len(fragments)
    assert ("" in names, len(names)) == (False, len(fragments))
    assert {type(event) for event in events(adapter, raw)} <= {Unreadable, Ignored}
    assert all(adapter.channel.parse(fragment) for fragment in fragments)
    assert fragments


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=20,
)


@st.composite
def hostile(draw: st.DrawFn, adapter: Receiving) -> bytes:
    """Draw a payload of the platform in which some member, at any depth, is replaced by any other JSON."""
    kind = draw(st.sampled_from(sorted(adapter.kinds)))
    payload = json.loads(adapter.payload(kind, 1, words_for(kind)))
    place = payload
    while True:
        name = draw(st.sampled_from(sorted(place)))
        if isinstance(place[name], dict) and place[name] and draw(st.booleans()):
            place = place[name]
            continue
        place[name] = draw(json_values)
        return json.dumps(payload).encode()


@receivers
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_any_json_in_any_place_gives_an_event(adapter, data):
    """P04: no value of any type in any place of an update raises, and each update still gives an event."""
    raw = data.draw(hostile(adapter) | json_values.map(lambda value: json.dumps(value).encode()) | st.binary())

    for fragment in adapter.channel.split(raw):
        assert isinstance(fragment, Fragment)
        assert adapter.channel.parse(fragment)


@batchers
def test_a_poisonous_update_leaves_its_neighbours_alone(adapter):
    """P04: whatever one update of a batch holds, the ones before and after it are understood."""
    poisons = (b'"\\ud83d"', b'"\\u0000"', b"NaN", b"1e400", b"[" * 5000 + b"]" * 5000, b"9" * 5000, b'"\xff\xfe"')
    for poison in poisons:
        update = b'{"update_id":2,"message":' + poison + b"}"
        raw = adapter.batch([adapter.payload("text", 1, "davor"), update, adapter.payload("text", 3, "danach")])
        got = events(adapter, raw)

        assert (got[0], got[-1]) == (Said("davor"), Said("danach"))
        assert len(got) == 3
        assert adapter.channel.split(raw)[1].body == update


@writers
def test_a_button_with_any_data_is_answered(adapter):
    """Oversized or garbled button data is a press of an unknown button, or unreadable: both get a polite answer."""
    for token in ("x" * 5000, "🙈" * 40, "\ud83d", " "):
        [event] = events(adapter, adapter.payload("button", 1, token))

        assert isinstance(event, Chose | Unreadable)
        assert not isinstance(event, Chose) or len(event.token.encode()) <= 4 * 64


@writers
def test_captions_are_cut_and_cleaned_like_words(adapter):
    """I01: what is written beside a photo is treated as what is written alone."""
    for kind in adapter.kinds & {"photo", "document"}:
        [event] = events(adapter, adapter.payload(kind, 1, "\u202e" + "a" * 10_000))

        assert event == Shared(kind, "a" * 4095)


@pytest.mark.parametrize(
    ("sender", "fault"),
    [(sender, fault) for sender in SENDING for fault in sorted(sender.faults)],
    ids=lambda value: value if isinstance(value, str) else value.name,
)
async def test_every_fault_of_the_platform_is_an_outcome(sender: Sending, fault: str):
    """P02, P03: whatever goes wrong while sending is the outcome of the table; only the account's trouble is everyone's."""
    async with sender.open() as stage:
        stage.fault(fault)
        outcome = await stage.send(plain("Guten Tag"))

        assert isinstance(outcome, FAULTS[fault])
        assert (isinstance(outcome, Retry) and outcome.everyone) == (fault in EVERYONE)
        if fault in WITH_WAIT:
            assert outcome.after == WITH_WAIT[fault]


@senders
async def test_after_a_passing_fault_the_message_goes_through(sender: Sending):
    """P02: a fault is of one call; the same channel sends the next message."""
    async with sender.open() as stage:
        for fault in sorted(sender.faults & {"limited", "server error", "garbage", "not ok", "reset", "redirect"}):
            stage.fault(fault)
            await stage.send(plain("verloren"))
        outcome = await stage.send(plain("angekommen"))

        assert isinstance(outcome, Sent)
        assert stage.taken() == ["angekommen"]


@senders
async def test_a_text_at_the_limit_is_one_message_and_one_over_is_two(sender: Sending):
    """A text as long as the platform takes goes as it is; one unit more goes in two, and nothing is missing."""
    words = "wort " * (sender.longest // 5)
    at_limit = words + "x" * (sender.longest - len(words))
    async with sender.open() as stage:
        outcomes = [await stage.send(plain(at_limit)), await stage.send(plain(at_limit + "y"))]

        assert all(isinstance(outcome, Sent) for outcome in outcomes)
        assert stage.taken()[0] == at_limit
        assert len(stage.taken()) == 3
        assert "".join(stage.taken()[1:]).replace(" ", "") == (at_limit + "y").replace(" ", "")


@senders
async def test_buttons_at_the_limit_are_sent_and_one_over_is_set_aside(sender: Sending):
    """As many buttons as the platform takes go through; one more is refused for good, not tried for ever."""
    buttons = [Button(f"token{number}", f"Nummer {number}") for number in range(sender.buttons + 1)]
    async with sender.open() as stage:
        outcomes = [await stage.send(plain("Wählen Sie", *some)) for some in (buttons[:-1], buttons)]

        assert [type(outcome).__name__ for outcome in outcomes] == ["Sent", "Rejected"]


@senders
async def test_a_long_token_is_sent_at_its_limit_and_set_aside_one_over(sender: Sending):
    """A token of 64 bytes goes through; 65 bytes are refused for good."""
    async with sender.open() as stage:
        outcomes = [await stage.send(plain("Wählen Sie", Button("t" * size, "Ja"))) for size in (64, 65)]

        assert [type(outcome).__name__ for outcome in outcomes] == ["Sent", "Rejected"]


@senders
async def test_what_people_wrote_is_never_markup(sender: Sending):
    """I02: words of parents and advisers arrive letter for letter."""
    words = "<b>x</b> *y* _z_ [a](javascript:alert(1)) {{7*7}} &amp; `c`"
    async with sender.open() as stage:
        await stage.send(plain(words))

        assert stage.taken() == [words]
