"""A very small HTTP server and client, so that the platform we play costs little beside the program that is measured.

Promises keep-alive and whole bodies, nothing else of HTTP: both sides of every connection are known here.
"""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import unquote_to_bytes

import httptools
import msgspec

Answer = Callable[[bytes], None]
"""Send a JSON body back, now or later."""
Handle = Callable[[str, Mapping[str, Any], Answer], None]
"""Take one call: its path, its fields, and how to answer it."""


class Connection(asyncio.Protocol):
    """One connection of a client; one request at a time."""

    def __init__(self, handle: Handle) -> None:
        self._handle = handle
        self._parser = httptools.HttpRequestParser(self)
        self._transport: Any = None
        self._path = b""
        self._is_json = False
        self._body: list[bytes] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way back."""
        self._transport = transport

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - the protocol's signature
        """Forget the way back: an answer that comes later has nowhere to go."""
        self._transport = None

    def data_received(self, data: bytes) -> None:
        """Read on."""
        self._parser.feed_data(data)

    def on_url(self, url: bytes) -> None:
        """Begin a request."""
        self._path += url

    def on_header(self, name: bytes, value: bytes) -> None:
        """Note in which form the fields come."""
        if name.lower() == b"content-type":
            self._is_json = value.startswith(b"application/json")

    def on_body(self, body: bytes) -> None:
        """Gather the body."""
        self._body.append(body)

    def on_message_complete(self) -> None:
        """Hand the request on."""
        path, body, is_json = self._path, b"".join(self._body), self._is_json
        self._path, self._body, self._is_json = b"", [], False
        fields = msgspec.json.decode(body) if is_json else _form(body)
        self._handle(path.decode(), fields, self._answer)

    def _answer(self, body: bytes) -> None:
        if self._transport is not None:
            head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body)
            self._transport.write(head + body)


class Courier(asyncio.Protocol):
    """One connection to a webhook. ``taken`` is called with the status of each delivery, 0 where it broke."""

    def __init__(self, head: bytes, taken: Callable[["Courier", int], None]) -> None:
        self._head = head
        self._taken = taken
        self._parser: Any = None
        self._transport: Any = None
        self._is_busy = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Be ready."""
        self._transport = transport

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - the protocol's signature
        """Be of no use any more."""
        self._transport = None
        self._end(0)

    @property
    def is_open(self) -> bool:
        """Whether something can be delivered."""
        return self._transport is not None

    def deliver(self, body: bytes) -> None:
        """Bring one update; one at a time."""
        self._parser = httptools.HttpResponseParser(self)
        self._is_busy = True
        self._transport.write(self._head % len(body) + body)

    def data_received(self, data: bytes) -> None:
        """Read the answer. A server that says something unasked is about to hang up."""
        if self._parser is not None:
            self._parser.feed_data(data)

    def on_message_complete(self) -> None:
        """Say what became of the delivery."""
        self._end(self._parser.get_status_code())

    def _end(self, status: int) -> None:
        if self._is_busy:
            self._is_busy = False
            self._taken(self, status)


def _form(body: bytes) -> dict[str, str]:
    pairs = (field.partition(b"=") for field in body.split(b"&") if field)
    return {name.decode(): unquote_to_bytes(value.replace(b"+", b" ")).decode() for name, _, value in pairs}
