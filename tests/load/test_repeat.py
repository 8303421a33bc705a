"""Platforms repeat: the same body, in another order, eight days later. Whatever was handled once is never handled again."""

import random
from collections.abc import Iterator, Sequence
from pathlib import Path

from channels.kit import TOKEN, WORDS
from channels.registered import RECEIVING
from fakes.talking import Talking, talking
from load.verdict import digest

from bot.channels.telegram import Settings, Telegram
from bot.model import HOUSE, Account, Received
from bot.ports import Channel

POISON = (
    b"",
    b"\x00",
    b"\xff\xfe\xfa",
    b"null",
    b"NaN",
    b"1e400",
    b"[]",
    b'{"update_id":1}',
    b'{"update_id":NaN}',
    b'{"update_id":2,"message":{"chat":{"id":3},"text":"\\ud83d"}}',
    b'{"update_id":4,"message":{"chat":{"id":3},"text":"\\u0000"}}',
    b'{"update_id":5,"message":{"chat":{"id":3},"text":7}}',
    b'{"update_id":6,"message":' * 5000,
    b"[" * 5000,
    b'{"address":"abcdefghijklmnopqrstuvwxyz","id":"a","kind":{}}',
    b'{"address":"abcdefghijklmnopqrstuvwxyz","id":"b","kind":"text","text":"' + b"x" * 1_000_000 + b'"}',
)
"""What no platform should send, and some proxy one day will."""


def corpus(channels: dict[Account, Channel], house: Talking) -> Iterator[Received]:
    """Yield every kind of message of every channel that is reached from outside, several of each, and all the poison."""
    for adapter in RECEIVING:
        channel = channels.get(Account(adapter.name))
        if channel is None:
            continue
        payloads = [
            adapter.payload(kind, 100 * number + place, words)
            for number, words in enumerate([WORDS, "/mensch", "Meine Frage", "Fertig", TOKEN], start=1)
            for place, kind in enumerate(sorted(adapter.kinds))
        ]
        for raw in (*payloads, *POISON):
            yield from (Received(channel.account, fragment, house.clock()) for fragment in channel.split(raw))


async def hear(house: Talking, messages: Sequence[Received], size: int) -> None:
    """Let the house receive messages in groups, and work until nothing is left after each."""
    for start in range(0, len(messages), size):
        await house.store.receive(messages[start : start + size])
        while await house.converse.step():
            pass


async def test_d02_p04_the_whole_corpus_again_eight_days_later_changes_nothing(tmp_path: Path) -> None:
    """D02, P04: twice more, in other orders and groups, each eight days later: what is kept is the same to the byte."""
    telegram = Telegram(Settings("1:t"))
    async with talking(tmp_path, {telegram.account: telegram}) as house:
        channels = {channel: known for channel, known in house.converse._channels.items() if channel != HOUSE}
        await hear(house, list(corpus(channels, house)), 7)
        kept, figures = digest(tmp_path / "elternlotse.sqlite"), await house.store.figures()
        for size in (1, 64):
            house.pass_time(days=8)
            again = list(corpus(channels, house))
            random.Random(size).shuffle(again)
            await hear(house, again, size)
            assert digest(tmp_path / "elternlotse.sqlite") == kept
        assert (figures["unread"], figures["failed"], figures["tickets"]) == (0, 0, 2)
