"""What is kept of a parent as files: complete for programs, readable for people, in every language, and never markup."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from bs4 import BeautifulSoup
from fakes.talking import Talking, talking

from bot.app.files import files_of, program
from bot.channels.house import House
from bot.channels.webchat.channel import ACCOUNT, WebChat
from bot.config import read_file
from bot.model import HOUSE, ContactId, Language
from bot.store.belongings import SHOWN
from bot.text.languages import direction
from bot.work import answer
from bot.work.answer import ANY, Office, Written
from bot.work.own_data import JSON, PAGE, OwnData

ROOT = Path(__file__).parents[2]
PROGRAM = program(ROOT / "locales")
FILES = files_of(read_file(ROOT / "config.yaml", {}))
LANGUAGES = tuple(Language(code) for code in ("de", "tr", "ar", "uk"))
HOSTILE = '<script>alert(1)</script> {{7*7}} \u202eabc & "Mia"\nzweite Zeile'


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[Talking]:
    """A house with the flows that are here, in all their languages."""
    async with talking(tmp_path, files=FILES, program=PROGRAM, languages=LANGUAGES) as opened:
        yield opened


def own_data(house: Talking) -> OwnData:
    """Return the verb over a house."""
    channels = {HOUSE: House(), ACCOUNT: WebChat()}
    return OwnData(house.store, house.clock, channels, house.publish.edition, ZoneInfo("Europe/Berlin"))


async def shown(house: Talking, contact: ContactId) -> tuple[BeautifulSoup, dict]:
    """Return a contact's page and JSON."""
    page, data = await own_data(house)(contact)
    assert (page.name, data.name) == (PAGE, JSON)
    return BeautifulSoup(page.body.decode(), "html.parser"), json.loads(data.body)


async def with_question(house: Talking, who: str, language: str, words: str) -> ContactId:
    """Let a parent choose a language, ask a person, and be answered."""
    await house.hear(house.fragment(who, kind="start"))
    await house.hear(house.fragment(who, kind="press", token=f"l.{language}", label="x"))
    await house.say(who, "/mensch", words)
    await house.hear(house.fragment(who, kind="press", token="t.done", label="x"))
    contact = await house.contact(who)
    (kim,) = await house.store.people()
    ticket = max(thread.ticket.id for thread in await house.store.open_tickets() if thread.ticket.contact == contact)
    office = Office(
        house.store, house.wake, house.clock, lambda: f"t{who}", lambda: house.publish.newest.revision.topics
    )
    lead = replace(kim, role="coordinator")
    assert isinstance(await answer.note(office, lead, ticket, "Nur für uns: schwierig"), Written)
    assert isinstance(await answer.answer(office, lead, ticket, "Das geht so.", ANY), Written)
    while await house.converse.step():
        pass
    return contact


@pytest.mark.parametrize("language", LANGUAGES)
async def test_x04_the_page_is_in_the_parents_language(house: Talking, language: Language) -> None:
    """X04: every heading in their language and direction, with all that they and we wrote, and no German between."""
    contact = await with_question(house, "lina", language, "Meine Frage an Sie")
    page, _ = await shown(house, contact)
    assert (page.html["lang"], page.html["dir"]) == (language, direction(language))
    words = PROGRAM.translated.get(language, {}) if language != "de" else PROGRAM.german
    headings = ("you", "received", "sent", "answers", "questions", "reminders", "ratings")
    assert [each.text for each in page.find_all("h2")] == [words[f"data.{name}"] for name in headings]
    assert page.title.text == words["data.title"]
    assert "02.03.2026, 10:00" in page.p.text
    assert "Meine Frage an Sie" in page.text
    assert "Das geht so." in page.text
    assert words["data.nothing"] in page.text


async def test_x04_the_json_has_every_table(house: Talking) -> None:
    """X04: all that the store shows, by the names of the schema; a fragment is the JSON it was."""
    contact = await with_question(house, "lina", "de", "Meine Frage an Sie")
    _, data = await shown(house, contact)
    assert set(data) == {"made_at", *SHOWN}
    assert {"kind": "text", "text": "Meine Frage an Sie"} in [row["body"] for row in data["inbound"]]
    assert [row["text"] for row in data["message"]] == ["Meine Frage an Sie", "Das geht so."]
    assert data["address"][0]["readable"] == "lina"
    assert data["session"][0]["body"]["language"] == "de"


@pytest.mark.parametrize("place", [0, 1], ids=["page", "json"])
async def test_x04_no_name_and_no_note_of_the_house(house: Talking, place: int) -> None:
    """X04: neither who answered nor what colleagues noted stands in either file."""
    contact = await with_question(house, "lina", "de", "Meine Frage an Sie")
    body = (await own_data(house)(contact))[place].body.decode()
    (kim,) = await house.store.people()
    assert kim.name not in body
    assert "schwierig" not in body
    assert "Das geht so." in body


async def test_i02_what_was_written_is_never_markup(house: Talking) -> None:
    """I02: hostile words stand as they are, each in its own direction, and make no element."""
    contact = await with_question(house, "lina", "ar", HOSTILE)
    page, data = await shown(house, contact)
    assert page.find_all(["script", "img", "a", "iframe"]) == []
    lines = [each.get_text("\n") for each in page.find_all("bdi", dir="auto")]
    assert any("<script>alert(1)</script>" in each and "zweite Zeile" in each for each in lines)
    assert any("<script>alert(1)" in row["text"] for row in data["message"])


async def test_words_that_are_no_unicode_are_shown_as_well_as_can_be(house: Talking) -> None:
    """P04: half a character, NUL and bytes that are no JSON break nothing."""
    await house.say("lina", "Guten Tag \ud83d", "Ein \x00 Zeichen")
    await house.hear(house.fragment("lina", kind="react"))
    page, data = await shown(house, await house.contact("lina"))
    assert "Guten Tag" in page.text
    assert data["inbound"]


async def test_nobody_is_an_empty_page(house: Talking) -> None:
    """X03: of an erased contact both files are there and say nothing."""
    contact = await with_question(house, "lina", "tr", "Soru")
    await house.store.erase([contact], house.now)
    page, data = await shown(house, contact)
    assert all(not data[table] for table in SHOWN)
    assert "Soru" not in page.text
    assert page.html["lang"] == "de"
