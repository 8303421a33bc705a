"""Refuses what is too large, too slow or too often, without a proxy's help.

``BodyLimit`` reads a request's body itself, counting, within a deadline and within a budget for all requests together,
and only then lets the request in. ``RateLimit`` counts requests by the caller's network address.
"""

import asyncio
import ipaddress
import math
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

CLOSE = {"connection": "close"}
"""An answer given before the body was read ends the connection: what still comes is nobody's request."""


class BodyLimit:
    """Bodies of at most ``limit`` bytes, read within ``seconds``; of all requests together at most ``budget`` bytes.

    413 too large, 408 too slow, 415 compressed (its true size would be unknown), 503 while the budget is used up.
    """

    def __init__(self, app: ASGIApp, limit: int, seconds: float, budget: int) -> None:
        self.app = app
        self._limit = limit
        self._seconds = seconds
        self._free = budget

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with its body already read, or refuse it."""
        headers = Headers(scope=scope) if scope["type"] == "http" else Headers()
        if not _has_body(headers):
            await self.app(scope, receive, send)
            return
        self._refuse_by_headers(headers)
        body = bytearray()
        taken = 0
        try:
            if await self._read(receive, body):
                whole, taken = bytes(body), len(body)
                body.clear()  # it is not there twice while somebody works on it
                await self.app(scope, _replay(whole, receive), send)
        finally:
            self._free += taken + len(body)

    def _refuse_by_headers(self, headers: Headers) -> None:
        if headers.get("content-encoding", "identity").lower() != "identity":
            raise HTTPException(415, headers=CLOSE)
        length = headers.get("content-length", "0")
        if not length.isdecimal() or int(length) > self._limit:
            raise HTTPException(413, headers=CLOSE)

    async def _read(self, receive: Receive, body: bytearray) -> bool:
        """Fill ``body``; False when the caller has gone away."""
        try:
            async with asyncio.timeout(self._seconds):
                while True:
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        return False
                    self._count(message.get("body", b""), body)
                    if not message.get("more_body", False):
                        return True
        except TimeoutError as error:
            raise HTTPException(408, headers=CLOSE) from error

    def _count(self, piece: bytes, body: bytearray) -> None:
        if len(body) + len(piece) > self._limit:
            raise HTTPException(413, headers=CLOSE)
        if len(piece) > self._free:
            raise HTTPException(503, headers=CLOSE | {"retry-after": "1"})
        self._free -= len(piece)
        body += piece


def _has_body(headers: Headers) -> bool:
    return "transfer-encoding" in headers or headers.get("content-length", "0") != "0"


def _replay(body: bytes, receive: Receive) -> Receive:
    """Return a ``receive`` that hands over the body in one piece, then what comes after it."""
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> Message:
        return waiting.pop() if waiting else await receive()

    return replay


@dataclass(frozen=True, slots=True)
class Rate:
    """So many requests in so many seconds, evenly refilled."""

    count: int
    seconds: float


class RateLimit:
    """Limits how often one network address may ask for a path: 429 with the wait in seconds.

    ``rates`` maps beginnings of paths to their rate; paths that begin with none are free. ``now`` is a monotonic clock.
    At most ``KEPT`` addresses are remembered: the longest unseen is forgotten first.
    """

    KEPT = 20_000

    def __init__(self, app: ASGIApp, rates: Mapping[str, Rate], now: Callable[[], float]) -> None:
        self.app = app
        self._rates = rates
        self._now = now
        self._full_at: OrderedDict[tuple[str, str], float] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it with 429."""
        if scope["type"] == "http":
            for start, rate in self._rates.items():
                if scope["path"].startswith(start):
                    self._take((start, network(scope["client"])), rate)
        await self.app(scope, receive, send)

    def _take(self, key: tuple[str, str], rate: Rate) -> None:
        """Take one request from this caller's bucket, which is kept as the moment at which it will be full again."""
        now, each = self._now(), rate.seconds / rate.count
        full_at = max(self._full_at.get(key, now), now) + each
        wait = full_at - rate.seconds - now
        if wait > each * 1e-6:
            raise HTTPException(429, headers={"retry-after": str(math.ceil(wait))})
        self._full_at[key] = full_at
        self._full_at.move_to_end(key)
        if len(self._full_at) > self.KEPT:
            self._full_at.popitem(last=False)


def network(client: tuple[str, int] | None) -> str:
    """Return whom a request is counted for: an IPv4 address, an IPv6 /64 (one household has a whole one), or empty."""
    try:
        address = ipaddress.ip_address(client[0] if client else "")
    except ValueError:
        return ""
    if address.version == 4:
        return str(address)
    return str(ipaddress.ip_network((int(address), 64), strict=False))
