"""Sending over the fake Bot API: what arrives, what is remembered, and that the token goes nowhere else."""

import asyncio
import gzip
import json
import logging
import traceback
import warnings
from typing import Self

import pytest
from aiohttp import web
from channels.telegram_kit import CHAT, early, item, settings
from channels.telegram_kit import Telegram as Payloads
from fakes.bot_api import BotApi
from structlog.testing import capture_logs

from bot.channels.telegram import Telegram
from bot.model import Gone, Rejected, Retry, Sent, Unsure
from bot.source.errors import OperatorError
from bot.text.message import Button, Message


def message(text: str, **more: object) -> Message:
    return Message(text=text, language="de", direction="ltr", **more)


class Answering:
    """A server that gives every call the same answer."""

    def __init__(self, status: int, body: bytes, **headers: str) -> None:
        self.status, self.body, self.headers, self.token = status, body, headers, "123456:fake-token"

    async def __aenter__(self) -> Self:
        async def serve(_request: web.Request) -> web.Response:
            return web.Response(status=self.status, body=self.body, headers=self.headers)

        app = web.Application()
        app.router.add_route("*", "/{path:.*}", serve)
        self.runner = web.AppRunner(app, access_log=None)
        await self.runner.setup()
        await web.TCPSite(self.runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self.runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.runner.cleanup()


async def test_a_message_arrives_as_it_was_meant():
    """I02: words as they are, bold as entities, buttons as rows, no link previews, and never a parse mode."""
    async with BotApi() as api, Telegram(settings(api), early) as channel:
        api.say(CHAT, "/start")
        shaped = message("Was ist *das*?", bold=((4, 7),), buttons=(Button("k3x", "Ja"), Button("p7q", "Nein")))
        outcome = await channel.send(item(shaped, CHAT, 1))
        line = api.transcript(CHAT)[-1]
        fields = api.calls[-1].fields

    assert outcome == Sent(str(line.id))
    assert (line.text, line.buttons) == ("Was ist *das*?", [["Ja", "Nein"]])
    assert line.entities == [{"type": "bold", "offset": 4, "length": 3}]
    assert "parse_mode" not in fields
    assert fields["link_preview_options"] == {"is_disabled": True}


async def test_after_trouble_in_the_middle_only_the_rest_is_sent_again():
    """A text in three messages that stops after the first goes on with the second, in order."""
    long = message("\n\n".join(letter * 3000 for letter in "abc"))
    async with BotApi() as api, Telegram(settings(api), early) as channel:
        api.say(CHAT, "/start")
        api.fault("server error", CHAT, skip=1)
        outcomes = [await channel.send(item(long, CHAT, 1)) for _ in range(2)]

        assert [type(outcome) for outcome in outcomes] == [Retry, Sent]
        assert [text[0] for text in api.said(CHAT)] == ["a", "b", "c"]
        assert channel._begun == {}


async def test_what_is_remembered_of_long_texts_is_bounded():
    """O05: of many texts that stopped in the middle, the oldest are forgotten."""
    async with BotApi() as api, Telegram(settings(api), early) as channel:
        for number in range(150):
            api.fault("limited", 999)
            await channel.send(item(message("a"), 999, number))

        assert len(channel._begun) == 100


@pytest.mark.parametrize(
    ("status", "body", "outcome"),
    [
        (200, b'{"ok":true,"result":{"message_id":7}}', Sent("7")),
        (200, b'{"ok":true,"result":true}', Sent()),
        (200, b'{"ok":true,"result":[]}', Sent()),
        (200, b'{"ok":true}', Retry(0, reason="200, but not ok: no reason given")),
        (200, b"[]", Retry(0, reason="200, but no answer of the platform")),
        (200, b"[" * 5000, Retry(0, reason="200, but no answer of the platform")),
        (403, b"<html>Blocked by the office's proxy</html>", Retry(0, reason="403, but no answer of the platform")),
        (403, b'{"ok":false,"description":"Forbidden: user is deactivated"}', Gone("Forbidden: user is deactivated")),
        (400, b'{"ok":false,"description":"Bad Request: PEER_ID_INVALID"}', Gone("Peer_id_invalid")),
        (400, b'{"ok":false,"description":7}', Rejected("no reason given")),
        (400, b'{"ok":false,"parameters":{"migrate_to_chat_id":-1},"description":"group"}', Rejected("group")),
        (429, b'{"ok":false,"parameters":{"retry_after":"soon"}}', Retry(0, reason="no reason given")),
        (429, b'{"ok":false,"parameters":[7]}', Retry(0, reason="no reason given")),
        (429, b'{"ok":false,"parameters":{"retry_after":1e400}}', Retry(86400, reason="too many messages")),
        (500, b'{"ok":false,"description":"Internal"}', Retry(0, reason="Internal")),
        (999, b'{"ok":false,"description":"?"}', Retry(0, reason="?")),
    ],
)
async def test_every_answer_is_an_outcome(status, body, outcome):
    """P02: sparse, odd and foreign answers are outcomes; only the platform's own words can lose a contact."""
    async with Answering(status, body) as server, Telegram(settings(server), early) as channel:
        assert await channel.send(item(message("a"), CHAT, 1)) == outcome


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (401, b'{"ok":false,"description":"Unauthorized"}', "Vergleichen Sie TELEGRAM_TOKEN mit dem bei BotFather"),
        (404, b'{"ok":false,"description":"Not Found"}', "Vergleichen Sie TELEGRAM_TOKEN mit dem bei BotFather"),
        (502, b"<html>", "antwortet nicht Telegram, oder es ist gestört. Prüfen Sie api_url"),
        (200, b"<html>", "antwortet nicht Telegram, oder es ist gestört. Prüfen Sie api_url"),
        (200, b'{"ok":true,"result":{"username":"\\u001b[2J"}}', "antwortet nicht Telegram"),
    ],
)
async def test_a_wrong_token_is_said_plainly(status, body, words):
    """Whoever starts with a wrong token reads what to do, and not the token."""
    async with Answering(status, body) as server, Telegram(settings(server), early) as channel:
        with pytest.raises(OperatorError, match=words) as caught:
            await channel.check()

    assert server.token not in str(caught.value)


async def test_the_bots_name_is_told():
    """A check of the account names the bot; without a network it says what to look at."""
    async with BotApi() as api, Telegram(settings(api), early) as channel:
        assert await channel.check() == "elternlotse_bot"
    async with Telegram(settings(api), early) as channel:
        with pytest.raises(OperatorError, match=r"Telegram ist nicht zu erreichen. Prüfen Sie das Netz"):
            await channel.check()


async def test_commands_are_set_by_language():
    """The command menu is set for each language, and for all others without one; a refusal is a line in the log."""
    async with BotApi() as api, Telegram(settings(api), early) as channel:
        with capture_logs() as logs:
            await channel.set_commands({"": [("menu", "Menü")], "ar": [("menu", "القائمة")], "prs": [("menu", "x")]})
        asked = [call.fields.get("language_code", "") for call in api.calls]

    assert asked == ["", "ar", "prs"]
    assert [(log["event"], log["log_level"]) for log in logs] == [("telegram_commands_not_set", "info")]


async def test_the_token_is_in_no_log_no_error_and_no_repr(caplog, capfd):
    """O01, X01: through every kind of trouble, with everything logged, the token and the words are written nowhere."""
    caplog.set_level(logging.DEBUG)
    words = "Mein Kind heißt Canary-4711"
    seen = []
    async with BotApi() as api, Telegram(settings(api, answer=0.5), early) as channel:
        api.say(CHAT, "/start")
        seen += [repr(channel), str(channel), repr(settings(api)), repr(channel._request)]
        with capture_logs() as logs:
            for kind in ("server error", "garbage", "reset", "redirect", "huge answer", "limited", "time-out before"):
                api.fault(kind)
                seen.append(repr(await channel.send(item(message(words), CHAT, 1))))
            api.revoke()
            seen.append(repr(await channel.send(item(message(words), CHAT, 1))))
            try:
                await channel.check()
            except OperatorError as error:
                seen += traceback.format_exception(error)
    lost = Telegram(settings(api), early)
    seen.append(repr(await lost.send(item(message(words), CHAT, 1))))
    out = capfd.readouterr()
    everything = "\n".join([caplog.text, out.out, out.err, repr(logs), *seen])

    assert "telegram_token_refused" in everything
    assert [secret for secret in (api.token, "fake-token", words, "Canary") if secret in everything] == []


async def test_errors_of_the_network_carry_no_address():
    """O01: not even the error itself, which other code might log one day, knows the address with the token in it."""
    async with BotApi() as api, Telegram(settings(api), early) as channel:
        api.fault("reset", method="getMe")
        with pytest.raises(Exception, match="ServerDisconnectedError") as caught:
            await channel._bot.get_me()

    assert api.token not in "".join(traceback.format_exception(caught.value))


async def test_a_429_raises_no_warning():
    """The library's coming change of a wait's type is dealt with: nothing warns, now or later."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        async with BotApi() as api, Telegram(settings(api), early) as channel:
            api.say(CHAT, "/start")
            api.fault("limited", CHAT, wait=3)
            outcome = await channel.send(item(message("a"), CHAT, 1))

    assert outcome == Retry(3, reason="too many messages")
    assert [str(warning.message) for warning in caught] == []


async def test_a_time_out_waits_as_configured():
    """After a time-out the message may have arrived: it waits as long as the settings say."""
    async with BotApi() as api, Telegram(settings(api, answer=0.5, unsure=11.0), early) as channel:
        api.say(CHAT, "/start")
        api.fault("time-out after", CHAT)

        assert await channel.send(item(message("a"), CHAT, 1)) == Unsure(11.0)
        await api.until(lambda: api.said(CHAT) == ["a"])


async def test_a_compressed_answer_is_not_unpacked():
    """A small compressed answer that would fill the memory is refused unread."""
    bomb = gzip.compress(b'{"ok":true,"result":' + b" " * 10_000_000 + b"{}}")
    encoded = {"Content-Encoding": "gzip"}
    async with Answering(200, bomb, **encoded) as server, Telegram(settings(server), early) as channel:
        assert await channel.send(item(message("a"), CHAT, 1)) == Retry(0, reason="200, but no answer of the platform")


async def pressed(api: BotApi, channel: Telegram, label: str) -> None:
    """Press a button, and let the channel acknowledge it."""
    number = api.press(CHAT, label)
    body = dict(api._waiting)[number]
    channel.acknowledge(channel.split(body))
    await asyncio.gather(*channel._tasks)


async def test_a_pressed_button_is_answered_and_replaced_by_the_choice():
    """After a press the chat shows what was chosen instead of the buttons, and the phone stops waiting."""
    async with BotApi() as api, Telegram(settings(api), early) as channel:
        api.say(CHAT, "/start")
        buttons = (Button("k3x", "Ja"), Button("p7q", "Nein"))
        await channel.send(item(message("Gut so?", bold=((0, 3),), buttons=buttons), CHAT, 1))
        await pressed(api, channel, "Nein")
        line = api.transcript(CHAT)[-1]

    assert (line.text, line.buttons, len(api.answered)) == ("Gut so?\n\n✅ Nein", [], 1)
    assert [(e["offset"], e["length"]) for e in line.entities] == [(0, 3), (11, 4)]


async def test_a_used_button_goes_also_when_the_platform_does_not_say_what_stood_on_it():
    """A press may come without its message's buttons: the words stay as they are, and the buttons go."""
    async with BotApi() as api, Telegram(settings(api), early) as channel:
        api.say(CHAT, "/start")
        await channel.send(item(message("Gut so?", buttons=(Button("k3x", "Ja"),)), CHAT, 1))
        number = api.press(CHAT, "Ja")
        update = json.loads(dict(api._waiting)[number])
        del update["callback_query"]["message"]["reply_markup"]
        channel.acknowledge(channel.split(json.dumps(update).encode()))
        await asyncio.gather(*channel._tasks)
        line = api.transcript(CHAT)[-1]

    assert (line.text, line.buttons, len(api.answered)) == ("Gut so?", [], 1)


async def test_asking_for_german_answers_the_press_and_keeps_the_buttons():
    """The extras of a message leave its buttons where they are; the press is answered all the same."""
    async with BotApi() as api, Telegram(settings(api), early) as channel:
        api.say(CHAT, "/start")
        shaped = message("Gut?", buttons=(Button("k3x", "Ja"),), extras=(Button("m.t1.g", "Auf Deutsch"),))
        await channel.send(item(shaped, CHAT, 1))
        await pressed(api, channel, "Auf Deutsch")

    assert (api.transcript(CHAT)[-1].buttons, len(api.answered)) == ([["Ja"], ["Auf Deutsch"]], 1)


async def test_an_old_press_and_trouble_on_the_way_end_in_the_log():
    """A stale press, a message that is gone and a broken answer never raise; the next press works."""
    async with BotApi() as api, Telegram(settings(api), early) as channel:
        api.say(CHAT, "/start")
        await channel.send(item(message("Gut?", buttons=(Button("k3x", "Ja"),)), CHAT, 1))
        with capture_logs() as logs:
            channel.acknowledge(channel.split(Payloads().payload("button", 1, "k3x")))
            await asyncio.gather(*channel._tasks)
            api.fault("garbage", method="editMessageText")
            await pressed(api, channel, "Ja")
            await pressed(api, channel, "Ja")

    assert [log["event"] for log in logs] == [
        "telegram_press_not_answered",
        "telegram_buttons_not_replaced",
        "telegram_buttons_not_replaced",
    ]
    assert api.transcript(CHAT)[-1].text == "Gut?\n\n✅ Ja"


async def test_presses_in_great_number_do_not_pile_up():
    """O05: of more presses at once than are acknowledged together, the rest keep their buttons; closing ends them all."""
    async with BotApi() as api:
        async with Telegram(settings(api, answer=30), early) as channel:
            api.fault("time-out before", method="answerCallbackQuery", times=500)
            fragments = [channel.split(Payloads().payload("button", number, "k3x"))[0] for number in range(500)]
            channel.acknowledge(fragments)

            assert len(channel._tasks) == 100
            await api.until(lambda: len(api.calls) > 10)
        assert len(channel._tasks) == 0
