"""Every route of the desk, its login and the public pages, in one list: what is not here does not exist."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from bot.console.account import login
from bot.console.desk import me, people, queue, ticket
from bot.console.house import Desk
from bot.console.public import about
from bot.console.visit import Handler, for_advisers, for_coordinators


def desk_routes(desk: Desk) -> list[Route]:
    """Return the routes. They belong within ``bot.web.shell.walled``, with ``RATES`` among its rates."""
    return [*_questions(desk), *_people(desk), *_open(desk)]


def _questions(desk: Desk) -> list[Route]:
    def get(path: str, handler: Handler) -> Route:
        return Route(path, for_advisers(desk, handler), methods=["GET"])

    def post(path: str, handler: Handler) -> Route:
        return Route(path, for_advisers(desk, handler), methods=["POST"])

    one = "/desk/tickets/{number}"
    return [
        get("/desk", queue.queue_page),
        get("/desk/cards", queue.cards),
        Route("/desk/events", _bound(desk, queue.events), methods=["GET"]),
        get(one, ticket.ticket_page),
        post(f"{one}/claim", ticket.claim),
        post(f"{one}/answer", ticket.answer),
        post(f"{one}/note", ticket.note),
        post(f"{one}/transfer", ticket.transfer),
        post(f"{one}/return", ticket.give_back),
        post(f"{one}/closure", ticket.close),
        get("/desk/me", me.me_page),
        post("/desk/me", me.save_me),
        post("/desk/logout", login.logout),
    ]


def _people(desk: Desk) -> list[Route]:
    return [
        Route("/desk/people", for_coordinators(desk, people.people_page), methods=["GET"]),
        Route("/desk/people", for_coordinators(desk, people.invite), methods=["POST"]),
        Route("/desk/people/{number}/link", for_coordinators(desk, people.new_link), methods=["POST"]),
        Route("/desk/people/{number}/disable", for_coordinators(desk, people.disable), methods=["POST"]),
    ]


def _open(desk: Desk) -> list[Route]:
    """Return the routes that need no login."""
    return [
        Route("/invitation/{token}", _bound(desk, login.invitation_page), methods=["GET"]),
        Route("/invitation/{token}", _bound(desk, login.accept), methods=["POST"]),
        Route("/impressum", _bound(desk, about.imprint), methods=["GET"]),
        Route("/datenschutz", _bound(desk, about.privacy), methods=["GET"]),
        Route("/barrierefreiheit", _bound(desk, about.accessibility), methods=["GET"]),
    ]


def _bound(
    desk: Desk, handler: Callable[[Desk, Request], Awaitable[Response | ASGIApp]]
) -> Callable[[Request], Awaitable[Response | ASGIApp]]:
    async def endpoint(request: Request) -> Response | ASGIApp:
        return await handler(desk, request)

    return endpoint
