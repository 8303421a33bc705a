"""Plays Telegram's Bot API for one bot: takes its calls, brings it updates by polling or webhook, answers after a while.

What parents write and whether they are answered rightly is the business of ``talk.py``.
"""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

import msgspec

from sink.http import Answer, Courier

CONNECTIONS = 40
"""As many as the platform opens to a webhook unless told otherwise."""
MOST_UPDATES = 100
"""As many as one answer to getUpdates holds."""
TRY_AGAIN = 0.05
"""Seconds until an update that the webhook did not take is brought again."""

_ME = {"id": 123456, "is_bot": True, "first_name": "Probe", "username": "probe_bot"}
_TRUE = b'{"ok":true,"result":true}'


class BotApi:
    """One bot. ``read`` is told of every message that the bot sends: chat, text, and all its fields.

    A webhook gets the updates of one chat one after the other, those of different chats at once, as on the platform.
    """

    def __init__(self, delay: float, read: Callable[[int, str, Mapping[str, Any]], None]) -> None:
        self.refused = 0
        self.stored: list[float] = []
        self.ready = asyncio.Event()
        self._delay = delay
        self._read = read
        self._updates: deque[tuple[int, int, bytes]] = deque()
        self._given: list[tuple[int, bytes]] = []
        self._asking: Answer | None = None
        self._idle: list[Courier] = []
        self._under_way: dict[Courier, tuple[int, int, bytes]] = {}
        self._busy: dict[int, deque[tuple[int, int, bytes]]] = {}
        self._began: dict[int, float] = {}
        self._connecting: set[asyncio.Task[None]] = set()
        self._webhook = ""
        self._secret = ""
        self._number = 0
        self._message = 0

    # -- towards the bot

    def bring(self, chat: int, text: str) -> None:
        """Bring what a parent wrote."""
        self._number += 1
        person = {"id": chat, "is_bot": False, "first_name": "Eltern", "language_code": "ar"}
        message = {
            "message_id": self._number,
            "date": int(time.time()),
            "chat": {"id": chat, "type": "private", "first_name": "Eltern"},
            "from": person,
            "text": text,
        }
        body = msgspec.json.encode({"update_id": self._number, "message": message})
        self._updates.append((self._number, chat, body))
        if self._webhook:
            self._deliver()
        elif self._asking is not None and len(self._updates) == 1:
            asyncio.get_running_loop().call_soon(self._give)

    def _give(self) -> None:
        """Answer the question that is held with what is there."""
        if self._asking is None or not (self._updates or self._given):
            return
        while self._updates and len(self._given) < MOST_UPDATES:
            number, _, body = self._updates.popleft()
            self._given.append((number, body))
        answer, self._asking = self._asking, None
        answer(b'{"ok":true,"result":[' + b",".join(body for _, body in self._given) + b"]}")

    def _deliver(self) -> None:
        while self._updates and (courier := self._free()) is not None:
            update = self._updates.popleft()
            chat = update[1]
            if chat in self._busy:
                self._busy[chat].append(update)
                self._idle.append(courier)
            else:
                self._busy[chat] = deque()
                self._send(courier, update)

    def _free(self) -> Courier | None:
        """Return a connection that is open and idle; where there is none, have one made, up to as many as there may be."""
        self._idle = [courier for courier in self._idle if courier.is_open]
        if self._idle:
            return self._idle.pop()
        if len(self._under_way) + len(self._connecting) < CONNECTIONS:
            task = asyncio.get_running_loop().create_task(self._connect())
            self._connecting.add(task)
            task.add_done_callback(self._connecting.discard)
        return None

    def _send(self, courier: Courier, update: tuple[int, int, bytes]) -> None:
        self._under_way[courier] = update
        self._began[update[0]] = time.monotonic()
        courier.deliver(update[2])

    def _taken(self, courier: Courier, status: int) -> None:
        update = self._under_way.pop(courier)
        chat, since = update[1], self._began.pop(update[0])
        self._idle.append(courier)
        if 200 <= status < 300:
            self.stored.append(time.monotonic() - since)
            self._updates.extendleft(reversed(self._busy.pop(chat)))
        else:
            self.refused += 1
            asyncio.get_running_loop().call_later(TRY_AGAIN, self._again, update)
        self._deliver()

    def _again(self, update: tuple[int, int, bytes]) -> None:
        self._updates.extendleft(reversed((update, *self._busy.pop(update[1]))))
        self._deliver()

    # -- from the bot

    def call(self, path: str, fields: Mapping[str, Any], answer: Answer) -> None:
        """Take one call of a method, whatever the token."""
        method = path.rpartition("/")[2].partition("?")[0].lower()
        match method:
            case "getme":
                answer(msgspec.json.encode({"ok": True, "result": _ME}))
            case "getupdates":
                self._get_updates(fields, answer)
            case "setwebhook":
                self._set_webhook(fields, answer)
            case "sendmessage":
                self._send_message(fields, answer)
            case _:
                answer(_TRUE)

    def _get_updates(self, fields: Mapping[str, Any], answer: Answer) -> None:
        """Hold a question until there is something, and let go of what the one before has brought."""
        offset = int(fields.get("offset") or 0)
        self._given = [(number, body) for number, body in self._given if number >= offset]
        self._asking = answer
        self._give()
        if self._asking is answer:
            asyncio.get_running_loop().call_later(float(fields.get("timeout") or 0), self._give_up, answer)
        self.ready.set()

    def _give_up(self, answer: Answer) -> None:
        if self._asking is answer:
            self._asking = None
            answer(b'{"ok":true,"result":[]}')

    def _set_webhook(self, fields: Mapping[str, Any], answer: Answer) -> None:
        answer(_TRUE)
        self._webhook, self._secret = str(fields.get("url") or ""), str(fields.get("secret_token") or "")
        if self._webhook:
            self.ready.set()
            self._deliver()

    async def _connect(self) -> None:
        to = urlsplit(self._webhook)
        head = (
            f"POST {to.path} HTTP/1.1\r\nHost: {to.netloc}\r\nContent-Type: application/json\r\n"
            f"X-Telegram-Bot-Api-Secret-Token: {self._secret}\r\nContent-Length: %d\r\n\r\n"
        ).encode()
        loop = asyncio.get_running_loop()
        try:
            _, courier = await loop.create_connection(
                lambda: Courier(head, self._taken), to.hostname or "", to.port or 0
            )
        except OSError:
            await asyncio.sleep(TRY_AGAIN)
        else:
            self._idle.append(courier)
        loop.call_soon(self._deliver)

    def _send_message(self, fields: Mapping[str, Any], answer: Answer) -> None:
        """Take a message, and answer as the platform does: with the message as it stands in the chat."""
        chat, text = int(fields["chat_id"]), str(fields["text"])
        self._message += 1
        result: dict[str, Any] = {
            "message_id": self._message,
            "from": _ME,
            "chat": {"id": chat, "type": "private", "first_name": "Eltern"},
            "date": int(time.time()),
            "text": text,
        }
        if markup := fields.get("reply_markup"):
            result["reply_markup"] = msgspec.Raw(markup.encode()) if isinstance(markup, str) else markup
        body = msgspec.json.encode({"ok": True, "result": result})
        if self._delay:
            asyncio.get_running_loop().call_later(self._delay, answer, body)
        else:
            answer(body)
        self._read(chat, text, fields)
