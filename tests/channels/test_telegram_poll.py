"""Polling the fake Bot API: nothing is confirmed before it is stored, and nothing ends the asking."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from channels.telegram_kit import CHAT, early, item, settings
from fakes.bot_api import BotApi
from structlog.testing import capture_logs

from bot.channels.telegram import Telegram
from bot.channels.telegram_poll import Patience, updates
from bot.flow.event import Said, Started, Unreadable
from bot.model import Fragment
from bot.text.message import Button, Message


class Polled:
    """A poller that stores what comes, as the house does."""

    def __init__(self, channel: Telegram) -> None:
        self.channel = channel
        self.got: list[bytes] = []
        self.stored: list[Fragment] = []
        self.may_store = asyncio.Event()
        self.may_store.set()

    async def run(self) -> None:
        async for payload in self.channel.poll():
            self.got.append(payload)
            await self.may_store.wait()
            self.stored += self.channel.split(payload)

    @property
    def events(self) -> list[object]:
        return [event for fragment in self.stored for event in self.channel.parse(fragment)]


@asynccontextmanager
async def polling(api: BotApi, **changed: Any) -> AsyncIterator[Polled]:
    async with Telegram(settings(api, **changed), early) as channel:
        polled = Polled(channel)
        task = asyncio.create_task(polled.run())
        try:
            yield polled
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


async def test_updates_are_confirmed_only_after_they_are_stored():
    """D01: the offset moves with the question after the commit; until then the platform keeps every update."""
    async with BotApi() as api, polling(api) as polled:
        polled.may_store.clear()
        first = api.say(CHAT, "/start")
        await api.until(lambda: polled.got)
        assert api.unconfirmed == [first]

        polled.may_store.set()
        await api.until(lambda: not api.unconfirmed)

        assert polled.events == [Started(hint="de")]


async def test_what_was_not_stored_comes_again_after_a_restart():
    """D01: a poller that dies before the commit is told the same updates when it starts again."""
    async with BotApi() as api:
        async with polling(api) as polled:
            polled.may_store.clear()
            api.say(CHAT, "Hallo")
            await api.until(lambda: polled.got)
        async with polling(api) as polled:
            await api.until(lambda: polled.stored)

            assert polled.events == [Said("Hallo")]


async def test_a_webhook_is_removed_before_and_during_polling():
    """A webhook left over from another setup, or set meanwhile, does not keep updates from us."""
    async with BotApi() as api:
        api.webhook = {"url": "http://127.0.0.1:9/old", "secret": "s"}
        async with polling(api) as polled:
            api.say(CHAT, "eins")
            await api.until(lambda: polled.stored)
            await api._set_webhook({"url": "http://127.0.0.1:9/new", "secret_token": "s"})
            api.say(CHAT, "zwei")
            await api.until(lambda: len(polled.stored) == 2)

            assert polled.events == [Said("eins"), Said("zwei")]


@pytest.mark.parametrize(
    "kind", ["limited", "server error", "garbage", "not ok", "redirect", "reset", "time-out before"]
)
async def test_trouble_is_logged_and_the_asking_goes_on(kind):
    """P02: after every kind of trouble, also of the first question, the updates come; operators read what was wrong."""
    async with BotApi() as api:
        api.fault(kind, method="deleteWebhook")
        api.fault(kind, method="getUpdates", times=2)
        with capture_logs() as logs:
            async with polling(api, answer=0.5, poll=0) as polled:
                api.say(CHAT, "Hallo")
                await api.until(lambda: polled.stored)

    assert polled.events == [Said("Hallo")]
    assert [log["method"] for log in logs[:2]] == ["getUpdates", "getUpdates"]
    assert all(log["help"] for log in logs)


async def test_a_refused_token_and_a_second_poller_are_told_to_operators(caplog, capfd):
    """O01: what to do stands in the log, the token does not; when it is mended, polling goes on by itself."""
    caplog.set_level(logging.DEBUG)
    async with BotApi() as api:
        api.revoke()
        with capture_logs() as logs:
            async with polling(api) as polled:
                await api.until(lambda: logs)
                api.restore()
                await api.until(lambda: "getUpdates" in [call.method for call in api.calls])
                async with polling(api) as other:
                    await api.until(lambda: any(log["status"] == 409 for log in logs))
                api.say(CHAT, "Hallo")
                await api.until(lambda: polled.stored or other.stored)
    told = {log["status"]: log["help"] for log in logs}
    written = caplog.text + repr(logs) + "".join(capfd.readouterr())

    assert told[401].startswith("The bot's token is refused. Compare TELEGRAM_TOKEN")
    assert told[409].startswith("Another program asks for this bot's updates.")
    assert [secret for secret in (api.token, "Hallo") if secret in written] == []


async def test_an_outage_of_the_network_is_sat_out():
    """P02: while nothing answers at the address we go on asking; back again, the updates come."""
    api = BotApi()
    async with api:
        pass
    with capture_logs() as logs:
        async with polling(api) as polled:
            await api.until(lambda: len(logs) > 2)
            async with api:
                api.say(CHAT, "Hallo")
                await api.until(lambda: polled.stored)

    assert polled.events == [Said("Hallo")]
    assert logs[0]["error"] == "ClientConnectorError"


async def test_no_update_can_stop_the_polling():
    """P04: hostile updates are stored byte for byte and confirmed; what a parent writes between them is heard."""
    poisons = [b"[" * 5000 + b"]" * 5000, b'"\\ud83d\\u0000"', b"NaN", b'"\xff"', b'{"text":' + b"9" * 5000 + b"}"]
    async with BotApi() as api, polling(api) as polled:
        for poison in poisons:
            number = next(api._updates)
            api.push_raw(number, b'{"update_id":%d,"message":%b}' % (number, poison))
            api.say(CHAT, "weiter")
        await api.until(lambda: len(polled.stored) == 10)
        await api.until(lambda: not api.unconfirmed)

    assert [event for event in polled.events if event != Unreadable()] == [Said("weiter")] * 5
    assert [fragment.body.partition(b'"message":')[2][:-1] for fragment in polled.stored[::2]] == poisons


async def test_an_update_that_breaks_its_answer_is_set_aside_alone():
    """P04: an update that ends in the middle makes the whole answer unreadable; its neighbours come, the rest goes on."""
    async with BotApi() as api:
        api.say(CHAT, "davor")
        number = next(api._updates)
        api.push_raw(number, b'{"update_id":%d,"message":{"text":"' % number)
        api.say(CHAT, "danach")
        with capture_logs() as logs:
            async with polling(api) as polled:
                await api.until(lambda: not api.unconfirmed)
                api.say(CHAT, "später")
                await api.until(lambda: Said("später") in polled.events)

    assert polled.events == [Said("davor"), Unreadable(), Said("danach"), Said("später")]
    assert {log["event"] for log in logs} == {"telegram_updates_broken"}


async def test_a_torn_answer_is_asked_for_again():
    """P02: an answer that was torn on the way is no broken update: asked again, everything in it comes."""
    whole = b'{"ok":true,"result":[{"update_id":7,"message":{"chat":{"id":42},"text":"Hallo"}}]}'
    answers = [b'{"ok":true,"result":true}', whole[:50], whole]

    async def ask(_method: str, _fields: object) -> tuple[int, bytes]:
        return 200, answers.pop(0)

    asking = updates(ask, 0, Patience(0.0, 0.0), lambda _: None)
    with capture_logs():
        payload = await anext(asking)
    await asking.aclose()

    assert payload == whole


async def test_presses_are_acknowledged_once_they_are_stored():
    """A pressed button is answered and its message edited after the commit, not before."""
    async with BotApi() as api, polling(api) as polled:
        api.say(CHAT, "/start")
        await polled.channel.send(item(Message("Gut?", "de", "ltr", (Button("k3x", "Ja"),)), CHAT, 1))
        await api.until(lambda: polled.stored)
        polled.may_store.clear()
        api.press(CHAT, "Ja")
        await api.until(lambda: len(polled.got) == 2)
        assert api.answered == []

        polled.may_store.set()
        await api.until(lambda: api.transcript(CHAT)[-1].text == "Gut?\n\n✅ Ja")

        assert len(api.answered) == 1


async def test_a_server_that_never_holds_a_question_is_not_flooded():
    """A double that answers at once with nothing is asked some four times a second, not thousands."""
    async with BotApi() as api, polling(api, poll=0):
        begun = asyncio.get_running_loop().time()
        await api.until(lambda: len(api.calls) == 4)

        assert asyncio.get_running_loop().time() - begun > 0.4


async def test_answers_without_ids_are_stored_once_and_waited_out():
    """A server whose updates name no id cannot make us spin: operators are told, the waits grow."""
    waits: list[int] = []

    class Noted(Patience):
        async def wait(self, troubles: int) -> float:
            waits.append(troubles)
            return 0.0

    async def ask(_method: str, _fields: object) -> tuple[int, bytes]:
        return 200, b'{"ok":true,"result":[{"no":"id"}]}'

    asking = updates(ask, 0, Noted(0.0, 0.0), lambda _: None)
    with capture_logs() as logs:
        payloads = [await anext(asking) for _ in range(3)]
    await asking.aclose()

    assert payloads[0] == payloads[2]
    assert (waits, {log["event"] for log in logs}) == ([1, 2], {"telegram_updates_without_id"})
