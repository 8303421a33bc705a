"""Parents on both channels who say the same few lines, each at a time of their own, and read what comes back.

Every line's answers were learned beforehand from one parent, slowly. So what is lost, doubled or out of order is seen with
each of thousands. Telegram's parents come through the platform that ``sink`` plays, the web chat's over real HTTP.
"""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from load.parents import TROUBLES, Page
from sink.bot_api import BotApi
from sink.http import Connection
from sink.talk import Chat, Count, Line, Script

ADDRESSES = 250
"""Network addresses of the web chat's parents: one alone may not ask so often."""
SETTLED = 2.0
"""Seconds without a message after which a parent who was asked slowly has heard everything."""
WAITS = 0.5
"""Seconds until a page tries again that was told to come later."""
FIRST_CHAT = 50_000


@dataclass(slots=True)
class Heard:
    """What became of the parents of one channel. ``stored`` are seconds until what they wrote was acknowledged."""

    count: Count = field(default_factory=Count)
    stored: list[float] = field(default_factory=list)
    refused: int = 0
    first: float = 0.0
    last: float = 0.0


class Platform:
    """Telegram, and all parents who write there. ``sent`` are the moments of what the bot has sent."""

    def __init__(self, delay: float = 0.03) -> None:
        self.api = BotApi(delay, self._read)
        self.heard = Heard()
        self.sent: list[float] = []
        self.url = ""
        self._chats: dict[int, Chat] = {}
        self._learned: list[str] | None = None
        self._script = Script((), ())
        self._newest = 0.0

    async def listen(self, stack: AsyncExitStack) -> None:
        """Begin to be the platform."""
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: Connection(self.api.call), "127.0.0.1", 0)
        stack.push_async_callback(server.wait_closed)
        stack.callback(server.close)
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"

    async def learn(self, lines: Sequence[str]) -> None:
        """Say some lines as one parent, slowly, and expect of everybody what came back."""
        learned = [Line(line, tuple(await self._ask(line))) for line in lines]
        assert all(line.answers for line in learned), f"each line is answered: {learned}"
        self._script = Script(tuple(learned), ())
        self.heard = Heard()
        self.sent.clear()
        self.api.stored.clear()

    async def _ask(self, line: str) -> Sequence[str]:
        self._learned, self._newest = [], time.monotonic() + SETTLED
        self.api.bring(FIRST_CHAT - 1, line)
        while time.monotonic() < self._newest + SETTLED:  # noqa: ASYNC110 - it waits for silence
            await asyncio.sleep(0.02)
        learned, self._learned = self._learned, None
        return learned

    def write(self, number: int) -> None:
        """Let a parent write their first line; the others follow, each after the answer to the one before."""
        chat = self._chats[FIRST_CHAT + number] = Chat(FIRST_CHAT + number, self._script)
        self._say(chat)

    @property
    def open(self) -> int:
        """How many answers are still to come."""
        return sum(len(chat.open) for chat in self._chats.values())

    def finish(self) -> Heard:
        """Return what became of everybody."""
        self.heard.stored, self.heard.refused = list(self.api.stored), self.api.refused
        return self.heard

    def _say(self, chat: Chat) -> None:
        now = time.monotonic()
        self.heard.first = self.heard.first or now
        self.api.bring(chat.id, chat.write(now))

    def _read(self, chat: int, text: str, _fields: Mapping[str, Any]) -> None:
        now = time.monotonic()
        self._newest = now
        self.sent.append(now)
        if self._learned is not None and chat == FIRST_CHAT - 1:
            self._learned.append(text)
        elif chat in self._chats:
            self._count(self._chats[chat], text, now)

    def _count(self, chat: Chat, text: str, now: float) -> None:
        self.heard.last = now
        if chat.read(text, now, self.heard.count) and chat.said < len(self._script.beginning):
            self._say(chat)


@dataclass(frozen=True, slots=True)
class Site:
    """Where a house is reached."""

    url: str


class Visitors:
    """The web chat's parents. Each opens the page, posts a line, and listens on a stream of their own."""

    def __init__(self, url: str) -> None:
        self.heard = Heard()
        self._site: Any = Site(url)
        self._sessions: list[aiohttp.ClientSession] = []
        self._script = Script((), ())
        self._said: Sequence[Mapping[str, str]] = ()
        self._open: dict[int, Chat] = {}

    async def come(self, stack: AsyncExitStack) -> None:
        """Have network addresses."""
        for number in range(ADDRESSES):
            connector = aiohttp.TCPConnector(local_addr=(f"127.0.{2 + number // 250}.{1 + number % 250}", 0), limit=0)
            timeout = aiohttp.ClientTimeout(total=None, sock_connect=30)
            session = aiohttp.ClientSession(connector=connector, timeout=timeout, cookie_jar=aiohttp.DummyCookieJar())
            self._sessions.append(await stack.enter_async_context(session))

    async def learn(self, said: Sequence[Mapping[str, str]]) -> None:
        """Say some lines as one parent, slowly, and expect of everybody what came back."""
        self._said = said
        page = await self._page(0)
        learned = []
        for number, data in enumerate(said):
            assert await page.post({"id": f"l{number}", **data}) == 202
            texts: list[str] = []
            try:
                async with asyncio.timeout(SETTLED):
                    await self._listen(page, texts.append)
            except TimeoutError:
                pass
            learned.append(Line("", tuple(texts)))
        assert all(line.answers for line in learned), f"each line is answered: {learned}"
        self._script = Script(tuple(learned), ())
        self.heard = Heard()

    async def visit(self, number: int) -> None:
        """Be one parent, until all answers have come."""
        chat = self._open[number] = Chat(number, self._script)
        page = await self._page(number)
        self.heard.first = self.heard.first or time.monotonic()
        await self._post(page, chat)
        over = asyncio.Event()

        def read(text: str) -> None:
            self.heard.last = now = time.monotonic()
            if chat.read(text, now, self.heard.count):
                over.set()

        listening = asyncio.create_task(self._listen(page, read))
        try:
            while True:
                await over.wait()
                over.clear()
                if chat.said == len(self._said):
                    return
                await self._post(page, chat)
        finally:
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)

    @property
    def open(self) -> int:
        """How many answers are still to come."""
        return sum(len(chat.open) for chat in self._open.values())

    async def _page(self, number: int) -> Page:
        page = Page(self._site, self._sessions[number % ADDRESSES])
        await self._again(page.open)
        return page

    async def _post(self, page: Page, chat: Chat) -> None:
        """Post the next line until it is taken."""
        data = {"id": f"m{chat.said}", **self._said[chat.said]}
        began = time.monotonic()
        chat.write(began)
        while (status := await page.post(data)) != 202:
            assert status in {0, 429, 503}, status
            self.heard.refused += 1
            await asyncio.sleep(WAITS)
        self.heard.stored.append(time.monotonic() - began)

    async def _listen(self, page: Page, read: Callable[[str], None]) -> None:
        """Read the stream, and come back to it whenever it breaks or there is no room."""

        async def lines() -> None:
            async for kind, line in page.lines():
                if not kind and line["side"] != "me":
                    read(line["text"])

        while True:
            await self._again(lines)

    async def _again(self, do: Callable[[], Any]) -> None:
        while True:
            try:
                await do()
            except TROUBLES:
                self.heard.refused += 1
                await asyncio.sleep(WAITS)
            else:
                return
