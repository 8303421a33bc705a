"""The address to which Telegram brings updates. It answers 200 only when they are stored, and 403 to everybody else."""

import hmac
from collections.abc import Awaitable, Callable, Sequence

import structlog
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from bot.channels.telegram import Telegram
from bot.model import Received
from bot.ports import Clock

PATH = "/webhook/telegram"
HEADER = "X-Telegram-Bot-Api-Secret-Token"

Receive = Callable[[Sequence[Received]], Awaitable[object]]
"""Store these; return when they are stored, raise when they are not."""

_log = structlog.get_logger()


def webhook_routes(channel: Telegram, secret: str, receive: Receive, clock: Clock) -> list[Route]:
    """Return the one route. ``secret`` is what ``set_webhook`` was told; empty is refused, it would let everybody in."""
    if not secret:
        raise ValueError("a webhook needs a secret")
    expected = secret.encode()

    async def bring(request: Request) -> Response:
        if not _is_telegram(request, expected):
            return Response(status_code=403)
        try:
            fragments = channel.split(await request.body())
        except ClientDisconnect:
            return Response(status_code=400)
        try:
            await receive([Received(channel.account, fragment, clock()) for fragment in fragments])
        except Exception as error:  # noqa: BLE001 - whatever it was, it is not stored: the platform must repeat
            _log.error("telegram_update_not_stored", error=type(error).__name__)
            return Response(status_code=503, headers={"Retry-After": "1"})
        channel.acknowledge(fragments)
        return Response(status_code=200)

    return [Route(PATH, bring, methods=["POST"])]


def _is_telegram(request: Request, expected: bytes) -> bool:
    """Compare bytes, in constant time: as text, a letter beyond ASCII would raise."""
    given = request.headers.getlist(HEADER)
    return len(given) == 1 and hmac.compare_digest(given[0].encode("latin-1"), expected)
