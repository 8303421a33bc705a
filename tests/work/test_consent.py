"""Consent: in every language the notice comes before the first question, going on is the yes, and it is kept with its wording."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from fakes.talking import Talking, talking

from bot.app.files import files_of, program
from bot.config import read_file
from bot.flow.message import content
from bot.model import Language
from bot.text.interface import GERMAN, NOTICE

ROOT = Path(__file__).parents[2]
PROGRAM = program(ROOT / "locales")
FILES = files_of(read_file(ROOT / "config.yaml", {}))
LANGUAGES = tuple(Language(code) for code in ("de", "tr", "ar", "uk"))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Talking]:
    """A house with the flows that are here, in all their languages."""
    folder = tmp_path_factory.mktemp("house")
    async with talking(folder, files=FILES, program=PROGRAM, languages=LANGUAGES) as opened:
        yield opened


def words(language: Language, name: str) -> str:
    """Return a text of the program in a language."""
    return GERMAN[name] if language == "de" else PROGRAM.translated[language][name]


async def agreed(house: Talking, who: str) -> list[str]:
    """Return the versions of the notice after which a parent went on."""
    return [str(row["version"]) for row in (await house.store.belongings(await house.contact(who)))["consent"]]


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("language", LANGUAGES)
async def test_x06_the_notice_comes_before_the_first_question(house: Talking, language: Language) -> None:
    """X06: what is kept, that it can be erased, and the way to more: in the parent's language, first of all."""
    who = f"new {language}"
    await house.hear(house.fragment(who, kind="start"))
    assert await agreed(house, who) == []
    await house.hear(house.fragment(who, kind="press", token=f"l.{language}", label="x"))
    lines = [line.message for line in await house.store.chat(await house.contact(who), "", 9) if line.message]
    notice = lines[1]
    assert words(language, "welcome.privacy") in notice.text
    assert (notice.language, notice.buttons[0].token) == (language, "c.datenschutz")
    assert await agreed(house, who) == []
    await house.hear(house.fragment(who, kind="press", token="c.menu", label="x"))
    assert await agreed(house, who) == [NOTICE]


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("language", LANGUAGES)
async def test_x06_children_are_spoken_of_in_every_language(house: Talking, language: Language) -> None:
    """X06: the page behind the button asks to write no full names of children, and how to see and erase everything."""
    catalogs = house.publish.newest.catalogs
    hint = catalogs.find(content("datenschutz", "kinder", "say"), language)
    assert (hint == catalogs.find(content("datenschutz", "kinder", "say"), Language("de"))) == (language == "de")
    how = catalogs.find(content("datenschutz", "loeschen", "say"), language)
    for command in ("loeschen", "meinedaten"):
        known = words(language, f"command.{command}.words").split(", ")
        assert any(each in how for each in known), "what it says to type is understood"


@pytest.mark.asyncio(loop_scope="module")
async def test_x06_words_before_the_notice_wait_for_the_yes(house: Talking) -> None:
    """X06: a first text is no consent, nor is the language; only what comes after the notice is."""
    await house.say("talks", "Meine Tochter wird in der Schule geärgert")
    assert await agreed(house, "talks") == []
    await house.press("talks", "Deutsch")
    assert await agreed(house, "talks") == []
    await house.say("talks", "Und jetzt?")
    assert await agreed(house, "talks") == [NOTICE]


def test_x06_another_wording_is_another_version() -> None:
    """X06: the version is made of the notice's words, so nobody can forget to count it up."""
    assert len(NOTICE) == 12
    assert int(NOTICE, 16) > 0
