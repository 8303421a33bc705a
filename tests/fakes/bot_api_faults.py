"""What can go wrong at the Bot API when a test orders it."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass

from aiohttp import web
from fakes.bot_api_rules import RefusedError

FAULTS = frozenset(
    {"limited", "limited without a wait", "server error", "garbage", "not ok", "huge answer", "redirect", "reset"}
    | {"time-out before", "time-out after", "refuses the message"}
)
"""What can be ordered with ``BotApi.fault``; ``block`` and ``revoke`` do the rest."""


@dataclass(slots=True)
class Fault:
    """A fault that waits for its calls: of one method, in one chat or (None) in any."""

    kind: str
    chat: int | None
    method: str
    wait: int
    times: int
    skip: int


async def failed(fault: Fault, request: web.Request, ended: asyncio.Event) -> web.StreamResponse:
    """Answer a call as the fault wants it; "time-out after" is not among these, there the call is carried out."""
    if fault.kind == "reset" and request.transport is not None:
        request.transport.abort()
    if fault.kind == "time-out before":
        await ended.wait()
    status, body = _ANSWERS.get(fault.kind, (500, b""))
    if fault.kind == "limited":
        return answer(RefusedError(429, f"Too Many Requests: retry after {fault.wait}", fault.wait).answer(), 429)
    elsewhere = f"http://{request.host}{request.path.rpartition('/')[0]}/getMe"
    headers = {"Location": elsewhere} if fault.kind == "redirect" else {}
    return web.Response(status=status, body=body, headers=headers)


def answer(body: object, status: int) -> web.Response:
    """Return a JSON answer."""
    return web.Response(body=json.dumps(body).encode(), status=status, content_type="application/json")


_ANSWERS: Mapping[str, tuple[int, bytes]] = {
    "limited without a wait": (429, b'{"ok":false,"error_code":429,"description":"Too Many Requests"}'),
    "server error": (502, b"<html>Bad Gateway</html>"),
    "garbage": (200, b"\x1f\x8b<html>\xff"),
    "not ok": (200, b'{"ok":false,"description":"Internal trouble"}'),
    "huge answer": (200, b'{"ok":true,"result":"' + b"a" * 21_000_000 + b'"}'),
    "redirect": (302, b""),
    "refuses the message": (400, b'{"ok":false,"error_code":400,"description":"Bad Request: MESSAGE_REFUSED"}'),
}
