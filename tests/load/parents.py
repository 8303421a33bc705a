"""Parents who talk while the server dies and comes back: on the web chat over real HTTP, and on the fake Telegram.

A web chat's page repeats what was not answered with 202 under the same name until it is, as the real page does. It also
holds its stream open, and comes back to it after the last line that it has seen.
"""

import asyncio
import json
import random
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from fakes.bot_api import BotApi
from load.acts import Act, Script, typed
from load.server import Server

COOKIE = "__Host-elternlotse"
ORIGIN = {"sec-fetch-site": "same-origin"}
PATIENCE = 0.01
"""Seconds until a page tries again; real pages wait longer."""
REFUSED = 0.3
"""Seconds until a page tries again that was told that it could not be kept: one address may not ask without end."""
PAUSE = 0.02
"""Seconds that a page waits at most between two acts: parents are quick here, but not quicker than their limit."""
AHEAD = 12
"""So many answers may be lacking on Telegram before a parent waits for them."""
ANSWER_SECONDS = 30.0
TROUBLES = (aiohttp.ClientError, OSError, TimeoutError)


@dataclass
class Page:
    """One web chat's page. ``token`` is the parent's cookie, once the page has been opened."""

    server: Server
    session: aiohttp.ClientSession
    token: str = ""
    cursor: str = ""

    async def open(self) -> None:
        """Open the page, which brings the cookie."""
        async with self.session.get(f"{self.server.url}/chat", headers=self._headers()) as answer:
            answer.raise_for_status()
            self.token = answer.headers["set-cookie"].split(";")[0].partition("=")[2]

    async def post(self, data: Mapping[str, str]) -> int:
        """Post one thing and return the status; 0 where the server was not there, or died over it."""
        try:
            url = f"{self.server.url}/chat/messages"
            async with self.session.post(url, json=data, headers=self._headers() | ORIGIN) as answer:
                return answer.status
        except TROUBLES:
            return 0

    async def lines(self) -> AsyncIterator[tuple[str, Mapping[str, Any]]]:
        """Yield the stream's events, kind and data, after the last line that was seen, until the stream breaks."""
        headers = self._headers() | ({"last-event-id": self.cursor} if self.cursor else {})
        async with self.session.get(f"{self.server.url}/chat/events", headers=headers) as answer:
            answer.raise_for_status()
            event: dict[str, str] = {}
            async for raw in answer.content:
                name, _, value = raw.decode().rstrip("\n").partition(": ")
                if name:
                    event[name] = value
                elif event:
                    self.cursor = event.get("id", self.cursor)
                    if data := event.get("data"):
                        yield event.get("event", ""), json.loads(data)
                    elif "event" in event:
                        yield event["event"], {}
                    event = {}

    def _headers(self) -> dict[str, str]:
        return {"cookie": f"{COOKIE}={self.token}"} if self.token else {}


@asynccontextmanager
async def page_of(server: Server, number: int) -> AsyncIterator[Page]:
    """Give a page on a network address of its own, so that the limit for one address is not everybody's."""
    connector = aiohttp.TCPConnector(local_addr=(f"127.0.{1 + number // 250}.{1 + number % 250}", 0), limit=0)
    timeout = aiohttp.ClientTimeout(total=None, sock_connect=5)
    async with aiohttp.ClientSession(connector=connector, timeout=timeout) as session:
        yield Page(server, session)


class Talk:
    """A page whose parent waits for each answer.

    ``lines`` is everything that the stream has shown, ``stored`` the seconds until the newest post was answered with 202.
    """

    def __init__(self, page: Page) -> None:
        self.page = page
        self.lines: list[Mapping[str, Any]] = []
        self.stored = 0.0
        self._new = asyncio.Event()

    async def listen(self) -> None:
        """Read the stream until cancelled."""
        async for kind, line in self.page.lines():
            if not kind:
                self.lines.append(line)
                self._new.set()

    async def ask(self, data: Mapping[str, str], answer: str) -> float:
        """Post something; return the seconds until an answer that begins so is on the stream, counted from before."""
        before, began = len(self.lines), time.perf_counter()
        status = await self.page.post(data)
        assert status == 202, status
        self.stored = time.perf_counter() - began
        async with asyncio.timeout(ANSWER_SECONDS):
            while not any(line["side"] != "me" and line["text"].startswith(answer) for line in self.lines[before:]):
                self._new.clear()
                await self._new.wait()
        return time.perf_counter() - began


@asynccontextmanager
async def talk_of(server: Server, number: int, start: Mapping[str, str]) -> AsyncIterator[Talk]:
    """Give a talk that has begun: the page is open, its first post is taken, its stream is read."""
    async with page_of(server, number) as page:
        await page.open()
        assert await page.post(start) == 202
        talk = Talk(page)
        listening = asyncio.create_task(talk.listen())
        try:
            yield talk
        finally:
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)


@dataclass
class Parent:
    """One parent's memory. ``done`` are the acts that were acknowledged, in order; ``seen`` the lines that were shown."""

    who: str
    address: str = ""
    account: str = "webchat"
    done: list[Act] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)
    again: int = 0
    refused: int = 0


async def live_on_page(parent: Parent, page: Page, chance: random.Random, over: asyncio.Event) -> None:
    """Act until it is over and the question is with a person; each act until acknowledged, now and then once more."""
    await _open(page)
    parent.address = page.token
    watching = asyncio.create_task(_watch(parent, page))
    try:
        for act in Script(parent.who, chance):
            if over.is_set() and act.begins:
                return
            await _insist(parent, page, act)
            parent.done.append(act)
            await asyncio.sleep(chance.uniform(0.0, PAUSE))
            if chance.random() < 0.1:
                await page.post(chance.choice(parent.done[-5:]).data)
                parent.again += 1
    finally:
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)


async def _open(page: Page) -> None:
    while not page.token:
        await page.server.up.wait()
        try:
            await page.open()
        except TROUBLES:
            await asyncio.sleep(PATIENCE)


async def _insist(parent: Parent, page: Page, act: Act) -> None:
    """Post until it is acknowledged."""
    while (status := await page.post(act.data)) != 202:
        if status not in {0, 429, 503}:
            raise AssertionError(f"{act.name} was answered with {status}")
        parent.again += 1
        parent.refused += status != 0
        await page.server.up.wait()
        await asyncio.sleep(REFUSED if status else PATIENCE)


async def _watch(parent: Parent, page: Page) -> None:
    """Read the stream, and come back to it whenever it breaks."""
    while True:
        await page.server.up.wait()
        try:
            async for kind, line in page.lines():
                if not kind and line["side"] != "me":
                    parent.seen.append(line["token"])
        except TROUBLES:
            pass
        await asyncio.sleep(PATIENCE)


@dataclass
class Phone:
    """One Telegram chat. It writes only while there is a server: else it would be all that the server ever reads."""

    server: Server
    api: BotApi


async def live_on_telegram(parent: Parent, phone: Phone, chance: random.Random, over: asyncio.Event) -> None:
    """Write until it is over. The platform keeps what the bot has not confirmed, so writing is being acknowledged."""
    expected = 0
    for act in Script(parent.who, chance):
        await phone.server.up.wait()
        if over.is_set() and act.begins:
            return
        phone.api.say(int(parent.address), typed(act))
        parent.done.append(act)
        expected += act.replies
        await asyncio.sleep(chance.uniform(0.02, 0.1))
        while expected - len(phone.api.said(int(parent.address))) > AHEAD and not over.is_set():  # noqa: ASYNC110 - the fake rings no bell for one chat
            await asyncio.sleep(PATIENCE)


def everybody(pages: int, chats: int) -> Iterator[Parent]:
    """Make parents."""
    yield from (Parent(f"p{number}") for number in range(pages))
    yield from (Parent(f"t{number}", str(9000 + number), "telegram") for number in range(chats))
