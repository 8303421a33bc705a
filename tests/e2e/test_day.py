"""A whole day in a real server and two real browsers: a mother asks in Arabic on her phone, an adviser answers on hers."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from fakes.process import Product, product, write_config
from playwright.async_api import expect

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.xdist_group("day"),
    pytest.mark.usefixtures("on_both_engines"),
]

PICTURES = Path(os.environ["PICTURES"]) if "PICTURES" in os.environ else None
"""Where the README's pictures are written, if somewhere: ``make pictures`` sets it."""


@pytest_asyncio.fixture(loop_scope="session")
async def house(tmp_path: Path) -> AsyncIterator[Product]:
    async with product(write_config(tmp_path)) as running:
        await running.started()
        yield running
        assert 0 == await running.stop()


async def picture(page, name: str) -> None:
    if PICTURES is not None:
        PICTURES.mkdir(parents=True, exist_ok=True)
        await page.screenshot(path=PICTURES / f"{name}.png")


async def option(page, name: str) -> None:
    """Press the option that is offered now under this label."""
    await page.get_by_role("main").get_by_role("button", name=name, exact=True).last.click()


async def test_a_parent_asks_in_arabic_and_an_adviser_answers(house, window):
    """From the first tap to the answer on the page, right to left, without one message on the consoles."""
    mother = await window(width=360, height=740, locale="ar-SY")
    page = mother.page
    await page.goto(f"{house.url}/chat")
    await option(page, "العربية")
    await expect(page.locator("html")).to_have_attribute("dir", "rtl")
    await option(page, "اجتماع أولياء الأمور")
    await option(page, "القليل من الألمانية")
    await expect(page.get_by_text("Kommunales Integrationszentrum")).to_be_visible()
    assert [] == await mother.audit()
    await option(page, "ليس بعد")
    await picture(page, "chat")
    await page.get_by_role("navigation").get_by_role("button", name="طرح سؤال على شخص").click()
    done = page.get_by_role("main").get_by_role("button", name="انتهيت", exact=True)
    await expect(done).to_be_visible()
    for words in ("هل يمكنني أن أحضر صديقتي معي؟", "هي تتكلم الألمانية أفضل مني."):
        await page.get_by_role("textbox").fill(words)
        await page.get_by_role("textbox").press("Enter")
        await expect(page.get_by_role("log").get_by_text(words)).to_be_visible()
    await done.click()
    await expect(page.get_by_text("شكرًا").last).to_be_visible()

    adviser = await window(width=360, height=740)
    desk = adviser.page
    await desk.goto(house.invitation)
    await desk.get_by_role("button", name="Anmelden").click()
    await expect(desk.get_by_text("هل يمكنني أن أحضر صديقتي معي؟")).to_be_visible()
    assert [] == await adviser.audit()
    await picture(desk, "queue")
    await desk.get_by_role("link").filter(has_text="هل يمكنني").first.click()
    await expect(desk.get_by_text("هي تتكلم الألمانية أفضل مني.")).to_be_visible()
    await desk.get_by_text("So kam das Elternteil hierher").click()
    await expect(desk.get_by_text("Wenig Deutsch", exact=False).first).to_be_visible()
    assert [] == await adviser.audit()
    await picture(desk, "desk")
    answer = "نعم، يمكنكم إحضار صديقتكم. أخبروا المعلمة قبل ذلك."
    await desk.get_by_label("Ihre Antwort").fill(answer)
    await desk.get_by_role("button", name="Senden").click()

    await expect(page.get_by_role("log").get_by_text(answer)).to_be_visible()
    await picture(page, "answer")
    assert [] == await mother.audit()
    await page.close()  # she closes the page and comes back later: the talk is where it was
    page = await mother.context.new_page()
    mother.listen(page)
    await page.goto(f"{house.url}/chat")
    await expect(page.get_by_role("log").get_by_text(answer)).to_be_visible()
    await page.get_by_role("textbox").fill("شكرًا جزيلًا!")
    await page.get_by_role("textbox").press("Enter")
    await expect(desk.get_by_text("شكرًا جزيلًا!")).to_be_visible()
    assert [] == mother.console
    assert [] == adviser.console
    assert {house.url} == {"/".join(url.split("/")[:3]) for url in (*mother.requests, *adviser.requests)}


async def test_german_can_be_seen_and_the_language_changed_in_the_middle(house, window):
    """Showing "Auf Deutsch" gives the question in German; another language goes on at the same place."""
    parent = await window(width=320, height=640, locale="tr-TR")
    page = parent.page
    await page.goto(f"{house.url}/chat")
    await option(page, "Türkçe")
    await option(page, "Veli toplantısı")
    await option(page, "Gitmem şart mı?")
    await expect(page.get_by_text("Gelebilir misiniz?")).to_be_visible()
    await option(page, "Almancasını göster")
    await expect(page.get_by_text("Können Sie kommen?")).to_be_visible()
    await option(page, "Nein")
    await page.get_by_role("navigation").get_by_role("button", name="Dil").click()
    await option(page, "Українська")
    await expect(page.locator("html")).to_have_attribute("lang", "uk")
    await expect(
        page.get_by_role("main").get_by_role("button", name="Запитати людину", exact=True).last
    ).to_be_visible()
    assert [] == await parent.audit()
    assert [] == parent.console
