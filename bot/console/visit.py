"""One request by one person: who asks, in which language they read, and the door that every page of the desk has.

Every route of the desk is made by ``for_advisers`` or ``for_coordinators``; there is no other way in. Whoever is not
logged in gets one page that says how to get a link; whoever may not see a page is told that it does not exist.
"""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.console.house import Desk
from bot.console.pen import Pen
from bot.desk.adviser import Adviser
from bot.desk.may import can_manage
from bot.model import Language, TicketId
from bot.web import cookies
from bot.work.people import fingerprint

COOKIE = "desk"
LIVE = "x-live"
"""A page that renews itself sends this header: nobody stays logged in by an open page alone."""
FIELDS = 60
"""Fields of a form at most."""


@dataclass(frozen=True, slots=True)
class Visit:
    """A person at the desk asks for something."""

    desk: Desk
    request: Request
    who: Adviser
    pen: Pen

    def page(self, template: str, values: Mapping[str, object], status: int = 200) -> Response:
        """Return a filled template, in the person's language."""
        base = {"who": self.who, "leads": can_manage(self.who), "said": said(self.request, self.pen)}
        return show(self.desk, self.pen, template, base | dict(values), status)


Handler = Callable[[Visit], Awaitable[Response]]
Endpoint = Callable[[Request], Awaitable[Response]]


def for_advisers(desk: Desk, handler: Handler) -> Endpoint:
    """Return a route's endpoint that lets only logged-in people in."""

    async def endpoint(request: Request) -> Response:
        who = await logged_in(desk, request)
        if who is None:
            return await sign_in(desk, request)
        return await handler(Visit(desk, request, who, Pen(desk.words, who.interface)))

    return endpoint


def for_coordinators(desk: Desk, handler: Handler) -> Endpoint:
    """Return a route's endpoint that exists for coordinators only."""

    async def only(visit: Visit) -> Response:
        if not can_manage(visit.who):
            raise HTTPException(404)
        return await handler(visit)

    return for_advisers(desk, only)


async def logged_in(desk: Desk, request: Request) -> Adviser | None:
    """Return who asks, None where nobody is logged in. A page that renews itself does not count as a use."""
    secret = cookies.read(request, COOKIE)
    look = desk.store.glance if LIVE in request.headers else desk.store.login
    return await look(fingerprint(secret), desk.clock()) if secret else None


async def sign_in(desk: Desk, request: Request) -> Response:
    """Return the page for whoever is not logged in. What they have just written is shown, so that it is not lost."""
    form = await fields(request, None) if request.method == "POST" else {}
    kept = (form.get("text") or [""])[0]
    return show(desk, guest_pen(desk, request), "sign_in.html", {"kept": kept}, 401)


def show(desk: Desk, pen: Pen, template: str, values: Mapping[str, object], status: int = 200) -> Response:
    """Return a filled template in a language. ``who`` is missing where nobody is logged in."""
    base = {"t": pen, "who": None, "leads": False, "said": ""}
    return desk.pages.page(template, base | dict(values), status)


def guest_pen(desk: Desk, request: Request) -> Pen:
    """Return the pen for somebody unknown: the first language their browser asks for that the pages have."""
    offered = {language.lower(): language for language in desk.settings.interfaces}
    for wish in request.headers.get("accept-language", "").split(","):
        wanted = wish.partition(";")[0].strip().replace("-", "_").lower()
        found = offered.get(wanted) or offered.get(wanted.partition("_")[0])
        if found:
            return Pen(desk.words, found)
    return Pen(desk.words, desk.settings.interfaces[0])


def said(request: Request, pen: Pen) -> str:
    """Return the sentence about what was just done, named in the address, or nothing."""
    name = request.query_params.get("said", "")
    return pen(f"said.{name}") if name in SAID else ""


SAID = ("claimed", "answered", "noted", "transferred", "returned", "closed", "saved", "disabled")


async def fields(request: Request, known: Sequence[str] | None) -> Mapping[str, list[str]]:
    """Return a form's fields. 400 for files, and for a field that the page does not have (None: any may come)."""
    form = await request.form(max_files=0, max_fields=FIELDS)
    found: dict[str, list[str]] = {}
    for name, value in form.multi_items():
        if not isinstance(value, str) or (known is not None and name not in known):
            raise HTTPException(400)
        found.setdefault(name, []).append(value)
    return found


def ticket_id(request: Request) -> TicketId:
    """Return the ticket that an address names; 404 for what cannot be one."""
    return TicketId(whole(request.path_params["number"], 404))


def whole(text: str, otherwise: int = 400) -> int:
    """Return a whole number of a form (400 where it is none) or of an address."""
    if not re.fullmatch(r"[0-9]{1,18}", text, re.ASCII):
        raise HTTPException(otherwise)
    return int(text)


def go(path: str, word: str = "") -> Response:
    """Send the browser to a page after something was done, with the sentence to show there."""
    return RedirectResponse(f"{path}?said={word}" if word else path, 303)


def known_language(text: str, among: Sequence[Language]) -> Language:
    """Return a language that a form names; 400 for one that is not offered."""
    if text not in among:
        raise HTTPException(400)
    return Language(text)
