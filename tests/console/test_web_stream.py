"""Event streams: what is written, what keeps them open, and what ends them."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import pytest
from starlette.requests import Request
from starlette.routing import Route

from bot.web.server import bind, running
from bot.web.shell import Walls, walled
from bot.web.stream import EventStream, Over, ServerEvent, Streams, written


class Script:
    """A source whose events the test puts in."""

    def __init__(self) -> None:
        self.queue: asyncio.Queue[ServerEvent | type[Exception]] = asyncio.Queue()
        self.closed = asyncio.Event()

    async def more(self, seconds: float) -> Sequence[ServerEvent]:
        try:
            async with asyncio.timeout(seconds):
                event = await self.queue.get()
        except TimeoutError:
            return []
        if isinstance(event, ServerEvent):
            return [event]
        raise event

    def close(self) -> None:
        self.closed.set()


class House:
    """A running server with one stream on ``/events``."""

    def __init__(self, most: int = 10, heartbeat: float = 15.0) -> None:
        self.source = Script()
        self.streams = Streams(most)
        self.heartbeat = heartbeat
        self.port = 0

    async def stream(self, _request: Request) -> EventStream:
        return EventStream(self.streams, self.source, self.heartbeat)

    @asynccontextmanager
    async def open(self) -> AsyncIterator["House"]:
        app = walled([Route("/events", self.stream)], Walls(now=lambda: 0.0, new_id=lambda: "1"))
        listener = bind("127.0.0.1", 0)
        self.port = listener.getsockname()[1]
        async with running(app, listener, self.streams.end):
            yield self


@asynccontextmanager
async def reader(port: int) -> AsyncIterator[asyncio.StreamReader]:
    """A caller that reads the stream as raw bytes."""
    incoming, outgoing = await asyncio.open_connection("127.0.0.1", port)
    outgoing.write(b"GET /events HTTP/1.1\r\nHost: x\r\n\r\n")
    try:
        yield incoming
    finally:
        outgoing.close()
        await outgoing.wait_closed()


async def until(incoming: asyncio.StreamReader, mark: bytes) -> bytes:
    async with asyncio.timeout(5):
        return await incoming.readuntil(mark)


@pytest.mark.parametrize(
    ("event", "text"),
    [
        (ServerEvent("a"), "data: a\n\n"),
        (ServerEvent("a\nb\r\nc", id="7", kind="row"), "event: row\nid: 7\ndata: a\ndata: b\ndata: c\n\n"),
    ],
)
def test_form(event, text):
    """An event has the protocol's form, and a line break in its data cannot end it."""
    assert written(event) == text


async def test_events_arrive_as_they_come():
    """What the source brings is sent at once, after the browser was told how soon to come back."""
    async with House().open() as house, reader(house.port) as incoming:
        head = await until(incoming, b"retry: 500\n\n")
        house.source.queue.put_nowait(ServerEvent("hello", id="1"))
        assert b"text/event-stream" in head
        assert (await until(incoming, b"data: hello\n\n")).endswith(b"id: 1\ndata: hello\n\n")


async def test_heartbeat():
    """While nothing happens a comment keeps the line open."""
    async with House(heartbeat=0.01).open() as house, reader(house.port) as incoming:
        assert b": .\n\n" in await until(incoming, b": .\n\n")


async def test_source_is_closed_when_the_caller_goes():
    """A caller who goes away costs nothing any more."""
    async with House().open() as house:
        async with reader(house.port) as incoming:
            await until(incoming, b"retry")
            assert house.streams.count == 1
        async with asyncio.timeout(5):
            await house.source.closed.wait()
        assert house.streams.count == 0


async def test_source_may_end_it():
    """A source that is over ends the answer properly."""
    async with House().open() as house, reader(house.port) as incoming:
        house.source.queue.put_nowait(Over)
        assert (await until(incoming, b"0\r\n\r\n")).endswith(b"0\r\n\r\n")


async def test_too_many():
    """One stream too many is refused with 503, and its source is closed."""
    async with House(most=0).open() as house, reader(house.port) as incoming:
        assert b"503" in await until(incoming, b"\r\n")
        async with asyncio.timeout(5):
            await house.source.closed.wait()


async def test_stop_ends_streams():
    """A server that stops does not wait for its open streams (O06)."""
    clock = asyncio.get_running_loop().time
    async with House().open() as house:
        incoming, outgoing = await asyncio.open_connection("127.0.0.1", house.port)
        outgoing.write(b"GET /events HTTP/1.1\r\nHost: x\r\n\r\n")
        await until(incoming, b"retry")
        begun = clock()
    assert clock() - begun < 2
    assert (await incoming.read()).endswith(b"0\r\n\r\n")
    outgoing.close()
