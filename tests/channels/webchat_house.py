"""A house in memory behind the real web chat: keeps both sides' lines, and answers as a script says.

Stands in for store, bells and conversation, with the few methods that the web chat uses of them.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from starlette.types import ASGIApp

from bot.channels.webchat.channel import WebChat
from bot.channels.webchat.routes import FILES, RATES, TEMPLATES, WebChatRoutes
from bot.channels.webchat.words import PAGE_WORDS
from bot.flow.event import Event
from bot.model import ContactId, Received
from bot.ports import ChatLine
from bot.text.media import MediaFile
from bot.text.message import Message
from bot.web.pages import Files, Pages
from bot.web.server import bind, running
from bot.web.shell import Walls, walled
from bot.web.stream import Streams
from bot.work.own_data import File

TOKEN = "abcdefghijklmnopqrstuvwxyz234567"[:26]
LANGUAGES = {"de": "ltr", "ar": "rtl"}


class Ear:
    """One who listens to some bells."""

    def __init__(self, bells: "Bells", names: Sequence[str]) -> None:
        self.bells = bells
        self.names = frozenset(names)
        self.rung = asyncio.Event()

    async def wait(self, seconds: float) -> frozenset[str]:
        try:
            async with asyncio.timeout(seconds):
                await self.rung.wait()
        except TimeoutError:
            return frozenset()
        self.rung.clear()
        return self.names

    def close(self) -> None:
        self.bells.ears.discard(self)


class Bells:
    """Bells in memory."""

    def __init__(self) -> None:
        self.ears: set[Ear] = set()

    def ring(self, *bells: str) -> None:
        for ear in self.ears:
            if ear.names.intersection(bells):
                ear.rung.set()

    def listen(self, *bells: str) -> Ear:
        ear = Ear(self, bells)
        self.ears.add(ear)
        return ear


Script = Callable[["House", ContactId, Sequence[Event]], None]


def silence(_house: "House", _contact: ContactId, _events: Sequence[Event]) -> None:
    """The script of a house that answers nothing."""


class House:
    """Both sides' lines of every contact. ``broken`` lets storing fail; ``at`` is the moment everything happens."""

    def __init__(self, script: Script = silence) -> None:
        self.script = script
        self.bells = Bells()
        self.contacts: dict[str, ContactId] = {}
        self.lines: dict[ContactId, list[ChatLine]] = {}
        self.known: set[str] = set()
        self.shown: list[str] = []
        self.events: list[Event] = []
        self.broken = False
        self.at = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
        self.streams = Streams()
        self.frames: dict[str, str] = {}
        self.words: Mapping[str, Mapping[str, str]] = {"de": PAGE_WORDS, "ar": ARABIC}
        self.media: dict[str, MediaFile] = {}
        self.leaving: set[ContactId] = set()

    async def receive(self, batch: Sequence[Received]) -> Sequence[ContactId | None]:
        if self.broken:
            raise OSError("disk full: Mein Kind heißt Yusuf")
        return [self._keep(received) for received in batch]

    def _keep(self, received: Received) -> ContactId | None:
        piece = received.fragment
        if piece.address is None:
            return None
        contact = self.contacts.setdefault(piece.address, ContactId(len(self.contacts) + 1))
        if piece.external_id not in self.known:
            self.known.add(piece.external_id)
            self._add(contact, ChatLine(self._cursor(), received.at, mine=piece))
            events = WebChat().parse(piece)
            self.events += events
            self.script(self, contact, events)
        return contact

    def say(self, contact: ContactId, message: Message) -> None:
        """Let the house say something."""
        token = f"m{self._cursor()}"
        self._add(contact, ChatLine(self._cursor(), self.at, message=message, token=token))

    async def contact_of(self, _account: str, address: str) -> ContactId | None:
        return self.contacts.get(address)

    async def chat(self, contact: ContactId, after: str, limit: int) -> Sequence[ChatLine]:
        lines = self.lines.get(contact, [])
        if not after:
            return lines[-limit:]
        return [line for line in lines if int(line.cursor) > int(after)][:limit]

    async def seen(self, _contact: ContactId, tokens: Sequence[str], _at: datetime) -> None:
        self.shown += tokens

    async def goodbye(self, contact: ContactId) -> ChatLine | None:
        return self.lines[contact][-1] if contact in self.leaving else None

    async def line(self, contact: ContactId, token: str) -> ChatLine | None:
        return next((line for line in self.lines.get(contact, []) if line.token == token), None)

    async def own_files(self, contact: ContactId) -> Sequence[File]:
        return (
            File("kept.html", "text/html", f"<p>{contact}</p>".encode()),
            File("kept.json", "application/json", b"{}"),
        )

    def erase(self, address: str, message: Message) -> None:
        """Let a contact be erased, and another one say goodbye."""
        old = self.contacts.pop(address)
        heir = self.contacts[address] = ContactId(old + 1000)
        self.lines.pop(old)
        self.say(heir, message)
        self.leaving.add(heir)
        self.bells.ring(f"contact:{old}")

    async def find(self, address: str) -> MediaFile | None:
        return self.media.get(address)

    def _add(self, contact: ContactId, line: ChatLine) -> None:
        self.lines.setdefault(contact, []).append(line)
        self.bells.ring(f"contact:{contact}")

    def _cursor(self) -> str:
        return str(1 + sum(map(len, self.lines.values())))

    def app(self, new_token: Callable[[], str]) -> ASGIApp:
        """Return the web chat's application with this house behind it."""
        files = Files(FILES)
        web = WebChatRoutes(
            store=self,
            wake=self.bells,
            receive=self.receive,
            clock=lambda: self.at,
            tokens=new_token,
            streams=self.streams,
            pages=Pages(TEMPLATES, files),
            languages=lambda: LANGUAGES,
            words=self.words.__getitem__,
            media=self.find,
            own_files=self.own_files,
        )
        walls = Walls(now=lambda: 0.0, new_id=lambda: "n1", rates=RATES, frames=self.frames)
        return walled([files.route(), *web.routes()], walls)

    @asynccontextmanager
    async def open(self, port: int, new_token: Callable[[], str]) -> AsyncIterator[int]:
        """Serve it on a port (0: any free one) while the block runs; a house can be opened again."""
        self.streams = Streams()
        listener = bind("127.0.0.1", port)
        async with running(self.app(new_token), listener, self.streams.end):
            yield listener.getsockname()[1]


ARABIC = PAGE_WORDS | {
    "language": "اللغة",
    "person": "سؤال شخص",
    "help": "مساعدة",
    "always": "متاح دائماً",
    "talk": "المحادثة",
    "you": "أنتم",
    "adviser": "شخص من فريق الاستشارة",
    "choices": "أجوبة للاختيار",
    "more": "المزيد عن هذه الرسالة",
    "placeholder": "كتابة رسالة",
    "send": "إرسال",
    "writing": "يكتب الآن",
    "connected": "متصل",
    "waiting": "جارٍ البحث عن اتصال",
    "offline": "لا يوجد إنترنت. ستُرسل الرسائل لاحقاً.",
    "pending": "قيد الإرسال",
    "sent": "تم الإرسال",
    "refused": "لم تصل",
    "new": "رسائل جديدة: {count}",
}
