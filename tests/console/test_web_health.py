"""The addresses for machines: who hears how the house is, and what everybody else hears."""

import json
from collections.abc import Mapping
from contextlib import asynccontextmanager

import httpx
import pytest
from fakes.vitals import Patient
from prometheus_client.parser import text_string_to_metric_families

from bot.services.meter import PrometheusMeter
from bot.web.health import FORWARDED, health_routes
from bot.web.shell import Walls, walled
from bot.work.health import STUCK, Health

INSIDE = ("127.0.0.1", "::1", "10.1.2.3", "172.18.0.5", "192.168.1.9", "fd00::7", "::ffff:10.0.0.1")
OUTSIDE = ("93.184.216.34", "2606:2800:220:1::1", "::ffff:93.184.216.34", "100.64.1.1", "testclient", "")


@asynccontextmanager
async def asking(health: Health, peer: str = "127.0.0.1"):
    """Ask from a network address."""
    app = walled(health_routes(health, PrometheusMeter("1", "web")), Walls(lambda: 0.0, lambda: "1"))
    transport = httpx.ASGITransport(app=app, client=(peer, 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://lotse.example") as client:
        yield client


@pytest.mark.parametrize("peer", INSIDE)
async def test_who_is_near_is_told_everything(peer):
    """O07: this machine and private networks hear how it is, as JSON and as figures."""
    async with asking(Patient().health(), peer) as client:
        answer, figures = await client.get("/healthz"), await client.get("/metrics")
    assert (200, True) == (answer.status_code, json.loads(answer.text)["ok"])
    assert (200, "text/plain; version=0.0.4; charset=utf-8") == (figures.status_code, figures.headers["content-type"])
    assert "elternlotse_store_up" in {each.name for each in text_string_to_metric_families(figures.text)}


@pytest.mark.parametrize("peer", OUTSIDE)
async def test_who_is_far_is_told_a_word(peer):
    """The world hears ok or not, and that there are no figures here."""
    async with asking(Patient(disk=0).health(), peer) as client:
        answer, figures = await client.get("/healthz"), await client.get("/metrics")
    assert (200, "not ok\n", 404) == (answer.status_code, answer.text, figures.status_code)


@pytest.mark.parametrize("header", FORWARDED)
async def test_who_comes_through_a_proxy_may_be_anybody(header):
    """A proxy on this machine is near, but those who come through it are not."""
    async with asking(Patient().health()) as client:
        answer = await client.get("/healthz", headers={header: "127.0.0.1"})
        figures = await client.get("/metrics", headers={header: "127.0.0.1"})
    assert ("ok\n", 404) == (answer.text, figures.status_code)


@pytest.mark.parametrize(
    ("changed", "statuses"),
    [
        ({}, {"/healthz": 200, "/readyz": 200}),
        ({"away": True}, {"/healthz": 200, "/readyz": 503}),
        ({"full": True}, {"/healthz": 200, "/readyz": 503}),
        ({"disk": 0, "key": False}, {"/healthz": 200, "/readyz": 200}),
        ({"step": STUCK + 1}, {"/healthz": 503, "/readyz": 200}),
    ],
)
async def test_o07_a_database_that_is_away_restarts_nobody(changed: Mapping[str, object], statuses):
    """O07: not alive only where a restart would help; not ready where nothing can be kept."""
    async with asking(Patient(**changed).health()) as client:  # type: ignore[arg-type]
        assert statuses == {path: (await client.get(path)).status_code for path in statuses}


async def test_figures_come_also_while_the_store_is_away():
    """What only the store knows is left out; that it is away is there."""
    async with asking(Patient(away=True).health()) as client:
        text = (await client.get("/metrics")).text
    found = {each.name: each.samples for each in text_string_to_metric_families(text)}
    assert 0.0 == found["elternlotse_store_up"][0].value
    assert "elternlotse_unread" not in found


async def test_x01_nothing_of_a_failure_is_told():
    """X01: the words of an error are in no answer."""
    async with asking(Patient(away=True).health()) as client:
        texts = [(await client.get(path)).text for path in ("/healthz", "/readyz", "/metrics")]
    assert not any("parent's words" in text for text in texts)
