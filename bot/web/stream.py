"""Server-sent events: one open answer that lasts, and ends when the caller is gone or the server stops.

Knows neither what is sent nor who asks. A ``Source`` brings the events; the stream adds ids, the browser's wait before
it comes back, and a comment when it was quiet for long, so that proxies and phones keep the line open.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from starlette.types import Receive, Scope, Send

HEARTBEAT = 15.0
"""Seconds of silence after which a comment is sent."""
COME_BACK = 500
"""Milliseconds a browser waits before it connects again."""


@dataclass(frozen=True, slots=True)
class ServerEvent:
    """One event: ``data`` is any text; ``id`` is where to go on after it; ``kind`` is the event's name, or empty."""

    data: str
    id: str = ""
    kind: str = ""


class Over(Exception):  # noqa: N818 - it says that something ended, not that it failed
    """A source raises this when its stream is over (the reader may not read on, for instance)."""


class Source(Protocol):
    """Where a stream's events come from."""

    async def more(self, seconds: float) -> Sequence[ServerEvent]:
        """Return new events at once if there are any, else wait up to so many seconds for some; may be empty."""

    def close(self) -> None:
        """Let go of what the source holds. Called once, whatever happened."""


class Streams:
    """All open streams of one server, so that they can be counted, limited and ended together."""

    def __init__(self, most: int = 4000) -> None:
        self._most = most
        self._open: set[asyncio.Task[None]] = set()
        self._stopped = False

    @property
    def count(self) -> int:
        """How many streams are open."""
        return len(self._open)

    def is_full(self) -> bool:
        """Whether one more would be too many, or the server is stopping."""
        return self._stopped or len(self._open) >= self._most

    def end(self) -> None:
        """End every stream, now and for good: the server stops."""
        self._stopped = True
        for task in self._open:
            task.cancel()

    async def run(self, task: "asyncio.Task[None]", receive: Receive) -> None:
        """Let a stream's task run until it is over, its caller has gone, or ``end`` was called."""
        self._open.add(task)
        gone = asyncio.ensure_future(_gone(receive))
        try:
            await asyncio.wait({task, gone}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._open.discard(task)
            gone.cancel()
            task.cancel()
            await asyncio.wait({task, gone})
        if not task.cancelled() and (error := task.exception()):
            raise error


class EventStream:
    """An answer (an ASGI application, as Starlette's responses are) that sends a source's events as they come."""

    def __init__(self, streams: Streams, source: Source, heartbeat: float = HEARTBEAT) -> None:
        self._streams = streams
        self._source = source
        self._heartbeat = heartbeat

    async def __call__(self, _scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with the stream; return when it is over."""
        try:
            if self._streams.is_full():
                await _begin(send, 503)
            else:
                await _begin(send, 200)
                await self._streams.run(asyncio.ensure_future(self._send_all(send)), receive)
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            self._source.close()

    async def _send_all(self, send: Send) -> None:
        await _send(send, f"retry: {COME_BACK}\n\n")
        while True:
            try:
                events = await self._source.more(self._heartbeat)
            except Over:
                return
            await _send(send, "".join(map(written, events)) or ": .\n\n")


def written(event: ServerEvent) -> str:
    """Return an event in the form of the protocol (WHATWG HTML, section 9.2)."""
    lines = [f"event: {event.kind}"] if event.kind else []
    lines += [f"id: {event.id}"] if event.id else []
    lines += [f"data: {line}" for line in event.data.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    return "\n".join(lines) + "\n\n"


async def _begin(send: Send, status: int) -> None:
    headers = [(b"content-type", b"text/event-stream; charset=utf-8"), (b"x-accel-buffering", b"no")]
    await send({"type": "http.response.start", "status": status, "headers": headers})


async def _send(send: Send, text: str) -> None:
    await send({"type": "http.response.body", "body": text.encode(), "more_body": True})


async def _gone(receive: Receive) -> None:
    """Return when the caller has gone away."""
    while (await receive())["type"] != "http.disconnect":
        pass
