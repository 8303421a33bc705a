"""The queue as a page: what stands on it, for whom, in which order and in which words."""

from dataclasses import replace
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from fakes.desk import BERND, CARLA, EDA, MONA, NOON, House, site, thread, ticket

from bot.console.desk.cards import MOST
from bot.desk.ticket import TicketEvent
from bot.model import ContactId, Language
from bot.ports import ThreadLine


@pytest.fixture
def house() -> House:
    """A desk with questions in all states."""
    made = House()
    made.store.put(
        thread(ticket(7)),
        thread(ticket(8, topic="geld", urgency="urgent", language=Language("tr"), contact=ContactId(12))),
        thread(ticket(9, state="claimed", adviser=MONA.id, contact=ContactId(13))),
        thread(ticket(10, state="claimed", adviser=EDA.id)),
        thread(ticket(11, state="waiting", adviser=MONA.id)),
        thread(ticket(12, state="closed")),
    )
    return made


async def soup(house: House, who, path: str = "/desk") -> BeautifulSoup:
    """A page of the desk, as somebody sees it."""
    async with site(house).client(who) as browser:
        answer = await browser.get(path)
    assert answer.status_code == 200
    return BeautifulSoup(answer.text, "html.parser")


def ids(page: BeautifulSoup) -> list[int]:
    """The questions on a page, in order."""
    return [int(card["data-id"]) for card in page.select(".card")]


def plain(node) -> str:
    """A node's words as a person reads them."""
    return " ".join(node.get_text(" ").split()).translate({0x2068: None, 0x2069: None})


@pytest.mark.parametrize(
    ("who", "view", "shown"),
    [
        (MONA, "me", [9, 7, 11]),
        (MONA, "mine", [9, 11]),
        (MONA, "all", [9, 7, 10, 11]),
        (EDA, "me", [10]),
        (EDA, "all", [10, 7, 9, 11]),
        (BERND, "me", [8]),
        (BERND, "all", [8]),
        (CARLA, "me", [8, 7]),
        (CARLA, "all", [8, 7, 9, 10, 11]),
    ],
)
async def test_each_view_shows_what_it_says(house, who, view, shown):
    """A01: for me, mine and all show this person's questions, in the order of routing, and nobody else's."""
    assert ids(await soup(house, who, f"/desk?view={view}")) == shown


async def test_the_first_view_is_for_me_and_tells_of_the_rest(house):
    """Without a choice the page shows what is for this person, and says how many more there are."""
    page = await soup(house, MONA)
    assert ids(page) == [9, 7, 11]
    assert plain(page.select_one(".elsewhere")) == "Unter „Alle“ stehen noch mehr Fragen: 1"
    assert [plain(link) for link in page.select(".views a")] == ["Für mich 3", "Meine 2", "Alle 4"]


@pytest.mark.parametrize(("path", "shown"), [("language=tr", [8]), ("language=xx", [8, 7, 9, 10, 11])])
async def test_the_list_can_be_narrowed_to_a_language(house, path, shown):
    """One language can be chosen; one that nobody asks in changes nothing."""
    assert ids(await soup(house, CARLA, f"/desk?view=all&{path}")) == shown


async def test_an_unknown_view_is_the_first_one(house):
    """Whatever stands in the address, a list comes."""
    assert ids(await soup(house, MONA, "/desk?view=<script>")) == [9, 7, 11]


async def test_a_card_says_what_a_volunteer_needs(house):
    """Language by its own name, topic, the first words, waiting time, promise, a masked name and one button."""
    card = (await soup(house, MONA)).select_one('.card[data-id="7"]')
    assert plain(card) == (
        "العربية Mitwirkung ما هي جمعية أولياء الأمور؟ wartet 1 Std. Elternteil 4711 Antwort bis Fr, 20.11., 11:00 Uhr"
        " Nehmen"
    )
    assert (card.select_one(".language-name")["lang"], card.select_one(".first")["dir"]) == ("ar", "auto")
    assert card.progress["value"] == "94"
    assert card.form["action"] == "/desk/tickets/7/claim"


async def test_a_card_is_short(house):
    """Only the first 80 characters of a message stand on a card, however long it is."""
    house.store.put(thread(ticket(7), ThreadLine("parent", "سؤال " * 5000, NOON, None)))
    first = (await soup(house, MONA)).select_one('.card[data-id="7"] .first').text
    assert first == ("سؤال " * 16).strip() + " …"


@pytest.mark.parametrize(
    ("what", "words"),
    [
        ({"urgency": "urgent"}, "Dringend"),
        ({"promise_at": NOON - timedelta(minutes=10)}, "Überfällig"),
        ({"language": Language("uk")}, "Sonst kann niemand diese Frage nehmen"),
    ],
)
async def test_what_is_wrong_is_said_in_words(house, what, words):
    """Urgency, a broken promise and a question that nobody may take stand on the card, not only as a colour."""
    house.store.put(thread(ticket(7, **what)))
    card = (await soup(house, CARLA, "/desk?view=all")).select_one('.card[data-id="7"]')
    assert words in [plain(mark) for mark in card.select(".mark")]


async def test_a_question_with_a_colleague_names_them(house):
    """Whoever looks at all questions sees who has which."""
    card = (await soup(house, MONA, "/desk?view=all")).select_one('.card[data-id="10"]')
    assert "bei Eda" in plain(card)


async def test_a_handed_over_question_stands_above_the_open_ones(house):
    """What a colleague handed to me has its own heading and counts as mine."""
    handed = (TicketEvent("transferred", NOON, MONA.id), TicketEvent("offered", NOON, EDA.id))
    house.store.put(thread(ticket(7), events=handed))
    page = await soup(house, EDA, "/desk?view=mine")
    assert [plain(heading) for heading in page.select("h2")] == ["Bei mir", "An mich weitergegeben"]


@pytest.mark.parametrize(
    ("view", "words"),
    [
        ("me", "Gerade wartet hier niemand auf Sie. Neue Fragen erscheinen von selbst."),
        ("mine", "Sie haben gerade keine Frage."),
        ("all", "Es gibt gerade keine offenen Fragen."),
    ],
)
async def test_an_empty_desk_is_friendly(view, words):
    """Where nothing waits, a sentence says so."""
    assert plain((await soup(House(), MONA, f"/desk?view={view}")).select_one(".empty")) == words


async def test_the_piece_for_renewal_is_the_same_list(house):
    """What a page fetches to renew itself is what it would show on loading."""
    whole, piece = await soup(house, MONA, "/desk?view=all"), await soup(house, MONA, "/desk/cards?view=all")
    assert str(piece).strip() == whole.select_one("#board").decode_contents().strip()


async def test_a_page_speaks_the_advisers_language(house):
    """Language and direction of the page are the adviser's choice; the words come from that language's catalog."""
    house.store.advisers[MONA.id] = replace(MONA, interface=Language("ar"))
    place = site(house, foreign={"ar": {"desk.queue.title": "الأسئلة", "desk.waits.for": "ينتظر {time}"}})
    async with place.client(MONA) as browser:
        page = BeautifulSoup((await browser.get("/desk")).text, "html.parser")
    assert (page.html["lang"], page.html["dir"], plain(page.h1)) == ("ar", "rtl", "الأسئلة")
    assert "ينتظر \u20681 Std.\u2069" in page.select_one('.card[data-id="7"]').text


async def test_a_topic_that_is_gone_breaks_nothing(house):
    """A question whose topic a new revision no longer has is shown with the topic's name."""
    house.store.put(thread(ticket(7, topic="weg")))
    card = (await soup(house, CARLA, "/desk?view=all")).select_one('.card[data-id="7"]')
    assert plain(card.select_one(".topic")) == "weg"


async def test_thousands_of_questions_are_a_short_page(house):
    """The most urgent of a group are on the page, with how many there are; the next ones follow when those are done."""
    many = [ticket(number, promise_at=NOON + timedelta(minutes=number)) for number in range(100, 3100)]
    house.store.put(*map(thread, many))
    page = await soup(house, CARLA, "/desk?view=all")
    group = page.select_one('section[aria-labelledby="group-open"]')
    assert ids(group)[:3] == [8, 100, 101]
    assert (len(ids(group)), plain(group.h2)) == (MOST, f"Offen {MOST} / 3002")
    assert plain(page.select_one('a[aria-current="page"] .count')) == "3005"
    house.store.put(thread(ticket(100, state="closed")))
    assert ids(await soup(house, CARLA, "/desk?view=all"))[:3] == [8, 101, 102]


async def test_a_short_group_says_nothing_of_its_length(house):
    """Where everything is shown, a number would say nothing."""
    assert plain((await soup(house, MONA, "/desk?view=all")).select_one("#group-open")) == "Offen"
