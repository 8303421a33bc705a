"""Telegram in the kit: how the platform writes each kind of message, and the fake Bot API for sending."""

import itertools
import json
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from channels.kit import FAULTS
from fakes.bot_api import BotApi

from bot.channels.telegram import Settings
from bot.channels.telegram import Telegram as Channel
from bot.model import Account, ContactId, OutboxId, Outcome
from bot.ports import OutboxItem
from bot.text.message import Message

CHAT = 4711
_PERSON = {"id": CHAT, "is_bot": False, "first_name": "A", "language_code": "ar"}
_CHAT = {"id": CHAT, "type": "private", "first_name": "A"}
_FILE = {"file_id": "AgAC", "file_unique_id": "AQAD", "file_size": 1234}


def early() -> datetime:
    """Return a moment that lies before every update of the tests: none of them is too old."""
    return datetime(2020, 1, 1, tzinfo=UTC)


class Telegram:
    """Updates as the Bot API's reference describes them, trimmed to the fields it always sends."""

    name = "telegram"
    address = str(CHAT)

    def __init__(self) -> None:
        self.kinds = frozenset(_KINDS)
        self.channel = Channel(Settings("1:t"), early)

    def payload(self, kind: str, number: int, words: str) -> bytes:
        return json.dumps({"update_id": number} | _KINDS[kind](words)).encode()

    def batch(self, payloads: Sequence[bytes]) -> bytes:
        return b'{"ok":true,"result":[' + b",".join(payloads) + b"]}"


class TelegramStage:
    """The channel beside the fake Bot API."""

    name = "telegram"
    faults = frozenset(FAULTS)
    longest = 4096
    buttons = 100

    @asynccontextmanager
    async def open(self) -> AsyncIterator["_Stage"]:
        async with BotApi() as api, Channel(settings(api), early) as channel:
            yield _Stage(api, channel)


def settings(api: BotApi, **changed: Any) -> Settings:
    """Return settings for tests: the fake's address, short pauses, and answers waited for as long as a busy machine needs."""
    short = {"poll": 1, "answer": 10.0, "first_pause": 0.01, "longest_pause": 0.05}
    return Settings(api.token, api.url, **(short | changed))


class _Stage:
    def __init__(self, api: BotApi, channel: Channel) -> None:
        self.api = api
        self.channel = channel
        self._chat = CHAT
        self._ids = itertools.count(1)
        api.say(CHAT, "/start")

    async def send(self, message: Message) -> Outcome:
        return await self.channel.send(item(message, self._chat, next(self._ids)))

    def taken(self) -> Sequence[str]:
        return self.api.said(CHAT)

    def fault(self, name: str) -> None:
        match name:
            case "blocked":
                self.api.block(CHAT)
            case "unknown conversation":
                self._chat = 999
            case "expired token":
                self.api.revoke()
            case "refused":
                self.channel = Channel(Settings(self.api.token, "http://127.0.0.1:9"), early)
            case "time-out before" | "time-out after":
                self.channel._request._read = 0.3
                self.api.fault(name, CHAT)
            case _:
                self.api.fault(name, CHAT, wait=7)


def item(message: Message, chat: int, number: int, attempts: int = 0) -> OutboxItem:
    """Return a message that waits to be sent."""
    now = datetime(2026, 10, 1, 12, tzinfo=UTC)
    return OutboxItem(
        OutboxId(number), ContactId(chat), Account("telegram"), str(chat), f"t{number}", message, attempts, now
    )


def _message(**fields: Any) -> Mapping[str, Any]:
    return {"message": {"message_id": 5, "from": _PERSON, "chat": _CHAT, "date": 1790000000} | fields}


def _edited(words: str) -> Mapping[str, Any]:
    return {"edited_message": _message(text=words)["message"] | {"edit_date": 1790000009}}


def _reaction(_words: str) -> Mapping[str, Any]:
    news = {"chat": _CHAT, "user": _PERSON, "message_id": 5, "date": 1790000000, "old_reaction": []}
    return {"message_reaction": news | {"new_reaction": [{"type": "emoji", "emoji": "👍"}]}}


def _press(token: str) -> Mapping[str, Any]:
    keyboard = {"inline_keyboard": [[{"text": "Ja", "callback_data": token}]]}
    under = _message(text="Wie alt ist Ihr Kind?", reply_markup=keyboard)["message"]
    return {"callback_query": {"id": "77", "from": _PERSON, "message": under, "chat_instance": "1", "data": token}}


def _blocked(_words: str) -> Mapping[str, Any]:
    bot = {"id": 1, "is_bot": True, "first_name": "E"}
    news = {"old_chat_member": {"status": "member", "user": bot}, "new_chat_member": {"status": "kicked", "user": bot}}
    return {"my_chat_member": {"chat": _CHAT, "from": _PERSON, "date": 1790000000} | news}


_KINDS: Mapping[str, Callable[[str], Mapping[str, Any]]] = {
    "start": lambda _: _message(text="/start", entities=[{"type": "bot_command", "offset": 0, "length": 6}]),
    "text": lambda words: _message(text=words),
    "command": lambda _: _message(text="/menu@elternlotse_bot"),
    "button": _press,
    "photo": lambda words: _message(photo=[_FILE | {"width": 90, "height": 90}], caption=words),
    "voice": lambda _: _message(voice=_FILE | {"duration": 3, "mime_type": "audio/ogg"}),
    "document": lambda words: _message(document=_FILE | {"file_name": "brief.pdf"}, caption=words),
    "location": lambda _: _message(location={"latitude": 51.45, "longitude": 7.01}),
    "contact": lambda _: _message(contact={"phone_number": "+490", "first_name": "B"}),
    "sticker": lambda _: _message(sticker=_FILE | {"type": "regular", "width": 512, "height": 512, "emoji": "🙂"}),
    "reaction": _reaction,
    "edited": _edited,
    "blocked": _blocked,
    "unknown": lambda _: _message(hologram={"file_id": "x"}),
}
