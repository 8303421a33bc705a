"""The pages the law asks for: who runs this, what happens to data, how accessible the pages are.

They say what the program does. Who runs the house stands in its configuration; what is missing there is marked.
"""

from starlette.requests import Request
from starlette.responses import Response

from bot.console.house import Desk
from bot.console.visit import guest_pen, show


async def imprint(desk: Desk, request: Request) -> Response:
    """Say who runs this house."""
    return _page(desk, request, "imprint.html")


async def privacy(desk: Desk, request: Request) -> Response:
    """Say what is kept, for how long, and what everybody may ask for."""
    return _page(desk, request, "privacy.html")


async def accessibility(desk: Desk, request: Request) -> Response:
    """Say how accessible the pages are and whom to tell of a barrier."""
    return _page(desk, request, "accessibility.html")


def _page(desk: Desk, request: Request, template: str) -> Response:
    values = {"house": desk.settings.organisation, "keep": desk.settings.keep}
    return show(desk, guest_pen(desk, request), template, values)
