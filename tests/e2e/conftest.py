"""A real browser for the tests: Chromium from the system, and axe to look at what it shows.

Tests that use it run in one event loop for the whole session, so that one browser serves all:
``pytestmark = [pytest.mark.e2e, pytest.mark.asyncio(loop_scope="session")]``.
"""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from importlib import resources
from typing import Any

import pytest
import pytest_asyncio
from fakes.postgres import drop_database, fresh_database
from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, async_playwright

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
AXE_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(params=["sqlite", "postgres"])
def on_both_engines(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The product that a test starts keeps everything in SQLite, and once more in PostgreSQL."""
    if request.param == "sqlite":
        yield ""
        return
    url = asyncio.run(fresh_database())
    monkeypatch.setenv("ELTERNLOTSE_STORE", url)
    yield url
    asyncio.run(drop_database(url))


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium() -> AsyncIterator[Browser]:
    """The system's Chromium, without a window."""
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        pytest.fail("No Chromium found. `sh tests/browser.sh` installs one or says which command does.")
    flags = ["--no-sandbox"] if os.geteuid() == 0 else []
    async with async_playwright() as play:
        browser = await play.chromium.launch(executable_path=path, args=flags)
        yield browser
        await browser.close()


@dataclass
class Window:
    """One person's browser window. ``console`` is everything its pages had to say, ``requests`` all they asked for."""

    context: BrowserContext
    page: Page
    console: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def listen(self, page: Page) -> None:
        """Note what a page says and asks for."""
        page.on("console", lambda message: self.console.append(_said(message)))
        page.on("pageerror", lambda error: self.console.append(str(error)))
        page.on("request", lambda request: self.requests.append(request.url))

    async def audit(self) -> Sequence[str]:
        """Return what axe objects to: WCAG 2.2 AA and best practice; empty where all is well."""
        await self.page.evaluate(resources.files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8"))
        run = "async (rules) => (await axe.run(document, {runOnly: {type: 'tag', values: rules}})).violations"
        found = await self.page.evaluate(run, AXE_RULES)
        return [f"{v['id']}: {v['help']} {[n['html'] for n in v['nodes']]}" for v in found]


def _said(message: ConsoleMessage) -> str:
    return f"{message.type}: {message.text}"


OpenWindow = Callable[..., Awaitable[Window]]


@pytest_asyncio.fixture(loop_scope="session")
async def window(chromium: Browser) -> AsyncIterator[OpenWindow]:
    """A function that opens a window of a size, locale and colour scheme; its other arguments go to Playwright."""
    opened: list[BrowserContext] = []

    async def open_window(
        width: int = 360, height: int = 740, locale: str = "de-DE", *, dark: bool = False, **options: Any
    ) -> Window:
        context = await chromium.new_context(
            viewport={"width": width, "height": height},
            locale=locale,
            color_scheme="dark" if dark else "light",
            timezone_id="Europe/Berlin",
            **options,
        )
        context.set_default_timeout(10_000)
        opened.append(context)
        new = Window(context, await context.new_page())
        new.listen(new.page)
        return new

    yield open_window
    for context in opened:
        await context.close()
