"""A desk without a database: the store's part that the desk uses, a clock that stands, bells that count."""

import asyncio
import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import httpx

from bot.config.values import Organisation
from bot.console.house import FILES, RATES, TEMPLATES, Desk, DeskSettings
from bot.console.routes import desk_routes
from bot.console.words import DESK_WORDS
from bot.desk.adviser import Adviser
from bot.desk.routing import Question, question
from bot.desk.ticket import Ticket, TicketEvent
from bot.flow.message import Own, content
from bot.flow.session import Passage
from bot.model import AdviserId, ContactId, Duration, Language, TicketId, Topic
from bot.ports import LOGIN_IDLE, AdviserChange, PastQuestion, Thread, ThreadLine
from bot.web.pages import Files, Pages
from bot.web.shell import Walls, walled
from bot.web.stream import Streams
from bot.work.answer import Office
from bot.work.people import LOGIN_LASTS, fingerprint
from bot.work.standing import Questions

NOON = datetime(2026, 11, 18, 11, 0, tzinfo=UTC)
"""A Wednesday, 12 o'clock in Düsseldorf."""

TOPICS = {
    "mitwirkung": Topic(
        "mitwirkung",
        "Mitwirkung",
        ("beratung",),
        Duration(2, "Werktage"),
        "Mo-Fr 9-17",
        "normal",
        (Duration(2, "Stunden"), Duration(1, "Werktage"), Duration(2, "Werktage")),
    ),
    "geld": Topic("geld", "Geld für Bildung", ("recht",), Duration(4, "Stunden"), "Mo-Fr 9-17", "urgent"),
}


def person(number: int, name: str = "", **what) -> Adviser:
    """An adviser of the team ``beratung`` who speaks Arabic and German."""
    known = {"role": "adviser", "teams": ("beratung",), "languages": (Language("ar"), Language("de"))} | what
    return Adviser(
        AdviserId(number), name or f"Person {number}", interface=known.pop("interface", Language("de")), **known
    )


MONA = person(1, "Mona")
BERND = person(2, "Bernd", teams=("recht",), languages=(Language("de"), Language("tr")))
EDA = person(3, "Eda", languages=(Language("tr"), Language("de")))
CARLA = person(9, "Carla", role="coordinator", teams=("beratung",), languages=(Language("de"),))
EVERYBODY = (MONA, BERND, EDA, CARLA)


def ticket(number: int = 7, **what) -> Ticket:
    """An open Arabic question about Mitwirkung, asked an hour ago."""
    asked = what.get("opened_at", NOON - timedelta(hours=1))
    known = {
        "contact": ContactId(4711),
        "state": "open",
        "version": 1,
        "topic": "mitwirkung",
        "urgency": "normal",
        "language": Language("ar"),
        "adviser": None,
        "opened_at": asked,
        "changed_at": asked,
        "promise_at": asked + timedelta(days=2),
    }
    return Ticket(TicketId(number), **(known | what))


def thread(of: Ticket, *lines: ThreadLine, events: tuple[TicketEvent, ...] = ()) -> Thread:
    """A ticket's thread: the parent's question, the way they came, and more lines."""
    first = ThreadLine("parent", "ما هي جمعية أولياء الأمور؟", of.opened_at, None)
    trail = (Passage(content("start", "menue", "choose"), Own("Elternabend")),)
    opened = TicketEvent("opened", of.opened_at)
    return Thread(of, (lines or (first,))[0].text, lines or (first,), trail, (opened, *events))


class Clock:
    """Stands still until it is moved."""

    def __init__(self, now: datetime = NOON) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def go(self, **delta) -> None:
        self.now += timedelta(**delta)


class Listening:
    """One who listens to bells."""

    def __init__(self, bells: "Bells", names: tuple[str, ...]) -> None:
        self._bells, self._names = bells, names
        self._heard: set[str] = set()
        self._rang = asyncio.Event()

    def hear(self, name: str) -> None:
        if name in self._names:
            self._heard.add(name)
            self._rang.set()

    async def wait(self, seconds: float) -> frozenset[str]:
        try:
            async with asyncio.timeout(seconds):
                await self._rang.wait()
        except TimeoutError:
            return frozenset()
        heard, self._heard = frozenset(self._heard), set()
        self._rang.clear()
        return heard

    def close(self) -> None:
        self._bells.listeners.discard(self)


@dataclass
class Bells:
    """Bells that remember what rang."""

    rang: list[str] = field(default_factory=list)
    listeners: set[Listening] = field(default_factory=set)

    def ring(self, *bells: str) -> None:
        self.rang.extend(bells)
        for listener in self.listeners:
            for bell in bells:
                listener.hear(bell)

    def listen(self, *bells: str) -> Listening:
        listener = Listening(self, bells)
        self.listeners.add(listener)
        return listener


@dataclass
class Login:
    person: AdviserId
    until: datetime
    used: datetime


class DeskStore:
    """The desk's part of the store, in memory. ``before_change`` runs in between reading and writing: a race."""

    def __init__(self, *people: Adviser) -> None:
        self.advisers = {adviser.id: adviser for adviser in people}
        self.threads: dict[TicketId, Thread] = {}
        self.past: dict[TicketId, PastQuestion] = {}
        self.changes: list[AdviserChange] = []
        self.invitations: dict[bytes, tuple[AdviserId, datetime]] = {}
        self.logins: dict[bytes, Login] = {}
        self.before_change = lambda: None

    def put(self, *threads: Thread) -> None:
        self.threads |= {each.ticket.id: each for each in threads}

    async def open_tickets(self) -> list[Thread]:
        return [replace(each, lines=(), trail=()) for each in self.threads.values() if each.ticket.state != "closed"]

    async def open_versions(self) -> dict[TicketId, int]:
        return {each.ticket.id: each.ticket.version for each in await self.open_tickets()}

    async def questions(self, tickets: Sequence[TicketId]) -> list[Question]:
        return [question(self.threads[each].ticket, self.threads[each].events) for each in tickets]

    async def first_lines(self, tickets: Sequence[TicketId]) -> dict[TicketId, str]:
        return {each: self.threads[each].first_line for each in tickets}

    async def thread(self, number: TicketId) -> Thread | None:
        return self.threads.get(number)

    async def past_question(self, number: TicketId) -> PastQuestion | None:
        return self.past.get(number)

    async def change(self, change: AdviserChange) -> bool:
        self.before_change()
        was = self.threads[change.ticket.id]
        if was.ticket.version != change.ticket.version - 1:
            return False
        lines = (*was.lines, change.line) if change.line else was.lines
        self.threads[change.ticket.id] = replace(
            was, ticket=change.ticket, lines=lines, events=was.events + change.events
        )
        self.changes.append(change)
        return True

    async def invite(self, adviser: Adviser, secret_hash: bytes, until: datetime, at: datetime) -> AdviserId:  # noqa: ARG002 - the port's signature
        number = adviser.id or AdviserId(max(self.advisers, default=0) + 1)
        self.advisers[number] = replace(adviser, id=number)
        self.invitations[secret_hash] = (number, until)
        return number

    async def invitation(self, secret_hash: bytes, now: datetime) -> Adviser | None:
        number, until = self.invitations.get(secret_hash, (0, now))
        adviser = self.advisers.get(number)
        return adviser if adviser and now < until and adviser.disabled_at is None else None

    async def accept(self, secret_hash: bytes, login_hash: bytes, now: datetime, until: datetime) -> Adviser | None:
        adviser = await self.invitation(secret_hash, now)
        if adviser:
            del self.invitations[secret_hash]
            self.logins[login_hash] = Login(adviser.id, until, now)
        return adviser

    async def login(self, login_hash: bytes, now: datetime) -> Adviser | None:
        adviser = await self.glance(login_hash, now)
        if adviser:
            self.logins[login_hash].used = now
        return adviser

    async def glance(self, login_hash: bytes, now: datetime) -> Adviser | None:
        login = self.logins.get(login_hash)
        if login is None or now >= login.until or now - login.used > LOGIN_IDLE:
            return None
        adviser = self.advisers[login.person]
        return None if adviser.disabled_at else adviser

    async def logout(self, login_hash: bytes) -> None:
        self.logins.pop(login_hash, None)

    async def people(self) -> list[Adviser]:
        return sorted(self.advisers.values(), key=lambda adviser: adviser.name)

    async def update_adviser(self, adviser: Adviser) -> None:
        self.advisers[adviser.id] = adviser


def tokens(start: int = 1):
    """Tokens that can be told apart: ``token1`` and so on, as long as real ones."""
    numbers = itertools.count(start)
    return lambda: f"token{next(numbers)}".ljust(26, "a")


@dataclass
class House:
    """A desk with its people and questions."""

    store: DeskStore = field(default_factory=lambda: DeskStore(*EVERYBODY))
    wake: Bells = field(default_factory=Bells)
    clock: Clock = field(default_factory=Clock)

    @property
    def office(self) -> Office:
        return Office(self.store, self.wake, self.clock, tokens(), lambda: TOPICS)


ASSETS = Files(FILES)
PAGES = Pages(TEMPLATES, ASSETS)
CLIENT = {"sec-fetch-site": "same-origin", "accept": "text/html"}


@dataclass
class Site:
    """The desk's pages within the house's walls, and a browser's way to them."""

    house: House
    app: object
    streams: Streams
    desk: Desk

    def login(self, who: Adviser, secret: str = "") -> str:
        """Log somebody in and return the cookie's value."""
        secret = secret or f"login-of-{who.id}"
        self.house.store.logins[fingerprint(secret)] = Login(
            who.id, self.house.clock() + LOGIN_LASTS, self.house.clock()
        )
        return secret

    def client(self, who: Adviser | None = None, base: str = "https://lotse.example", **headers) -> httpx.AsyncClient:
        """A browser, of somebody who is logged in or of nobody."""
        cookies = {"__Host-desk": self.login(who)} if who else {}
        return httpx.AsyncClient(
            transport=httpx.ASGITransport(self.app), base_url=base, cookies=cookies, headers=CLIENT | headers
        )


def site(house: House, **settings) -> Site:
    """The desk's pages over a house without a database."""
    streams = Streams()
    desk = Desk(
        store=house.store,
        questions=Questions(house.store),
        wake=house.wake,
        clock=house.clock,
        tokens=tokens(100),
        topics=lambda: TOPICS,
        languages=lambda: [Language(code) for code in ("de", "tr", "ar", "uk")],
        words=lambda language, key: settings.get("foreign", {}).get(language, {}).get(key) or DESK_WORDS[key],
        say=lambda passage: (f"Frage {passage.question.key}", getattr(passage.answer, "words", "Antwort")),
        pages=PAGES,
        streams=streams,
        settings=DeskSettings(
            tuple(map(Language, ("de", "ar", "tr", "uk"))), "", settings.get("organisation", Organisation(""))
        ),
    )
    walls = Walls(now=lambda: 0.0, new_id=lambda: "n1", rates=RATES)
    return Site(house, walled([*desk_routes(desk), ASSETS.route()], walls), streams, desk)
