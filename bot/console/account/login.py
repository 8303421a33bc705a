"""Logging in by a one-time link, and logging out.

Opening the link uses nothing up: messengers fetch every link for their preview. Its button does. A link that is
unknown, used or too old gets one and the same page, so nobody learns anything from trying.
"""

from starlette.requests import Request
from starlette.responses import Response

from bot.console.house import Desk
from bot.console.visit import COOKIE, Visit, fields, go, guest_pen, show
from bot.web import cookies
from bot.work.people import LOGIN_LASTS, enter, fingerprint, invited


async def invitation_page(desk: Desk, request: Request) -> Response:
    """Show the button that logs in."""
    person = await invited(desk.store, request.path_params["token"], desk.clock())
    if person is None:
        return _gone(desk, request)
    return show(desk, guest_pen(desk, request), "invitation.html", {"name": person.name})


async def accept(desk: Desk, request: Request) -> Response:
    """Use the link up, begin a login with a new secret, and lead to the desk."""
    await fields(request, ())
    login = desk.tokens() + desk.tokens()
    person = await enter(desk.store, request.path_params["token"], login, desk.clock())
    if person is None:
        return _gone(desk, request)
    await _end(desk, request)
    answer = go("/desk")
    cookies.write(request, answer, COOKIE, login, int(LOGIN_LASTS.total_seconds()), "lax")
    return answer


async def logout(visit: Visit) -> Response:
    """End the login."""
    await fields(visit.request, ())
    await _end(visit.desk, visit.request)
    answer = show(visit.desk, visit.pen, "logged_out.html", {})
    cookies.clear(visit.request, answer, COOKIE)
    return answer


async def _end(desk: Desk, request: Request) -> None:
    """End the login that the browser had until now, if it had one."""
    secret = cookies.read(request, COOKIE)
    if secret:
        await desk.store.logout(fingerprint(secret))


def _gone(desk: Desk, request: Request) -> Response:
    return show(desk, guest_pen(desk, request), "link_gone.html", {}, 404)
