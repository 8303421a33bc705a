"""A question whose words are gone: who may hear why, what the page says, and that nothing else is there any more."""

from dataclasses import replace
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from fakes.desk import BERND, CARLA, MONA, NOON, TOPICS, House, site, thread, ticket

from bot.desk.may import can_see_past
from bot.model import Language, TicketId
from bot.ports import PastQuestion

SEVEN = TicketId(7)


def past(why: str, topic: str = "mitwirkung") -> PastQuestion:
    """Return what is left of question 7."""
    waited = timedelta(hours=2)
    return PastQuestion(SEVEN, topic, "", "normal", Language("ar"), NOON, waited, "withdrawn", "", why, NOON)


@pytest.fixture
def house() -> House:
    """A desk with one question that was erased at the parent's wish."""
    made = House()
    made.store.past[SEVEN] = past("wish")
    return made


async def status(house: House, who, number: int = 7) -> tuple[int, str]:
    """Return what a person gets for a question: the status, and the page's heading."""
    async with site(house).client(who) as browser:
        answer = await browser.get(f"/desk/tickets/{number}")
    heading = BeautifulSoup(answer.text, "html.parser").find("h1")
    return answer.status_code, heading.text if heading else ""


@pytest.mark.parametrize(("why", "says"), [("wish", "Auf Wunsch gelöscht"), ("time", "lange abgeschlossen")])
async def test_the_page_says_why_it_is_gone(house, why, says):
    """At the parent's wish, or because it was closed long ago."""
    house.store.past[SEVEN] = past(why)
    async with site(house).client(MONA) as browser:
        answer = await browser.get("/desk/tickets/7")
    assert answer.status_code == 200
    assert says in BeautifulSoup(answer.text, "html.parser").select_one("#gone").text


@pytest.mark.parametrize(("who", "code"), [(MONA, 200), (CARLA, 200), (BERND, 404)])
async def test_a01_only_the_topics_team_hears_of_it(house, who, code):
    """A01: the team and coordinators; for others it was never there, as a number that nobody had."""
    assert (await status(house, who))[0] == code
    assert await status(house, BERND, 7) == await status(house, BERND, 8)


async def test_a_topic_that_is_gone_is_the_coordinators(house):
    """Whose team it was is not known any more."""
    house.store.past[SEVEN] = past("time", "weg")
    assert [(await status(house, who))[0] for who in (MONA, CARLA)] == [404, 200]


async def test_who_was_answering_is_told_so(house):
    """X03: the answer crosses the erasing: the page says what happened, and keeps nothing that was typed."""
    async with site(house).client(MONA) as browser:
        form = {"text": "Meine Antwort", "version": "1", "seen": "1"}
        answer = await browser.post("/desk/tickets/7/answer", data=form)
    assert "Auf Wunsch gelöscht" in answer.text
    assert "Meine Antwort" not in answer.text
    assert house.store.changes == []


async def test_what_is_there_is_shown_as_always(house):
    """Only what is nowhere else is gone."""
    house.store.put(thread(ticket(7)))
    assert "gelöscht" not in (await status(house, MONA))[1]


def test_who_is_disabled_hears_nothing():
    """Neither of their team's nor as a coordinator."""
    topic = TOPICS["mitwirkung"]
    assert can_see_past(MONA, topic)
    assert not can_see_past(replace(MONA, disabled_at=NOON), topic)
    assert not can_see_past(replace(CARLA, disabled_at=NOON), topic)
