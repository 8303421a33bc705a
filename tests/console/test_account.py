"""Logging in by a one-time link, staying logged in, logging out; and each person's own page."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from fakes.desk import CARLA, MONA, House, Site, person, site, thread, ticket

from bot.config.values import Organisation
from bot.model import Language
from bot.ports import LOGIN_IDLE
from bot.work.people import INVITATION_LASTS, LOGIN_LASTS, fingerprint, send_link

SECRET = "geheim" * 5
LINK = f"/invitation/{SECRET}"
GONE = (
    "Dieser Link gilt nicht mehr Ein Link gilt drei Tage und nur ein Mal. "
    "Bitten Sie Ihre Koordination um einen neuen Link."
)


@pytest.fixture
async def place() -> Site:
    """A desk at which Mona has a link."""
    made = site(House())
    await send_link(made.house.store, MONA, made.house.clock(), SECRET)
    return made


def plain(text: str) -> str:
    """A page's main words as a person reads them."""
    words = BeautifulSoup(text, "html.parser").main.get_text(" ")
    return " ".join(words.split()).translate({0x2068: None, 0x2069: None})


async def test_looking_at_a_link_uses_nothing_up(place):
    """A07: messengers and previews may fetch the link as often as they like; the button still works."""
    async with place.client() as browser:
        for _ in range(5):
            page = await browser.get(LINK)
            assert (page.status_code, "set-cookie" in page.headers) == (200, False)
            assert (await browser.head(LINK)).status_code == 200
        assert plain(page.text) == (
            "Guten Tag, Mona Mit diesem Link melden Sie sich an. Er funktioniert nur ein Mal. Anmelden"
        )
        assert (await browser.post(LINK)).status_code == 303
        assert (await browser.get("/desk")).status_code == 200


async def test_the_buttons_login_is_a_new_secret_in_a_safe_cookie(place):
    """A03: the cookie is one no script can read and no other site can set; the store knows only its hash."""
    async with place.client() as browser:
        answer = await browser.post(LINK)
    cookie = answer.headers["set-cookie"]
    secret = cookie.partition("=")[2].partition(";")[0]
    assert cookie.startswith("__Host-desk=")
    assert {part.strip().lower() for part in cookie.split(";")[1:]} == {
        "httponly",
        "secure",
        "samesite=lax",
        "path=/",
        "max-age=2592000",
    }
    assert len(secret) >= 52
    assert list(place.house.store.logins) == [fingerprint(secret)]


@pytest.mark.parametrize("how", ["unknown", "used", "old", "disabled"])
async def test_a_link_that_does_not_work_gets_one_equal_page(place, how):
    """A02: whatever is wrong with a link, the answer is the same and says how to get a new one."""
    async with place.client() as browser:
        if how == "used":
            await browser.post(LINK)
            browser.cookies.clear()
        if how == "old":
            place.house.clock.now += INVITATION_LASTS
        if how == "disabled":
            place.house.store.advisers[MONA.id] = person(1, "Mona", disabled_at=place.house.clock())
        path = "/invitation/erfunden" if how == "unknown" else LINK
        answers = [await browser.get(path), await browser.post(path)]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert {plain(answer.text) for answer in answers} == {GONE}
    assert [answer.headers.get("set-cookie") for answer in answers] == [None, None]


async def test_guessing_links_is_limited(place):
    """A02: one network may try thirty links a minute; then it has to wait, and hears how long."""
    async with place.client() as browser:
        codes = [(await browser.get(f"/invitation/x{number}")).status_code for number in range(31)]
    assert codes == [404] * 30 + [429]


async def test_a_link_of_another_site_logs_nobody_in(place):
    """A04: a form on another site cannot use a link up."""
    async with place.client() as browser:
        refused = await browser.post(LINK, headers={"sec-fetch-site": "cross-site"})
        assert (refused.status_code, (await browser.get(LINK)).status_code) == (403, 200)


async def test_a_new_login_ends_the_browsers_old_one(place):
    """A03: whoever logs in anew has a new secret, and the old one is worth nothing."""
    old = place.login(CARLA)
    async with place.client(CARLA) as browser:
        await browser.post(LINK)
        assert fingerprint(old) not in place.house.store.logins
        assert "Mona" in (await browser.get("/desk/me")).text


@pytest.mark.parametrize(
    ("steps", "status"),
    [
        ([LOGIN_IDLE], 200),
        ([LOGIN_IDLE + timedelta(seconds=1)], 401),
        ([LOGIN_IDLE] * 4 + [timedelta(days=1)], 200),
        ([LOGIN_IDLE] * 5, 401),
    ],
)
async def test_a_login_ends_idle_and_ends_for_good(place, steps, status):
    """A03: a week without a use ends it, and thirty days end it in any case."""
    assert timedelta(days=30) == LOGIN_LASTS
    async with place.client(MONA) as browser:
        for step in steps:
            place.house.clock.now += step
            answer = await browser.get("/desk")
        assert answer.status_code == status


async def test_logging_out_ends_the_login(place):
    """A03: after the button the secret is worth nothing, the cookie is gone, and a page says so."""
    async with place.client(MONA) as browser:
        answer = await browser.post("/desk/logout")
        assert plain(answer.text).startswith("Sie sind abgemeldet")
        assert '__Host-desk=""' in answer.headers["set-cookie"]
    assert place.house.store.logins == {}


@pytest.mark.parametrize("secret", ["", "erfunden", "login-of-1\u00e4"])
async def test_an_invented_login_opens_nothing(place, secret):
    """A01: no cookie, a wrong one and a strange one are all nobody."""
    async with place.client() as browser:
        answer = await browser.get("/desk", headers=[(b"cookie", f"__Host-desk={secret}".encode())])
    assert answer.status_code == 401
    assert plain(answer.text).startswith("Bitte melden Sie sich an")


async def test_a_stranger_is_addressed_in_their_browsers_language():
    """Pages without a login use the first language of the browser that the pages have."""
    place = site(House(), foreign={"ar": {"desk.login.needed": "يرجى تسجيل الدخول"}})
    async with place.client() as browser:
        for wished, tag, direction in [
            ("ar-SY,de;q=0.5", "ar", "rtl"),
            ("fr,uk;q=0.3", "uk", "ltr"),
            ("", "de", "ltr"),
        ]:
            answer = await browser.get("/desk", headers={"accept-language": wished})
            page = BeautifulSoup(answer.text, "html.parser")
            assert (page.html["lang"], page.html["dir"]) == (tag, direction)
        assert "يرجى" in (await browser.get("/desk", headers={"accept-language": "ar"})).text


async def test_my_page_shows_what_is_mine(place):
    """Languages I speak are ticked, the interface's is chosen, my teams' topics stand there."""
    async with place.client(MONA) as browser:
        page = BeautifulSoup((await browser.get("/desk/me")).text, "html.parser")
    assert {box["value"] for box in page.select("[name=languages][checked]")} == {"ar", "de"}
    assert [option["value"] for option in page.select("#interface [selected]")] == ["de"]
    assert [topic.text for topic in page.select(".plain li")] == ["Mitwirkung"]


async def test_i_say_which_languages_i_speak(place):
    """Languages and the pages' language are mine to choose; the desk is woken, for the queue changes by it."""
    async with place.client(MONA) as browser:
        answer = await browser.post("/desk/me", data={"languages": ["uk", "de"], "interface": "ar"})
        assert answer.headers["location"] == "/desk/me?said=saved"
        page = BeautifulSoup((await browser.get("/desk/me")).text, "html.parser")
    mona = place.house.store.advisers[MONA.id]
    assert (mona.languages, mona.interface, place.house.wake.rang) == (("uk", "de"), "ar", ["desk"])
    assert page.html["dir"] == "rtl"


@pytest.mark.parametrize(
    "form",
    [
        {"languages": "uk", "interface": "de", "role": "coordinator"},
        {"languages": "uk", "interface": "de", "teams": "recht"},
        {"languages": "xx", "interface": "de"},
        {"languages": "uk", "interface": "xx"},
        {"languages": "uk"},
    ],
)
async def test_nobody_promotes_themselves(place, form):
    """A08, A10: role and teams are not mine to say, and languages that are not offered do not exist."""
    async with place.client(MONA) as browser:
        assert (await browser.post("/desk/me", data=form)).status_code == 400
    assert place.house.store.advisers[MONA.id] == MONA


async def test_a_person_without_a_language_sees_a_calm_desk(place):
    """Whoever unticks all languages has an empty list, not an error."""
    place.house.store.put(thread(ticket(7)))
    async with place.client(MONA) as browser:
        await browser.post("/desk/me", data={"interface": "de"})
        assert place.house.store.advisers[MONA.id].languages == ()
        assert (await browser.get("/desk")).status_code == 200


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/impressum", "Impressum Anbieter Noch nicht eingetragen."),
        ("/datenschutz", "Datenschutz Wer ist verantwortlich? Noch nicht eingetragen."),
        ("/barrierefreiheit", "Barrierefreiheit Diese Seiten sollen für alle benutzbar sein."),
    ],
)
async def test_the_pages_the_law_asks_for_are_honest(path, words):
    """What nobody has filled in yet is marked as missing, in plain sight."""
    async with site(House()).client() as browser:
        answer = await browser.get(path)
    assert (answer.status_code, plain(answer.text)[: len(words)]) == (200, words)
    assert 'class="to-fill"' in answer.text


async def test_what_the_organisation_says_of_itself_is_shown():
    """Everything that the configuration says of the organisation stands in the imprint, as text, and nothing is missing."""
    house = Organisation(
        name="Verein <b>",
        address=("Straße 1", "40210 Düsseldorf"),
        represented_by="V. Stand",
        mail="post@verein.example",
        phone="0211 1",
        website="https://verein.example",
        register="VR 1",
        responsible="R. Edaktion",
        privacy_contact="daten@verein.example",
    )
    async with site(House(), organisation=house).client() as browser:
        page = BeautifulSoup((await browser.get("/impressum")).text, "html.parser")
        privacy = BeautifulSoup((await browser.get("/datenschutz")).text, "html.parser")
    assert [part.text for part in page.select("bdi")] == [
        "Verein <b>",
        "Straße 1",
        "40210 Düsseldorf",
        "V. Stand",
        "post@verein.example",
        "0211 1",
        "https://verein.example",
        "VR 1",
        "R. Edaktion",
    ]
    assert [link["href"] for link in page.select("article a")] == ["https://verein.example"]
    assert page.select(".to-fill") == []
    assert [part.text for part in privacy.select("bdi")] == ["Verein <b>", "daten@verein.example"]


@pytest.mark.parametrize(
    ("source", "links", "asked"),
    [
        ("https://git.example/lotse?a=1&b=2", [("Quelltext", "https://git.example/lotse?a=1&b=2")], False),
        ("", [], True),
    ],
)
async def test_the_source_code_is_offered(source, links, asked):
    """Who uses the house over the network gets the running version's source (AGPL, section 13): by a link, or by asking."""
    async with site(House(), organisation=Organisation("", source_url=source)).client() as browser:
        page = BeautifulSoup((await browser.get("/impressum")).text, "html.parser")
    assert [(link.text, link["href"]) for link in page.select("article a")] == links
    assert ("Wir schicken ihn Ihnen kostenlos." in page.text) == asked


async def test_a_language_of_the_interface_that_is_missing_is_german():
    """A person whose interface language is no longer offered still gets pages, from the words' own fallback."""
    place = site(House())
    place.house.store.advisers[MONA.id] = person(1, "Mona", interface=Language("fr"))
    async with place.client(MONA) as browser:
        page = BeautifulSoup((await browser.get("/desk")).text, "html.parser")
    assert (page.html["lang"], page.h1.text) == ("fr", "Fragen")
