"""A parent's own data on the page: behind their cookie alone, for a day; and the end of a talk that was erased."""

import json
from datetime import timedelta

import httpx
import pytest
from channels.test_webchat_routes import COOKIE, OTHER, browser, post, stream
from channels.webchat_house import TOKEN, House

from bot.channels.webchat.own import ENDINGS
from bot.channels.webchat.words import PAGE_WORDS
from bot.model import ContactId, Language
from bot.text.message import Message

DE = Language("de")
DATA = Message("Hier ist alles", DE, "ltr", enclosed="data")
GOODBYE = Message("Ihre Daten sind gelöscht.", DE, "ltr")


async def talking(house: House, client: httpx.AsyncClient, cookie: dict = COOKIE) -> ContactId:
    """Let a parent begin, and the house offer them their data; return who they are."""
    await post(client, {"id": "1", "kind": "start"}, cookie)
    contact = next(reversed(house.contacts.values()))
    house.say(contact, DATA)
    return contact


def offered(house: House, contact: ContactId) -> str:
    """Return the token of the message with the data."""
    return next(line.token for line in house.lines[contact] if line.message is DATA)


@pytest.mark.parametrize("ending", ENDINGS)
async def test_x04_the_files_are_the_parents_own(ending):
    """X04: who has the cookie gets the file, as a download that nobody keeps."""
    house = House()
    async with browser(house) as client:
        contact = await talking(house, client)
        answer = await client.get(f"/chat/data/{offered(house, contact)}.{ending}", headers=COOKIE)
    assert answer.status_code == 200
    assert answer.headers["content-disposition"] == f'attachment; filename="kept.{ending}"'
    assert (answer.headers["cache-control"], answer.headers["x-content-type-options"]) == ("no-store", "nosniff")
    assert answer.content == (f"<p>{contact}</p>".encode() if ending == "html" else b"{}")


async def test_x04_nobody_else_gets_them():
    """X04, A12: not without a cookie, not with another's, not by another message, not by a name that is none."""
    house = House()
    async with browser(house) as client:
        mine = await talking(house, client)
        theirs = await talking(house, client, OTHER)
        house.say(mine, GOODBYE)
        other = house.lines[mine][-1].token
        names = [
            (f"{offered(house, mine)}.html", {}),
            (f"{offered(house, mine)}.html", OTHER),
            (f"{offered(house, theirs)}.html", COOKIE),
            (f"{other}.html", COOKIE),
            (f"{offered(house, mine)}.exe", COOKIE),
            ("..%2f..%2fetc.json", COOKIE),
            (".html", COOKIE),
        ]
        found = [(await client.get(f"/chat/data/{name}", headers=cookie)).status_code for name, cookie in names]
    assert found == [404] * len(names)


async def test_x04_the_files_are_there_for_a_day():
    """X04: after that they have to be asked for anew; a clock that ran ahead shows nothing older either."""
    house = House()
    async with browser(house) as client:
        contact = await talking(house, client)
        path = f"/chat/data/{offered(house, contact)}.json"
        codes = []
        for later in (timedelta(hours=23), timedelta(hours=25), timedelta(hours=-25)):
            house.at += later
            codes.append((await client.get(path, headers=COOKIE)).status_code)
            house.at -= later
    assert codes == [200, 404, 404]


async def test_the_page_draws_the_files():
    """Both stand under the message as documents, in the page's words."""
    house = House()
    async with browser(house) as client:
        contact = await talking(house, client)
    async with house.open(0, lambda: TOKEN) as port, stream(port) as events:
        (line,) = [json.loads(each["data"]) for each in await events.until("ready") if "event" not in each]
    token = offered(house, contact)
    assert line["media"] == [
        {"kind": "document", "src": f"/chat/data/{token}.html", "alt": PAGE_WORDS["data_read"], "about": "HTML"},
        {"kind": "document", "src": f"/chat/data/{token}.json", "alt": PAGE_WORDS["data_program"], "about": "JSON"},
    ]


# -- the end


async def test_x03_an_open_page_hears_the_goodbye_and_that_it_is_over():
    """X03, A12: on the stream that was open when everything was erased; then the stream ends."""
    house = House()
    async with browser(house) as client:
        await talking(house, client)
    async with house.open(0, lambda: TOKEN) as port, stream(port) as events:
        await events.until("ready")
        house.erase(TOKEN, GOODBYE)
        told = await events.until("gone")
        assert [json.loads(each["data"])["text"] for each in told if "event" not in each] == [GOODBYE.text]
        assert await events.next() == {}


async def test_x03_a_page_that_comes_later_hears_it_too():
    """X03: offline when it happened: the next visit shows the goodbye, and nothing from before."""
    house = House()
    async with browser(house) as client:
        await talking(house, client)
    house.erase(TOKEN, GOODBYE)
    async with house.open(0, lambda: TOKEN) as port, stream(port) as events:
        told = await events.until("gone")
    assert [json.loads(each["data"])["text"] for each in told if "event" not in each] == [GOODBYE.text]


async def test_a_page_whose_talk_went_by_itself_begins_anew():
    """Erased after a long silence: nothing is said, and the page may begin."""
    house = House()
    async with browser(house) as client:
        contact = await talking(house, client)
    async with house.open(0, lambda: TOKEN) as port, stream(port) as events:
        await events.until("ready")
        del house.contacts[TOKEN], house.lines[contact]
        house.bells.ring(f"contact:{contact}")
        assert await events.until("unknown") == []


async def test_a12_the_browser_forgets_who_it_was():
    """A12: the cookie ends, plain and in frames, and whatever else is kept; the goodbye counts as read."""
    house = House()
    async with browser(house) as client:
        await talking(house, client)
        house.erase(TOKEN, GOODBYE)
        ear = house.bells.listen("erased")
        answer = await client.post("/chat/end", json={}, headers=COOKIE)
    assert (answer.status_code, answer.headers["clear-site-data"]) == (204, '"cookies", "storage"')
    ended = answer.headers.get_list("set-cookie")
    assert [each.partition("; ")[0] for each in ended] == ['__Host-elternlotse=""'] * 2
    assert all("Max-Age=0" in each for each in ended)
    assert ended[1].endswith("Partitioned")
    assert house.shown == [house.lines[ContactId(1001)][-1].token]
    assert ear.rung.is_set()


async def test_a_talk_that_goes_on_is_not_ended():
    """Only what was erased can be ended: a page of another tab, or a guess, loses nobody their talk."""
    house = House()
    async with browser(house) as client:
        await talking(house, client)
        answer = await client.post("/chat/end", json={}, headers=COOKIE)
        again = await client.post("/chat/end", json={}, headers=OTHER)
        foreign = await client.post(
            "/chat/end", json={}, headers={**COOKIE, "sec-fetch-site": "cross-site", "origin": "https://evil.example"}
        )
    assert (answer.status_code, "clear-site-data" in answer.headers) == (409, False)
    assert again.status_code == 204, "nobody is there any more: the page may forget it"
    assert foreign.status_code == 403
