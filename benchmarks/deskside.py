"""The desk over a filled store, in this process: the queue as a page, and what the open pages of a team cost when it moves."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import httpx
from grown import LANGUAGES, Grown

from bot.console.desk.live import Changes
from bot.console.house import FILES, TEMPLATES, Desk
from bot.console.routes import desk_routes
from bot.console.visit import COOKIE
from bot.console.words import DESK_WORDS
from bot.model import Language
from bot.services.clock import now
from bot.services.tokens import token
from bot.web.pages import Files, Pages
from bot.web.shell import Walls, walled
from bot.web.stream import Streams
from bot.work.people import LOGIN_LASTS, fingerprint, invite
from bot.work.standing import Questions

TEAM = 10
"""So many people have the queue open."""
_PATH = "/invitation/"


class Deskside:
    """A team at the desk of a house. All are coordinators, so that each sees every question."""

    def __init__(self, house: Grown, desk: Desk, logins: list[str]) -> None:
        self._house = house
        self._logins = logins
        files = Files(FILES)
        walls = Walls(now=time.monotonic, new_id=token)
        application = walled([*desk_routes(desk), files.route()], walls)
        self._browser = httpx.AsyncClient(
            transport=httpx.ASGITransport(application),
            base_url="https://desk.example",
            cookies={f"__Host-{COOKIE}": logins[0]},
        )
        self._streams = [
            Changes(desk.office, desk.questions, fingerprint(login), house.wake.listen("desk")) for login in logins
        ]

    async def page(self) -> tuple[float, int]:
        """Return the milliseconds of CPU that the whole queue takes as a page, and its bytes."""
        began = self._house.cpu()
        answer = await self._browser.get("/desk", params={"view": "all"})
        assert answer.status_code == 200, answer.text
        return 1000 * (self._house.cpu() - began), len(answer.content)

    async def move(self) -> float:
        """Let one question change; return the milliseconds of CPU until every open page has been told."""
        await self._house.change_some()
        began = self._house.cpu()
        self._house.wake.ring("desk")
        told = await asyncio.gather(*(stream.more(30) for stream in self._streams))
        assert all(told), "every open page is told"
        return 1000 * (self._house.cpu() - began)

    async def begin(self) -> None:
        """Let every stream say its first word."""
        await asyncio.gather(*(stream.more(30) for stream in self._streams))

    async def close(self) -> None:
        """Close the browser and the streams."""
        for stream in self._streams:
            stream.close()
        await self._browser.aclose()


@asynccontextmanager
async def deskside(house: Grown) -> AsyncIterator[Deskside]:
    """Let a team come to the desk."""
    files = Files(FILES)
    edition = house.publish.newest
    desk = Desk(
        store=house.plain,
        questions=Questions(house.plain),
        wake=house.wake,
        clock=now,
        tokens=token,
        topics=lambda: edition.revision.topics,
        languages=lambda: LANGUAGES,
        words=lambda _language, key: DESK_WORDS[key],
        say=lambda passage: (passage.question.key, ""),
        pages=Pages(TEMPLATES, files),
        streams=Streams(),
    )
    logins = []
    for number in range(TEAM):
        path = await invite(
            house.plain, f"Person {number}", "coordinator", ["beratung"], [Language("ar")], now(), token()
        )
        logins.append(token())
        secret = fingerprint(path.removeprefix(_PATH))
        assert await house.plain.accept(secret, fingerprint(logins[-1]), now(), now() + LOGIN_LASTS - timedelta(days=1))
    made = Deskside(house, desk, logins)
    await made.begin()
    try:
        yield made
    finally:
        await made.close()
