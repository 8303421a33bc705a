"""One question as a page: what it shows, what can be done with it, and what happens when two do it."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from fakes.desk import CARLA, EDA, MONA, NOON, House, person, site, thread, ticket

from bot.desk.ticket import TicketEvent
from bot.model import AdviserId, Language, TicketId
from bot.ports import ThreadLine

SEVEN = TicketId(7)


@pytest.fixture
def house() -> House:
    """A desk with one open Arabic question."""
    made = House()
    made.store.put(thread(ticket(7)))
    return made


def give(house: House, who, state: str = "claimed", **what) -> None:
    """Let somebody have the question, with an answer and a note in its thread."""
    of = ticket(7, **({"state": state, "adviser": who.id, "version": 3} | what))
    lines = (
        ThreadLine("parent", "سؤالي", NOON - timedelta(hours=1), None),
        ThreadLine("adviser", "Guten Tag", NOON, who.id),
        ThreadLine("note", "Anruf vereinbart", NOON, EDA.id),
    )
    house.store.put(thread(of, *lines, events=(TicketEvent("claimed", NOON, who.id),)))


def plain(node) -> str:
    """A node's words as a person reads them."""
    return " ".join(node.get_text(" ").split()).translate({0x2068: None, 0x2069: None})


async def get(house: House, who, path: str = "/desk/tickets/7") -> BeautifulSoup:
    """A page as somebody sees it."""
    async with site(house).client(who) as browser:
        return BeautifulSoup((await browser.get(path)).text, "html.parser")


async def post(house: House, who, deed: str, **form):
    """The answer to a form."""
    async with site(house).client(who) as browser:
        return await browser.post(f"/desk/tickets/7/{deed}", data=form)


async def test_the_thread_shows_both_sides_and_notes_apart(house):
    """Each line has its side, its person and its own direction; a note says that only the team sees it."""
    give(house, MONA)
    lines = (await get(house, MONA)).select("#thread li")
    assert [(line["class"], plain(line)) for line in lines] == [
        (["parent"], "Elternteil 4711 11:00 Uhr سؤالي"),
        (["adviser"], "Sie 12:00 Uhr Guten Tag"),
        (["note"], "Notiz: Eda. Nur das Team sieht sie. 12:00 Uhr Anruf vereinbart"),
    ]
    assert [line.bdi["dir"] for line in lines] == ["auto"] * 3
    assert lines[0].bdi["lang"] == "ar"


async def test_the_way_the_parent_came_is_told_in_german(house):
    """The stations of the flow stand above the thread, as the composition root's function says them."""
    trail = (await get(house, MONA)).select(".trail li")
    assert [plain(station) for station in trail] == ["Frage start/menue/choose Elternabend"]


async def test_the_history_names_everybody(house):
    """What happened stands in order, with names; somebody who is gone is still somebody."""
    events = (TicketEvent("claimed", NOON, EDA.id), TicketEvent("offered", NOON, AdviserId(77)))
    house.store.put(thread(ticket(7), events=events))
    assert [plain(entry) for entry in (await get(house, MONA)).select(".history li")] == [
        "Frage gestellt 11:00 Uhr",
        "Genommen: Eda 12:00 Uhr",
        "Weitergegeben an: jemand anderes 12:00 Uhr",
    ]


@pytest.mark.parametrize(
    ("who", "state", "deeds"),
    [
        (MONA, "open", {"claim", "answer", "note"}),
        (EDA, "open", {"note"}),
        (MONA, "claimed", {"answer", "note", "transfer", "return", "closure"}),
        (MONA, "waiting", {"answer", "note", "transfer", "return", "closure"}),
        (EDA, "claimed", {"note"}),
        (CARLA, "claimed", {"note", "transfer", "return", "closure"}),
        (CARLA, "closed", set()),
    ],
)
async def test_a_page_offers_what_may_be_done(house, who, state, deeds):
    """Only those actions have a form that this person may do in this state."""
    if state in {"claimed", "waiting"}:
        give(house, MONA, state)
    else:
        house.store.put(thread(ticket(7, state=state)))
    forms = (await get(house, who)).select("form")
    assert {form["action"].rpartition("/")[2] for form in forms} == deeds


async def test_every_form_works_without_a_script(house):
    """Each form posts, and each needs nothing that only a script could fill in."""
    give(house, MONA)
    forms = (await get(house, MONA)).select("form")
    assert {form["method"] for form in forms} == {"post"}
    assert {field["value"] for field in (await get(house, MONA)).select("[name=version]")} == {"3"}


@pytest.mark.parametrize(
    ("deed", "form", "where", "state"),
    [
        ("claim", {}, "/desk/tickets/7?said=claimed", "claimed"),
        ("answer", {"text": "أهلاً", "version": "1", "seen": "1"}, "/desk/tickets/7?said=answered", "waiting"),
        ("note", {"text": "Anruf"}, "/desk/tickets/7?said=noted", "open"),
    ],
)
async def test_what_is_done_with_an_open_question_leads_on(house, deed, form, where, state):
    """An action answers with the page to go to, and the question has moved."""
    answer = await post(house, MONA, deed, **form)
    assert (answer.status_code, answer.headers["location"]) == (303, where)
    assert house.store.threads[SEVEN].ticket.state == state


@pytest.mark.parametrize(
    ("deed", "form", "said", "state"),
    [
        ("transfer", {"to": "3", "text": "Bitte du"}, "transferred", "open"),
        ("transfer", {"to": "", "text": "Wer kann?"}, "transferred", "open"),
        ("return", {}, "returned", "open"),
        ("closure", {"topic": "geld", "outcome": "solved", "version": "3", "seen": "3"}, "closed", "closed"),
    ],
)
async def test_what_gives_a_question_away_leads_to_the_queue(house, deed, form, said, state):
    """Handing on, giving back and closing lead to the list, with a sentence that says what happened."""
    give(house, MONA)
    answer = await post(house, MONA, deed, **form)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/desk?said={said}")
    assert house.store.threads[SEVEN].ticket.state == state
    page = await get(house, MONA, f"/desk?said={said}")
    assert page.select_one(".said")["role"] == "status"


async def test_a_word_in_the_address_is_no_sentence(house):
    """Only our own sentences are shown; what else stands in the address is not."""
    assert (await get(house, MONA, "/desk?said=<b>hallo</b>")).select(".said") == []


async def test_two_claim_at_once_and_one_is_told_who_won(house):
    """A09: of two who press at the same moment one has the question; the other sees whose it is, on its page."""
    house.store.advisers[AdviserId(4)] = person(4, "Rana")
    rana = house.store.advisers[AdviserId(4)]
    answers = await asyncio.gather(post(house, MONA, "claim"), post(house, rana, "claim"))
    won, lost = sorted(answers, key=lambda answer: answer.status_code)
    assert (won.status_code, lost.status_code) == (303, 409)
    notice = BeautifulSoup(lost.text, "html.parser").select_one(".notice")
    assert plain(notice) in {f"{name} war schneller und hat diese Frage." for name in ("Mona", "Rana")}


async def test_claiming_twice_is_no_mistake(house):
    """A button pressed twice leads to the question, without a warning."""
    give(house, MONA)
    answer = await post(house, MONA, "claim")
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk/tickets/7")


async def test_what_came_in_meanwhile_is_shown_once_with_the_draft(house):
    """An answer to an older version is held back: the new line is marked, the text is still there; then it goes."""
    give(house, MONA)
    form = {"text": "Meine Antwort", "version": "2", "seen": "2"}
    held = await post(house, MONA, "answer", **form)
    page = BeautifulSoup(held.text, "html.parser")
    assert (held.status_code, page.select_one("#text").text) == (409, "Meine Antwort")
    assert plain(page.select_one(".notice")).startswith("Inzwischen ist etwas dazugekommen.")
    assert [plain(line.select_one(".mark")) for line in page.select("#thread .new")] == ["neu"]
    again = {field["name"]: field["value"] for field in page.select("#answer [type=hidden]")}
    assert (await post(house, MONA, "answer", text="Meine Antwort", **again)).status_code == 303


async def test_sending_twice_sends_once(house):
    """A09: the same answer from a second press of the button reaches the parent once."""
    form = {"text": "Guten Tag!", "version": "1", "seen": "1"}
    first, second = await post(house, MONA, "answer", **form), await post(house, MONA, "answer", **form)
    assert [first.headers["location"], second.headers["location"]] == ["/desk/tickets/7?said=answered"] * 2
    assert [line.text for line in house.store.threads[SEVEN].lines][1:] == ["Guten Tag!"]


async def test_a_draft_survives_that_a_colleague_was_faster(house):
    """Whoever answers what a colleague has taken meanwhile is told so and can copy their text."""
    give(house, EDA)
    answer = await post(house, MONA, "answer", text="Lange Antwort", version="1", seen="1")
    page = BeautifulSoup(answer.text, "html.parser")
    assert (answer.status_code, plain(page.select_one(".notice"))) == (409, "Eda war schneller und hat diese Frage.")
    assert page.select_one("#kept-text").text == "Lange Antwort"


@pytest.mark.parametrize(
    ("deed", "form", "words"),
    [
        ("answer", {"text": "  ", "version": "3", "seen": "3"}, "Bitte schreiben Sie zuerst etwas."),
        (
            "answer",
            {"text": "a" * 4001, "version": "3", "seen": "3"},
            "Der Text ist zu lang. Möglich sind 4000 Zeichen.",
        ),
        ("note", {"text": ""}, "Bitte schreiben Sie zuerst etwas."),
        ("transfer", {"to": "3", "text": ""}, "Bitte schreiben Sie zuerst etwas."),
        ("transfer", {"to": "77", "text": "x"}, "An diese Person geht es nicht. Bitte wählen Sie eine andere."),
    ],
)
async def test_what_cannot_be_done_is_explained(house, deed, form, words):
    """A form that cannot be carried out comes back with a sentence that says what to do."""
    give(house, MONA)
    answer = await post(house, MONA, deed, **form)
    assert (answer.status_code, plain(BeautifulSoup(answer.text, "html.parser").select_one(".notice"))) == (409, words)


@pytest.mark.parametrize(
    ("deed", "form"),
    [
        ("answer", {"text": "x"}),
        ("answer", {"text": "x", "version": "1", "seen": "1", "state": "closed"}),
        ("answer", {"text": ["x", "y"], "version": "1", "seen": "1"}),
        ("answer", {"text": "x", "version": "neu", "seen": "1"}),
        ("claim", {"adviser": "9"}),
        ("closure", {"topic": "erfunden", "outcome": "solved", "version": "1", "seen": "1"}),
        ("closure", {"topic": "geld", "outcome": "vielleicht", "version": "1", "seen": "1"}),
    ],
)
async def test_a_form_that_is_not_ours_is_refused(house, deed, form):
    """A08: fields too many, missing or twice, and values that no page offers, change nothing."""
    assert (await post(house, MONA, deed, **form)).status_code == 400
    assert house.store.changes == []


@pytest.mark.parametrize("number", ["8", "0", "-1", "7.0", "x", "9" * 30, "٧"])
async def test_what_is_no_question_does_not_exist(house, number):
    """An address that names no question, or nothing at all, gives the same 404."""
    async with site(house).client(MONA) as browser:
        assert (await browser.get(f"/desk/tickets/{number}")).status_code == 404


async def test_a_file_in_a_form_is_refused(house):
    """No form of the desk takes files."""
    async with site(house).client(MONA) as browser:
        assert (await browser.post("/desk/tickets/7/note", files={"text": b"x"})).status_code == 400


async def test_an_adviser_without_the_language_is_told_so(house):
    """Who answers in a language they do not speak is reminded to write plain German."""
    house.store.put(thread(ticket(7, state="claimed", adviser=MONA.id, language=Language("uk"))))
    assert "Sie haben diese Sprache nicht angegeben." in plain((await get(house, MONA)).select_one("#text-hint"))


async def test_what_was_typed_outlives_the_login(house):
    """Who was logged out while writing gets their words back on the page that asks them to log in."""
    async with site(house).client() as browser:
        answer = await browser.post("/desk/tickets/7/answer", data={"text": "Lange <b>Antwort", "version": "1"})
    page = BeautifulSoup(answer.text, "html.parser")
    assert (answer.status_code, page.select_one("#kept-text").text) == (401, "Lange <b>Antwort")


async def test_a_waiting_question_says_when_it_was_asked(house):
    """While it is the parent's turn no promise runs; the page says when the question came."""
    give(house, MONA, "waiting")
    page = await get(house, MONA)
    assert (plain(page.select_one("#facts .facts")), page.select("progress")) == ("Gefragt: 11:00 Uhr bei Ihnen", [])


async def test_a_closed_question_is_over(house):
    """A coordinator sees a closed question, and nothing can be done with it."""
    house.store.put(replace(thread(ticket(7, state="closed")), lines=()))
    assert plain((await get(house, CARLA)).select_one("#deeds")) == "Diese Frage ist abgeschlossen."


async def test_p02_what_could_not_be_delivered_is_told_at_the_question(house):
    """P02: whoever answers reads in words that it did not arrive, and when; otherwise nothing of the kind stands there."""
    give(house, MONA)
    assert "Nicht angekommen" not in plain(await get(house, MONA))
    house.store.put(replace(house.store.threads[SEVEN], undelivered=NOON - timedelta(minutes=5)))
    (said,) = (await get(house, MONA)).select("#thread [role=alert]")
    assert plain(said).startswith(
        "Nicht angekommen: Eine Nachricht an dieses Elternteil ließ sich nicht zustellen (11:55 Uhr)."
    )
