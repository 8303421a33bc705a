"""What houses of earlier releases left behind: the program of today must open it and go on with it.

``older/NNNN.sql`` are data files as text, made by the program whose newest migration had that number::

    PYTHONPATH=tests python -m load.older tests/load/older

writes the one of this program. It is run once, before the next migration is added, and its files are never changed. The
master key is known (``KEY``), and everybody in it is invented.
"""

import asyncio
import base64
import sqlite3
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path

from core.small import small_files
from fakes.talking import Talking, talking
from load.verdict import compare

from bot.channels.webchat.channel import ACCOUNT, WebChat
from bot.model import Account
from bot.ports import Store

KEY = bytes(range(32))
OLDER = Path(__file__).parent / "older"
TELEGRAM = Account("telegram")
BEGINNINGS = ("Gezählt", "Schön")
ANSWERED = (
    *(f"Gezählt: \u2068{word}\u2069" for word in ("Eins", "Zwei")),
    "Schön, dass Sie wieder da sind. Wir waren bei: \u2068Zählen\u2069. Möchten Sie dort weitermachen?",
)
"""What ana is told in all; the word that nobody had read brings her back to where she was, long after."""
FESTIVAL = b"""flow: fest
title: Sommerfest
topic: allgemein
reviewed: 2026-01-15
examples: [Wann ist das Fest]
steps:
  erinnern:
    remind: Sollen wir Sie erinnern?
    calendar: fest
    before: 1 Wochen
"""
DAY = b"""fest:
  - date: 2026-03-20
    source: erfunden, nur zum Testen
"""


def files() -> Mapping[str, bytes]:
    """Return the small flows, the one that says every word back, and one with a day to be reminded of."""
    known = small_files()
    return {
        **known,
        "flows/calendars/2026.yaml": known["flows/calendars/2026.yaml"] + DAY,
        "flows/fest.yaml": FESTIVAL,
        "flows/zaehlen.yaml": (Path(__file__).parent / "flows" / "zaehlen.yaml").read_bytes(),
    }


def lay(sql: Path, data: Path) -> None:
    """Lay what was left behind into a data folder, as that program kept it."""
    data.mkdir(mode=0o700)
    lay_key(data / "keys")
    with closing(sqlite3.connect(data / "elternlotse.sqlite")) as connection:
        connection.executescript(sql.read_text("utf-8"))


def lay_key(folder: Path) -> None:
    """Lay the key of these houses into a folder."""
    folder.mkdir(mode=0o700)
    (folder / "master.key").write_bytes(base64.b64encode(KEY) + b"\n")
    (folder / "master.key").chmod(0o600)


async def live(house: Talking) -> None:
    """Leave something of every kind: talks, a question, a reminder, messages sent and not, a word that nobody has read."""
    await house.hear(house.fragment("ana", kind="start", flow="zaehlen", language="de"))
    await house.say("ana", "Eins", "Zwei")
    await house.hear(house.fragment("omar", kind="start", flow="fest", language="de"))
    await house.press("omar", "Ja")
    await house.hear(house.fragment("lina", kind="start", language="de"))
    await house.say("lina", "/mensch", "Meine Frage", "Fertig", "Noch eine Zeile")
    await house.arrive(
        house.fragment("phone", kind="start", flow="zaehlen", language="de"),
        house.fragment("phone", kind="text", text="Drei"),
        account=TELEGRAM,
    )
    while await house.converse.step():
        pass
    await house.store.due(TELEGRAM, house.now, 1)
    await house.arrive(house.fragment("ana", kind="text", text="Ungelesen"))


async def findings(store: Store, now: datetime) -> Sequence[str]:
    """Say what is missing once the unread word is answered."""
    (thread,) = await store.open_tickets()
    whole = await store.thread(thread.ticket.id)
    await store.recover(TELEGRAM)
    (head,) = await store.due(TELEGRAM, now, 9)
    return [
        *compare("reply", ANSWERED, [each for each in await _told(store, "ana") if each.startswith(BEGINNINGS)]),
        *compare("thread", ["Meine Frage", "Noch eine Zeile"], [line.text for line in whole.lines] if whole else []),
        *compare("message in the air", ["phone"], [head.address]),
        *compare("reminder", ["fest"], [calendar for calendar, _ in await store.leads(["fest"])]),
        *compare("person", ["Testperson"], [person.name for person in await store.people()]),
    ]


async def _told(store: Store, who: str) -> Sequence[str]:
    contact = await store.contact_of(ACCOUNT, who)
    assert contact is not None, f"lost: {who}"
    return [line.message.text for line in await store.chat(contact, "", 200) if line.message]


async def make(target: Path) -> None:
    """Let a house live, and write what it leaves behind."""
    with tempfile.TemporaryDirectory() as name:
        lay_key(Path(name) / "keys")
        async with talking(Path(name), {TELEGRAM: WebChat()}, files()) as house:
            await live(house)
        with closing(sqlite3.connect(Path(name) / "elternlotse.sqlite")) as connection:
            newest = connection.execute("select max(number) from migration").fetchone()[0]
            (target / f"{newest:04}.sql").write_text("\n".join(connection.iterdump()) + "\n", "utf-8")


if __name__ == "__main__":
    asyncio.run(make(Path(sys.argv[1])))
