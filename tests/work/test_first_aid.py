"""Help comes also while nothing can be stored."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from core.small import made, small_files

from bot.channels.telegram_decode import parse
from bot.model import Account, ContactId, Fragment, Received, Sent
from bot.services.tokens import token
from bot.work.first_aid import FirstAid

EDITION = made(small_files())
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


class Line:
    """A telegram line that only notes what it would send."""

    account = Account("telegram")

    def __init__(self) -> None:
        self.sent: list[tuple[str, str]] = []

    def parse(self, fragment):
        return parse(fragment)

    async def send(self, item):
        self.sent.append((item.address, item.message.text))
        return Sent()


class Place:
    """A store that is away, or not, and the first aid before it."""

    def __init__(self) -> None:
        self.away, self.now, self.line = True, NOON, Line()
        self.aid = FirstAid(self.receive, self.line, lambda: EDITION, lambda: self.now, token)

    async def receive(self, batch):
        if self.away:
            raise OSError("disk full")
        return [ContactId(1) for _ in batch]

    async def bring(self, *updates, address="42"):
        batch = [
            Received(Account("telegram"), Fragment(str(n), address, json.dumps(update).encode()), self.now)
            for n, update in enumerate(updates)
        ]
        return await self.aid(batch)


def said(text: str) -> dict[str, object]:
    return {"message": {"text": text, "chat": {"id": 42, "type": "private"}}}


PRESSED = {"callback_query": {"data": "c.hilfe", "message": {"chat": {"id": 42, "type": "private"}}}}


@pytest.fixture
def place() -> Place:
    return Place()


@pytest.mark.parametrize("asked", [said("112"), said("/hilfe"), said("/help"), said("🆘"), said("Hilfe!"), PRESSED])
async def test_c01_the_card_comes_although_nothing_can_be_stored(place, asked):
    """C01: by word, command and button; and the platform still hears that nothing was stored."""
    with pytest.raises(OSError, match="disk full"):
        await place.bring(said("Guten Tag"), asked)
    ((address, text),) = place.line.sent
    assert ("42", True) == (address, "Hier hilft sofort jemand." in text)


async def test_the_card_comes_once_an_hour(place):
    """The platform repeats what was not stored, again and again; the parent is not flooded."""
    for minutes, cards in [(0, 1), (1, 1), (59, 1), (61, 2)]:
        place.now = NOON + timedelta(minutes=minutes)
        with pytest.raises(OSError, match="disk full"):
            await place.bring(said("112"))
        assert cards == len(place.line.sent)
    with pytest.raises(OSError, match="disk full"):
        await place.bring(said("112"), address="43")
    assert "43" == place.line.sent[-1][0]


async def test_other_words_get_nothing(place):
    """They are answered when they can be stored."""
    with pytest.raises(OSError, match="disk full"):
        await place.bring(said("Wann ist Elternabend?"), {"weird": 1})
    assert [] == place.line.sent


async def test_where_storing_works_it_only_stores(place):
    """The talk answers itself; nothing is said twice."""
    place.away = False
    assert [ContactId(1)] == await place.bring(said("112"))
    assert [] == place.line.sent
