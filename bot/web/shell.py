"""Puts the house's walls round its routes, in the one right order. Nobody else stacks these middlewares."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute, Router
from starlette.types import ASGIApp, Lifespan, Receive, Scope, Send

from bot.web.errors import LastResort
from bot.web.headers import SecurityHeaders
from bot.web.limits import BodyLimit, Rate, RateLimit
from bot.web.origin import SameOrigin

BODY_LIMIT = 3_500_000
"""Bytes: more than any platform sends in one update."""
BODY_SECONDS = 9.0
"""A second less than the connection's own deadline, so that the slow caller gets a proper answer."""
BODY_BUDGET = 12 * 1024 * 1024


def _never(_error: BaseException) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Walls:
    """What differs from house to house.

    ``base_url`` is the public address or empty; ``exempt`` the beginnings of webhook paths; ``frames`` which sites may
    frame which path; ``rates`` how often one network address may ask for what; ``now`` a monotonic clock; ``new_id``
    makes an error's number; ``style`` the address of the error page's stylesheet; ``is_away`` tells whether an error
    only means that the store is away.
    """

    now: Callable[[], float]
    new_id: Callable[[], str]
    base_url: str = ""
    exempt: Sequence[str] = ()
    frames: Mapping[str, str] = field(default_factory=dict)
    rates: Mapping[str, Rate] = field(default_factory=dict)
    style: str = ""
    is_away: Callable[[BaseException], bool] = _never


def walled(routes: Sequence[BaseRoute], walls: Walls, lifespan: Lifespan[Router] | None = None) -> ASGIApp:
    """Return the application: routes within limits, within the last resort, within the headers."""
    router = Router(routes, default=_nowhere, lifespan=lifespan, redirect_slashes=False)

    async def routed(scope: Scope, receive: Receive, send: Send) -> None:
        await router({**scope, "app": router}, receive, send)  # with an "app" a refusal is raised, not written

    app: ASGIApp = BodyLimit(routed, BODY_LIMIT, BODY_SECONDS, BODY_BUDGET)
    app = SameOrigin(app, walls.base_url, walls.exempt)
    app = RateLimit(app, walls.rates, walls.now)
    app = LastResort(app, walls.new_id, walls.style, walls.is_away)
    return SecurityHeaders(app, walls.frames)


async def _nowhere(_scope: Scope, _receive: Receive, _send: Send) -> None:
    """There is no such path. Web sockets do not come here, the server offers none."""
    raise HTTPException(404)
