"""Poison on its whole way, on both engines: what no platform should send is kept, read or set aside, and harms nobody."""

import json
from collections.abc import Sequence

import pytest
from channels.kit import WORDS
from channels.registered import RECEIVING
from channels.telegram_kit import early
from core.small import small_files
from fakes.talking import Talking
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from load.test_repeat import POISON

from bot.channels.telegram import TELEGRAM, Settings, Telegram
from bot.channels.webchat.channel import ACCOUNT, WebChat
from bot.model import Account, Fragment, Received
from bot.ports import Channel, Store

HARD = (
    '"\\ud83d"', '"a\\u0000b"', "NaN", "-Infinity", "1e400", "9" * 5000, "[" * 5000 + "]" * 5000, '{"a":' * 5000,
    '"\\ud83d\\ude00\\ud83d"', '"' + "\\u0301" * 4096 + '"', '"' + "x" * 70_000 + '"', "null", "{}", "[]", '""',
)  # fmt: skip
"""JSON, or nearly, that some library or some column refuses: halves of characters, NUL, no numbers, 5,000 levels."""
PLACES = ("text", "caption", "chat", "from", "photo", "date", "message_id", "entities")
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)
NEIGHBOUR = 77


class Line:
    """A house on some engine that hears Telegram and the web chat, with a neighbour who is to notice nothing."""

    def __init__(self, store: Store) -> None:
        self.telegram = Telegram(Settings("1:t"), early)
        self.house = Talking(store, {TELEGRAM: self.telegram})  # type: ignore[arg-type]  # it asks only what every store has
        self._number = 10_000

    async def open(self) -> "Line":
        """Publish, and let the neighbour begin."""
        await self.house.publish(small_files(), "test")
        await self.hear(self.telegram, self.said("/start datenschutz_de"))
        return self

    def next_number(self) -> int:
        """Return an update's id that was not there before."""
        self._number += 1
        return self._number

    def said(self, text: str) -> bytes:
        """Return an update of the neighbour's."""
        chat = {"id": NEIGHBOUR, "type": "private"}
        return json.dumps(
            {"update_id": self.next_number(), "message": {"chat": chat, "from": chat, "text": text}}
        ).encode()

    async def hear(self, channel: Channel, *payloads: bytes) -> None:
        """Receive payloads together, as one group, and work until nothing is left."""
        account = Account(channel.account)
        pieces = [Received(account, piece, self.house.now) for raw in payloads for piece in channel.split(raw)]
        await self.house.store.receive(pieces)
        while await self.house.converse.step():
            pass

    async def between_neighbours(self, channel: Channel, payloads: Sequence[bytes]) -> None:
        """Let poison come in one group with a neighbour's words, and insist that these are answered as ever."""
        before = await self._answers()
        words = [Received(TELEGRAM, self._piece("/hilfe"), self.house.now) for _ in range(2)]
        pieces = [Received(channel.account, piece, self.house.now) for raw in payloads for piece in channel.split(raw)]
        await self.house.store.receive([words[0], *pieces, words[1]])
        while await self.house.converse.step():
            pass
        self.house.pass_time(seconds=11)
        assert await self._answers() - before == 2
        figures = await self.house.store.figures()
        assert (figures["unread"], figures["failed"]) == (0, 0)

    def _piece(self, text: str) -> Fragment:
        (piece,) = self.telegram.split(self.said(text))
        return piece

    async def _answers(self) -> int:
        contact = await self.house.store.contact_of(TELEGRAM, str(NEIGHBOUR))
        assert contact is not None
        lines = await self.house.store.chat(contact, "i0-o0", 500)
        return sum(line.message.text.startswith("Hier hilft sofort jemand") for line in lines if line.message)


@pytest.fixture
async def line(store: Store) -> Line:
    """A house with a neighbour."""
    return await Line(store).open()


def poisoned(number: int, place: str, value: str) -> bytes:
    """Return a message of which one part is poison."""
    parts = {"chat": '{"id":5,"type":"private"}', "from": '{"id":5}', "text": '"Hallo"', "date": "1790000000"}
    fields = ",".join(f'"{name}":{value if name == place else sound}' for name, sound in ({place: ""} | parts).items())
    return f'{{"update_id":{number},"message":{{{fields}}}}}'.encode("utf-8", "surrogatepass")


@pytest.mark.parametrize("place", PLACES)
async def test_p04_poison_in_any_place_is_its_own_trouble(line: Line, place: str) -> None:
    """P04: half a character, NUL, NaN, 5,000 levels anywhere in a message: kept, and the neighbour is answered."""
    await line.between_neighbours(line.telegram, [poisoned(100 + n, place, value) for n, value in enumerate(HARD)])


async def test_p04_the_recorded_kinds_and_all_garbage_are_kept(line: Line) -> None:
    """P04: every kind of every channel, and what is no update at all, between a neighbour's words."""
    channels: dict[str, Channel] = {"telegram": line.telegram, "webchat": WebChat()}
    for adapter in RECEIVING:
        if adapter.name in channels:
            kinds = [adapter.payload(kind, 300 + n, WORDS) for n, kind in enumerate(sorted(adapter.kinds))]
            await line.between_neighbours(channels[adapter.name], [*kinds, *POISON])


@pytest.mark.parametrize("value", HARD)
async def test_p04_poison_from_a_page_is_its_own_trouble(line: Line, value: str) -> None:
    """P04: the same in what a web chat's page posts."""
    bodies = [f'{{"address":"{"a" * 26}","id":"{name}","kind":"text","{name}":{value}}}' for name in ("text", "x")]
    await line.between_neighbours(WebChat(), [body.encode("utf-8", "surrogatepass") for body in bodies])


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    values=st.lists(st.tuples(st.sampled_from(PLACES), ANY_JSON), min_size=5, max_size=40), raw=st.lists(st.binary())
)
async def test_p04_any_json_in_any_place_harms_nobody(
    line: Line, values: list[tuple[str, object]], raw: list[bytes]
) -> None:
    """P04: whatever JSON and whatever bytes come, they are kept, and the neighbour is answered."""
    updates = [poisoned(line.next_number(), place, json.dumps(value)) for place, value in values]
    await line.between_neighbours(line.telegram, [*updates, *raw])
    await line.between_neighbours(WebChat(), raw)


async def test_p04_a_page_may_name_itself_as_it_likes(line: Line) -> None:
    """P04: an address and a name with halves of characters, NUL or 60,000 letters are kept like any other."""
    for number, address in enumerate(("\ud83d", "a\x00b", "x" * 60_000, "'; drop table inbound; --")):
        piece = Fragment(f"n{number}{address}", address, json.dumps({"kind": "text", "text": address}).encode())
        await line.house.store.receive([Received(ACCOUNT, piece, line.house.now)])
    while await line.house.converse.step():
        pass
    figures = await line.house.store.figures()
    assert (figures["unread"], figures["failed"]) == (0, 0)
