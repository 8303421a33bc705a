"""A messenger platform, simulated: it brings updates late, twice and out of order, and takes messages with all its moods.

What it took, it took: a caller that gives up, or dies, does not undo it. It never brings an update anew once that was
acknowledged, except to see whether anything happens twice.
"""

import asyncio
import itertools
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from core.small import PROGRAM
from simulation.machine import ITEM, GoneError, Machine
from simulation.world import World
from starlette.requests import Request
from starlette.responses import Response
from telegram.error import NetworkError, TelegramError, TimedOut

from bot.channels.telegram_http import AiohttpRequest, NotReachedError
from bot.channels.telegram_split import split
from bot.model import Fragment, Language

if TYPE_CHECKING:
    from simulation.house import Machines

MOODS = (
    "limited", "limited without a wait", "server error", "garbage", "not ok", "reset before", "reset after",
    "time-out before", "time-out after", "not reached", "refuses the message",
)  # fmt: skip
UNKNOWN = frozenset({"reset after", "time-out after", "garbage after"})
"""Moods in which the message is taken and nobody hears of it."""


@dataclass(slots=True)
class Line:
    """A message in a chat: what it says, and its buttons as pairs of words and data."""

    id: int
    text: str
    buttons: Sequence[tuple[str, str]] = ()


@dataclass(slots=True)
class Chat:
    """One parent's chat. ``waiting`` are updates that are not acknowledged yet, in order."""

    id: int
    lines: list[Line] = field(default_factory=list)
    blocked: bool = False
    in_order: bool = True
    waiting: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Taken:
    """A message that the platform took: of which item, and whether the sender could know."""

    item: int
    chat: int
    text: str
    mood: str


class Platform:
    """The platform. ``taken`` is what it took, in order; ``acknowledged`` the updates that it will not bring again."""

    words = PROGRAM
    language = Language("de")

    def __init__(self, world: World, *, polled: bool) -> None:
        self.world = world
        self.polled = polled
        self.moody = 0.0
        self.down = False
        self.chats: dict[int, Chat] = {}
        self.taken: list[Taken] = []
        self.refused: set[int] = set()
        self.timed_out: Counter[int] = Counter()
        self.acknowledged: set[int] = set()
        self.offered: dict[int, bytes] = {}
        self.machines: Machines
        self._numbers = itertools.count(1000)
        self._messages = itertools.count(1)
        self._news = asyncio.Event()

    # -- what parents do

    def chat(self, number: int) -> Chat:
        """Return a chat."""
        return self.chats.setdefault(number, Chat(number))

    def bring(self, chat: int, update: Mapping[str, Any]) -> int:
        """Let an update be brought; return its number."""
        number = next(self._numbers)
        return self.bring_raw(chat, number, json.dumps({"update_id": number, **update}).encode())

    def bring_raw(self, chat: int, number: int, body: bytes) -> int:
        """Let these bytes be brought as an update."""
        self.offered[number] = body
        self.chat(chat).waiting.append(number)
        self._news.set()
        if not self.polled:
            self.world.loop.create_task(self._insist(self.chat(chat), number))
        return number

    def next_number(self) -> int:
        """Return the number of the next update."""
        return next(self._numbers)

    @property
    def unconfirmed(self) -> list[int]:
        """The updates that were not acknowledged."""
        return sorted(set(self.offered) - self.acknowledged)

    def fragments(self, number: int) -> Sequence[Fragment]:
        """Return what an update is cut into."""
        return split(self.offered[number])

    # -- webhook

    async def _insist(self, chat: Chat, number: int) -> None:
        """Bring an update until it is acknowledged, sometimes once more; in a tidy chat in order."""
        chance = self.world.chance("webhook")
        while chat.in_order and chat.waiting[0] != number:
            await asyncio.sleep(0.05 + chance.random())
        await asyncio.sleep(chance.random() * (0.02 if chat.in_order else 0.5))
        while await self._posted(number) != 200:
            await asyncio.sleep(0.1 + chance.random())
        self.acknowledged.add(number)
        chat.waiting.remove(number)
        if "repeat" in self.world.faulty and chance.random() < 0.2:
            await asyncio.sleep(chance.random() * 30)
            await self._posted(number)

    async def _posted(self, number: int) -> int:
        """Post to one of the machines; return the status, 0 where nobody answered."""
        machine = self.machines.any("web")
        if machine is None:
            return 0
        try:
            answer = await machine.ask(lambda: _bring(machine, self.offered[number]))
        except GoneError:
            return 0
        self.world.note(machine, "webhook", number, answer.status_code)
        return int(answer.status_code)

    # -- what the bot asks

    def way(self, machine: Machine) -> "Way":
        """Return a machine's way here."""
        return Way(self, machine)

    async def call(self, machine: Machine, method: str, fields: Mapping[str, Any]) -> tuple[int, bytes]:
        """Answer a call. It is carried out here even if its caller dies on the way."""
        item = ITEM.get()
        await machine.pause()
        carried_out = self.world.loop.create_task(self._carry_out(machine, method, fields, item))
        answer = await asyncio.shield(carried_out)
        await machine.pause()
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def _carry_out(
        self, machine: Machine, method: str, fields: Mapping[str, Any], item: int
    ) -> tuple[int, bytes] | Exception:
        await asyncio.sleep(self.world.latency())
        if self.down:
            return NotReachedError("down")
        match method:
            case "getUpdates":
                return await self._updates(machine, fields)
            case "sendMessage":
                return await self._send(fields, item)
            case _:
                return _ok(True)  # noqa: FBT003 - the platform's own answer

    async def _updates(self, machine: Machine, fields: Mapping[str, Any]) -> tuple[int, bytes]:
        offset = int(fields.get("offset", 0))
        self._confirm(offset)
        with_timeout = self.world.loop.time() + int(fields.get("timeout", 0))
        while not self.unconfirmed and machine.alive and self.world.loop.time() < with_timeout:
            self._news.clear()
            try:
                async with asyncio.timeout_at(with_timeout):
                    await self._news.wait()
            except TimeoutError:
                break
        numbers = self.unconfirmed[: int(fields.get("limit", 100))]
        self.world.note(machine, "asked for updates from", offset, "gets", *numbers)
        return 200, b'{"ok":true,"result":[' + b",".join(self.offered[number] for number in numbers) + b"]}"

    def _confirm(self, offset: int) -> None:
        for chat in self.chats.values():
            self.acknowledged |= {number for number in chat.waiting if number < offset}
            chat.waiting = [number for number in chat.waiting if number >= offset]

    async def _send(self, fields: Mapping[str, Any], item: int) -> tuple[int, bytes] | Exception:
        chance = self.world.chance("moods")
        mood = chance.choice(MOODS) if chance.random() < self.moody else ""
        chat = self.chat(int(fields["chat_id"]))
        if chat.blocked:
            return _refusal(403, "Forbidden: bot was blocked by the user")
        if mood == "refuses the message" and chance.random() < 0.7:
            mood = ""
        if mood in {"", *UNKNOWN}:
            self._take(chat, fields, item, mood)
        if mood == "refuses the message":
            self.refused.add(item)
        self.timed_out[item] += mood.startswith("time-out")
        self.world.note(None, "asked to send", item, chat.id, mood or "taken")
        return await self._answer(mood, chat)

    def _take(self, chat: Chat, fields: Mapping[str, Any], item: int, mood: str) -> None:
        rows = fields.get("reply_markup", {}).get("inline_keyboard", [])
        buttons = [
            (button["text"], button["callback_data"]) for row in rows for button in row if "callback_data" in button
        ]
        chat.lines.append(Line(next(self._messages), fields["text"], buttons))
        self.taken.append(Taken(item, chat.id, fields["text"], mood))

    async def _answer(self, mood: str, chat: Chat) -> tuple[int, bytes] | Exception:  # noqa: PLR0911 - a table of answers
        if mood.startswith("time-out"):
            await asyncio.sleep(20)
            return TimedOut()
        if mood.startswith("reset"):
            return NetworkError("ServerDisconnectedError")
        match mood:
            case "":
                message = {"message_id": chat.lines[-1].id, "date": 1, "chat": {"id": chat.id, "type": "private"}}
                return _ok(message)
            case "limited":
                return 429, _failure(429, "Too Many Requests", retry_after=1 + self.world.chance("moods").randrange(8))
            case "limited without a wait":
                return _refusal(429, "Too Many Requests")
            case "server error":
                return 502, b"<html>Bad Gateway</html>"
            case "garbage":
                return 200, b"\x1f\x8b<html>\xff"
            case "not ok":
                return 200, b'{"ok":false,"description":"Internal trouble"}'
            case "not reached":
                return NotReachedError("ClientConnectorError")
            case _:
                return _refusal(400, "Bad Request: MESSAGE_REFUSED")


class Way(AiohttpRequest):
    """The way of one machine to the platform: the product's own reading of answers, without a network."""

    def __init__(self, platform: Platform, machine: Machine) -> None:
        super().__init__(5.0, 20.0)
        self._platform = platform
        self._machine = machine

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        """Nothing to close."""

    async def ask(
        self,
        url: str,
        fields: Mapping[str, Any],
        read: float,  # noqa: ARG002 - the real way's signature
        document: tuple[str, str, bytes] | None = None,  # noqa: ARG002
    ) -> tuple[int, bytes]:
        """Post to the platform."""
        try:
            return await self._platform.call(self._machine, url.rpartition("/")[2], fields)
        except TelegramError:
            raise
        except Exception as error:
            self._platform.world.fail(error)  # the channel would take it for trouble on the way
            raise


async def _bring(machine: Machine, body: bytes) -> Response:
    answer: Response = await machine.webhook[0].endpoint(_request(body, machine.secret))
    return answer


def _request(body: bytes, secret: str) -> Request:
    """Return a webhook's request with the secret."""

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    headers = [(b"x-telegram-bot-api-secret-token", secret.encode())]
    return Request({"type": "http", "method": "POST", "path": "/webhook/telegram", "headers": headers}, receive)


def _ok(result: object) -> tuple[int, bytes]:
    return 200, json.dumps({"ok": True, "result": result}).encode()


def _refusal(code: int, words: str) -> tuple[int, bytes]:
    return code, _failure(code, words)


def _failure(code: int, words: str, **parameters: int) -> bytes:
    return json.dumps({"ok": False, "error_code": code, "description": words, "parameters": parameters}).encode()
