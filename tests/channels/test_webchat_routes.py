"""The web chat's addresses: durable before acknowledged, one parent never reads another's, nothing lost on the way back."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
from bs4 import BeautifulSoup
from channels.webchat_house import TOKEN, House
from structlog.testing import capture_logs

from bot.channels.webchat.words import PAGE_WORDS
from bot.flow.event import Said, Started
from bot.model import Language
from bot.text.message import Button, Message

COOKIE = {"cookie": f"__Host-elternlotse={TOKEN}"}
OTHER = {"cookie": f"__Host-elternlotse={TOKEN[::-1]}"}
PAGE = {"sec-fetch-site": "same-origin"}
BOT = Message(
    "Hallo *Sie*", Language("de"), "ltr", (Button("c.menu", "Menü"),), (Button("m.1.g", "Deutsch"),), bold=((6, 11),)
)


@asynccontextmanager
async def browser(house: House) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the house's web chat, without a network."""
    transport = httpx.ASGITransport(house.app(lambda: TOKEN))
    async with httpx.AsyncClient(transport=transport, base_url="https://lotse.example", headers=PAGE) as client:
        yield client


def post(client: httpx.AsyncClient, data: dict, cookie: dict = COOKIE):
    return client.post("/chat/messages", json=data, headers=cookie)


class Stream:
    """A page's stream, event by event."""

    def __init__(self, response: httpx.Response) -> None:
        self._lines = response.aiter_lines()

    async def next(self) -> dict[str, str]:
        """Return the next event's fields."""
        fields: dict[str, str] = {}
        async with asyncio.timeout(5):
            async for line in self._lines:
                if not line and "data" in fields:
                    return fields
                name, _, value = line.partition(": ")
                if name:
                    fields[name] = value
        return {}

    async def until(self, kind: str) -> list[dict[str, str]]:
        """Return all events up to the first of a kind, without it."""
        events = []
        while (event := await self.next()).get("event", "") != kind:
            assert event, f"the stream ended before {kind}"
            events.append(event)
        return events


@asynccontextmanager
async def stream(port: int, headers: dict = COOKIE, after: str = "") -> AsyncIterator[Stream]:
    async with (
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=5) as client,
        client.stream("GET", "/chat/events", params={"after": after}, headers=headers) as response,
    ):
        yield Stream(response)


async def test_page_gives_a_cookie():
    """The first visit gives the parent a token in a cookie that only we can read, and in nothing else (A12)."""
    async with browser(House()) as client:
        answer = await client.get("/chat")
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith(f"__Host-elternlotse={TOKEN}; ")
    for part in ("HttpOnly", "Secure", "SameSite=lax", "Path=/", "Max-Age=7776000"):
        assert part in cookie
    assert TOKEN not in answer.text
    assert TOKEN not in str(answer.url)


async def test_cookie_in_a_frame():
    """Inside another site's page the cookie belongs to that frame alone; without https it stays a plain one (A12)."""
    frame = {"sec-fetch-dest": "iframe"}
    async with browser(House()) as client:
        framed = await client.get("/chat", headers=frame)
        plain = await client.get("http://192.168.1.7/chat", headers=frame)
    assert framed.headers["set-cookie"].endswith("SameSite=none; Secure; Partitioned")
    assert plain.headers["set-cookie"].endswith("SameSite=lax")


async def test_page_keeps_a_cookie():
    """A later visit has the same token; one that cannot be ours is replaced (A12)."""
    async with browser(House()) as client:
        same = await client.get("/chat", headers=OTHER)
        replaced = await client.get("/chat", headers={"cookie": "__Host-elternlotse=short"})
    assert same.headers["set-cookie"].startswith(f"__Host-elternlotse={TOKEN[::-1]};")
    assert replaced.headers["set-cookie"].startswith(f"__Host-elternlotse={TOKEN};")


@pytest.mark.parametrize(
    ("accepted", "lang", "direction"),
    [
        ("ar-SY,ar;q=0.9,en;q=0.8", "ar", "rtl"),
        ("en-GB,de;q=0.5", "de", "ltr"),
        ("xx", "de", "ltr"),
        ("", "de", "ltr"),
        ("*;q=<script>", "de", "ltr"),
    ],
)
async def test_page_speaks_the_browsers_language(accepted, lang, direction):
    """A new parent sees the page in their browser's language where we have it, else in the house's first."""
    async with browser(House()) as client:
        answer = await client.get("/chat", headers={"accept-language": accepted})
    assert f'<html lang="{lang}" dir="{direction}">' in answer.text
    assert 'data-known="no"' in answer.text


async def test_page_speaks_the_talks_language():
    """A parent who comes back sees the page in the language of their talk."""
    house = House()
    async with browser(house) as client:
        await post(client, {"id": "1", "kind": "start"})
        house.say(house.contacts[TOKEN], Message("مرحبا", Language("ar"), "rtl"))
        answer = await client.get("/chat", headers=COOKIE | {"accept-language": "de"})
    assert '<html lang="ar" dir="rtl">' in answer.text
    assert 'data-known="yes"' in answer.text


async def test_without_javascript():
    """Without JavaScript the page says in its own language what it needs."""
    async with browser(House()) as client:
        page = BeautifulSoup((await client.get("/chat")).text, "html.parser")
    assert page.select_one("main noscript").get_text(strip=True) == PAGE_WORDS["no_script"]


async def test_words_are_text():
    """A page's word is never markup, not even from a catalog (I02)."""
    house = House()
    house.words = {"de": PAGE_WORDS | {"send": '"><script>alert(1)</script></script><!--'}}
    async with browser(house) as client:
        page = (await client.get("/chat")).text
    assert "<script>alert" not in page
    assert page.count("<script") == 2


async def test_posted_is_stored():
    """202 says that it is stored; the same again is stored once (D02)."""
    house = House()
    async with browser(house) as client:
        answers = [await post(client, {"id": "a", "kind": "text", "text": "Hallo"}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [202, 202]
    assert house.events == [Said("Hallo")]


async def test_equal_ids_of_two_parents():
    """A page's name for a message is its own: another parent's same name is another message (A12)."""
    house = House()
    async with browser(house) as client:
        await post(client, {"id": "a", "kind": "text", "text": "eins"})
        await post(client, {"id": "a", "kind": "text", "text": "zwei"}, OTHER)
    assert house.events == [Said("eins"), Said("zwei")]


async def test_not_stored_is_not_acknowledged():
    """What could not be stored is answered 503, so that the page keeps it; no word of it is logged (D01, A13)."""
    house = House()
    house.broken = True
    with capture_logs() as logs:
        async with browser(house) as client:
            answer = await post(client, {"id": "a", "kind": "text", "text": "Hallo"})
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
    assert [line["event"] for line in logs] == ["webchat_not_stored"]
    for told in (answer.text, str(logs)):
        assert "Yusuf" not in told


async def test_storing_stopped():
    """A storing that ends because the house stops is answered 503 too, not with an error (O06)."""
    house = House()

    async def stopped(_batch):
        future = asyncio.get_running_loop().create_future()
        future.cancel()
        await future

    house.receive = stopped
    async with browser(house) as client:
        answer = await post(client, {"id": "a", "kind": "text", "text": "Hallo"})
    assert answer.status_code == 503


@pytest.mark.parametrize(
    ("content", "headers", "status"),
    [
        (b'{"id":"a","kind":"text","text":"x"}', {}, 401),
        (b'{"id":"a","kind":"text","text":"x"}', {"cookie": f"elternlotse={TOKEN}"}, 401),
        (b'{"id":"a","kind":"text","text":"x"}', COOKIE | {"sec-fetch-site": "cross-site"}, 403),
        (b"", COOKIE, 400),
        (b"nonsense", COOKIE, 400),
        (b"[1]", COOKIE, 400),
        (b'{"kind":"text","text":"x"}', COOKIE, 400),
        (b'{"id":"a b","kind":"text"}', COOKIE, 400),
        (b'{"id":"a","kind":"nonsense"}', COOKIE, 202),
        (b'{"id":"a","address":"' + TOKEN[::-1].encode() + b'","kind":"start"}', COOKIE, 202),
    ],
)
async def test_what_is_taken(content, headers, status):
    """Without our cookie, from elsewhere, or without a name a post is refused; what is odd but named is kept (A04, P04)."""
    house = House()
    async with browser(house) as client:
        answer = await client.post("/chat/messages", content=content, headers=headers)
    assert answer.status_code == status
    assert set(house.contacts) == ({TOKEN} if status == 202 else set())


async def test_a_million():
    """A text of 1 MB is taken, and cut (I01)."""
    house = House()
    async with browser(house) as client:
        answer = await post(client, {"id": "a", "kind": "text", "text": "x" * 1_000_000})
    assert answer.status_code == 202
    assert house.events == [Said("x" * 4096)]


async def test_stream_brings_the_talk():
    """A page gets both sides' lines in order, each as it has to be drawn, then hears that it has all."""
    house = House()
    async with house.open(0, lambda: TOKEN) as port, browser(house) as client:
        await post(client, {"id": "s", "kind": "start", "hint": "de"})
        await post(client, {"id": "a", "kind": "text", "text": "Hallo"})
        house.say(house.contacts[TOKEN], BOT)
        async with stream(port) as page:
            events = await page.until("ready")
    assert [event.get("event", "") for event in events] == ["", "page", ""]
    assert json.loads(events[0]["data"]) == {
        "side": "me", "kind": "text", "text": "Hallo", "token": "a", "at": 1795512600000,
    }  # fmt: skip
    own = json.loads(events[1]["data"])
    assert (own["lang"], own["dir"], set(own["words"])) == ("de", "ltr", set(PAGE_WORDS))
    assert json.loads(events[2]["data"]) == {
        "side": "bot", "text": "Hallo *Sie*", "lang": "de", "dir": "ltr", "bold": [[6, 11]],
        "buttons": [["c.menu", "Menü"]], "extras": [["m.1.g", "Deutsch"]], "token": "m3", "at": 1795512600000,
    }  # fmt: skip


async def test_stream_goes_on():
    """A line that comes while the page is open arrives; a page that comes back gets what it missed, once (D02)."""
    house = House()
    async with house.open(0, lambda: TOKEN) as port, browser(house) as client:
        await post(client, {"id": "s", "kind": "start"})
        async with stream(port) as page:
            await page.until("ready")
            house.say(house.contacts[TOKEN], BOT)
            await page.until("")
        house.say(house.contacts[TOKEN], BOT)
        async with stream(port, COOKIE | {"last-event-id": "2"}, after="1") as page:
            by_header = await page.until("ready")
        async with stream(port, after="3") as page:
            by_address = await page.until("ready")
    assert [event.get("id") for event in by_header] == [None, "3"]
    assert by_address == []


async def test_stream_in_pieces():
    """However much a page has missed, it gets all of it, in order."""
    house = House()
    async with house.open(0, lambda: TOKEN) as port, browser(house) as client:
        await post(client, {"id": "s", "kind": "start"})
        for _ in range(450):
            house.say(house.contacts[TOKEN], BOT)
        async with stream(port, after="1") as page:
            ids = [event["id"] for event in await page.until("ready") if "id" in event]
    assert ids == [str(n) for n in range(2, 452)]


@pytest.mark.parametrize("after", ["x' OR 1=1", "9" * 100, "../..", "\u0660"])
async def test_bad_cursor(after):
    """A cursor that cannot be ours is none: the page gets its talk from the start."""
    house = House()
    async with house.open(0, lambda: TOKEN) as port, browser(house) as client:
        await post(client, {"id": "s", "kind": "start"})
        house.say(house.contacts[TOKEN], BOT)
        async with stream(port, after=after) as page:
            assert len(await page.until("ready")) == 2


@pytest.mark.parametrize(("headers", "kind"), [({}, "cookie"), (OTHER, "unknown")])
async def test_stream_without_a_talk(headers, kind):
    """A page without its cookie is told so; one with another token learns nothing of this parent's talk (A12)."""
    house = House()
    async with house.open(0, lambda: TOKEN) as port, browser(house) as client:
        await post(client, {"id": "s", "kind": "text", "text": "geheim"})
        async with stream(port, headers) as page:
            assert await page.next() == {"retry": "500", "event": kind, "data": ""}
            assert await page.next() == {}


async def test_no_ear_is_left():
    """A page that has gone listens no more."""
    house = House()
    async with house.open(0, lambda: TOKEN) as port, browser(house) as client:
        await post(client, {"id": "s", "kind": "start"})
        async with stream(port) as page:
            await page.until("ready")
            assert len(house.bells.ears) == 1
    assert house.bells.ears == set()


async def test_seen():
    """What a page has shown is noted for its own parent; nonsense and strangers are not."""
    house = House()
    async with browser(house) as client:
        await post(client, {"id": "s", "kind": "start"})
        bodies = [{"tokens": ["m1", "m2", 7, "a b"]}, {"tokens": "m3"}, {}, {"tokens": []}]
        answers = [await client.post("/chat/seen", json=body, headers=COOKIE) for body in bodies]
        stranger = await client.post("/chat/seen", json={"tokens": ["m4"]}, headers=OTHER)
        nobody = await client.post("/chat/seen", json={"tokens": ["m5"]})
    assert {answer.status_code for answer in (*answers, stranger, nobody)} == {204}
    assert house.shown == ["m1", "m2"]


async def test_deep_link():
    """A page opened by a poster's link begins where the poster says."""
    house = House()
    async with browser(house) as client:
        await post(client, {"id": "s", "kind": "start", "flow": "elternabend", "language": "ar", "hint": "tr"})
    assert house.events == [Started("elternabend", Language("ar"), "tr")]


async def test_rate():
    """One network address cannot pour without end (I03)."""
    house = House()
    async with browser(house) as client:
        for n in range(240):
            await post(client, {"id": str(n), "kind": "text", "text": "x"})
        refused = await post(client, {"id": "last", "kind": "text", "text": "x"})
    assert (refused.status_code, len(house.events)) == (429, 240)
