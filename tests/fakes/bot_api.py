"""A fake of Telegram's Bot API on loopback: offsets, long polling, webhook, edits, limits, and faults on demand.

Use it as a parent would::

    async with BotApi() as api:                    # api.url and api.token go into the configuration
        api.say(42, "/start")                      # returns the update's id
        await api.until(lambda: api.transcript(42)[-1].buttons)
        api.press(42, "Deutsch")

``api.fault("limited", chat=42, wait=1)`` lets the next sending into that chat fail (see ``bot_api_faults.FAULTS``).
"""

import asyncio
import contextlib
import itertools
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Self

import aiohttp
from aiohttp import web
from fakes.bot_api_faults import FAULTS, Fault, answer, failed
from fakes.bot_api_rules import RefusedError, document_of, entities_of, keyboard_of, parsed, text_of
from fakes.bot_api_shapes import ME, Line, membership, message, pressed, typed


@dataclass(frozen=True, slots=True)
class Call:
    """One call that reached the server, and when (seconds that never jump)."""

    method: str
    fields: Mapping[str, Any]
    at: float


class BotApi:
    """One bot and its chats. ``calls`` is everything that was asked, in order."""

    def __init__(self, token: str = "123456:fake-token", first_update: int = 1000) -> None:  # noqa: S107 - a fake's
        self.token = token
        self.url = ""
        self.calls: list[Call] = []
        self.chats: dict[int, list[Line]] = {}
        self.webhook: dict[str, str] = {}
        self.answered: list[str] = []
        self._updates = itertools.count(first_update)
        self._ids = itertools.count(1)
        self._waiting: list[tuple[int, bytes]] = []
        self._faults: list[Fault] = []
        self._blocked: set[int] = set()
        self._queries: set[str] = set()
        self._revoked = False
        self._poller: object = None
        self._changed = asyncio.Event()
        self._ended = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        """Listen on a free port of this machine, or again on the one it had."""
        app = web.Application(client_max_size=50_000_000)
        app.router.add_route("*", "/bot{token}/{method}", self._serve)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        port = int(self.url.rpartition(":")[2]) if self.url else 0
        site = web.TCPSite(self._runner, "127.0.0.1", port)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        self._ended.clear()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close everything; hanging requests end."""
        self._ended.set()
        self._changed.set()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._runner.cleanup()

    # -- what a parent does

    def say(self, chat: int, text: str, language: str = "de") -> int:
        """Write a text; return the update's id."""
        line = self._line(chat, text, mine=True)
        return self.push({"message": typed(chat, line, language)})

    def press(self, chat: int, label: str) -> int:
        """Press the newest button with this label; KeyError with what is there when there is none."""
        for line in reversed(self.chats.get(chat, [])):
            for button in itertools.chain(*line.rows):
                if button["text"] == label:
                    return self._pressed(chat, line, button["callback_data"])
        raise KeyError(f"no button {label!r} in {[line.buttons for line in self.chats.get(chat, [])]}")

    def block(self, chat: int) -> int:
        """Block the bot, as a parent can at any time."""
        self._blocked.add(chat)
        return self.push({"my_chat_member": membership(chat, "member", "kicked")})

    def unblock(self, chat: int) -> int:
        """Open the chat again."""
        self._blocked.discard(chat)
        return self.push({"my_chat_member": membership(chat, "kicked", "member")})

    def push(self, update: Mapping[str, Any]) -> int:
        """Queue an update of any kind under the next id; return the id. A message in it opens its chat."""
        chat = update.get("message", {}).get("chat", {}).get("id")
        if isinstance(chat, int):
            self.chats.setdefault(chat, [])
        number = next(self._updates)
        self.push_raw(number, json.dumps({"update_id": number} | dict(update)).encode())
        return number

    def push_raw(self, number: int, body: bytes) -> None:
        """Queue bytes as an update, whatever they are."""
        self._waiting.append((number, body))
        self._changed.set()

    def transcript(self, chat: int) -> list[Line]:
        """Return a chat's messages as the parent sees them now."""
        return list(self.chats.get(chat, []))

    def said(self, chat: int) -> list[str]:
        """Return the texts that the bot has sent into a chat, in order."""
        return [line.text for line in self.chats.get(chat, []) if not line.mine]

    # -- what a test arranges

    def fault(
        self,
        kind: str,
        chat: int | None = None,
        *,
        method: str = "sendMessage",
        wait: int = 1,
        times: int = 1,
        skip: int = 0,
    ) -> None:
        """Let the next calls fail, after ``skip`` that succeed: in one chat or (None) in any."""
        if kind not in FAULTS:
            raise KeyError(kind)
        self._faults.append(Fault(kind, chat, method, wait, times, skip))

    def revoke(self) -> None:
        """Make the token invalid."""
        self._revoked = True

    def restore(self) -> None:
        """Make the token valid again."""
        self._revoked = False

    async def until(self, condition: Callable[[], object], seconds: float = 20.0) -> None:
        """Wait until the condition holds; TimeoutError with the transcripts when it never does."""
        try:
            async with asyncio.timeout(seconds):
                while not condition():  # noqa: ASYNC110 - a condition of the test's, which rings no bell
                    await asyncio.sleep(0.005)
        except TimeoutError:
            raise TimeoutError(f"in vain; the chats: {self.chats}; the last calls: {self.calls[-5:]}") from None

    @property
    def unconfirmed(self) -> list[int]:
        """The ids of updates that the bot has not confirmed."""
        return [number for number, _ in self._waiting]

    # -- the server

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        if self._revoked or request.match_info["token"] != self.token:
            return answer(RefusedError(401, "Unauthorized").answer(), 401)
        method = request.match_info["method"]
        fields = await _fields(request)
        self.calls.append(Call(method, fields, time.monotonic()))
        fault = self._fault_for(method, fields)
        if fault is not None and fault.kind != "time-out after":
            return await failed(fault, request, self._ended)
        try:
            result = await self._METHODS[method](self, fields)
        except KeyError:
            return answer(RefusedError(404, "Not Found").answer(), 404)
        except RefusedError as refusal:
            return answer(refusal.answer(), refusal.code)
        if fault is not None:
            await self._ended.wait()
        if isinstance(result, bytes):
            return web.Response(body=result, content_type="application/json")
        return answer({"ok": True, "result": result}, 200)

    def _fault_for(self, method: str, fields: Mapping[str, Any]) -> Fault | None:
        for fault in self._faults:
            if fault.method == method and fault.chat in {None, _chat(fields)}:
                if fault.skip:
                    fault.skip -= 1
                    continue
                fault.times -= 1
                if not fault.times:
                    self._faults.remove(fault)
                return fault
        return None

    async def _get_me(self, _fields: Mapping[str, Any]) -> dict[str, Any]:
        return dict(ME)

    async def _get_updates(self, fields: Mapping[str, Any]) -> bytes:
        if self.webhook.get("url"):
            raise RefusedError(409, "Conflict: can't use getUpdates method while webhook is active")
        self._poller = me = object()  # an older question ends with 409
        self._changed.set()
        offset, limit = int(fields.get("offset", 0)), int(fields.get("limit", 100))
        self._waiting = [each for each in self._waiting if each[0] >= offset]
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(int(fields.get("timeout", 0))):
                while not self._waiting and self._poller is me and not self._ended.is_set():
                    self._changed.clear()
                    await self._changed.wait()
        if self._poller is not me:
            raise RefusedError(409, "Conflict: terminated by other getUpdates request")
        return b'{"ok":true,"result":[' + b",".join(body for _, body in self._waiting[:limit]) + b"]}"

    async def _set_webhook(self, fields: Mapping[str, Any]) -> bool:
        self.webhook = {"url": str(fields.get("url", "")), "secret": str(fields.get("secret_token", ""))}
        self._poller = None  # a question that is held ends with 409
        self._changed.set()
        task = asyncio.create_task(self._bring(dict(self.webhook)))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return True

    async def _delete_webhook(self, _fields: Mapping[str, Any]) -> bool:
        self.webhook = {}
        return True

    async def _get_webhook_info(self, _fields: Mapping[str, Any]) -> dict[str, Any]:
        url = self.webhook.get("url", "")
        return {"url": url, "has_custom_certificate": False, "pending_update_count": len(self._waiting)}

    async def _bring(self, webhook: dict[str, str]) -> None:
        """Bring updates to the webhook, one after the other, each again until it is answered with 2xx."""
        headers = {"X-Telegram-Bot-Api-Secret-Token": webhook["secret"], "Content-Type": "application/json"}
        async with aiohttp.ClientSession() as session:
            while self.webhook == webhook and webhook["url"]:
                if self._waiting and await _brought(session, webhook["url"], self._waiting[0][1], headers):
                    self._waiting.pop(0)
                else:
                    await asyncio.sleep(0.01)

    async def _send_message(self, fields: Mapping[str, Any]) -> dict[str, Any]:
        chat = self._open_chat(fields)
        text = text_of(dict(fields))
        line = Line(next(self._ids), text, mine=False)
        line.entities, line.rows = entities_of(dict(fields), text), keyboard_of(dict(fields))
        self.chats[chat].append(line)
        return message(chat, line)

    async def _send_document(self, fields: Mapping[str, Any]) -> dict[str, Any]:
        chat, file = self._open_chat(fields), document_of(dict(fields))
        line = Line(next(self._ids), "", mine=False, document=file)
        self.chats[chat].append(line)
        return message(chat, line)

    async def _edit_text(self, fields: Mapping[str, Any]) -> dict[str, Any]:
        line = self._line_of(fields)
        text, rows = text_of(dict(fields)), keyboard_of(dict(fields))
        if (text, rows) == (line.text, line.rows):
            raise RefusedError(400, "Bad Request: message is not modified")
        line.entities = entities_of(dict(fields), text)
        line.text, line.rows = text, rows
        return message(_chat(fields), line)

    async def _edit_markup(self, fields: Mapping[str, Any]) -> dict[str, Any]:
        line, rows = self._line_of(fields), keyboard_of(dict(fields))
        if rows == line.rows:
            raise RefusedError(400, "Bad Request: message is not modified")
        line.rows = rows
        return message(_chat(fields), line)

    async def _answer_query(self, fields: Mapping[str, Any]) -> bool:
        query = str(fields.get("callback_query_id", ""))
        if query not in self._queries:
            raise RefusedError(400, "Bad Request: query is too old and response timeout expired or query ID is invalid")
        self._queries.discard(query)
        self.answered.append(query)
        return True

    async def _set_commands(self, fields: Mapping[str, Any]) -> bool:
        for command in parsed(dict(fields), "commands"):
            if not 1 <= len(command["description"]) <= 256:
                raise RefusedError(400, "Bad Request: command description must be 1 to 256 characters")
        if len(str(fields.get("language_code", ""))) not in {0, 2}:
            raise RefusedError(400, "Bad Request: language code must be of two letters")
        return True

    # -- its memory

    def _open_chat(self, fields: Mapping[str, Any]) -> int:
        chat = _chat(fields)
        if chat not in self.chats:
            raise RefusedError(400, "Bad Request: chat not found")
        if chat in self._blocked:
            raise RefusedError(403, "Forbidden: bot was blocked by the user")
        return chat

    def _line(self, chat: int, text: str, *, mine: bool) -> Line:
        line = Line(next(self._ids), text, mine)
        self.chats.setdefault(chat, []).append(line)
        return line

    def _line_of(self, fields: Mapping[str, Any]) -> Line:
        number = int(fields.get("message_id", 0))
        for line in self.chats.get(_chat(fields), []):
            if line.id == number and not line.mine:
                return line
        raise RefusedError(400, "Bad Request: message to edit not found")

    def _pressed(self, chat: int, line: Line, data: str) -> int:
        query = str(next(self._ids))
        self._queries.add(query)
        return self.push({"callback_query": pressed(chat, line, data, query)})

    _METHODS: Mapping[str, Callable[..., Any]] = {
        "getMe": _get_me,
        "getUpdates": _get_updates,
        "setWebhook": _set_webhook,
        "deleteWebhook": _delete_webhook,
        "getWebhookInfo": _get_webhook_info,
        "sendMessage": _send_message,
        "sendDocument": _send_document,
        "editMessageText": _edit_text,
        "editMessageReplyMarkup": _edit_markup,
        "answerCallbackQuery": _answer_query,
        "setMyCommands": _set_commands,
    }


async def _fields(request: web.Request) -> dict[str, Any]:
    if request.content_type == "application/json":
        return dict(request.query) | dict(await request.json())
    posted = {name: _file(value) for name, value in (await request.post()).items()}
    return dict(request.query) | posted


def _file(value: str | bytes | bytearray | web.FileField) -> object:
    """Return a field of a form; a file as its name, kind and bytes."""
    return (value.filename, value.content_type, value.file.read()) if isinstance(value, web.FileField) else value


def _chat(fields: Mapping[str, Any]) -> int:
    try:
        return int(fields.get("chat_id", 0))
    except ValueError:
        raise RefusedError(400, "Bad Request: chat not found") from None


async def _brought(session: aiohttp.ClientSession, url: str, body: bytes, headers: Mapping[str, str]) -> bool:
    try:
        async with session.post(url, data=body, headers=headers, allow_redirects=False) as taken:
            return 200 <= taken.status < 300
    except aiohttp.ClientError:
        return False
