"""What happened long ago: an update that was valid once and is brought again after its id was forgotten."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest
from channels.telegram_kit import CHAT, settings
from channels.telegram_kit import Telegram as Payloads
from fakes.bot_api import BotApi
from fakes.talking import talking
from starlette.applications import Starlette
from structlog.testing import capture_logs

from bot.channels.telegram import OLDEST, TELEGRAM, Telegram
from bot.channels.telegram_split import split
from bot.channels.telegram_webhook import HEADER, PATH, webhook_routes
from bot.ports import Clock
from bot.web.server import bind, running

SENT = datetime.fromtimestamp(1_790_000_000, UTC)
"""When the kit's updates happened."""
YEARS_LATER = SENT + timedelta(days=3 * 365)
DATED = frozenset(Payloads().kinds) - {"button", "list"}
SECRET = "Qk3_xpq2-mvbn7aw5ty"


def channel(now: datetime) -> Telegram:
    return Telegram(settings(BotApi()), lambda: now)


def addresses(raw: bytes, now: datetime) -> list[str | None]:
    return [fragment.address for fragment in channel(now).split(raw)]


@pytest.mark.parametrize("kind", sorted(DATED))
def test_p07_what_happened_years_ago_concerns_no_talk(kind):
    """P07: every kind of update that says when it happened is set aside after years, with its id and its bytes."""
    raw = Payloads().payload(kind, 7, "Hallo")
    [fragment] = channel(YEARS_LATER).split(raw)

    assert (fragment.external_id, fragment.address, fragment.body) == ("7", None, raw)
    assert addresses(raw, SENT) == [str(CHAT)]


def test_p07_setting_aside_is_told_with_what_may_be_wrong():
    """P07: a clock a month ahead makes everything look old, and that nobody is answered must not stay unseen."""
    raw = Payloads().payload("text", 7, "Hallo")
    with capture_logs() as logs:
        addresses(raw, SENT)
        assert [] == logs
        addresses(raw, YEARS_LATER)
    assert [(log["event"], log["count"]) for log in logs] == [("telegram_updates_old", 1)]
    assert "clock" in logs[0]["help"]


@pytest.mark.parametrize(
    ("later", "address"),
    [
        (timedelta(days=-400), str(CHAT)),
        (timedelta(0), str(CHAT)),
        (timedelta(days=5), str(CHAT)),
        (OLDEST, str(CHAT)),
        (OLDEST + timedelta(seconds=1), None),
    ],
    ids=["a clock that is late", "at once", "after an outage of days", "at the edge", "older"],
)
def test_p07_what_waited_through_an_outage_is_taken(later, address):
    """P07: up to thirty days late, and with a clock that is behind, a message is a message."""
    assert addresses(Payloads().payload("text", 7, "Hallo"), SENT + later) == [address]


@pytest.mark.parametrize(
    "fields",
    [
        {"edited_message": {"chat": {"id": 42}, "date": 5, "edit_date": 999, "text": "neu"}},
        {"message": {"chat": {"id": 42}, "date": 999, "reply_to_message": {"chat": {"id": 42}, "date": 5}}},
        {"message": {"chat": {"id": 42}, "text": "ohne Zeit"}},
        {"message": {"chat": {"id": 42}, "date": "5"}},
        {"message": {"chat": {"id": 42}, "date": -5}},
        {"callback_query": {"from": {"id": 42}, "message": {"chat": {"id": 42}, "date": 5}, "data": "c.menu"}},
        {"a_kind_of_next_year": {"chat": {"id": 42}}},
    ],
    ids=["edited now", "answers something old", "no date", "text for a date", "negative", "old button", "new kind"],
)
def test_p07_only_what_is_surely_old_is_set_aside(fields):
    """P07: the newest date counts, an old button may be pressed today, and what names no date is taken."""
    assert [each.address for each in split(json.dumps({"update_id": 1} | fields).encode(), 500)] == ["42"]


@pytest.mark.parametrize("words", ['"date":999999999', '\\"date\\": 999999999', '{"edit_date":999999999}'])
def test_p07_words_are_no_date(words):
    """P07: whatever a parent types, it makes nothing old look new."""
    update = {"update_id": 1, "message": {"chat": {"id": 42}, "date": 5, "text": words}}

    assert [each.address for each in split(json.dumps(update).encode(), 500)] == [None]


async def brought(house, now: datetime, raw: bytes) -> int:
    """Bring an update by a webhook with a valid secret, at some time."""
    clock: Clock = lambda: now  # noqa: E731 - a clock is a function
    app = Starlette(routes=webhook_routes(channel(now), SECRET, house.store.receive, clock))
    listener = bind("127.0.0.1", 0)
    async with running(app, listener, lambda: None), aiohttp.ClientSession() as session:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}{PATH}"
        async with session.post(url, data=raw, headers={HEADER: SECRET}) as answer:
            return answer.status


async def test_p07_an_old_valid_webhook_has_no_effect_though_its_id_is_forgotten(tmp_path: Path) -> None:
    """P07: in a house that knows nothing of it, it makes no contact and no message; the platform hears 200."""
    raw = Payloads().payload("text", 7, "Hallo")
    async with talking(tmp_path, {TELEGRAM: channel(SENT)}) as house:
        statuses = [await brought(house, YEARS_LATER, raw) for _ in range(2)]

        assert statuses == [200, 200]
        assert await house.converse.step() == 0
        assert await house.store.contact_of(TELEGRAM, str(CHAT)) is None
        assert (await house.store.figures())["aside"] == 1


async def test_p07_after_days_of_outage_the_message_is_answered(tmp_path: Path) -> None:
    """P07: what the platform brings five days late has its effect."""
    raw = Payloads().payload("text", 7, "Hallo")
    async with talking(tmp_path, {TELEGRAM: channel(SENT)}) as house:
        assert await brought(house, SENT + timedelta(days=5), raw) == 200
        assert await house.converse.step() == 1
        assert (await house.store.figures())["outbox"] == 1


async def test_p07_polling_sets_old_updates_aside_and_goes_on():
    """P07: of an old and a new update in one answer the new one is heard, and both are confirmed."""
    old = Payloads().payload("text", 7, "alt").replace(b"1790000000", b"1600000000")
    async with BotApi(first_update=8) as api, Telegram(settings(api), lambda: datetime.now(UTC)) as bot:
        api.push_raw(7, old)
        api.say(CHAT, "neu")
        fragments = []
        async for payload in bot.poll():
            fragments += bot.split(payload)
            if len(fragments) > 2:
                break
            api.say(CHAT, "und weiter")

        assert [(each.external_id, each.address) for each in fragments] == [
            ("7", None),
            ("8", str(CHAT)),
            ("9", str(CHAT)),
        ]
        assert api.unconfirmed == [9]
