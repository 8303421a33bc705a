"""Puts the same protective headers on every answer, whatever made it: a page, a file, an error, a refusal.

Knows no page. Stands outermost, so that nothing leaves the house without them.
"""

from collections.abc import Mapping

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = "default-src 'self'; base-uri 'none'; form-action 'self'; object-src 'none'; frame-ancestors {frames}"
"""Everything from our own house, nothing inline, nothing evaluated."""

ALWAYS: Mapping[str, str] = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


class SecurityHeaders:
    """``frames`` says which other sites may show a path in a frame: ``{"/chat": "https://verein.example"}``.

    Every path that begins with the key gets the value as its ``frame-ancestors``; all others may be framed by nobody.
    """

    def __init__(self, app: ASGIApp, frames: Mapping[str, str]) -> None:
        self.app = app
        self._frames = frames

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and its answer with the headers."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_protected(message: Message) -> None:
            if message["type"] == "http.response.start":
                protect(MutableHeaders(scope=message), self._frames_of(scope["path"]))
            await send(message)

        await self.app(scope, receive, send_protected)

    def _frames_of(self, path: str) -> str:
        allowed = [sites for start, sites in self._frames.items() if path == start or path.startswith(start + "/")]
        return allowed[0] if allowed else "'none'"


def protect(headers: MutableHeaders, frames: str) -> None:
    """Set the headers. What an answer has set for itself about being kept (a file named by its hash) stays."""
    for name, value in ALWAYS.items():
        headers[name] = value
    headers["content-security-policy"] = POLICY.format(frames=frames)
    headers.setdefault("cache-control", "no-store")
