"""The queue: the page, the same list as a piece for a page that renews itself, and the stream that says when to."""

from starlette.requests import Request
from starlette.responses import Response

from bot.console.desk.cards import VIEWS, Board, board
from bot.console.desk.live import Changes
from bot.console.house import Desk
from bot.console.visit import COOKIE, Visit, logged_in
from bot.web import cookies
from bot.web.stream import EventStream
from bot.work.people import fingerprint


async def queue_page(visit: Visit) -> Response:
    """Show the queue."""
    return visit.page("queue.html", {"board": await _board(visit)})


async def cards(visit: Visit) -> Response:
    """Return only the list."""
    return visit.page("board.html", {"board": await _board(visit)})


async def events(desk: Desk, request: Request) -> EventStream | Response:
    """Open the stream that names the questions which changed. 401 where nobody is logged in."""
    who = await logged_in(desk, request)
    if who is None:
        return Response(status_code=401)
    login = fingerprint(cookies.read(request, COOKIE))
    return EventStream(desk.streams, Changes(desk.office, login, desk.wake.listen("desk")))


async def _board(visit: Visit) -> Board:
    view = visit.request.query_params.get("view", "")
    language = visit.request.query_params.get("language", "")
    office = visit.desk.office
    threads = await office.store.open_tickets()
    known = {thread.ticket.language for thread in threads}
    return board(
        threads,
        visit.who,
        await office.roster(),
        visit.pen,
        view if view in VIEWS else VIEWS[0],
        language if language in known else "",
    )
