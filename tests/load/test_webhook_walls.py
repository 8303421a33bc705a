"""The webhook of the real server, by raw sockets and without a proxy: who does not finish, or sends too much, is cut off."""

import asyncio
import gzip
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from fakes.bot_api import BotApi
from fakes.process import ROOT, Product, product, write_config

SECRET = "Qk3_xpq2-mvbn7aw5ty"
MOST_SECONDS = 10.0
"""Whoever is to be refused is refused within so many seconds; a busy machine may add the ones of ``SLACK``."""
SLACK = 5.0
MOST_MEMORY = 50_000_000
LIMIT = 3_500_000
POST = (
    "POST /webhook/telegram HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    f"X-Telegram-Bot-Api-Secret-Token: {SECRET}\r\n"
).encode()
UPDATE = b'{"update_id":%d,"message":{"chat":{"id":5,"type":"private"},"text":"Hallo"}}'


@dataclass(frozen=True)
class House:
    """A running server with a webhook."""

    process: Product
    port: int

    @property
    def memory(self) -> int:
        """The bytes of memory that it has now."""
        lines = Path(f"/proc/{self.process.process.pid}/status").read_text("utf-8").splitlines()
        return int(next(line.split()[1] for line in lines if line.startswith("VmRSS"))) * 1024

    async def call(self, *pieces: bytes, drip: bytes = b"") -> tuple[bytes, float]:
        """Send pieces, then drip a byte a second; return the status line and the seconds until the line was closed."""
        incoming, outgoing = await asyncio.open_connection("127.0.0.1", self.port)
        begun, dripping = time.monotonic(), asyncio.create_task(_send(outgoing, pieces, drip))
        answer = b""
        with suppress(ConnectionError):
            while piece := await incoming.read(65536):
                answer += piece
        took = time.monotonic() - begun
        dripping.cancel()
        await asyncio.gather(dripping, return_exceptions=True)
        outgoing.close()
        return answer.partition(b"\r\n")[0], took


async def _send(outgoing: asyncio.StreamWriter, pieces: tuple[bytes, ...], drip: bytes) -> None:
    with suppress(ConnectionError):
        for piece in pieces:
            outgoing.write(piece)
            await outgoing.drain()
        while drip:
            await asyncio.sleep(1)
            outgoing.write(drip)
            await outgoing.drain()


@asynccontextmanager
async def running(folder: Path) -> AsyncIterator[House]:
    """Start the product with a webhook on a platform that is our own."""
    async with BotApi() as api:
        config = write_config(folder, flows=ROOT / "tests" / "data" / "small")
        text = config.read_text("utf-8").replace("mode: auto", "mode: webhook")
        config.write_text(text.replace("https://api.telegram.org", api.url), "utf-8")
        environment = {"TELEGRAM_TOKEN": api.token, "TELEGRAM_SECRET": SECRET}
        async with product(config, environment=environment) as process:
            await process.started()
            port = int(process.url.rpartition(":")[2])
            yield House(process, port)


def chunked(body: bytes) -> bytes:
    """Return a piece of a body whose length was not named."""
    return b"%x\r\n" % len(body) + body + b"\r\n"


def whole(body: bytes, headers: bytes = b"") -> bytes:
    """Return a request with its body."""
    return POST + headers + b"Connection: close\r\nContent-Length: %d\r\n\r\n" % len(body) + body


@pytest.mark.xdist_group("kill")
async def test_p06_what_is_too_much_or_too_slow_is_refused_in_time_and_costs_no_memory(tmp_path: Path) -> None:
    """P06: over 3.5 MB, a byte a second, half a header, gzip, twenty of each at once: ≤ 10 s, < +50 MB, still serving."""
    async with running(tmp_path) as house:
        assert (await house.call(whole(UPDATE % 1)))[0] == b"HTTP/1.1 200 OK"
        before = house.memory
        large, bomb = b"x" * 100_000, gzip.compress(b"x" * 50_000_000)
        asked = {
            b"413": [
                house.call(POST + b"Content-Length: %d\r\n\r\n" % (LIMIT + 1)),
                house.call(POST + b"Transfer-Encoding: chunked\r\n\r\n", *[chunked(large)] * 40),
            ],
            b"408": [
                house.call(drip=b"\r\n"),
                house.call(b"POST /webhook/telegram HTT"),
                house.call(POST, drip=b"X"),
                house.call(POST + b"Content-Length: 1000\r\n\r\n", drip=b"a"),
                house.call(POST + b"Transfer-Encoding: chunked\r\n\r\n", drip=chunked(b"a")),
                *(house.call(POST + b"Content-Length: 1000000\r\n\r\n", large[:2000], drip=b"a") for _ in range(20)),
            ],
            b"415": [house.call(whole(bomb, b"Content-Encoding: gzip\r\n")) for _ in range(20)],
        }
        expected = [status for status, calls in asked.items() for _ in calls]
        answers = await asyncio.gather(*(call for calls in asked.values() for call in calls))

        assert [line.split()[1] for line, _ in answers] == expected
        assert max(took for _, took in answers) < MOST_SECONDS + SLACK
        assert house.memory - before < MOST_MEMORY
        assert (await house.call(whole(UPDATE % 2)))[0] == b"HTTP/1.1 200 OK"


@pytest.mark.xdist_group("kill")
async def test_p06_many_large_bodies_at_once_share_one_budget(tmp_path: Path) -> None:
    """P06: forty updates of three megabytes at once: each is stored or told to come again, and memory stays bounded."""
    async with running(tmp_path) as house:
        await house.call(whole(UPDATE % 1))
        before = house.memory
        padding = b'{"update_id":%d,"message":{"chat":{"id":5,"type":"private"},"text":"' + b"x" * 3_000_000 + b'"}}'
        most = before
        calls = [asyncio.create_task(house.call(whole(padding % number))) for number in range(10, 50)]
        while not all(call.done() for call in calls):
            most = max(most, house.memory)
            await asyncio.sleep(0.01)
        statuses = {call.result()[0].split()[1] for call in calls}

        assert statuses <= {b"200", b"503"}
        assert b"200" in statuses
        assert most - before < 3 * MOST_MEMORY
        assert (await house.call(whole(UPDATE % 2)))[0] == b"HTTP/1.1 200 OK"
