"""The desk in a real browser, at a phone's width: a volunteer on the tram, with ten minutes and one thumb."""

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
import pytest_asyncio
from fakes.desk import CARLA, EDA, MONA, NOON, House, Site, person, site, thread, ticket
from playwright.async_api import Page, expect

from bot.console.words import DESK_WORDS
from bot.desk.adviser import Adviser
from bot.desk.ticket import ParentWrote, TicketEvent, apply
from bot.model import AdviserId, ContactId, Language, TicketId
from bot.ports import ThreadLine
from bot.web.server import bind, running
from bot.work import answer
from bot.work.people import disable, send_link

pytestmark = [pytest.mark.e2e, pytest.mark.asyncio(loop_scope="session")]

SEVEN = TicketId(7)
RANA = person(4, "Rana")


def arabic(text: str) -> str:
    """Arabic letters of the same length, with the same places: what matters here is direction and room."""
    return re.sub(r"[^\s{}.,:„“–]+(?![^{]*\})", lambda word: "سلامكلمةطويلةجدا"[: len(word[0])], text)


ARABIC = {"ar": {key: arabic(text) for key, text in DESK_WORDS.items()}}


@dataclass
class Place:
    """A desk on one port, with a browser's way in."""

    site: Site
    port: int

    @property
    def house(self) -> House:
        return self.site.house

    async def enter(self, page: Page, who: Adviser) -> None:
        """Log in as a person would: by opening the link and pressing its button."""
        secret = f"geheim{who.id}".ljust(26, "x")
        await send_link(self.house.store, self.house.store.advisers[who.id], self.house.clock(), secret)
        await page.goto(f"http://localhost:{self.port}/invitation/{secret}")
        await page.locator("main button").click()
        await expect(page.locator("#live")).to_have_attribute("data-state", "connected")

    async def ask(self, number: int, text: str = "سؤال جديد", **what) -> None:
        """Let a parent ask a question."""
        asked = ticket(number, contact=ContactId(4700 + number), opened_at=NOON, **what)
        self.house.store.put(thread(asked, ThreadLine("parent", text, NOON, None)))
        self.house.wake.ring("desk")

    async def write(self, text: str) -> None:
        """Let the parent of question 7 write on."""
        was = self.house.store.threads[SEVEN]
        moved = apply(was.ticket, ParentWrote(NOON + timedelta(days=1)), NOON)
        lines = (*was.lines, ThreadLine("parent", text, NOON, None))
        self.house.store.put(replace(was, ticket=moved.ticket, lines=lines, events=was.events + moved.events))
        self.house.wake.ring("desk")


@pytest_asyncio.fixture(loop_scope="session")
async def place() -> AsyncIterator[Place]:
    """A desk with a day's questions."""
    house = House()
    house.store.advisers[RANA.id] = RANA
    mine = ticket(9, state="claimed", adviser=MONA.id, contact=ContactId(4480), version=3)
    lines = (
        ThreadLine("parent", "هل يجب أن أذهب إلى اجتماع أولياء الأمور؟", NOON - timedelta(minutes=90), None),
        ThreadLine("adviser", "نعم، يمكنكِ اصطحاب شخص يترجم لك.", NOON - timedelta(minutes=80), MONA.id),
        ThreadLine("note", "Die Familie kennt die Schulsozialarbeiterin.", NOON - timedelta(minutes=70), EDA.id),
        ThreadLine("parent", "شكراً! رقمي +49 211 123-45", NOON - timedelta(minutes=8), None),
    )
    house.store.put(
        thread(ticket(7)),
        thread(ticket(8, urgency="urgent", promise_at=NOON - timedelta(minutes=5), contact=ContactId(4598))),
        thread(mine, *lines, events=(TicketEvent("claimed", NOON, MONA.id),)),
        thread(ticket(10, state="waiting", adviser=EDA.id, language=Language("tr"), contact=ContactId(4402))),
    )
    made = site(house, foreign=ARABIC)
    listener = bind("127.0.0.1", 0)
    async with running(made.app, listener, made.streams.end):
        yield Place(made, listener.getsockname()[1])


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("language", ["de", "ar"])
async def test_a_question_from_the_queue_to_its_end(place, window, language, dark):
    """Queue, claim, answer, close: every page on the way is accessible and silent, in both directions and lights."""
    place.house.store.advisers[MONA.id] = replace(MONA, interface=Language(language))
    win = await window(dark=dark)
    page = win.page
    await place.enter(page, MONA)
    assert await page.evaluate("() => document.dir") == ("rtl" if language == "ar" else "ltr")
    assert await win.audit() == []
    await page.locator('[data-id="7"] form button').click()
    await expect(page.locator(".said")).to_be_visible()
    assert await win.audit() == []
    await page.locator("#text").fill("أهلاً بك! نعم.")
    await page.locator("#answer button").click()
    await expect(page.locator("#thread .adviser")).to_have_count(1)
    assert await page.locator("#text").input_value() == ""
    await page.locator("#deeds summary").first.click()
    assert await win.audit() == []
    await page.locator('button[value="solved"]').click()
    await expect(page.locator('[data-id="9"]')).to_be_visible()
    assert [each.kind for each in place.house.store.threads[SEVEN].events] == [
        "opened",
        "claimed",
        "answered",
        "closed",
    ]
    assert await overflow(page) == 0
    assert win.console == []


async def overflow(page: Page) -> int:
    """How far a page is wider than its window."""
    return await page.evaluate("() => document.documentElement.scrollWidth - innerWidth")


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("language", ["de", "ar"])
async def test_every_page_fits_and_is_accessible(place, window, language, width):
    """All other pages, for a coordinator: nothing sticks out, axe objects to nothing, targets are a thumb wide."""
    place.house.store.advisers[CARLA.id] = replace(CARLA, interface=Language(language))
    win = await window(width=width)
    await place.enter(win.page, CARLA)
    paths = ["/desk?view=all", "/desk/tickets/9", "/desk/me", "/desk/people", "/impressum", "/datenschutz"]
    for path in [*paths, "/barrierefreiheit", "/invitation/erfunden"]:
        await win.page.goto(f"http://localhost:{place.port}{path}")
        for closed in await win.page.locator("summary").all():
            await closed.click()
        assert (path, await win.audit(), await overflow(win.page)) == (path, [], 0)
        assert (path, await small_targets(win.page)) == (path, [])
    refused = [line for line in win.console if "404" not in line]
    assert refused == []


async def small_targets(page: Page) -> list[str]:
    """Controls lower than 48 pixels; a tick's label is its target."""
    return await page.evaluate(
        """() => [...document.querySelectorAll("main button, main a, summary, select, .ticks label, header a, footer a")]
            .filter((each) => each.checkVisibility() && each.getBoundingClientRect().height < 47.5)
            .map((each) => each.outerHTML.slice(0, 120))"""
    )


async def test_a_new_question_appears_by_itself(place, window):
    """While nobody touches the list a new question simply comes, and the tab's title counts."""
    win = await window()
    await place.enter(win.page, MONA)
    await expect(win.page).to_have_title(re.compile(r"^\(2\) "))
    await place.ask(20)
    await expect(win.page.locator('[data-id="20"]')).to_be_visible()
    await expect(win.page).to_have_title(re.compile(r"^\(3\) "))


async def test_rows_never_move_under_a_finger(place, window):
    """While a row has the focus new ones wait behind a button that counts them; pressing it shows the first."""
    win = await window()
    page = win.page
    await place.enter(page, MONA)
    await page.locator('[data-id="7"] > a').focus()
    before = await page.locator('[data-id="7"]').bounding_box()
    await place.ask(20, urgency="urgent")
    await place.ask(21)
    await expect(page.locator("#fresh")).to_have_text(re.compile("Neue Fragen: .?2"))
    assert await page.locator('[data-id="7"]').bounding_box() == before
    assert await win.audit() == []
    await page.locator("#fresh").click()
    await expect(page.locator('[data-id="20"] > a')).to_be_focused()
    await expect(page.locator("#fresh")).to_be_hidden()


async def test_what_a_colleague_took_stays_in_place_and_says_so(place, window):
    """A row that is no longer for me loses its button at once, without moving the others."""
    win = await window()
    page = win.page
    await place.enter(page, MONA)
    await page.locator('[data-id="7"] > a').focus()
    await answer.claim(place.house.office, RANA, TicketId(8))
    await expect(page.locator('[data-id="8"]')).to_contain_text("Nicht mehr in dieser Liste")
    await expect(page.locator('[data-id="8"] button')).to_have_count(0)


async def test_what_is_being_read_stays_open(place, window):
    """When the parent writes on, the way they came and the history stay open, and the new words are there."""
    win = await window()
    page = win.page
    await place.enter(page, MONA)
    await page.goto(f"http://localhost:{place.port}/desk/tickets/7")
    await expect(page.locator("#live")).to_have_attribute("data-state", "connected")
    await page.locator("details.trail summary").click()
    await page.locator("details.history summary").click()
    await place.write("Noch etwas Neues")
    await expect(page.get_by_text("Noch etwas Neues")).to_be_visible()
    for part in ("trail", "history"):
        await expect(page.locator(f"details.{part}")).to_have_attribute("open", "")


async def test_a_page_learns_that_a_colleague_was_faster(place, window):
    """A09: two advisers look at the same question; one takes it, and the other's page says whose it is now."""
    first, second = await window(), await window()
    await place.enter(first.page, MONA)
    await place.enter(second.page, RANA)
    for win in (first, second):
        await win.page.goto(f"http://localhost:{place.port}/desk/tickets/7")
    await first.page.locator(".claim button").click()
    await expect(first.page.locator(".said")).to_be_visible()
    await expect(second.page.locator(".claim")).to_have_count(0)
    await expect(second.page.locator("#deeds .hint")).to_contain_text("Mona")


async def test_the_loser_of_a_race_keeps_reading_who_won(place, window):
    """A09: whoever presses too late sees the winner's name, also after the page has renewed itself or was loaded anew."""
    win = await window()
    page = win.page
    await place.enter(page, MONA)
    await page.route("**/desk/events", lambda route: route.abort())
    await page.goto(f"http://localhost:{place.port}/desk/tickets/7")
    await answer.claim(place.house.office, RANA, SEVEN)
    await page.locator(".claim button").click()
    await expect(page.locator(".notice")).to_contain_text("Rana")
    await page.unroute("**/desk/events")
    await expect(page.locator("#live")).to_have_attribute("data-state", "connected", timeout=20_000)
    await place.write("Noch etwas")
    await expect(page.locator("#thread li")).to_have_count(2)
    await expect(page.locator(".notice")).to_contain_text("Rana")
    await page.reload()
    await expect(page.locator("#deeds .hint")).to_contain_text("Rana")


async def test_words_of_the_parent_arrive_while_i_write(place, window):
    """A new line joins the thread; what I am writing stays, and sending shows once what came in."""
    win = await window()
    page = win.page
    await place.enter(page, MONA)
    await answer.claim(place.house.office, MONA, SEVEN)
    await page.goto(f"http://localhost:{place.port}/desk/tickets/7")
    await page.locator("#text").fill("Meine Antwort")
    await place.write("وسؤال آخر")
    await expect(page.locator("#thread .parent")).to_have_count(2)
    await expect(page.locator("#live")).to_have_text("Hier ist etwas Neues.")
    assert await page.locator("#text").input_value() == "Meine Antwort"
    await page.locator("#answer button").click()
    await expect(page.locator(".notice")).to_be_visible()
    await expect(page.locator("#live")).to_have_attribute("data-state", "connected")
    await expect(page.locator("#thread .new")).to_have_count(1)
    assert await page.locator("#text").input_value() == "Meine Antwort"
    await page.locator("#answer button").click()
    await expect(page.locator("#thread .adviser")).to_contain_text("Meine Antwort")


async def test_a_draft_outlives_the_page_and_ends_with_the_login(place, window):
    """What was typed is there again after a reload; logging out leaves nothing on the device."""
    win = await window()
    page = win.page
    await place.enter(page, MONA)
    await page.goto(f"http://localhost:{place.port}/desk/tickets/9")
    await page.locator("#text").fill("Halb fertig")
    await expect(page.locator("#kept")).to_be_visible()
    await page.reload()
    assert await page.locator("#text").input_value() == "Halb fertig"
    await page.goto(f"http://localhost:{place.port}/desk/me")
    await page.locator("#logout button").click()
    await expect(page.locator("h1")).to_have_text("Sie sind abgemeldet")
    assert await page.evaluate("() => Object.keys(localStorage)") == []


async def test_control_and_enter_send(place, window):
    """Enter makes a new line, Ctrl and Enter send; the draft is gone afterwards."""
    win = await window(width=1280)
    page = win.page
    await place.enter(page, MONA)
    await page.goto(f"http://localhost:{place.port}/desk/tickets/9")
    await page.locator("#text").press_sequentially("eins")
    await page.keyboard.press("Enter")
    await page.keyboard.type("zwei")
    await page.keyboard.press("Control+Enter")
    await expect(page.locator("#thread .adviser").last).to_contain_text("eins\nzwei")
    assert await page.locator("#text").input_value() == ""
    assert await page.evaluate("() => Object.keys(localStorage)") == []


async def test_everything_works_without_a_script(place, window):
    """Claim, note, answer and close need no JavaScript."""
    win = await window(java_script_enabled=False)
    page = win.page
    secret = "geheim" * 5
    await send_link(place.house.store, MONA, place.house.clock(), secret)
    await page.goto(f"http://localhost:{place.port}/invitation/{secret}")
    await page.locator("main button").click()
    await page.locator('[data-id="7"] form button').click()
    await page.locator("#deeds summary", has_text="Notiz").click()
    await page.locator("#note").fill("Nur für uns")
    await page.locator("#note ~ button").click()
    await page.locator("#text").fill("Guten Tag")
    await page.locator("#answer button").click()
    await page.locator("#deeds summary", has_text="Abschließen").click()
    await page.locator('button[value="unsolved"]').click()
    await expect(page.locator(".said")).to_be_visible()
    assert [line.side for line in place.house.store.threads[SEVEN].lines] == ["parent", "note", "adviser"]


async def test_who_is_let_go_is_told_and_sees_nothing_more(place, window):
    """A11: a disabled person's open page says within a moment that the login is over, and renews itself no more."""
    win = await window()
    await place.enter(win.page, RANA)
    await disable(place.house.office, CARLA, AdviserId(4))
    await expect(win.page.locator("#live")).to_have_attribute("data-state", "over")
    await place.ask(30)
    assert place.site.streams.count == 0
    await expect(win.page.locator('[data-id="30"]')).to_have_count(0)


async def test_a_hidden_tab_holds_no_stream(place, window):
    """Six open streams would block the seventh tab: leaving the page closes it, coming back opens one."""
    win = await window()
    await place.enter(win.page, MONA)
    await win.page.evaluate("() => Object.defineProperty(document, 'hidden', {value: true, configurable: true})")
    await win.page.evaluate("() => document.dispatchEvent(new Event('visibilitychange'))")
    await ended(place)
    await place.ask(40)
    await win.page.evaluate("() => { delete document.hidden; document.dispatchEvent(new Event('visibilitychange')); }")
    await expect(win.page.locator('[data-id="40"]')).to_be_visible()


async def ended(place: Place) -> None:
    """Wait until no stream is open."""
    async with asyncio.timeout(5):
        while place.site.streams.count:  # noqa: ASYNC110 - the browser tells nobody when it has let go
            await asyncio.sleep(0.01)


async def test_inviting_shows_a_link_that_works(place, window):
    """A coordinator makes a link on the phone; it is shown once and opens the desk in another browser."""
    win, other = await window(), await window()
    page = win.page
    await place.enter(page, CARLA)
    await page.goto(f"http://localhost:{place.port}/desk/people")
    await page.locator(".invite summary").click()
    await page.locator("#name").fill("Olena")
    await page.locator('.invite [value="uk"]').check()
    await page.locator(".invite button").click()
    link = await page.locator("#link").input_value()
    assert await win.audit() == []
    await other.page.goto(link)
    assert await other.audit() == []
    await other.page.locator("main button").click()
    await expect(other.page.locator("h1")).to_have_text("Fragen")
    assert win.console + other.console == []
