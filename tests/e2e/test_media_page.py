"""What goes with a message, on the parents' page in a real Chromium: seen, heard, opened, in both directions."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack

import pytest
import pytest_asyncio
from channels.webchat_house import TOKEN, House
from core.pictures import png
from core.small import SMALL
from playwright.async_api import Page, Route, expect

from bot.flow.event import Event
from bot.model import ContactId, Language
from bot.text.media import media_files
from bot.text.message import Attachment, Link, Message

pytestmark = [pytest.mark.e2e, pytest.mark.asyncio(loop_scope="session")]

URL = "https://www.schulministerium.example/eltern/anmeldung?jahr=2026"
FILES = media_files(
    "0123456789abcdef",
    {
        "zeugnis.png": png(1600, 900),
        "zeugnis.ar.png": png(300, 400),
        "merkblatt.pdf": (SMALL / "merkblatt.pdf").read_bytes(),
        "zeugnis.mp3": (SMALL / "zeugnis.mp3").read_bytes(),
    },
)
WORDS = {
    "de": ("So sieht ein Zeugnis aus.", "Ein Blatt Papier mit Noten", "Merkblatt zum Zeugnis", "Zum Anmelden"),
    "ar": ("هكذا تبدو الشهادة.", "ورقة فيها درجات", "ورقة معلومات عن الشهادة (3 صفحات)", "إلى التسجيل 2026"),
}


def attachment(kind: str, path: str, alt: str) -> Attachment:
    file = FILES[path]
    return Attachment(kind, path, file.address, alt, len(file.body), file.width, file.height)


def everything(language: str) -> Message:
    """Return a message with one of each."""
    text, picture, leaflet, label = WORDS[language]
    media = (
        attachment("picture", "zeugnis.ar.png" if language == "ar" else "zeugnis.png", picture),
        attachment("document", "merkblatt.pdf", leaflet),
        attachment("audio", "zeugnis.mp3", picture),
    )
    direction = "rtl" if language == "ar" else "ltr"
    return Message(text, Language(language), direction, media=media, links=(Link(label, URL),))


class Site:
    """A house that answers everything with what it was told to say."""

    def __init__(self) -> None:
        self.house = House(self._answer)
        self.house.media = {file.address: file for file in FILES.values()}
        self.says: list[Message] = [everything("de")]
        self.url = ""

    def _answer(self, house: House, contact: ContactId, _events: Sequence[Event]) -> None:
        for message in self.says:
            house.say(contact, message)


@pytest_asyncio.fixture(loop_scope="session")
async def site() -> AsyncIterator[Site]:
    """A house with pictures, documents and audio."""
    new = Site()
    async with AsyncExitStack() as stack:
        port = await stack.enter_async_context(new.house.open(0, lambda: TOKEN))
        new.url = f"http://127.0.0.1:{port}/chat"
        yield new


async def loaded(page: Page) -> None:
    """Wait until the newest picture is there."""
    image = page.locator("li.bot img").last
    await image.scroll_into_view_if_needed()
    await image.evaluate("(e) => e.decode()")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("language", ["de", "ar"])
async def test_everything_is_there_for_everybody(window, site, language, width, dark):
    """Picture, document, audio and link are named, large enough, within the screen, and axe finds nothing (X10)."""
    site.says = [everything(language)]
    parent = await window(width=width, locale=language, dark=dark)
    page = parent.page
    await page.goto(site.url)
    await loaded(page)
    _, picture, leaflet, label = WORDS[language]
    await expect(page.get_by_role("img", name=picture)).to_be_visible()
    await expect(page.get_by_role("link", name=leaflet)).to_contain_text("merkblatt.pdf · 1 KB")
    await expect(page.get_by_role("link", name=label)).to_contain_text("↗\u00a0www.schulministerium.example")
    await expect(page.locator(f'audio[controls][preload="none"][aria-label="{picture}"]')).to_be_visible()
    assert [] == await parent.audit()
    assert [] == parent.console
    assert await page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    boxes = await page.locator(".picture, .card, audio").evaluate_all(
        "(all) => all.map((e) => e.getBoundingClientRect()).map((b) => [b.height, b.left >= 0 && b.right <= innerWidth])"
    )
    assert 4 == len(boxes)
    assert all(height >= 44 and inside for height, inside in boxes)
    assert {url.split("/")[2] for url in parent.requests} == {site.url.split("/")[2]}


async def test_mirrors(window, site):
    """In Arabic all of it stands at the right edge of its message; names of files and hosts keep their own order."""
    site.says = [everything("ar")]
    parent = await window(width=320, locale="ar")
    page = parent.page
    await page.goto(site.url)
    await loaded(page)
    edges = await page.evaluate(
        """() => [...document.querySelectorAll(".said, .card span")].map((e) => {
          const range = document.createRange();
          range.selectNodeContents(e);
          return range.getBoundingClientRect().right;
        })"""
    )
    card = await page.locator(".card").first.evaluate("(e) => e.getBoundingClientRect().right")
    assert all(0 <= card - edge <= 24 for edge in edges[1:])
    assert ["rtl", "rtl"] == await page.locator(".card").evaluate_all("(all) => all.map((e) => e.dir)")
    assert {"ltr"} == set(await page.locator(".card span").evaluate_all("(all) => all.map((e) => e.dir)"))


async def test_nothing_moves_when_a_picture_comes(window, site):
    """The room of a picture is kept before it is loaded: what stands below it stays, and the layout shift is 0."""
    whole = everything("de")  # without the player: Chromium moves the parts within it about
    site.says = [Message(whole.text, whole.language, "ltr", media=whole.media[:2], links=whole.links)]
    parent = await window(width=360)
    page = parent.page
    await page.add_init_script(
        "window.shift = 0; new PerformanceObserver((list) => { for (const e of list.getEntries()) window.shift += e.value; })"
        ".observe({type: 'layout-shift', buffered: true})"
    )
    held: list[Route] = []

    async def hold(route: Route) -> None:
        held.append(route)

    await page.route("**/chat/media/**", hold)
    async with page.expect_request("**/chat/media/**"):
        await page.goto(site.url)
    image = page.locator("li.bot img")
    before = await image.bounding_box()
    assert before["height"] == pytest.approx(before["width"] * 900 / 1600, abs=1)
    for route in held:
        await route.continue_()
    await image.evaluate("(e) => e.decode()")
    assert before == await image.bounding_box()
    assert 0 == await page.evaluate("() => window.shift")


async def test_a_picture_that_does_not_come(window, site):
    """Where the line is too bad for a picture, its words stand in its place."""
    parent = await window()
    page = parent.page
    await page.route("**/chat/media/**", lambda route: route.abort())
    await page.goto(site.url)
    await expect(page.locator("li.bot .said p.gone")).to_have_text(WORDS["de"][1])
    await expect(page.locator("li.bot img, li.bot .picture")).to_have_count(0)


async def test_audio_is_loaded_when_it_is_played(window, site):
    """Nothing is loaded before somebody wants to hear it; then it plays, and is asked for in parts."""
    parent = await window()
    page = parent.page
    await page.goto(site.url)
    await loaded(page)
    address = FILES["zeugnis.mp3"].address
    assert not [url for url in parent.requests if url.endswith(address)]
    async with page.expect_response(f"**/{address}") as coming:
        await page.locator("audio").evaluate("(e) => { e.muted = true; return e.play(); }")
    answer = await coming.value
    assert 206 == answer.status
    assert 0 < await page.locator("audio").evaluate("(e) => e.duration") < 2


async def test_opens_beside_the_chat(window, site):
    """A document and a page open beside the chat, and neither learns where it was opened from."""
    parent = await window()
    page = parent.page
    await page.goto(site.url)
    links = page.locator(".card, .picture")
    await expect(links).to_have_count(3)
    assert [
        (f"/chat/media/{FILES['zeugnis.png'].address}", "_blank", "noopener noreferrer"),
        (f"/chat/media/{FILES['merkblatt.pdf'].address}", "_blank", "noopener noreferrer"),
        (URL, "_blank", "noopener noreferrer"),
    ] == [
        tuple(each)
        for each in await links.evaluate_all("(all) => all.map((a) => [a.getAttribute('href'), a.target, a.rel])")
    ]
    async with page.context.expect_page() as opened:
        await page.locator(".picture").click()
    await (await opened.value).wait_for_load_state()
    assert page.url == site.url


async def test_what_it_is_called_is_never_markup(window, site):
    """Descriptions, labels and addresses are words: no markup comes of them, and no other kind of link (I02)."""
    hostile = "<img src=x onerror=\"document.title='bad'\">"
    media = (attachment("picture", "zeugnis.png", hostile), attachment("document", "merkblatt.pdf", hostile))
    links = (Link(hostile, URL), Link("Klick", "javascript:document.title='bad'"), Link("a", "data:text/html,x"))
    site.says = [Message("x", Language("de"), "ltr", media=media, links=links)]
    parent = await window()
    page = parent.page
    await page.goto(site.url)
    await loaded(page)
    assert hostile == await page.locator("li.bot img").get_attribute("alt")
    assert [hostile, hostile] == await page.locator(".card").evaluate_all("(all) => all.map((e) => e.firstChild.data)")
    assert ("Elternlotse", []) == (await page.title(), parent.console)


async def test_still_there_after_coming_back(window, site):
    """A page that is loaded again shows all of it again, the picture from what the browser kept."""
    parent = await window()
    page = parent.page
    await page.goto(site.url)
    await loaded(page)
    await page.reload()
    await loaded(page)
    await expect(page.locator(".card")).to_have_count(2)
    await expect(page.locator("audio")).to_have_count(1)
