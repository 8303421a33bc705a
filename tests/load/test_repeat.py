"""Platforms repeat: the same body, in another order, eight days later. Whatever was handled once is never handled again."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from channels.kit import WORDS
from channels.registered import RECEIVING
from channels.telegram_kit import early
from fakes.talking import Talking, talking
from load.kept import digest
from load.scene import chance_of

from bot.channels.telegram import Settings, Telegram
from bot.channels.webchat.channel import ACCOUNT, WebChat
from bot.model import Account, Received
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


TALK = ("Deutsch", "/mensch", "Meine Frage", "Fertig", "Noch etwas")
"""What is typed on every channel, so that a question comes to the desk."""


def corpus(channels: Mapping[Account, Channel], house: Talking) -> Iterator[Received]:
    """Yield every kind of message of every channel that is reached from outside, a whole talk, and all the poison."""
    for adapter in RECEIVING:
        if adapter.name not in channels:
            continue
        kinds = [adapter.payload(kind, 100 + number, WORDS) for number, kind in enumerate(sorted(adapter.kinds))]
        talk = [adapter.payload("text", 200 + number, words) for number, words in enumerate(TALK)]
        for raw in (*kinds, *talk, *POISON):
            for fragment in channels[Account(adapter.name)].split(raw):
                yield Received(Account(adapter.name), fragment, house.clock())


async def hear(house: Talking, messages: Sequence[Received], size: int) -> None:
    """Let the house receive messages in groups, none of them a flood, and work until nothing is left after each."""
    for start in range(0, len(messages), size):
        await house.store.receive(messages[start : start + size])
        while await house.converse.step():
            pass
        house.pass_time(seconds=11)


async def test_d02_p04_the_whole_corpus_again_eight_days_later_changes_nothing(tmp_path: Path) -> None:
    """D02, P04: twice more, in other orders and groups, each eight days later: what is kept is the same to the byte."""
    telegram = Telegram(Settings("1:t"), early)
    async with talking(tmp_path, {telegram.account: telegram}) as house:
        channels: Mapping[Account, Channel] = {telegram.account: telegram, ACCOUNT: WebChat()}
        await hear(house, list(corpus(channels, house)), 7)
        kept, figures = digest(tmp_path / "elternlotse.sqlite"), await house.store.figures()
        for size in (1, 64):
            house.pass_time(days=8)
            again = list(corpus(channels, house))
            chance_of(str(size)).shuffle(again)
            await hear(house, again, size)
            assert digest(tmp_path / "elternlotse.sqlite") == kept
        assert (figures["unread"], figures["failed"], figures["tickets"]) == (0, 0, 2)
