"""The web chat with the real store behind it: what a page posts is kept, and what it may see is its own."""

import asyncio
import itertools
import json
import os
from datetime import UTC, datetime, timedelta
from functools import partial

import httpx
import pytest
from channels.webchat_house import TOKEN

from bot.channels.webchat.channel import ACCOUNT
from bot.channels.webchat.routes import WebChatRoutes
from bot.channels.webchat.talk import Talk
from bot.channels.webchat.words import PAGE_WORDS
from bot.flow.message import Line, Own, Reply
from bot.model import Language
from bot.ports import Done, Outgoing
from bot.privacy.seal import Master
from bot.services.wake import Bells
from bot.store.sqlite import SqliteStore
from bot.text.message import Message
from bot.web.pages import Files, Pages
from bot.web.shell import Walls, walled
from bot.web.stream import Streams
from bot.work.receive import Receive

TICKS = itertools.count()
NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
OTHER = TOKEN[::-1]


def now() -> datetime:
    """Return a moment later than every one before."""
    return NOON + timedelta(milliseconds=next(TICKS))


def words(_language: str) -> dict[str, str]:
    return dict(PAGE_WORDS)


async def no_media(_address: str) -> None:
    """Find no file: these talks have none."""


async def no_files(_contact: int) -> tuple[()]:
    """Make no files: these parents do not ask for theirs."""
    return ()


@pytest.fixture
async def store(tmp_path):
    """An empty store."""
    opened = await SqliteStore.open(
        tmp_path / "data.sqlite", Master(bytes(32), "the test's key", os.urandom), lambda: NOON
    )
    yield opened
    await opened.close()


@pytest.fixture
async def browser(store):
    """A client of the web chat; what it posts is received by the real verb."""
    bells = Bells()
    receive = Receive(store, bells)
    running = asyncio.create_task(receive.run())
    web = WebChatRoutes(
        store=store,
        wake=bells,
        receive=receive,
        clock=now,
        tokens=lambda: TOKEN,
        streams=Streams(),
        pages=Pages([], Files({})),
        languages=lambda: {"de": "ltr"},
        words=words,
        media=no_media,
        own_files=no_files,
    )
    transport = httpx.ASGITransport(walled(web.routes(), Walls(now=lambda: 0.0, new_id=lambda: "1")))
    headers = {"sec-fetch-site": "same-origin"}
    async with httpx.AsyncClient(transport=transport, base_url="https://lotse.example", headers=headers) as client:
        yield client
    running.cancel()


async def post(client: httpx.AsyncClient, data: dict, token: str = TOKEN) -> int:
    cookie = {"cookie": f"__Host-elternlotse={token}"}
    return (await client.post("/chat/messages", json=data, headers=cookie)).status_code


async def drawn(store: SqliteStore, token: str, cursor: str = "") -> list[dict]:
    """What a page with this token would draw."""
    contact = await store.contact_of(ACCOUNT, token)
    talk = Talk(store, contact, Bells().listen("contact:0"), cursor, words, partial(store.contact_of, ACCOUNT, token))
    events = await talk.more(0)
    return [json.loads(event.data) | {"cursor": event.id} for event in events if not event.kind]


async def answer(store: SqliteStore, text: str) -> None:
    """Let the house answer the one contact that waits."""
    (case,) = await store.take(10)
    message = Message(text, Language("de"), "ltr")
    said = Outgoing(f"m{text}", message, Reply((Line(Own(text)),)))
    assert await store.commit([Done(case, case.session, (said,))], now()) == []


async def test_both_sides(store, browser):
    """Posts and answers are one talk; a repetition is one line; from any cursor on nothing is missing or double (D02)."""
    data = {"id": "a", "kind": "text", "text": "Hallo"}
    assert [await post(browser, data) for _ in range(2)] == [202, 202]
    await answer(store, "Guten Tag")
    assert await post(browser, {"id": "b", "kind": "press", "token": "c.menu", "label": "Menü"}) == 202
    await answer(store, "Menü")
    lines = await drawn(store, TOKEN)
    assert [(line["side"], line["text"]) for line in lines] == [
        ("me", "Hallo"), ("bot", "Guten Tag"), ("me", "Menü"), ("bot", "Menü"),
    ]  # fmt: skip
    for place, line in enumerate(lines):
        assert await drawn(store, TOKEN, line["cursor"]) == lines[place + 1 :]


async def test_two_parents(store, browser):
    """Two parents whose pages chose the same names for their messages see their own talk alone (A12)."""
    for token, text in ((TOKEN, "eins"), (OTHER, "zwei")):
        assert await post(browser, {"id": "same", "kind": "text", "text": text}, token) == 202
    assert [[line["text"] for line in await drawn(store, token)] for token in (TOKEN, OTHER)] == [["eins"], ["zwei"]]


async def test_store_that_fails(store, browser, monkeypatch):
    """A store that cannot keep anything makes the page wait, not lose (D01)."""

    async def full(_batch):
        raise OSError("disk full")

    monkeypatch.setattr(store, "receive", full)
    assert await post(browser, {"id": "a", "kind": "text", "text": "Hallo"}) == 503


async def test_seen(store, browser):
    """What a page has shown is noted; strange names do no harm."""
    await post(browser, {"id": "a", "kind": "text", "text": "Hallo"})
    await answer(store, "Guten Tag")
    cookie = {"cookie": f"__Host-elternlotse={TOKEN}"}
    body = {"tokens": ["mGuten Tag", "m1", "x" * 64, 7]}
    assert (await browser.post("/chat/seen", json=body, headers=cookie)).status_code == 204
