"""The parents' page when everything was erased: the goodbye, nothing else, and a new beginning. In a real Chromium."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from e2e.test_chat_page import Site, arrive, said, settled, texts, write
from playwright.async_api import expect

from bot.channels.webchat.words import PAGE_WORDS
from bot.model import Language
from bot.text.message import Message

pytestmark = [pytest.mark.e2e, pytest.mark.asyncio(loop_scope="session")]

GOODBYE = Message("Ihre Daten sind gelöscht. Alles Gute!", Language("de"), "ltr")


@pytest_asyncio.fixture(loop_scope="session")
async def site() -> AsyncIterator[Site]:
    """A house that answers by the script."""
    new = Site()
    await new.start()
    yield new
    await new.stop()


def erase(site: Site) -> str:
    """Let the parent be erased; return the token by which they were known."""
    (token,) = site.house.contacts
    site.house.erase(token, GOODBYE)
    return token


async def test_x03_only_the_goodbye_is_left(window, site):
    """X03, A12: the talk leaves the screen, the cookie and all that the browser kept are gone, and nothing begins by itself."""
    parent = await window()
    page = parent.page
    await arrive(page, site)
    await write(page, "Meine Tochter heißt Mia")
    await page.locator("textarea").fill("ein Entwurf")
    old = erase(site)
    await expect(said(page, "bot")).to_have_count(1)
    assert await texts(page, "bot") == [GOODBYE.text]
    assert await texts(page, "me") == []
    await expect(page.locator("form")).to_be_hidden()
    await expect(page.get_by_role("button", name=PAGE_WORDS["anew"])).to_be_visible()
    await page.wait_for_function("() => localStorage.length === 0")
    assert await parent.context.cookies() == []
    assert "Mia" not in await page.content()
    await page.evaluate("() => dispatchEvent(new Event('online'))")
    await settled(page)
    assert list(site.house.contacts) == [old], "nobody new has come"
    assert await parent.audit() == []
    assert [each for each in parent.console if "Clear-Site-Data" not in each] == [], "the browser says what it cleared"


async def test_a_new_beginning_is_somebody_else(window, site):
    """One tap begins anew: another token, the first question, nothing of before."""
    parent = await window()
    page = parent.page
    await arrive(page, site)
    old = erase(site)
    await page.get_by_role("button", name=PAGE_WORDS["anew"]).click()
    await expect(page.locator('#choices [data-token="l.de"]')).to_be_visible()
    assert len(site.house.contacts) == 2
    assert old in site.house.contacts
    assert GOODBYE.text not in await texts(page, "bot")


async def test_c01_help_is_there_at_the_end_too(window, site):
    """C01: the emergency button shows the numbers at once, without a talk; any other button begins anew."""
    parent = await window()
    page = parent.page
    await arrive(page, site)
    erase(site)
    await expect(page.locator("form")).to_be_hidden()
    await page.locator('nav [data-token="c.hilfe"]').click()
    await expect(page.locator("#danger")).to_contain_text("110 oder 112")
    await page.locator('nav [data-token="c.mensch"]').click()
    await expect(page.locator('#choices [data-token="l.de"]')).to_be_visible()


async def test_who_was_offline_hears_it_at_the_next_visit(window, site):
    """X03: the page was closed when everything was erased: it opens with the goodbye."""
    parent = await window()
    page = parent.page
    await arrive(page, site)
    await page.goto("about:blank")
    erase(site)
    await page.goto(site.url)
    await expect(said(page, "bot")).to_have_count(1)
    assert await texts(page, "bot") == [GOODBYE.text]


async def test_x04_the_own_data_are_downloads(window, site):
    """X04: both stand under the message; a tap saves the file."""
    parent = await window()
    page = parent.page
    await arrive(page, site)
    site.house.say(site.contact, Message("Hier ist alles", Language("de"), "ltr", enclosed="data"))
    link = page.get_by_role("link", name=PAGE_WORDS["data_read"])
    await expect(link).to_be_visible()
    await link.evaluate("(link) => { link.target = '_self'; }")  # beside the chat it would be another page's download
    async with page.expect_download() as coming:
        await link.click()
    download = await coming.value
    assert download.suggested_filename == "kept.html"
    assert await parent.audit() == []
