"""Cookies that only our own pages can set and no script can read.

Over https and from this very machine they are ``Secure`` and carry the prefix ``__Host-``; over plain http from another
machine browsers would drop such a cookie, so there it is a simple one (a notice for operators belongs elsewhere).
"""

from typing import Literal

from starlette.requests import Request
from starlette.responses import Response

LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})


def read(request: Request, name: str) -> str:
    """Return a cookie's value, empty when there is none."""
    return request.cookies.get(_full(request, name), "")


def write(
    request: Request,
    response: Response,
    name: str,
    value: str,
    seconds: int,
    same_site: Literal["lax", "strict", "none"],
) -> None:
    """Put a cookie on an answer, for so many seconds.

    ``none`` is for a page in another site's frame: the cookie then belongs to that site's frame alone (partitioned).
    """
    response.set_cookie(
        _full(request, name),
        value,
        max_age=seconds,
        path="/",
        secure=trusted(request),
        httponly=True,
        samesite=same_site,
    )
    if same_site == "none":
        key, written = response.raw_headers[-1]
        response.raw_headers[-1] = (key, written + b"; Partitioned")  # the standard library does not know the word yet


def clear(request: Request, response: Response, name: str) -> None:
    """Make the browser forget a cookie."""
    response.delete_cookie(_full(request, name), path="/", secure=trusted(request), httponly=True, samesite="lax")


def trusted(request: Request) -> bool:
    """Whether browsers take the connection for a trusted one: https, or this very machine."""
    return request.url.scheme == "https" or (request.url.hostname or "") in LOCAL


def _full(request: Request, name: str) -> str:
    return f"__Host-{name}" if trusted(request) else name
