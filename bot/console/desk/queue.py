"""The queue: the page, the same list as a piece for a page that renews itself, and the stream that says when to."""

from starlette.requests import Request
from starlette.responses import Response

from bot.console.desk.cards import VIEWS, Board, board, choose
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
    return EventStream(desk.streams, Changes(desk.office, desk.questions, login, desk.wake.listen("desk")))


async def _board(visit: Visit) -> Board:
    view = visit.request.query_params.get("view", "")
    language = visit.request.query_params.get("language", "")
    desk = visit.desk
    questions = (await desk.questions.look()).questions.values()
    known = {each.ticket.language for each in questions}
    roster = await desk.office.roster()
    choice = choose(
        questions,
        visit.who,
        roster,
        view if view in VIEWS else VIEWS[0],
        language if language in known else "",
    )
    return board(choice, await desk.store.first_lines(choice.tickets), visit.who, roster, visit.pen)
