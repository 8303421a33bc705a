"""The web chat's addresses: the page, its stream down, its messages up, and what it has shown.

The parent's token lives in a cookie that no script can read, and nowhere else: not in a URL, not in the page, not in an
answer. Who has no such cookie has no talk. What a page posts is stored before it is told so; if it cannot be stored, the
page is told that instead and keeps it.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.channels.webchat import own
from bot.channels.webchat.channel import ACCOUNT, fragment, is_name, read
from bot.channels.webchat.media import FindMedia, served
from bot.channels.webchat.own import OwnFiles
from bot.channels.webchat.talk import LINES, Farewell, Nothing, Talk, Words, tag
from bot.model import ContactId, Received
from bot.ports import Clock, Store, Tokens, Wake
from bot.web import cookies
from bot.web.errors import kind, places
from bot.web.limits import Rate
from bot.web.pages import Pages
from bot.web.stream import EventStream, Source, Streams

FILES: Mapping[str, Path] = {"chat": Path(__file__).parent / "static"}
"""The folder of the page's files, for ``bot.web.pages.Files``."""
TEMPLATES: Sequence[Path] = (Path(__file__).parent / "pages",)
"""The folder of the page, for ``bot.web.pages.Pages``."""
RATES: Mapping[str, Rate] = {
    "/chat/messages": Rate(240, 60.0),
    "/chat/events": Rate(240, 60.0),
    "/chat/seen": Rate(600, 60.0),
    "/chat/media": Rate(600, 60.0),
    "/chat/data": Rate(20, 60.0),
    "/chat/end": Rate(60, 60.0),
}
"""How often one network address may ask: enough for a school's whole network on a parents' evening."""

COOKIE = "elternlotse"
COOKIE_SECONDS = 90 * 24 * 3600
"""As long as a talk is kept at most; each visit begins it anew."""

_TOKEN = re.compile(r"[a-z2-7]{26,64}")
_CURSOR = re.compile(r"[A-Za-z0-9:._-]{1,80}")
_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class WebChatRoutes:
    """The handlers, and what they are built from.

    ``receive`` returns when its fragments are stored for good. ``languages`` maps every offered language to its
    direction, the first being spoken where none fits; ``words`` are the page's own words in a language; ``media`` finds
    the files that go with messages, ``own_files`` makes those of what is kept of a contact.
    """

    store: Store
    wake: Wake
    receive: Callable[[Sequence[Received]], Awaitable[object]]
    clock: Clock
    tokens: Tokens
    streams: Streams
    pages: Pages
    languages: Callable[[], Mapping[str, str]]
    words: Words
    media: FindMedia
    own_files: OwnFiles

    def routes(self) -> Sequence[Route]:
        """Return the routes, all under ``/chat``."""
        return [
            Route("/chat", self.page),
            Route("/chat/events", self.events),
            Route("/chat/messages", self.messages, methods=["POST"]),
            Route("/chat/seen", self.seen, methods=["POST"]),
            Route("/chat/media/{address:path}", self.file),
            Route("/chat/data/{name}", self.data),
            Route("/chat/end", self.end, methods=["POST"]),
        ]

    async def page(self, request: Request) -> Response:
        """Show the page, in the talk's language or the browser's, and give it its cookie (again)."""
        address = address_of(request) or self.tokens()
        contact = await self.store.contact_of(ACCOUNT, address)
        language = await self._spoken(contact) or self._offered(request.headers.get("accept-language", ""))
        values = {
            "lang": tag(language),
            "dir": self.languages().get(language, "ltr"),
            "words": dict(self.words(language)),
            "known": contact is not None,
        }
        answer = self.pages.page("chat.html", values)
        cookies.write(request, answer, COOKIE, address, COOKIE_SECONDS, "none" if is_framed(request) else "lax")
        return answer

    async def events(self, request: Request) -> EventStream:
        """Open the stream, after the last line the page has seen."""
        return EventStream(self.streams, await self._source(request))

    async def messages(self, request: Request) -> Response:
        """Keep one thing the parent did: 202 when it is stored, 503 when it could not be."""
        address = address_of(request)
        if not address:
            raise HTTPException(401)
        data = read(await request.body())
        if not is_name(data.get("id")):
            raise HTTPException(400)
        await self._store_or_refuse(Received(ACCOUNT, fragment(address, data), self.clock()))
        return Response(status_code=202)

    async def seen(self, request: Request) -> Response:
        """Note that the page has shown some messages."""
        contact = await self.store.contact_of(ACCOUNT, address_of(request) or "-")
        named = read(await request.body()).get("tokens")
        shown = [token for token in named if is_name(token)] if isinstance(named, list) else []
        if contact is not None and shown:
            await self.store.seen(contact, shown[:LINES], self.clock())
        return Response(status_code=204)

    async def file(self, request: Request) -> Response:
        """Give out a picture, a document or audio. It is published, so anybody may have it who knows its address."""
        return await served(request, self.media)

    async def data(self, request: Request) -> Response:
        """Give out what is kept of this parent, as a message offered it."""
        contact = await self.store.contact_of(ACCOUNT, address_of(request) or "-")
        return await own.file(request, self.store, self.clock, self.own_files, contact)

    async def end(self, request: Request) -> Response:
        """Let the page of a talk that was erased go."""
        contact = await self.store.contact_of(ACCOUNT, address_of(request) or "-")
        answer = await own.end(request, self.store, self.clock, COOKIE, contact)
        self.wake.ring("erased")
        return answer

    async def _store_or_refuse(self, received: Received) -> None:
        """Return when it is stored. A storing that is cancelled because the house stops is one that failed."""
        try:
            await self.receive([received])
        except (Exception, asyncio.CancelledError) as error:
            task = asyncio.current_task()
            if task is not None and task.cancelling():
                raise
            _log.error("webchat_not_stored", error=kind(error), places=places(error))
            raise HTTPException(503, headers={"retry-after": "2"}) from error

    async def _source(self, request: Request) -> Source:
        address = address_of(request)
        if not address:
            return Nothing("cookie")
        contact = await self.store.contact_of(ACCOUNT, address)
        if contact is None:
            return Nothing("unknown")
        if goodbye := await self.store.goodbye(contact):
            return Farewell(goodbye, self.words)
        after = request.headers.get("last-event-id") or request.query_params.get("after", "")
        cursor = after if _CURSOR.fullmatch(after) else ""
        bell = self.wake.listen(f"contact:{contact}")
        return Talk(self.store, contact, bell, cursor, self.words, partial(self.store.contact_of, ACCOUNT, address))

    async def _spoken(self, contact: ContactId | None) -> str:
        """Return the language of the newest message to this parent, empty where there is none."""
        lines = [] if contact is None else await self.store.chat(contact, "", 20)
        spoken = [line.message.language for line in lines if line.message]
        return spoken[-1] if spoken else ""

    def _offered(self, accepted: str) -> str:
        """Return the first offered language that the browser asks for."""
        offered = list(self.languages())
        for wish in accepted.split(","):
            wanted = wish.partition(";")[0].strip().replace("-", "_").lower()
            for language in offered:
                if language.lower() in {wanted, wanted.partition("_")[0]}:
                    return language
        return offered[0]


def is_framed(request: Request) -> bool:
    """Whether the page is to be shown inside another page, over a connection on which a cookie can be kept there."""
    return request.headers.get("sec-fetch-dest") in {"iframe", "frame"} and cookies.trusted(request)


def address_of(request: Request) -> str:
    """Return the parent's token, empty where the cookie is missing or cannot be one of ours."""
    value = cookies.read(request, COOKIE)
    return value if _TOKEN.fullmatch(value) else ""
