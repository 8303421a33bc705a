"""Sending as in the running house: the SQLite store, the verb, the channel Telegram, and the fake Bot API."""

import asyncio
import random
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from channels.telegram_kit import early, settings
from fakes.bot_api import BotApi
from store.store_kit import close_sqlite, open_sqlite, outgoing, say
from structlog.testing import capture_logs

from bot.channels.telegram import TELEGRAM, Telegram
from bot.ports import Store
from bot.services.wake import Bells
from bot.work.deliver import Deliver
from bot.work.pace import Rates

RATES = Rates(overall=500, chat=500, chat_burst=50, first_wait=0.02, longest_wait=0.1, attempts=4)


def now() -> datetime:
    return datetime.now(UTC)


class Line:
    """A store with contacts, the platform, and the verb between them."""

    def __init__(self, store: Store, api: BotApi, channel: Telegram, rates: Rates) -> None:
        self.store, self.api, self.channel = store, api, channel
        self.wake = Bells()
        self.deliver = Deliver(store, channel, self.wake, now, rates, random.random, time.monotonic)
        self._names = iter(range(10_000))

    async def tell(self, chat: int, *texts: str) -> None:
        """Let a contact be told something, as ``converse`` does."""
        name = f"m{next(self._names)}"
        said = [outgoing(f"{name}-{number}", text) for number, text in enumerate(texts)]
        await say(self.store, name, *said, address=str(chat), account=TELEGRAM)
        self.wake.ring("outbox")

    async def settled(self) -> None:
        """Wait until nothing is left to send."""
        async with asyncio.timeout(30):
            while (await self.store.figures())["outbox"]:  # noqa: ASYNC110 - the store rings no bell for this
                await asyncio.sleep(0.01)

    @asynccontextmanager
    async def sending(self) -> AsyncIterator[None]:
        task = asyncio.create_task(self.deliver.run())
        try:
            yield
            assert not task.done()
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


@pytest.fixture
async def line(tmp_path: Path) -> AsyncIterator[Line]:
    """Three parents have opened a chat; nothing is sent yet."""
    store = await open_sqlite(tmp_path)
    async with BotApi() as api, Telegram(settings(api, unsure=0.1), early) as channel:
        for chat in (1, 2, 3):
            api.say(chat, "/start")
        yield Line(store, api, channel, RATES)
    await close_sqlite(store)


async def test_everybody_hears_everything_once_and_in_order(line: Line) -> None:
    """D03: what stands in the outbox arrives in each chat, once, in order."""
    async with line.sending():
        for number in range(5):
            for chat in (1, 2, 3):
                await line.tell(chat, f"{number}a", f"{number}b")
        await line.settled()

    heard = [word for number in range(5) for word in (f"{number}a", f"{number}b")]
    assert [line.api.said(chat) for chat in (1, 2, 3)] == [heard] * 3


async def test_a_limited_chat_waits_alone(line: Line) -> None:
    """P01: the chat that the platform limits hears nothing for the wait it named, the others hear all at once."""
    line.api.fault("limited", 1, wait=1)
    async with line.sending():
        await line.tell(1, "eins", "zwei")
        await line.api.until(lambda: len(line.api.calls) == 1)
        await line.tell(2, "drüben")
        await line.api.until(lambda: line.api.said(2))
        assert line.api.said(1) == []
        await line.settled()
    limited = [call.at for call in line.api.calls if call.fields["chat_id"] == "1"]

    assert line.api.said(1) == ["eins", "zwei"]
    assert limited[1] - limited[0] >= 1


@pytest.mark.parametrize("kind", ["server error", "garbage", "not ok", "reset", "redirect", "limited without a wait"])
async def test_passing_trouble_delays_and_loses_nothing(line: Line, kind: str) -> None:
    """P02: after trouble of each kind the message arrives, once, and before the next one."""
    line.api.fault(kind, 1, times=2)
    async with line.sending():
        await line.tell(1, "eins", "zwei")
        await line.tell(2, "drüben")
        await line.settled()

    assert (line.api.said(1), line.api.said(2)) == (["eins", "zwei"], ["drüben"])


async def test_lasting_trouble_with_one_message_ends_among_the_dead_letters(line: Line) -> None:
    """P02: a message that fails for good is counted for operators, and its chat goes on."""
    line.api.fault("server error", 1, times=RATES.attempts)
    line.api.fault("refuses the message", 2)
    async with line.sending():
        with capture_logs():
            await line.tell(1, "eins", "zwei")
            await line.tell(2, "drei", "vier")
            await line.settled()

    assert (line.api.said(1), line.api.said(2)) == (["zwei"], ["vier"])
    assert (await line.store.figures())["dead"] == 2


async def test_after_a_time_out_a_message_is_repeated_once(line: Line) -> None:
    """P02: what the platform took without saying so arrives a second time, and not a third."""
    line.channel._request._read = 1.0
    line.api.fault("time-out after", 1)
    line.api.fault("time-out after", 2, times=5)
    async with line.sending():
        with capture_logs():
            await line.tell(1, "eins", "zwei")
            await line.tell(2, "drei")
            await line.settled()

    assert (line.api.said(1), line.api.said(2)) == (["eins", "eins", "zwei"], ["drei", "drei"])


async def test_who_has_blocked_us_is_not_written_to(line: Line) -> None:
    """P03: after a block nothing more is sent there, not even what waits; others hear on."""
    line.api.block(1)
    async with line.sending():
        await line.tell(1, "eins", "zwei")
        await line.settled()
        await line.tell(2, "drüben")
        await line.settled()

    assert [call.fields["text"] for call in line.api.calls] == ["eins", "drüben"]


async def test_a_refused_token_keeps_everything_until_it_is_mended(line: Line) -> None:
    """P02: with a token that is refused nothing is lost or given up; once it works again all goes out."""
    line.channel = Telegram(settings(line.api, refused=0.1), early)
    line.deliver = Deliver(
        line.store, line.channel, line.wake, now, replace(RATES, attempts=1), random.random, time.monotonic
    )
    line.api.revoke()
    async with line.channel, line.sending():
        with capture_logs() as logs:
            await line.tell(1, "eins")
            await line.tell(2, "zwei")
            await line.api.until(lambda: "account_paused" in [log["event"] for log in logs])
            line.api.restore()
            await line.settled()

    assert (line.api.said(1), line.api.said(2)) == (["eins"], ["zwei"])


async def test_what_was_in_the_air_when_the_process_died_goes_out_again(line: Line) -> None:
    """D04: a message that was marked as being sent, and nothing else, is sent at the next start."""
    await line.tell(1, "eins", "zwei")
    await line.store.due(TELEGRAM, now(), 10)
    async with line.sending():
        await line.settled()

    assert line.api.said(1) == ["eins", "zwei"]
