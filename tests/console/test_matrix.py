"""Every route of the desk, by everybody, by every method: who gets in, and what every answer carries.

The table below is the promise. A route that it does not name fails the first test, so a new page cannot be forgotten.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import pytest
from fakes.desk import ASSETS, BERND, CARLA, EDA, MONA, House, Site, person, site, thread, ticket
from starlette.routing import Route

from bot.console.routes import desk_routes
from bot.model import AdviserId, TicketId
from bot.work.people import send_link

RANA = person(4, "Rana")
WHO = {"nobody": None, "other team": BERND, "colleague": EDA, "owner": MONA, "coordinator": CARLA}


@dataclass(frozen=True)
class Row:
    """What each of ``WHO`` gets from a route, with a form that is right."""

    method: str
    path: str
    gets: Sequence[int]
    form: dict[str, str]


def row(method: str, path: str, *gets: int, **form: str) -> Row:
    """One route with five answers: nobody, other team, colleague, owner, coordinator."""
    return Row(method, path, gets, form)


TICKET = "/desk/tickets/{number}"
TABLE = [
    row("GET", "/desk", 401, 200, 200, 200, 200),
    row("GET", "/desk/cards", 401, 200, 200, 200, 200),
    row("GET", "/desk/events", 401, 200, 200, 200, 200),
    row("GET", TICKET, 401, 404, 200, 200, 200),
    row("POST", f"{TICKET}/claim", 401, 404, 409, 303, 409),
    row("POST", f"{TICKET}/answer", 401, 404, 409, 303, 409, text="Hallo", version="2", seen="1"),
    row("POST", f"{TICKET}/note", 401, 404, 303, 303, 303, text="Notiz"),
    row("POST", f"{TICKET}/transfer", 401, 404, 409, 303, 303, to="4", text="Bitte"),
    row("POST", f"{TICKET}/return", 401, 404, 409, 303, 303),
    row("POST", f"{TICKET}/closure", 401, 404, 409, 303, 303, topic="geld", outcome="solved", version="2", seen="1"),
    row("GET", "/desk/me", 401, 200, 200, 200, 200),
    row("POST", "/desk/me", 401, 303, 303, 303, 303, languages="de", interface="de"),
    row("POST", "/desk/logout", 401, 200, 200, 200, 200),
    row("GET", "/desk/people", 401, 404, 404, 404, 200),
    row("POST", "/desk/people", 401, 404, 404, 404, 200, name="Neu", role="adviser"),
    row("POST", "/desk/people/{number}/link", 401, 404, 404, 404, 200),
    row("POST", "/desk/people/{number}/disable", 401, 404, 404, 404, 303),
    row("GET", "/invitation/{token}", 200, 200, 200, 200, 200),
    row("POST", "/invitation/{token}", 303, 303, 303, 303, 303),
    row("GET", "/impressum", 200, 200, 200, 200, 200),
    row("GET", "/datenschutz", 200, 200, 200, 200, 200),
    row("GET", "/barrierefreiheit", 200, 200, 200, 200, 200),
    row("GET", "/static/{path:path}", 404, 404, 404, 404, 404),
]
UNSAFE = [each for each in TABLE if each.method == "POST"]
HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cache-control": "no-store",
}


@pytest.fixture
async def place() -> Site:
    """A desk where Mona has question 7 and somebody has a link."""
    house = House()
    house.store.advisers[AdviserId(4)] = RANA
    house.store.put(thread(ticket(7, state="claimed", adviser=MONA.id, version=2)))
    await send_link(house.store, RANA, house.clock(), "geheim" * 5)
    return site(house)


def routes(place: Site) -> list[Route]:
    """The routes as the router knows them."""
    return [*desk_routes(place.desk), ASSETS.route()]


def address(path: str) -> str:
    """A route's path with something in its places: Mona's question, Rana, Rana's link."""
    number = "4" if "people" in path else "7"
    return path.replace("{number}", number).replace("{token}", "geheim" * 5).replace("{path:path}", "desk.0/x.js")


async def ask(place: Site, who: str, one: Row, **headers: str):
    """One request; a stream is ended as soon as it has begun."""
    if one.path == "/desk/events":
        place.streams.end()
    async with place.client(WHO[who]) as browser:
        return await browser.request(one.method, address(one.path), data=one.form or None, headers=headers)


async def test_the_table_names_every_route(place):
    """A01: a route that stands in no row of the table fails here, and so does a row without a route."""
    found = {(method, route.path) for route in routes(place) for method in route.methods - {"HEAD"}}
    assert found == {(each.method, each.path) for each in TABLE}


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("one", TABLE, ids=lambda one: f"{one.method} {one.path}")
async def test_everybody_gets_what_the_table_says(place, one, who):
    """A01: nobody without a login, no stranger to a question, no adviser on the coordinators' page."""
    expected = one.gets[list(WHO).index(who)]
    if one.path == "/desk/events" and expected == 200:
        expected = 503  # the server is stopping: the login was right, and the stream ends at once
    answer = await ask(place, who, one)
    assert answer.status_code == expected
    if expected in {401, 404, 409}:
        assert place.house.store.changes == []


@pytest.mark.parametrize(
    "one", [each for each in TABLE if each.gets[1] == 404], ids=lambda one: f"{one.method} {one.path}"
)
async def test_what_is_hidden_looks_like_what_does_not_exist(place, one):
    """A01: for a stranger an existing question and an invented one give the same answer, to the byte."""
    hidden = await ask(place, "other team", one)
    place.house.store.threads.pop(TicketId(7))
    assert (await ask(place, "other team", one)).content == hidden.content


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
async def test_a_method_that_no_route_has_is_refused(place, method):
    """A01: each path answers its own methods, and 405 to all others."""
    for path in {each.path for each in TABLE}:
        if method in {each.method for each in TABLE if each.path == path}:
            continue
        async with place.client(CARLA) as browser:
            assert (await browser.request(method, address(path))).status_code == 405, path


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "none"},
        {"sec-fetch-site": ""},
    ],
    ids=lambda headers: headers["sec-fetch-site"] or "empty",
)
@pytest.mark.parametrize("one", UNSAFE, ids=lambda one: one.path)
async def test_another_site_changes_nothing(place, one, headers):
    """A04: every unsafe route refuses what does not come from our own pages, even with a right login."""
    store = place.house.store
    place.login(CARLA)
    before = (dict(store.advisers), dict(store.invitations), set(store.logins))
    assert (await ask(place, "coordinator", one, **headers)).status_code == 403
    assert (store.advisers, store.invitations, set(store.logins)) == before
    assert store.changes == []


@pytest.mark.parametrize(
    ("origin", "status"), [("https://lotse.example", 303), ("https://boese.example", 403), ("null", 403), (None, 403)]
)
async def test_an_old_browser_is_known_by_its_origin(place, origin, status):
    """A04: where a browser does not say where a request comes from, its Origin must be our own."""
    async with place.client(MONA) as browser:
        del browser.headers["sec-fetch-site"]
        headers = {"origin": origin} if origin else {}
        answer = await browser.post("/desk/tickets/7/note", data={"text": "x"}, headers=headers)
    assert answer.status_code == status


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("one", TABLE, ids=lambda one: f"{one.method} {one.path}")
async def test_every_answer_carries_the_headers(place, one, who):
    """A05: pages, redirects, refusals and streams all say what a browser may do with them, and that none is kept."""
    answer = await ask(place, who, one)
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
    policy = answer.headers["content-security-policy"]
    assert ("default-src 'self'" in policy, "frame-ancestors 'none'" in policy, "unsafe" in policy) == (
        True,
        True,
        False,
    )


@pytest.mark.parametrize("one", [each for each in TABLE if each.method == "GET"], ids=lambda one: one.path)
async def test_no_page_has_anything_inline(place, one):
    """A05: no script, style or handler within a page, and nothing from another house; the strict policy breaks nothing."""
    text = (await ask(place, "coordinator", one)).text
    assert [
        word for word in ("<style", " style=", "javascript:", " onclick", " onload", "http://") if word in text
    ] == []
    assert text.count("<script") == text.count('<script type="module" src="/static/desk.')


async def test_an_error_inside_says_nothing(place):
    """A13: whatever breaks, the answer is a plain page with a number, and nothing of the error."""

    async def broken(*_args):
        raise ValueError("Yusuf, 0211 123")

    place.house.store.thread = broken
    async with place.client(MONA) as browser:
        answer = await browser.get("/desk/tickets/7")
    assert (answer.status_code, "Yusuf" in answer.text, "ValueError" in answer.text) == (500, False, False)


async def test_a_login_that_cannot_be_looked_up_is_no_login(place):
    """A13: when the store fails, the door stays shut."""

    async def broken(*_args):
        raise OSError("disk")

    place.house.store.login = broken
    async with place.client(CARLA) as browser:
        assert (await browser.get("/desk/people")).status_code == 500
