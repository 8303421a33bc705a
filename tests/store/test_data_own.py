"""``data forget`` and ``data export``: by an operator's hand what parents can do themselves, on either engine."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from core.small import small_files
from data_kit import Home, made_home, names
from store_kit import TELEGRAM, WEBCHAT, asked, done, fragment, heard, outgoing

from bot.check.edition import name_of
from bot.flow.session import Session
from bot.model import ContactId, Language, Received
from bot.ports import StoredRevision
from bot.services import clock
from bot.services.erased import NAME
from bot.store.erased import known_of_file
from bot.store.verbs import Verbs


@pytest.fixture(params=["sqlite", "postgres"])
async def home(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Home]:
    """A house's folder, on either engine, with two parents."""
    made = await made_home(tmp_path / "home", request.param)
    store = await made.store()
    try:
        files = small_files()
        await store.publish(StoredRevision(name_of(files), files, "test", clock.now()))
        for who in ("lina", "omar"):
            case = await asked(store, f"Frage von {who}", address=who, account=TELEGRAM)
            said = (outgoing(who, f"Antwort an {who}"),)
            session = Session(language=Language("de"))
            await store.commit([replace(done(case, *said, session=session), agreed="v1")], clock.now())
    finally:
        await store.close()
    yield made
    await made.leave_postgres()


async def says(home: Home, *words: object) -> tuple[int, str]:
    """Run a command; return its code and what it said."""
    said = await asyncio.to_thread(home.says, *words)
    return said.code, said.out + said.err


async def contact_of(home: Home, who: str) -> ContactId | None:
    """Return who is behind an address."""
    store = await home.store()
    try:
        return await store.contact_of(TELEGRAM, who)
    finally:
        await store.close()


async def test_x03_a_contact_is_erased_by_number(home: Home) -> None:
    """X03: the one that was named, noted in the list; the other keeps all; a second time there is nobody."""
    lina = await contact_of(home, "lina")
    code, said = await says(home, "forget", lina, "--yes")
    assert (code, "Gelöscht: 1." in said) == (0, True)
    assert await contact_of(home, "lina") is None
    assert await contact_of(home, "omar") is not None
    assert known_of_file(home.data / NAME).erased.keys() == {lina}
    code, said = await says(home, "forget", lina, "--yes")
    assert (code, "gibt es nicht (mehr)" in said) == (2, True)


async def test_x05_a_dry_run_erases_nobody(home: Home) -> None:
    """X05: it says how many it would be; of several one of whom there is not, nobody goes either."""
    lina = await contact_of(home, "lina")
    assert await says(home, "forget", lina, "--dry-run") == (0, await named(lina) + "Gelöscht würden: 1.\n")
    code, said = await says(home, "forget", lina, 4711, "--yes")
    assert (code, "4711. Nichts ist gelöscht." in said) == (2, True)
    assert await contact_of(home, "lina") == lina
    assert names(home.data).count(NAME) == 0


async def named(contact: ContactId | None) -> str:
    """Return how a contact is named before anything is asked."""
    return f"Elternteil {contact}, seit 24.11.2026\n"


async def test_x05_without_anybody_a_dry_run_counts_what_is_due(home: Home) -> None:
    """X05: each kind with its count and its words in German; nothing is erased."""
    code, said = await says(home, "forget", "--dry-run")
    assert code == 0
    assert "       0  Alles von Eltern ohne offene Frage und ohne Erinnerung\n" in said
    assert len(said.splitlines()) == 11
    assert await contact_of(home, "lina") is not None


async def test_idle_contacts_are_erased(home: Home) -> None:
    """X05: only who was not heard of for so long, and has no open question."""
    store = await home.store()
    case = await heard(store, "hello", "quiet", WEBCHAT)
    await store.commit([done(case)], clock.now().replace(year=2020))
    await store.close()
    code, said = await says(home, "forget", "--idle", 365, "--yes")
    assert (code, "Gelöscht: 1." in said) == (0, True)
    assert await contact_of(home, "omar") is not None


@pytest.mark.parametrize("words", [(), (1, "--idle", 3), ("--idle", 0), ("x",), (0,), ("--yes",)])
async def test_a_wrong_call_says_how(home: Home, words: tuple[object, ...]) -> None:
    """Neither nobody nor everybody is erased by a slip."""
    code, said = await says(home, "forget", *words)
    assert code == 2
    assert "Usage" in said or "Error" in said
    assert await contact_of(home, "lina") is not None


async def test_x04_a_contact_is_exported(home: Home, tmp_path: Path) -> None:
    """X04: a page and JSON, for their owner alone; the other's words are in neither."""
    store: Verbs = await home.store()
    body = json.dumps({"update_id": 1, "message": {"chat": {"id": 1, "type": "private"}, "text": "Guten Morgen"}})
    await store.receive([Received(TELEGRAM, fragment("u1", "lina", body.encode()), clock.now())])
    await store.close()
    lina = await contact_of(home, "lina")
    code, said = await says(home, "export", lina, "--to", tmp_path / "out")
    assert code == 0, said
    page, data = tmp_path / "out" / f"elternlotse-{lina}.html", tmp_path / "out" / f"elternlotse-{lina}.json"
    text = BeautifulSoup(page.read_text("utf-8"), "html.parser").text
    assert [words in text for words in ("Guten Morgen", "Frage von lina", "Antwort an lina", "omar")] == [
        True, True, True, False
    ]  # fmt: skip
    assert [row["text"] for row in json.loads(data.read_bytes())["message"]] == ["Frage von lina"]
    assert "omar" not in data.read_text("utf-8")
    assert {each.stat().st_mode & 0o777 for each in (page, data)} == {0o600}
    code, said = await says(home, "export", lina, "--to", tmp_path / "out")
    assert (code, "gibt es schon" in said) == (2, True)


async def test_nobody_cannot_be_exported(home: Home, tmp_path: Path) -> None:
    """A number that nobody has says so, and writes nothing."""
    code, said = await says(home, "export", 4711, "--to", tmp_path / "out")
    assert (code, "Elternteil 4711 gibt es nicht" in said) == (2, True)
    assert not (tmp_path / "out").exists()
