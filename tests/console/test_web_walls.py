"""The walls round every route: headers, limits, origin, the last resort."""

from collections.abc import Sequence

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from structlog.testing import capture_logs

from bot.web import cookies
from bot.web.limits import BodyLimit, Rate, network
from bot.web.shell import Walls, walled

SECRET = "Mein Kind heißt Yusuf"


class Clock:
    """A monotonic clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


async def ok(_request: Request) -> Response:
    return PlainTextResponse("ok")


async def echo(request: Request) -> Response:
    return PlainTextResponse(str(len(await request.body())))


async def broken(_request: Request) -> Response:
    raise ValueError(SECRET)


async def crumb(request: Request) -> Response:
    response = PlainTextResponse(cookies.read(request, "talk"))
    cookies.write(request, response, "talk", "abc", 60, "lax")
    return response


async def forget(request: Request) -> Response:
    response = PlainTextResponse("")
    cookies.clear(request, response, "talk")
    return response


ROUTES = [
    Route("/ok", ok),
    Route("/echo", echo, methods=["POST"]),
    Route("/hook", echo, methods=["POST"]),
    Route("/broken", broken, methods=["GET", "POST"]),
    Route("/chat", ok),
    Route("/crumb", crumb),
    Route("/forget", forget),
]
BROWSER = {"sec-fetch-site": "same-origin"}


def house(
    base: str = "https://lotse.example", client: tuple[str, int] = ("192.0.2.1", 5), **walls
) -> httpx.AsyncClient:
    """A client of a house with these walls."""
    settings = Walls(**({"now": lambda: 0.0, "new_id": lambda: "n7", "exempt": ["/hook"]} | walls))
    transport = httpx.ASGITransport(walled(ROUTES, settings), client=client)
    return httpx.AsyncClient(transport=transport, base_url=base)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/ok", 200),
        ("GET", "/nowhere", 404),
        ("GET", "/%00", 404),
        ("GET", "/echo", 405),
        ("POST", "/echo", 403),
        ("GET", "/broken", 500),
    ],
)
async def test_headers_everywhere(method, path, status):
    """Every answer carries the protective headers, errors and refusals too (A05)."""
    async with house() as client:
        answer = await client.request(method, path)
    assert answer.status_code == status
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'self'; ")
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cache-control"] == "no-store"
    assert "camera=()" in answer.headers["permissions-policy"]


async def test_frames_only_where_allowed():
    """Only the chat may be framed, only by the sites that are named (A05)."""
    async with house(frames={"/chat": "https://verein.example"}) as client:
        chat, other = await client.get("/chat"), await client.get("/ok")
    assert "frame-ancestors https://verein.example" in chat.headers["content-security-policy"]
    assert "frame-ancestors 'none'" in other.headers["content-security-policy"]


async def test_a_store_that_is_away_is_not_a_fault_of_ours():
    """Whoever asks meanwhile hears that they may ask again, and gets no number to complain with (A13)."""
    with capture_logs() as logs:
        async with house(is_away=lambda error: isinstance(error, ValueError)) as client:
            answer = await client.get("/broken")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
    assert "n7" not in answer.text
    assert [log["event"] for log in logs] == ["store_away"]


@pytest.mark.parametrize("accept", ["text/html", "application/json", "*/*"])
async def test_last_resort(accept):
    """An error inside becomes a generic answer with a number, and nothing of it reaches caller or log (A13)."""
    with capture_logs() as logs:
        async with house() as client:
            answer = await client.get("/broken", headers={"accept": accept})
    assert answer.status_code == 500
    assert "n7" in answer.text
    assert [(line["event"], line["id"], line["error"]) for line in logs] == [
        ("request_failed", "n7", "builtins.ValueError")
    ]
    assert "test_web_walls.py" in logs[0]["places"]
    for told in (answer.text, str(logs)):
        assert SECRET not in told
    assert "Traceback" not in answer.text


async def test_unknown_path_says_little():
    """An unknown path is 404 for a person and for a program, without its name (A13)."""
    async with house() as client:
        page = await client.get("/no<b>where", headers={"accept": "text/html"})
        data = await client.get("/no<b>where")
    assert "where" not in page.text
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert data.json() == {"error": "Diese Seite gibt es nicht."}


def origin_cases() -> Sequence[tuple[dict[str, str], str, int]]:
    """Headers, configured base URL, expected status."""
    ours = "https://lotse.example"
    return [
        ({"sec-fetch-site": "same-origin"}, "", 200),
        ({"sec-fetch-site": "same-site"}, "", 403),
        ({"sec-fetch-site": "cross-site", "origin": ours}, "", 403),
        ({"sec-fetch-site": "none"}, "", 403),
        ({"origin": ours}, "", 200),
        ({"origin": "https://lotse.example.evil"}, "", 403),
        ({"origin": "https://lotse.example:444"}, "", 403),
        ({"origin": "null"}, "", 403),
        ({"origin": ""}, "", 403),
        ({}, "", 403),
        ({"origin": ours}, "https://lotse.example/", 200),
        ({"origin": "http://lotse.example"}, "https://lotse.example", 403),
        ({"origin": ours}, "https://other.example", 403),
        ({}, "https://lotse.example", 403),
    ]


@pytest.mark.parametrize(("headers", "base_url", "status"), origin_cases())
async def test_same_origin(headers, base_url, status):
    """An unsafe method is taken from our own pages alone (A04)."""
    async with house(base_url=base_url) as client:
        answer = await client.post("/echo", headers=headers)
    assert answer.status_code == status


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
async def test_same_origin_every_unsafe_method(method):
    """Each unsafe method is refused, whatever the path, before anything looks at it (A04)."""
    async with house() as client:
        assert [(await client.request(method, path)).status_code for path in ("/ok", "/nowhere")] == [403, 403]


async def test_webhooks_are_exempt():
    """A webhook proves itself by its secret, not by an origin."""
    async with house() as client:
        assert (await client.post("/hook", content=b"123")).text == "3"


async def test_body_limits():
    """A body over the limit is 413 by its length and by count, a compressed one 415, at the limit it is read (P06)."""

    async def pieces(size):
        for _ in range(size // 50_000):
            yield b"x" * 50_000

    async with house() as client:
        at_limit = await client.post("/echo", content=b"x" * 3_500_000, headers=BROWSER)
        over = await client.post("/echo", content=b"x" * 3_500_001, headers=BROWSER)
        streamed = await client.post("/echo", content=pieces(3_550_000), headers=BROWSER)
        packed = await client.post("/echo", content=b"x", headers=BROWSER | {"content-encoding": "gzip"})
    assert at_limit.text == "3500000"
    assert [a.status_code for a in (over, streamed, packed)] == [413, 413, 415]
    assert over.headers["connection"] == "close"


async def test_body_budget():
    """All requests together hold no more than the budget; what is over comes again later (P06)."""
    freed = []

    async def holding(_scope, receive, _send):
        await receive()
        freed.append(limit._free)

    limit = BodyLimit(holding, limit=10, seconds=5, budget=8)
    scope = {"type": "http", "headers": [(b"content-length", b"8")]}

    async def receive():
        return {"type": "http.request", "body": b"12345678", "more_body": False}

    await limit(scope, receive, None)
    assert (freed, limit._free) == ([0], 8)
    with pytest.raises(Exception, match="503"):
        await BodyLimit(holding, limit=10, seconds=5, budget=7)(scope, receive, None)


async def test_caller_gone_in_the_middle():
    """A body that ends in the middle reaches nobody."""
    reached = []

    async def app(scope, _receive, _send):
        reached.append(scope)

    async def receive():
        return {"type": "http.disconnect"}

    scope = {"type": "http", "headers": [(b"transfer-encoding", b"chunked")]}
    await BodyLimit(app, limit=10, seconds=5, budget=8)(scope, receive, None)
    assert reached == []


async def test_rate():
    """So many at once, then 429 with the wait, then again one by one; another address is not touched."""
    clock = Clock()
    async with house(rates={"/ok": Rate(2, 10.0)}, now=clock) as client:
        first = [(await client.get("/ok")).status_code for _ in range(3)]
        refused = await client.get("/ok")
        free = await client.get("/chat")
        clock.now = 5.0
        later = [(await client.get("/ok")).status_code for _ in range(2)]
    assert first == [200, 200, 429]
    assert refused.headers["retry-after"] == "5"
    assert free.status_code == 200
    assert later == [200, 429]


@pytest.mark.parametrize(
    ("client", "counted"),
    [
        (("192.0.2.1", 1), "192.0.2.1"),
        (("2001:db8:1:2:3::4", 1), "2001:db8:1:2::/64"),
        (("unix", 0), ""),
        (None, ""),
    ],
)
def test_network(client, counted):
    """Callers are counted by address; with IPv6 by the network that one household has."""
    assert network(client) == counted


@pytest.mark.parametrize(
    ("base", "name", "secure"),
    [
        ("https://lotse.example", "__Host-talk", True),
        ("http://localhost:8080", "__Host-talk", True),
        ("http://127.0.0.1:8080", "__Host-talk", True),
        ("http://192.168.1.7:8080", "talk", False),
    ],
)
async def test_cookies(base, name, secure):
    """A cookie is for us alone: HttpOnly, Lax, and Secure with the host prefix wherever browsers allow it (A12)."""
    async with house(base) as client:
        given = (await client.get("/crumb")).headers["set-cookie"]
        back = await client.get("/crumb", headers={"cookie": f"{name}=abc"})
        gone = (await client.get("/forget")).headers["set-cookie"]
    assert given.startswith(f"{name}=abc; ")
    assert ("Secure" in given) == secure
    for part in ("HttpOnly", "SameSite=lax", "Path=/", "Max-Age=60"):
        assert part in given
    assert "Domain" not in given
    assert back.text == "abc"
    assert gone.startswith(f'{name}=""; ')
    assert "Max-Age=0" in gone
