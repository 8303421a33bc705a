"""The desk's pages on the real store: what a person does is kept, once, and the talk hears of it."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from bs4 import BeautifulSoup
from fakes.desk import Clock, House, site
from store.store_kit import NOON, asked, case_of, close_sqlite, open_sqlite

from bot.channels.house import House as HouseChannel
from bot.flow.event import AdviserWrote, TicketClosed
from bot.model import Language
from bot.work import people

TEAMS = ["recht"]


@dataclass
class Real:
    """Two advisers logged in on a real store, with one German question in the queue."""

    house: House
    first: httpx.AsyncClient
    second: httpx.AsyncClient
    number: int

    @property
    def path(self) -> str:
        return f"/desk/tickets/{self.number}"


@pytest.fixture
async def real(tmp_path: Path) -> AsyncIterator[Real]:
    """The real thing."""
    store = await open_sqlite(tmp_path)
    house = House(store=store, clock=Clock(NOON))
    place = site(house)
    ticket = (await asked(store, "Was kostet die Klassenfahrt?")).ticket
    browsers = [place.client(), place.client()]
    for name, browser in zip(("Mona", "Rana"), browsers, strict=True):
        link = await people.invite(store, name, "adviser", TEAMS, [Language("de")], NOON, name.ljust(26, "a"))
        assert (await browser.post(link)).status_code == 303
    yield Real(house, *browsers, ticket.id)
    for browser in browsers:
        await browser.aclose()
    await close_sqlite(store)


async def words(browser: httpx.AsyncClient, path: str, selector: str) -> list[str]:
    """What stands in these places of a page."""
    page = BeautifulSoup((await browser.get(path)).text, "html.parser")
    return [
        " ".join(node.get_text(" ").split()).translate({0x2068: None, 0x2069: None}) for node in page.select(selector)
    ]


async def test_a_question_goes_its_way_on_the_real_store(real):
    """Queue, claim, answer, note, close: each step stands in the pages, and the talk hears the two that concern it."""
    assert await words(real.first, "/desk", ".first") == ["Was kostet die Klassenfahrt?"]
    version = {"version": "2", "seen": "1"}
    assert (await real.first.post(f"{real.path}/claim")).status_code == 303
    assert (await real.first.post(f"{real.path}/answer", data={"text": "Etwa 80 €.", **version})).status_code == 303
    assert (await real.first.post(f"{real.path}/note", data={"text": "Fonds prüfen"})).status_code == 303
    assert await words(real.first, real.path, "#thread bdi") == [
        "Was kostet die Klassenfahrt?",
        "Etwa 80 €.",
        "Fonds prüfen",
    ]
    form = {"topic": "geld", "outcome": "solved", "version": "4", "seen": "3"}
    assert (await real.first.post(f"{real.path}/closure", data=form)).status_code == 303
    assert await words(real.second, "/desk?view=all", ".first") == []
    unread = [each for each in (await case_of(real.house.store)).unread if each.account == "house"]
    heard = [event for each in unread for event in HouseChannel().parse(each.fragment)]
    assert heard == [AdviserWrote("Etwa 80 €."), TicketClosed()]


async def test_twenty_presses_at_once_have_one_winner(real):
    """A09: of many claims by two people at once exactly one is written, and every loser reads the winner's name."""
    browsers = [real.first, real.second] * 10
    answers = await asyncio.gather(*(browser.post(f"{real.path}/claim") for browser in browsers))
    history = await words(real.first, real.path, ".history li")
    assert len([entry for entry in history if entry.startswith("Genommen")]) == 1
    winner = (await real.house.store.open_tickets())[0].ticket.adviser
    name = {person.id: person.name for person in await real.house.store.people()}[winner]
    lost = [answer for answer in answers if answer.status_code == 409]
    assert len(lost) == 10
    notices = {BeautifulSoup(answer.text, "html.parser").select_one(".notice").text for answer in lost}
    assert {notice.translate({0x2068: None, 0x2069: None}) for notice in notices} == {
        f"{name} war schneller und hat diese Frage."
    }


async def test_sending_twice_at_once_sends_once(real):
    """A09: two presses of the same button, at the same moment, put one answer into the talk."""
    form = {"text": "Guten Tag!", "version": "1", "seen": "1"}
    answers = await asyncio.gather(*(real.first.post(f"{real.path}/answer", data=form) for _ in range(5)))
    assert {answer.status_code for answer in answers} == {303}
    assert (await words(real.first, real.path, "#thread bdi"))[1:] == ["Guten Tag!"]


async def test_a_login_ends_on_the_real_store(real):
    """A03: over its time, or logged out, the secret opens nothing."""
    real.house.clock.now += people.LOGIN_LASTS
    assert (await real.first.get("/desk")).status_code == 401
    real.house.clock.now = NOON
    await real.second.post("/desk/logout")
    assert (await real.second.get("/desk")).status_code == 401
