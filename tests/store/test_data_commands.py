"""The group ``data`` as people call it: what it says, how it ends, and that no mistake shows a traceback."""

import asyncio
import re
import sqlite3
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from data_kit import Home, made_home, names
from dump_kit import filled
from fakes.postgres import drop_database, fresh_database
from store_kit import TELEGRAM, done, heard, outgoing, say

from bot.cli.data.progress import Progress
from bot.model import Rejected
from bot.ports import Record
from bot.services import clock
from bot.services.lock import Lock


@pytest.fixture
async def home(tmp_path: Path) -> Home:
    """A house's folder in which a house has seen a day."""
    made = await made_home(tmp_path / "home", "sqlite")
    store = await made.store()
    await filled(store)
    await store.close()
    return made


@pytest.fixture
async def url() -> AsyncIterator[str]:
    """The address of an empty database."""
    made = await fresh_database(template="template1")
    yield made
    await drop_database(made)


async def says(home: Home, *words: object) -> tuple[int, str]:
    """Run a command; return how it ended and all it said."""
    said = await asyncio.to_thread(home.says, *words)
    return said.code, said.out + said.err


# -- copy


async def test_a_store_is_moved_to_postgres_and_back(home: Home, url: str, tmp_path: Path) -> None:
    """Both ways it is told how much was copied and compared, and that the key stays the same."""
    told = r"\d+ Zeilen aus \d+ Tabellen übertragen und verglichen\.\n.*öffnet derselbe Schlüssel"
    for source, target in ((home.data / "elternlotse.sqlite", url), (url, tmp_path / "back.sqlite")):
        code, said = await says(home, "copy", source, target)
        assert (0, True) == (code, re.match(told, said) is not None), said
    assert (0, "In Ordnung: alles.\n") == await says(home, "verify", "--all", tmp_path / "back.sqlite")
    assert (0, "In Ordnung: alles.\n") == await says(home, "verify", "--all", url)


async def test_copying_a_running_house_is_told(home: Home, tmp_path: Path) -> None:
    """The copy is one moment: what comes afterwards is missing in it, and whoever moves house must know."""
    with Lock(home.data) as lock:
        lock.tell("http://localhost:8080")
        code, said = await says(home, "copy", home.data / "elternlotse.sqlite", tmp_path / "copy.sqlite")
    assert (0, True) == (code, "Das Programm läuft noch auf der alten Datenbank" in said)


@pytest.mark.parametrize(
    ("source", "target", "says_"),
    [
        ("none.sqlite", "copy.sqlite", "gibt es nicht"),
        ("home/data/elternlotse.sqlite", "home/config.yaml", "überschrieben wird nichts"),
        ("home/data/elternlotse.sqlite", "postgresql://lina:geheim@host/x", "enthält ein Passwort"),
        ("home/data/elternlotse.sqlite", "mysql://host/x", "ist keine Adresse einer Datenbank"),
        ("home/data/elternlotse.sqlite", "postgresql://host", "nennt keine Datenbank"),
        ("home/config.yaml", "copy.sqlite", "lässt sich nicht lesen"),
    ],
)
async def test_a_mistake_is_told_with_what_to_do(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str, target: str, says_: str
) -> None:
    """O01: exit code 2, no traceback, never the password, and nothing is made."""
    monkeypatch.chdir(tmp_path)
    code, said = await says(home, "copy", source, target)
    assert (2, True, True, False) == (code, says_ in said, "Hilfe: " in said, "geheim" in said), said
    assert ["home"] == names(tmp_path)


# -- verify


async def test_verify_says_what_is_wrong_and_ends_with_one(home: Home) -> None:
    """A fault with its numbers and what to do; a note alone is no fault."""
    code, said = await says(home, "verify")
    assert (0, True) == (code, said.startswith("In Ordnung: alles; von den verschlüsselten Werten eine Stichprobe")), (
        said
    )
    change(
        home, "update inbound set at = at - 3600000000 where id = (select max(id) from inbound where state = 'unread')"
    )
    code, said = await says(home, "verify")
    assert (0, ["Hinweis", "In Ordnung"]) == (code, re.findall(r"^(\w[\w ]*):", said, re.MULTILINE)), said
    change(home, "update outbox set position = 1 where state = 'dead'")
    code, said = await says(home, "verify")
    assert (1, ["Fehler", "Hinweis"]) == (code, re.findall(r"^(\w[\w ]*):", said, re.MULTILINE)), said
    assert "  = Hilfe: " in said


def change(home: Home, statement: str) -> None:
    """Change the database behind the store's back."""
    connection = sqlite3.connect(home.data / "elternlotse.sqlite", isolation_level=None)
    connection.execute(statement)
    connection.close()


async def test_verify_without_a_key_says_so(home: Home) -> None:
    """And makes none: a new one would open nothing."""
    (home.data / "keys" / "master.key").unlink()
    code, said = await says(home, "verify")
    assert (2, True) == (code, "master.key fehlt" in said)
    assert [] == names(home.data / "keys")


# -- replay


async def given_up(home: Home) -> None:
    """Let a fragment have failed and a message be given up, some days and some hours ago."""
    store = await home.store()
    case = await heard(store, "broken", "pia")
    failed = ((case.unread[0].id, "TypeError at case.py:12"),)
    await store.commit([replace(done(case), failed=failed)], clock.now())
    await say(store, "hello", outgoing("never"), address="tom", account=TELEGRAM)
    for item in await store.due(TELEGRAM, clock.now() + timedelta(days=1), 99):
        await store.record([Record(item.id, Rejected("Forbidden: Tom Müller"), clock.now())])
    await store.close()


async def test_replay_lists_and_tries_again(home: Home) -> None:
    """Numbers, places, ages and kinds, never a text; one by its number, then all; each is noted in the log."""
    await given_up(home)
    code, said = await says(home, "replay")
    listed = re.findall(
        r"^  ([en]\d+) +(\w+), Kontakt \d+, (?:gerade eben|vor \d+ (?:Stunden?|Tagen))(?:, \d Versuche?)?: (.+)$",
        said,
        re.MULTILINE,
    )
    assert 0 == code
    assert {("webchat", "TypeError at case.py:12"), ("telegram", "Forbidden")} <= {row[1:] for row in listed}, said
    assert "Müller" not in said
    first = listed[0][0]
    code, said = await says(home, "replay", first)
    assert (0, True) == (code, "Noch einmal versucht werden 1 Eingänge und 0 Nachrichten." in said), said
    assert '"event": "fragment_replayed"' in said
    code, said = await says(home, "replay", first, "n999")
    assert (0, True) == (code, f"Nicht liegen geblieben (mehr): {first}, n999." in said), said
    code, said = await says(home, "replay", "--all")
    assert (0, True) == (code, '"event": "message_replayed"' in said), said
    assert (0, "Es ist nichts liegen geblieben, das sich wiederholen lässt.\n") == await says(home, "replay")


@pytest.mark.parametrize(
    ("words", "says_"),
    [
        (("12",), "keine Nummer der Liste"),
        (("e1", "--all"), "Entweder --all oder"),
        (("e" + "9" * 30,), "keine Nummer"),
    ],
)
async def test_a_wrong_number_is_told(home: Home, words: tuple[str, ...], says_: str) -> None:
    """Exit code 2, and nothing is replayed."""
    code, said = await says(home, "replay", *words)
    assert (2, True) == (code, says_ in said), said


# -- how far it is


class Terminal:
    """An error stream with somebody in front of it."""

    def __init__(self) -> None:
        self.said = ""

    def isatty(self) -> bool:
        return True

    def write(self, words: str) -> int:
        self.said += words
        return len(words)

    def flush(self) -> None:
        pass


@pytest.mark.parametrize("seconds", [0.5, 5.0])
def test_only_what_takes_long_shows_how_far_it_is(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    """From the first second on, and the terminal is clean at the end."""
    terminal, now = Terminal(), [100.0]
    monkeypatch.setattr("sys.stderr", terminal)
    monkeypatch.setattr("bot.cli.data.progress.time.monotonic", lambda: now[0])
    with Progress() as progress:
        progress("kopieren", 0, 10)
        now[0] += seconds
        progress("kopieren", 5, 10)
        progress("kopieren", 6, 10)
    assert ("" if seconds < 1 else "\rkopieren: 50 %\r\r              \r") == terminal.said


def test_a_script_sees_no_progress(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nobody looks, nothing is written."""
    terminal = Terminal()
    no_terminal: Callable[[], bool] = lambda: False  # noqa: E731 - one word
    terminal.isatty = no_terminal  # type: ignore[method-assign]
    monkeypatch.setattr("sys.stderr", terminal)
    with Progress() as progress:
        progress._next = 0
        progress("kopieren", 5, 10)
    assert "" == terminal.said
