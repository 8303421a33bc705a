"""Refuses to change anything on behalf of another site (cross-site request forgery).

A browser says where a request comes from: ``Sec-Fetch-Site``, or ``Origin`` where the connection is not trusted.
An unsafe method without a good answer to that is refused, before the body is read.
"""

from collections.abc import Sequence
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Receive, Scope, Send

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class SameOrigin:
    """``base_url`` is the house's configured public address, or empty: then the request's own Host counts.

    ``exempt`` are the beginnings of paths that carry their own proof (webhooks with a secret).
    """

    def __init__(self, app: ASGIApp, base_url: str, exempt: Sequence[str]) -> None:
        self.app = app
        self._origin = origin_of(base_url)
        self._exempt = tuple(exempt)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it with 403."""
        if scope["type"] == "http" and not self._allows(scope):
            raise HTTPException(403)
        await self.app(scope, receive, send)

    def _allows(self, scope: Scope) -> bool:
        if scope["method"] in SAFE or (self._exempt and scope["path"].startswith(self._exempt)):
            return True
        headers = Headers(scope=scope)
        site = headers.get("sec-fetch-site")
        if site is not None:
            return site == "same-origin"
        return self._is_ours(headers.get("origin", ""), headers.get("host", ""))

    def _is_ours(self, origin: str, host: str) -> bool:
        if self._origin:
            return origin_of(origin) == self._origin
        return bool(host) and urlsplit(origin).netloc == host


def origin_of(url: str) -> str:
    """Return scheme, host and port of an address, empty for an empty one."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}".lower() if parts.netloc else ""
