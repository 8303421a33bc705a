"""The desk's stream: what it says, to whom, and when it stops saying anything."""

import asyncio
import json
from dataclasses import replace

import pytest
from fakes.desk import BERND, CARLA, MONA, NOON, House, Login, Site, site, thread, ticket

from bot.console.desk import live
from bot.console.desk.live import Changes
from bot.model import TicketId
from bot.ports import LOGIN_IDLE
from bot.web.stream import Over, ServerEvent
from bot.work import answer
from bot.work.people import LOGIN_LASTS, disable, fingerprint

SEVEN = TicketId(7)


@pytest.fixture
def house() -> House:
    """A desk with two questions, of which Bernd may see the second."""
    made = House()
    made.store.put(thread(ticket(7)), thread(ticket(8, topic="geld")))
    return made


@pytest.fixture
def place(house) -> Site:
    """Its pages."""
    return site(house)


def stream(place: Site, who) -> Changes:
    """Somebody's stream."""
    return Changes(
        place.house.office, place.desk.questions, fingerprint(place.login(who)), place.house.wake.listen("desk")
    )


def named(events) -> list[int]:
    """The questions that an event names."""
    assert [event.kind for event in events] == ["changed"]
    return json.loads(events[0].data)["tickets"]


async def test_a_stream_begins_with_all_that_is_seen(place):
    """The page may be older than the stream, so the first event names everything this person sees."""
    assert named(await stream(place, CARLA).more(1)) == [7, 8]


async def test_a_change_is_told_at_once(place):
    """As soon as a bell rings, the changed question is named, and only that one."""
    source = stream(place, CARLA)
    await source.more(1)
    told, _ = await asyncio.gather(source.more(60), answer.claim(place.house.office, CARLA, SEVEN))
    assert named(told) == [7]


async def test_nobody_hears_of_what_they_may_not_see(place):
    """A01, A11: the stream asks the same function as the pages, for each event."""
    source = stream(place, BERND)
    assert named(await source.more(1)) == [8]
    await answer.claim(place.house.office, MONA, SEVEN)
    assert await source.more(0.01) == []


async def test_a_question_that_is_gone_is_named_too(place):
    """Closing a question is a change for everybody who saw it."""
    source = stream(place, CARLA)
    await source.more(1)
    await answer.claim(place.house.office, CARLA, SEVEN)
    await source.more(1)
    await answer.close(place.house.office, CARLA, SEVEN, "geld", "solved", answer.ANY)
    assert named(await source.more(1)) == [7]


async def test_who_is_disabled_hears_nothing_more(place):
    """A11: letting somebody go ends their stream at once."""
    source = stream(place, MONA)
    await source.more(1)
    told, _ = await asyncio.gather(source.more(60), disable(place.house.office, CARLA, MONA.id))
    assert told == [ServerEvent("", kind="over")]
    with pytest.raises(Over):
        await source.more(60)


async def test_a_login_that_ends_quietly_ends_the_stream(place, monkeypatch):
    """A03, A11: an idle login is noticed within seconds although no bell rings, and the stream keeps none alive."""
    monkeypatch.setattr(live, "LOOK", 0.001)
    source = stream(place, MONA)
    await source.more(1)
    place.house.clock.now += LOGIN_IDLE
    assert await source.more(0.01) == []
    place.house.clock.go(seconds=1)
    assert await source.more(1) == [ServerEvent("", kind="over")]


async def test_a_closed_stream_stops_listening(place):
    """Who goes away leaves no listener behind."""
    source = stream(place, MONA)
    assert len(place.house.wake.listeners) == 1
    source.close()
    assert place.house.wake.listeners == set()


async def test_nobody_gets_a_stream_without_a_login(place):
    """A01: without a login there is no stream, not even an empty one."""
    async with place.client() as browser:
        assert (await browser.get("/desk/events")).status_code == 401


async def test_a_page_that_renews_itself_keeps_nobody_logged_in(place):
    """A03: only what a person does counts as a use."""
    async with place.client(MONA) as browser:
        login = place.house.store.logins[fingerprint(f"login-of-{MONA.id}")]
        place.house.clock.go(minutes=20)
        await browser.get("/desk/cards", headers={"x-live": "1"})
        assert login == Login(MONA.id, NOON + LOGIN_LASTS, NOON)
        await browser.get("/desk/cards")
        assert login.used == place.house.clock()


async def test_a_role_change_is_seen_by_the_next_event(place):
    """A01: whoever changes teams sees the new team's questions without logging in again."""
    source = stream(place, BERND)
    await source.more(1)
    place.house.store.advisers[BERND.id] = replace(BERND, teams=("beratung",))
    place.house.wake.ring("desk")
    assert named(await source.more(1)) == [7, 8]
