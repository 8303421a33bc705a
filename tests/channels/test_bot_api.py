"""The fake Bot API is true to the platform: its answers are what python-telegram-bot expects, its rules are kept."""

import asyncio

import aiohttp
import pytest
import telegram
from fakes.bot_api import BotApi


async def ask(api: BotApi, method: str, **fields: object) -> dict:
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{api.url}/bot{api.token}/{method}", json=fields) as got,
    ):
        return await got.json()


async def test_its_answers_are_the_librarys_types():
    """Everything that the fake says is read by python-telegram-bot as the type it stands for, with nothing left over."""
    async with BotApi() as api:
        api.say(42, "/start@elternlotse_bot", "ar")
        keyboard = {"inline_keyboard": [[{"text": "Ja", "callback_data": "yes"}]]}
        bold = [{"type": "bold", "offset": 0, "length": 3}]
        sent = await ask(api, "sendMessage", chat_id=42, text="Gut?", entities=bold, reply_markup=keyboard)
        api.press(42, "Ja")
        api.block(42)
        api.unblock(42)
        updates = await ask(api, "getUpdates")
        things = [
            telegram.Message.de_json(sent["result"]),
            telegram.User.de_json((await ask(api, "getMe"))["result"]),
            telegram.WebhookInfo.de_json((await ask(api, "getWebhookInfo"))["result"]),
            *(telegram.Update.de_json(update) for update in updates["result"]),
        ]

    assert [thing.api_kwargs for thing in things] == [{}] * 7
    assert things[3].message.text == "/start@elternlotse_bot"
    assert things[3].message.from_user.language_code == "ar"
    assert things[4].callback_query.message.reply_markup.inline_keyboard[0][0].callback_data == "yes"
    assert [update.my_chat_member.new_chat_member.status for update in things[5:]] == ["kicked", "member"]


async def test_an_update_vanishes_when_a_higher_offset_is_asked_for():
    """Offsets confirm: the same question gives the same updates, a higher offset forgets the lower ones."""
    async with BotApi(first_update=10) as api:
        for words in ("eins", "zwei", "drei"):
            api.say(42, words)
        numbers = []
        for offset in (0, 0, 11, 0):
            answer = await ask(api, "getUpdates", offset=offset)
            numbers.append([update["update_id"] for update in answer["result"]])

    assert numbers == [[10, 11, 12], [10, 11, 12], [11, 12], [11, 12]]


async def test_a_question_is_held_until_something_happens():
    """Long polling: an open question is answered by the next update."""
    async with BotApi() as api:
        question = asyncio.create_task(ask(api, "getUpdates", timeout=5))
        await api.until(lambda: api.calls)
        api.say(42, "da")
        answer = await question

    assert [update["message"]["text"] for update in answer["result"]] == ["da"]


async def test_only_one_may_ask():
    """Of two pollers, the older question ends with 409, as on the platform; so does one beside a webhook."""
    async with BotApi() as api:
        older = asyncio.create_task(ask(api, "getUpdates", timeout=5))
        await api.until(lambda: len(api.calls) == 1)
        newer = await ask(api, "getUpdates", timeout=0)
        await ask(api, "setWebhook", url="http://127.0.0.1:9/nobody", secret_token="s")
        beside = await ask(api, "getUpdates", timeout=0)

    assert [(await older)["error_code"], newer["ok"], beside["error_code"]] == [409, True, 409]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"text": " \n"}, "message text is empty"),
        ({"text": "🙂" * 2049}, "message is too long"),
        ({"chat_id": 43, "text": "a"}, "chat not found"),
        ({"text": "abc", "entities": [{"type": "bold", "offset": 1, "length": 3}]}, "entity lies outside the text"),
        ({"text": "🙂", "entities": [{"type": "bold", "offset": 1, "length": 1}]}, "entity begins or ends inside"),
        ({"text": "a", "entities": "[{"}, "can't parse entities JSON object"),
        (
            {"text": "a", "reply_markup": {"inline_keyboard": [[{"text": "x", "callback_data": "ü" * 33}]]}},
            "BUTTON_DATA",
        ),
        ({"text": "a", "reply_markup": {"inline_keyboard": [[{"text": "", "callback_data": "x"}]]}}, "button text"),
        ({"text": "a", "reply_markup": {"inline_keyboard": [[{"text": "x", "callback_data": "x"}] * 9]}}, "too long"),
    ],
)
async def test_it_refuses_what_the_platform_refuses(fields, words):
    """The limits that we could break are kept: length, entities, button data, rows, unknown chats."""
    async with BotApi() as api:
        api.say(42, "/start")
        answer = await ask(api, "sendMessage", **({"chat_id": 42} | fields))

    assert (answer["ok"], words in answer["description"]) == (False, True)


async def test_edits_and_presses_follow_the_platforms_rules():
    """A press is answered once; an edit must change something, and one without buttons takes them away."""
    async with BotApi() as api:
        api.say(42, "/start")
        keyboard = {"inline_keyboard": [[{"text": "Ja", "callback_data": "yes"}]]}
        sent = (await ask(api, "sendMessage", chat_id=42, text="Gut?", reply_markup=keyboard))["result"]["message_id"]
        api.press(42, "Ja")
        query = str((await ask(api, "getUpdates"))["result"][-1]["callback_query"]["id"])
        oks = [
            (await ask(api, method, **fields))["ok"]
            for method, fields in (
                ("answerCallbackQuery", {"callback_query_id": query}),
                ("answerCallbackQuery", {"callback_query_id": query}),
                ("editMessageReplyMarkup", {"chat_id": 42, "message_id": sent}),
                ("editMessageReplyMarkup", {"chat_id": 42, "message_id": sent}),
                ("editMessageText", {"chat_id": 42, "message_id": sent, "text": "Gut? Ja"}),
                ("editMessageText", {"chat_id": 42, "message_id": sent, "text": "Gut? Ja"}),
                ("editMessageText", {"chat_id": 42, "message_id": 999, "text": "Gut?"}),
            )
        ]

    assert oks == [True, False, True, False, True, False, False]
    assert [(line.text, line.buttons) for line in api.transcript(42)] == [("/start", []), ("Gut? Ja", [])]


async def test_a_button_that_is_not_there_cannot_be_pressed():
    """A test that presses what a parent does not see fails, and says what there was."""
    async with BotApi() as api:
        api.say(42, "/start")
        with pytest.raises(KeyError, match="no button 'Ja'"):
            api.press(42, "Ja")
