"""What is kept of a parent goes to Telegram as files, made when they are sent; the fake platform is true to the real one."""

import aiohttp
import pytest
import telegram
from channels.telegram_kit import CHAT, early, item, settings
from fakes.bot_api import BotApi

from bot.channels.telegram import Telegram
from bot.model import ContactId, Gone, Language, Rejected, Retry, Sent
from bot.text.message import Message
from bot.work.own_data import File

FILES = (
    File("elternlotse.html", "text/html; charset=utf-8", "<h1>بياناتكم</h1>".encode()),
    File("elternlotse.json", "application/json", b"{}"),
)
SHOWN = Message("Hier ist alles", Language("de"), "ltr", enclosed="data")


class Maker:
    """Makes the files, and counts how often and for whom."""

    def __init__(self, *files: File) -> None:
        self.files = files
        self.asked: list[ContactId] = []

    async def __call__(self, contact: ContactId) -> tuple[File, ...]:
        self.asked.append(contact)
        return self.files


def documents(api: BotApi) -> list[tuple[str, str, bytes]]:
    """Return the files in the chat, in order."""
    return [line.document for line in api.transcript(CHAT) if line.document]


async def test_x04_the_files_follow_the_message():
    """X04: the words first, then both files, each whole, under its name; made once, for this contact alone."""
    maker = Maker(*FILES)
    async with BotApi() as api, Telegram(settings(api), early) as channel:
        channel.enclose_with(maker)
        api.say(CHAT, "/meinedaten")
        outcome = await channel.send(item(SHOWN, CHAT, 1))
        assert [(line.text, bool(line.document)) for line in api.transcript(CHAT)[1:]] == [
            ("Hier ist alles", False), ("", True), ("", True)
        ]  # fmt: skip
        assert documents(api) == [
            ("elternlotse.html", "text/html; charset=utf-8", FILES[0].body),
            ("elternlotse.json", "application/json", FILES[1].body),
        ]
        assert outcome == Sent(str(api.transcript(CHAT)[-1].id))
    assert maker.asked == [item(SHOWN, CHAT, 1).contact]


async def test_a_message_without_files_makes_none():
    """Nobody's data are looked up for an ordinary message."""
    maker = Maker(*FILES)
    async with BotApi() as api, Telegram(settings(api), early) as channel:
        channel.enclose_with(maker)
        api.say(CHAT, "/start")
        await channel.send(item(Message("Guten Tag", Language("de"), "ltr"), CHAT, 1))
        assert documents(api) == []
    assert maker.asked == []


async def test_after_trouble_only_the_rest_is_sent_again():
    """P02: the platform breaks at the second file: the repetition begins with it."""
    async with BotApi() as api, Telegram(settings(api), early) as channel:
        channel.enclose_with(Maker(*FILES))
        api.say(CHAT, "/meinedaten")
        api.fault("server error", CHAT, method="sendDocument", skip=1)
        outcomes = [await channel.send(item(SHOWN, CHAT, 1)) for _ in range(2)]
        assert [type(outcome) for outcome in outcomes] == [Retry, Sent]
        assert [name for name, _, _ in documents(api)] == ["elternlotse.html", "elternlotse.json"]
        assert api.said(CHAT) == ["Hier ist alles", "", ""]


async def test_who_has_blocked_us_gets_nothing():
    """P03: blocked since they asked: neither words nor files go, and it is known."""
    async with BotApi() as api, Telegram(settings(api), early) as channel:
        channel.enclose_with(Maker(*FILES))
        api.say(CHAT, "/meinedaten")
        api.block(CHAT)
        assert isinstance(await channel.send(item(SHOWN, CHAT, 1)), Gone)
        assert documents(api) == []


async def test_a_file_that_is_refused_is_not_tried_again():
    """P02: the platform does not want the file: that is the message's end, the words have arrived."""
    async with BotApi() as api, Telegram(settings(api), early) as channel:
        channel.enclose_with(Maker(*FILES))
        api.say(CHAT, "/meinedaten")
        api.fault("refuses the message", CHAT, method="sendDocument")
        assert isinstance(await channel.send(item(SHOWN, CHAT, 1)), Rejected)
        assert api.said(CHAT) == ["Hier ist alles"]


async def test_files_that_cannot_be_made_are_nobodys_but_this_messages():
    """The store is away while they are made: the error goes to whoever sends, which tries again."""

    async def broken(_contact: ContactId) -> tuple[File, ...]:
        raise OSError("database is locked")

    async with BotApi() as api, Telegram(settings(api), early) as channel:
        channel.enclose_with(broken)
        api.say(CHAT, "/meinedaten")
        with pytest.raises(OSError, match="locked"):
            await channel.send(item(SHOWN, CHAT, 1))
        assert api.said(CHAT) == []


async def test_the_doubles_document_is_the_librarys():
    """The fake's answer is read as a message with a document; it refuses what the platform refuses."""
    async with BotApi() as api, aiohttp.ClientSession() as session:
        api.say(CHAT, "/start")
        url = f"{api.url}/bot{api.token}/sendDocument"
        form = aiohttp.FormData({"chat_id": str(CHAT)})
        form.add_field("document", b"abc", filename="a.json", content_type="application/json")
        async with session.post(url, data=form) as got:
            sent = telegram.Message.de_json((await got.json())["result"])
        assert sent.document is not None
        assert (sent.document.file_name, sent.document.mime_type, sent.document.file_size) == (
            "a.json", "application/json", 3
        )  # fmt: skip
        assert sent.api_kwargs == {}
        empty = aiohttp.FormData({"chat_id": str(CHAT)})
        empty.add_field("document", b"", filename="a.json")
        for data in (empty, {"chat_id": str(CHAT), "document": "a.json"}):
            async with session.post(url, data=data) as got:
                assert (await got.json())["error_code"] == 400
