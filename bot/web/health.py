"""Three addresses for machines that watch over this one: alive (``/healthz``), ready (``/readyz``), figures (``/metrics``).

Whoever asks from this machine or a private network, and not through a proxy, is told everything. To everybody else
``/healthz`` says ok or not, and ``/metrics`` does not exist: how a house is doing is nobody's business but its operators'.
"""

import ipaddress
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Protocol

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from bot.work.health import Health, Pulse, told, troubles

FIGURES_TYPE = "text/plain; version=0.0.4; charset=utf-8"
"""The form of ``/metrics`` that every Prometheus reads."""
FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip", "via")
"""Headers that a proxy adds: the one who really asks may be anybody."""


class Figures(Protocol):
    """Whoever writes figures out."""

    def exposition(self, pulse: Pulse, *, ready: bool) -> bytes:
        """Return all figures, given how it is and whether it is ready, in the text form of Prometheus."""


def health_routes(health: Health, figures: Figures) -> Sequence[Route]:
    """Return the three routes."""
    return [
        Route("/healthz", partial(_healthz, health)),
        Route("/readyz", partial(_readyz, health)),
        Route("/metrics", _guarded(partial(_metrics, health, figures))),
    ]


def is_inside(request: Request) -> bool:
    """Whether somebody asks from this machine or a private network, and not through a proxy."""
    if request.client is None or any(name in request.headers for name in FORWARDED):
        return False
    try:
        peer = ipaddress.ip_address(request.client.host)
    except ValueError:
        return False
    peer = getattr(peer, "ipv4_mapped", None) or peer
    return peer.is_loopback or peer.is_private


async def _healthz(health: Health, request: Request) -> Response:
    """200 while a restart would not help, 503 where it would."""
    pulse = await health.pulse()
    status = 200 if pulse.is_alive else 503
    if is_inside(request):
        return JSONResponse(dict(told(pulse)), status)
    return PlainTextResponse("not ok\n" if troubles(pulse) else "ok\n", status)


async def _readyz(health: Health, _request: Request) -> Response:
    """200 while what is sent here can be kept, 503 while it cannot, or while this program is ending."""
    return PlainTextResponse("ready\n", 200) if await health.is_ready() else PlainTextResponse("not ready\n", 503)


async def _metrics(health: Health, figures: Figures, _request: Request) -> Response:
    ready = await health.is_ready()
    return Response(figures.exposition(await health.pulse(), ready=ready), 200, media_type=FIGURES_TYPE)


def _guarded(handler: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        if not is_inside(request):
            raise HTTPException(404)
        return await handler(request)

    return endpoint
