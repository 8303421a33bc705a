"""The server: uvicorn, made strict about callers who never finish what they begin, and quick to stop.

uvicorn waits for ever for a request's headers and keeps any amount of them; and it waits for open streams when it stops.
Here a request has a deadline, its head a size, and whoever holds streams is told of the stop first.
"""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from bot.web.headers import ALWAYS, POLICY

HEAD_LIMIT = 64 * 1024
"""Bytes of a request line and its headers together."""
DEADLINE = 10.0
"""Seconds from a request's first byte (or the connection) to its last."""


@asynccontextmanager
async def running(app: ASGIApp, listener: socket.socket, at_stop: Callable[[], None]) -> AsyncIterator["Server"]:
    """Serve ``app`` on a bound socket while the block runs; then stop, and return when all is closed.

    ``at_stop`` is called as soon as the stop begins. Signals stay the caller's business.
    """
    server = Server(app, at_stop)
    serving = asyncio.create_task(server.serve([listener]))
    ready = asyncio.create_task(server.ready.wait())
    try:
        await asyncio.wait({serving, ready}, return_when=asyncio.FIRST_COMPLETED)
        yield server
    finally:
        ready.cancel()
        server.should_exit = True
        await serving


def bind(host: str, port: int) -> socket.socket:
    """Return a socket that listens there; port 0 takes a free one. OSError where the port is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family, backlog=512)


class Server(uvicorn.Server):
    """A server that says when it is ready and when it begins to stop, and leaves signals alone."""

    def __init__(self, app: ASGIApp, at_stop: Callable[[], None]) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                http=StrictProtocol,
                ws="none",
                lifespan="on",
                log_config=None,
                access_log=False,
                server_header=False,
                timeout_graceful_shutdown=5,
            )
        )
        self.ready = asyncio.Event()
        self._at_stop = at_stop

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and say so."""
        await super().startup(sockets)
        self.ready.set()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop: first let the streams end, then everything else."""
        self._at_stop()
        await super().shutdown(sockets)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Do nothing: uvicorn would take the signals, and raise them again before the rest of the house has stopped."""
        yield


class StrictProtocol(HttpToolsProtocol):
    """One connection. A request that is not whole in time, or whose head is too large, ends it."""

    deadline = DEADLINE

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._timer: Any = None
        self._head: int = 0

    def connection_made(self, transport: Any) -> None:
        """Begin to count the time at once: a caller who says nothing is one who does not finish."""
        super().connection_made(transport)
        self._begin_timer()

    def connection_lost(self, exc: Exception | None) -> None:
        """Let go of the clock."""
        self._end_timer()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Count the time from the first byte on, and the bytes until the head is whole."""
        self._begin_timer()
        self._head += len(data)
        super().data_received(data)
        if self._head > HEAD_LIMIT:
            self._refuse(b"431 Request Header Fields Too Large")

    def on_headers_complete(self) -> None:
        """Stop counting bytes: the body has its own limit."""
        self._head = -(1 << 62)
        super().on_headers_complete()

    def on_message_begin(self) -> None:
        """Count anew for each request of the connection."""
        self._begin_timer()
        super().on_message_begin()

    def on_message_complete(self) -> None:
        """The request is whole, in time."""
        self._end_timer()
        self._head = 0
        super().on_message_complete()

    def send_400_response(self, _msg: str) -> None:
        """Refuse what is not HTTP, with the headers that every answer has."""
        self._refuse(b"400 Bad Request")

    def _begin_timer(self) -> None:
        if self._timer is None:
            self._timer = self.loop.call_later(self.deadline, self._refuse, b"408 Request Timeout")

    def _end_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _refuse(self, status: bytes) -> None:
        if self.transport.is_closing():
            return
        cycle: RequestResponseCycle | None = self.cycle
        if cycle is None or not cycle.response_started or cycle.response_complete:
            self.transport.write(REFUSAL.replace(b"STATUS", status))
        self.transport.close()


REFUSAL = (
    b"HTTP/1.1 STATUS\r\nconnection: close\r\ncontent-length: 0\r\ncache-control: no-store\r\n"
    + "".join(f"{name}: {value}\r\n" for name, value in ALWAYS.items()).encode()
    + b"content-security-policy: "
    + POLICY.format(frames="'none'").encode()
    + b"\r\n\r\n"
)
