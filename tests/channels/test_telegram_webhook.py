"""The webhook's address: only the platform gets in, and it hears 200 only for what is stored."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import aiohttp
import pytest
from channels.telegram_kit import CHAT, early, item, settings
from channels.telegram_kit import Telegram as Payloads
from fakes.bot_api import BotApi
from starlette.applications import Starlette
from structlog.testing import capture_logs

from bot.channels import telegram_webhook
from bot.channels.telegram import TELEGRAM, Telegram
from bot.channels.telegram_webhook import HEADER, PATH, webhook_routes
from bot.flow.event import Said
from bot.model import Fragment, Received
from bot.text.message import Button, Message
from bot.web.server import bind, running

SECRET = "Qk3_xpq2-mvbn7aw5ty"
NOW = datetime(2026, 10, 1, 12, tzinfo=UTC)


class House:
    """What stores; it can be out of order, like a database that is locked."""

    def __init__(self) -> None:
        self.stored: list[Received] = []
        self.failures = 0

    async def receive(self, batch: Sequence[Received]) -> None:
        if self.failures:
            self.failures -= 1
            raise OSError("the disk is full of Canary-4711")
        self.stored += batch


@asynccontextmanager
async def serving(channel: Telegram, house: House) -> AsyncIterator[str]:
    app = Starlette(routes=webhook_routes(channel, SECRET, house.receive, lambda: NOW))
    listener = bind("127.0.0.1", 0)
    async with running(app, listener, lambda: None):
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


async def post(url: str, headers: Sequence[tuple[str, str]], body: bytes = b"{}") -> int:
    async with aiohttp.ClientSession() as session, session.post(url + PATH, data=body, headers=headers) as answer:
        return answer.status


async def test_nobody_gets_in_without_the_secret():
    """P05: missing, cut, lengthened, wrong case, beyond ASCII, another header, twice: 403, and nothing is stored."""
    house = House()
    attempts = [
        [],
        [(HEADER, "")],
        [(HEADER, SECRET[:-1])],
        [(HEADER, SECRET + "x")],
        [(HEADER, SECRET.lower())],
        [(HEADER, SECRET.upper())],
        [(HEADER, "Bearer " + SECRET)],
        [(HEADER, SECRET.replace("k", "κ"))],
        [(HEADER, "ü" * len(SECRET))],
        [("X-Telegram-Bot-Api-Secret", SECRET)],
        [(HEADER, SECRET), (HEADER, SECRET)],
        [(HEADER, "wrong"), (HEADER, SECRET)],
    ]
    async with serving(Telegram(settings(BotApi()), early), house) as url:
        statuses = [await post(url, headers, Payloads().payload("text", 1, "Hallo")) for headers in attempts]

    assert (statuses, house.stored) == ([403] * len(attempts), [])


async def test_p05_the_secret_is_compared_as_bytes_in_constant_time(monkeypatch):
    """P05: every comparison is the library's own that takes equally long, of bytes on both sides."""
    compared = []

    def compare(given: object, expected: object) -> bool:
        compared.append((given, expected))
        return given == expected

    monkeypatch.setattr(telegram_webhook.hmac, "compare_digest", compare)
    async with serving(Telegram(settings(BotApi()), early), House()) as url:
        for given in (SECRET, "wrong", "ü"):
            await post(url, [(HEADER, given)], b'{"update_id":1}')

    assert compared == [
        (SECRET.encode(), SECRET.encode()),
        (b"wrong", SECRET.encode()),
        ("ü".encode(), SECRET.encode()),
    ]


async def test_the_platform_gets_in_and_its_update_is_stored_whole():
    """P05: with the secret the update is stored byte for byte, with its account and the moment, then 200 is said."""
    house, raw = House(), Payloads().payload("text", 1, "Hallo")
    async with serving(Telegram(settings(BotApi()), early), house) as url:
        status = await post(url, [(HEADER, SECRET)], raw)

    assert (status, house.stored) == (200, [Received(TELEGRAM, Fragment("1", str(CHAT), raw), NOW)])


async def test_an_empty_secret_is_refused_at_the_start():
    """P05: a webhook without a secret would let everybody in; it cannot be built."""
    with pytest.raises(ValueError, match="a webhook needs a secret"):
        webhook_routes(Telegram(settings(BotApi()), early), "", House().receive, lambda: NOW)


async def test_what_could_not_be_stored_is_not_acknowledged():
    """D07: a full or locked database means 503, so that the platform repeats; the log tells the kind, no content."""
    house = House()
    house.failures = 1
    with capture_logs() as logs:
        async with serving(Telegram(settings(BotApi()), early), house) as url:
            statuses = [await post(url, [(HEADER, SECRET)], b'{"update_id":1}') for _ in range(2)]

    assert statuses == [503, 200]
    assert logs == [{"event": "telegram_update_not_stored", "error": "OSError", "log_level": "error"}]


async def test_garbage_with_the_secret_is_set_aside():
    """P04: what the platform brings is stored, whatever it is; nothing is answered with an error for ever."""
    house = House()
    async with serving(Telegram(settings(BotApi()), early), house) as url:
        statuses = [
            await post(url, [(HEADER, SECRET)], raw) for raw in (b"", b"\xff", b"[" * 5000, b'{"update_id":"x"}')
        ]

    assert statuses == [200] * 4
    assert [received.fragment.address for received in house.stored] == [None] * 4


async def test_only_posts_are_taken():
    """Other methods and other addresses are nobody's."""
    async with serving(Telegram(settings(BotApi()), early), House()) as url, aiohttp.ClientSession() as session:
        statuses = []
        for method, path in (("GET", PATH), ("PUT", PATH), ("POST", PATH + "/x"), ("POST", "/webhook")):
            async with session.request(method, url + path, headers={HEADER: SECRET}) as answer:
                statuses.append(answer.status)

    assert statuses == [405, 405, 404, 404]


async def test_the_platform_brings_what_parents_write_and_repeats_what_was_not_stored():
    """D01: over the webhook every message arrives, in order, also after failures; presses are acknowledged."""
    house = House()
    async with BotApi() as api, Telegram(settings(api), early) as channel, serving(channel, house) as url:
        await channel.set_webhook(url + PATH, SECRET)
        house.failures = 2
        api.say(CHAT, "eins")
        api.say(CHAT, "zwei")
        await api.until(lambda: len(house.stored) == 2)
        await channel.send(item(Message("Gut?", "de", "ltr", (Button("k3x", "Ja"),)), CHAT, 1))
        api.press(CHAT, "Ja")
        await api.until(lambda: api.transcript(CHAT)[-1].text == "Gut?\n\n✅ Ja")

    assert [channel.parse(received.fragment)[0] for received in house.stored[:2]] == [Said("eins"), Said("zwei")]
    assert len(api.answered) == 1


async def test_the_webhook_is_set_in_spite_of_trouble():
    """The platform is told the address until it agrees, with the kinds of update that we read."""
    async with BotApi() as api, Telegram(settings(api), early) as channel:
        api.fault("server error", method="setWebhook")
        with capture_logs() as logs:
            await channel.set_webhook("http://127.0.0.1:9/webhook/telegram", SECRET)

        assert api.webhook == {"url": "http://127.0.0.1:9/webhook/telegram", "secret": SECRET}
        assert "message_reaction" in api.calls[-1].fields["allowed_updates"]
        assert [log["event"] for log in logs] == ["telegram_call_failed"]
