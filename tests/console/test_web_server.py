"""The server against callers who do not finish what they begin, by raw sockets and without a proxy (P06)."""

import asyncio
import resource
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.web import shell
from bot.web.server import HEAD_LIMIT, StrictProtocol, bind, running
from bot.web.shell import Walls, walled

POST = b"POST /echo HTTP/1.1\r\nHost: x\r\nSec-Fetch-Site: same-origin\r\n"


async def echo(request: Request) -> Response:
    return PlainTextResponse(str(len(await request.body())))


@pytest.fixture
async def port(monkeypatch) -> AsyncIterator[int]:
    """A running house with short deadlines."""
    monkeypatch.setattr(StrictProtocol, "deadline", 0.6)
    monkeypatch.setattr(shell, "BODY_SECONDS", 0.3)
    app = walled([Route("/echo", echo, methods=["POST"])], Walls(now=lambda: 0.0, new_id=lambda: "1"))
    listener = bind("127.0.0.1", 0)
    async with running(app, listener, lambda: None):
        yield listener.getsockname()[1]


@asynccontextmanager
async def call(port: int) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    incoming, outgoing = await asyncio.open_connection("127.0.0.1", port)
    try:
        yield incoming, outgoing
    finally:
        outgoing.close()


async def rest(incoming: asyncio.StreamReader) -> bytes:
    """All that comes until the server closes; a reset after the answer is a close too."""
    got = b""
    async with asyncio.timeout(5):
        try:
            while piece := await incoming.read(65536):
                got += piece
        except ConnectionResetError:
            return got
    return got


async def drip(outgoing: asyncio.StreamWriter, piece: bytes) -> None:
    """Send a byte now and then, for ever."""
    while True:
        outgoing.write(piece)
        await asyncio.sleep(0.05)


@pytest.mark.parametrize(
    ("begin", "piece", "status"),
    [
        (b"", b"\r\n", b"408"),
        (b"GET / HT", b"", b"408"),
        (b"GET / HTTP/1.1\r\nX-Slow: ", b"a", b"408"),
        (POST + b"Content-Length: 1000\r\n\r\n", b"a", b"408"),
        (POST + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\na\r\n", b"408"),
        (b"POST /nowhere HTTP/1.1\r\nContent-Length: 1000\r\n\r\n", b"a", b"403"),
    ],
    ids=["silent", "half a line", "slow header", "slow body", "slow chunks", "refused, then slow"],
)
async def test_slow(port, begin, piece, status):
    """Whoever does not finish in time is answered and cut off, wherever they are slow (P06)."""
    async with call(port) as (incoming, outgoing):
        outgoing.write(begin)
        dripping = asyncio.create_task(drip(outgoing, piece))
        answer = await rest(incoming)
        dripping.cancel()
    assert answer.startswith(b"HTTP/1.1 " + status)


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"GET / HTTP/1.1\r\nX-Long: " + b"a" * 2 * HEAD_LIMIT, b"431"),
        (b"GET /" + b"a" * 2 * HEAD_LIMIT, b"431"),
        (b"GET / HTTP/1.1\r\n" + b"".join(b"X-%d: a\r\n" % n for n in range(20_000)), b"431"),
        (b"\x16\x03\x01 this is not HTTP\r\n\r\n", b"400"),
        (POST + b"Content-Length: 99999999\r\n\r\n", b"413"),
        (POST + b"Content-Length: 4\r\nContent-Encoding: gzip\r\n\r\nabcd", b"415"),
    ],
    ids=["header", "path", "many headers", "not HTTP", "length", "gzip"],
)
async def test_too_much(port, sent, status):
    """What is too large or not HTTP is refused at once, with the protective headers (P06, A05)."""
    async with call(port) as (incoming, outgoing):
        outgoing.write(sent)
        answer = await rest(incoming)
    assert answer.startswith(b"HTTP/1.1 " + status)
    assert b"nosniff" in answer
    assert b"default-src 'self'" in answer


async def test_memory(port):
    """Bodies without end, ten at once, cost less than 50 MB (P06)."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    async def pour() -> bytes:
        async with call(port) as (incoming, outgoing):
            outgoing.write(POST + b"Transfer-Encoding: chunked\r\n\r\n")
            try:
                for _ in range(100):
                    outgoing.write(b"186a0\r\n" + b"x" * 100_000 + b"\r\n")
                    await outgoing.drain()
            except ConnectionError:
                return b""
            return await rest(incoming)

    await asyncio.gather(*(pour() for _ in range(10)))
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50 * 1024


async def test_honest_caller(port):
    """A caller who is quick enough gets an answer, also the second time on one connection."""
    async with call(port) as (incoming, outgoing):
        for _ in range(2):
            outgoing.write(POST + b"Content-Length: 3\r\n\r\nabc")
            async with asyncio.timeout(5):
                head = await incoming.readuntil(b"\r\n\r\n")
                assert head.startswith(b"HTTP/1.1 200")
                assert await incoming.readexactly(1) == b"3"


def test_port_in_use():
    """A port that is taken is an OSError before anything starts, for the command to explain."""
    listener = bind("127.0.0.1", 0)
    with listener, pytest.raises(OSError, match="in use"):
        bind("127.0.0.1", listener.getsockname()[1])
