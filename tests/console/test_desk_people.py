"""The coordinators' page: inviting, new links, letting somebody go."""

import pytest
from bs4 import BeautifulSoup
from fakes.desk import CARLA, MONA, House, Site, site, thread, ticket

from bot.desk.adviser import Adviser
from bot.model import AdviserId, Language, TicketId
from bot.work.people import INVITATION_LASTS, fingerprint

NEW = {"name": "Olena", "role": "adviser", "teams": "beratung", "languages": ["uk", "de"]}


@pytest.fixture
def place() -> Site:
    """A desk with its people."""
    return site(House())


def plain(node) -> str:
    """A node's words as a person reads them."""
    return " ".join(node.get_text(" ").split()).translate({0x2068: None, 0x2069: None})


async def post(place: Site, path: str, **form):
    """A coordinator's form and the page it gave."""
    async with place.client(CARLA) as browser:
        answer = await browser.post(path, data=form)
    return answer, BeautifulSoup(answer.text, "html.parser")


async def test_everybody_stands_on_the_page(place):
    """Names, tasks, groups and languages of all people, also of those who are gone."""
    place.house.store.advisers[MONA.id] = Adviser(
        MONA.id, "Mona", "adviser", ("beratung",), (Language("ar"),), Language("de"), place.house.clock()
    )
    async with place.client(CARLA) as browser:
        page = BeautifulSoup((await browser.get("/desk/people")).text, "html.parser")
    assert [plain(entry) for entry in page.select(".people > li")][1:4:2] == [
        "Carla Koordination Gruppe beratung Deutsch Neuer Link",
        "Mona Beratung Gruppe beratung العربية Zugang beendet",
    ]


async def test_a_link_is_shown_once_and_works(place):
    """A07: inviting shows the whole address, keeps only its hash, and the link opens the door."""
    answer, page = await post(place, "/desk/people", **NEW)
    link = page.select_one("#link")["value"]
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    assert link.startswith("https://lotse.example/invitation/token")
    secret = link.rpartition("/")[2]
    number, until = place.house.store.invitations[fingerprint(secret)]
    assert until == place.house.clock() + INVITATION_LASTS
    assert place.house.store.advisers[number] == Adviser(
        AdviserId(10), "Olena", "adviser", ("beratung",), (Language("uk"), Language("de")), Language("de")
    )
    async with place.client(CARLA) as browser:
        assert secret not in (await browser.get("/desk/people")).text


@pytest.mark.parametrize("name", ["", "   ", "x" * 61, "\x00"])
async def test_a_person_has_a_name(place, name):
    """Without a name, or with one too long, the page says what to do and keeps nobody."""
    answer, page = await post(place, "/desk/people", **(NEW | {"name": name}))
    assert (answer.status_code, plain(page.select_one(".notice"))) == (
        400,
        "Bitte schreiben Sie einen Namen. Möglich sind 60 Zeichen.",
    )
    assert len(place.house.store.advisers) == 4


@pytest.mark.parametrize("wrong", [{"role": "operator"}, {"teams": "erfunden"}, {"languages": "xx"}, {"id": "9"}])
async def test_only_what_the_page_offers_can_be_chosen(place, wrong):
    """A08: roles, groups, languages and fields that the page does not have change nothing."""
    answer, _ = await post(place, "/desk/people", **(NEW | wrong))
    assert (answer.status_code, len(place.house.store.advisers)) == (400, 4)


async def test_a_lost_link_is_made_anew(place):
    """Somebody who lost their link gets another one, and stays who they are."""
    _, page = await post(place, "/desk/people/1/link")
    secret = page.select_one("#link")["value"].rpartition("/")[2]
    assert place.house.store.invitations[fingerprint(secret)][0] == MONA.id
    assert plain(page.select_one("label[for=link]")) == "Link für Mona"


async def test_letting_somebody_go_returns_their_questions(place):
    """The person's login ends and what they had is open again."""
    place.house.store.put(thread(ticket(7, state="claimed", adviser=MONA.id)))
    async with place.client(MONA) as browser:
        answer, _ = await post(place, "/desk/people/1/disable")
        assert answer.headers["location"] == "/desk/people?said=disabled"
        assert (await browser.get("/desk")).status_code == 401
    assert place.house.store.threads[TicketId(7)].ticket.state == "open"


async def test_a_coordinator_cannot_lock_the_house(place):
    """A10: nobody ends their own access, so one coordinator always remains."""
    answer, page = await post(place, "/desk/people/9/disable")
    assert (answer.status_code, plain(page.select_one(".notice"))[:14]) == (409, "Das geht nicht")
    assert place.house.store.advisers[CARLA.id].disabled_at is None


@pytest.mark.parametrize("path", ["/desk/people/77/link", "/desk/people/77/disable", "/desk/people/x/link"])
async def test_nobody_is_nobody(place, path):
    """An address that names nobody does not exist."""
    answer, _ = await post(place, path)
    assert answer.status_code == 404
