"""Puts the same protective headers on every answer, whatever made it: a page, a file, an error, a refusal.

Knows no page. Stands outermost, so that nothing leaves the house without them.
"""

from collections.abc import Iterable, Mapping
from functools import lru_cache

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
                message["headers"] = protected(message["headers"], self._frames_of(scope["path"]))
            await send(message)

        await self.app(scope, receive, send_protected)

    def _frames_of(self, path: str) -> str:
        allowed = [sites for start, sites in self._frames.items() if path == start or path.startswith(start + "/")]
        return allowed[0] if allowed else "'none'"


def protected(headers: Iterable[tuple[bytes, bytes]], frames: str) -> list[tuple[bytes, bytes]]:
    """Return an answer's headers with ours. What it has set for itself about being kept (a file named by its hash) stays."""
    kept = [(name, value) for name, value in headers if name not in _OURS]
    rest = [] if any(name == _KEEPING[0] for name, _ in kept) else [_KEEPING]
    return [*kept, *_ours(frames), *rest]


@lru_cache(64)
def _ours(frames: str) -> tuple[tuple[bytes, bytes], ...]:
    policy = POLICY.format(frames=frames)
    return tuple((name.encode(), value.encode()) for name, value in {**ALWAYS, _POLICY: policy}.items())


_POLICY = "content-security-policy"
_OURS = frozenset(name.encode() for name in (*ALWAYS, _POLICY))
_KEEPING = (b"cache-control", b"no-store")
