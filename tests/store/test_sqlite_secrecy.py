"""Nothing that people said, and no name, address or id of theirs, can be read from the disk."""

import base64
import os
import re
import sqlite3
from dataclasses import replace
from datetime import date
from pathlib import Path

import msgspec
import pytest
from store_kit import DE, NOON, TELEGRAM, after, master, person

from bot.desk.ticket import TicketEvent
from bot.flow.effect import Subscribe
from bot.flow.message import Line, Option, Own, Reply, content
from bot.flow.session import Frame, Passage, Session
from bot.model import Duration, Fragment, Gone, Received, Rejected
from bot.ports import (
    AdviserChange,
    DayNear,
    Done,
    NewTicket,
    Outgoing,
    Record,
    StoredRevision,
    ThreadLine,
    TicketChange,
)
from bot.privacy.keys import key_from_folder
from bot.source.errors import OperatorError
from bot.store.sqlite import SqliteStore
from bot.text.message import Button, Message

CANARY = "Kanarienvogel-Müller-0211-471147"
WEEK = Duration(1, "Wochen")
DOCS = Path(__file__).parents[2] / "docs" / "reference" / "store.md"


def forms(words: str) -> set[bytes]:
    """Return how words may stand in a file: as they are, in wide characters, as JSON, as hex, in base64."""
    raw = words.encode()
    shifted = {base64.b64encode(b"x" * shift + raw)[4:-4] for shift in range(3)}
    escaped = words.encode("ascii", "backslashreplace").replace(b"\\xfc", b"\\u00fc")
    return {raw, words.encode("utf-16-le"), escaped, raw.hex().encode(), raw.hex().upper().encode(), *shifted}


def readable(folder: Path, words: str) -> list[str]:
    """Return the files in which words can be read."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [path.name for path in files if any(form in path.read_bytes() for form in forms(words))]


def test_the_search_finds_what_is_there(tmp_path: Path) -> None:
    """The search itself is tested: it sees the canary in each of its forms, among other bytes."""
    for number, form in enumerate(forms(CANARY)):
        (tmp_path / "file").write_bytes(b"x" * number + form + b"yyy")
        assert readable(tmp_path, CANARY) == ["file"]
    (tmp_path / "file").write_bytes(base64.b64encode(f"ab{CANARY}cd".encode()))
    assert readable(tmp_path, CANARY) == ["file"]


async def test_x01_nothing_written_can_be_read_from_the_disk(tmp_path: Path) -> None:
    """X01: a marker in every text, name, id and reason, through every method, is in no file: data, log, key or backup."""
    found = key_from_folder(tmp_path / "keys", os.urandom)
    store = await SqliteStore.open(tmp_path / "data.sqlite", found.master, lambda: NOON)
    await a_day(store)
    assert readable(tmp_path, CANARY) == []
    await store._engine._writer.execute_fetchall("VACUUM INTO ?", (str(tmp_path / "backup.sqlite"),))
    assert readable(tmp_path, CANARY) == []
    await store.close()
    assert readable(tmp_path, CANARY) == []


async def a_day(store: SqliteStore) -> None:
    """Write the canary through everything that writes, and see that it comes back."""
    (contact,) = await store.receive([said("first")])
    await store.receive([replace(said("junk"), fragment=Fragment(f"junk {CANARY}", None, CANARY.encode()))])
    (case,) = await store.take(9)
    assert CANARY in f"{case.unread}"
    reply = Reply((Line(Own(CANARY)),), (Option("t", Own(CANARY)),))
    message = Message(CANARY, DE, "ltr", (Button("t", CANARY),), (Button("u", CANARY),))
    passage = Passage(content("a", "b", "c"), Own(CANARY))
    frame = Frame("a", "b", (("name", CANARY),))
    session = Session(language=DE, frames=(frame,), written=(CANARY,), trail=(passage,), last=(reply,))
    await store.commit(
        [
            Done(
                case,
                msgspec.structs.replace(session, wakes_at=NOON),
                tuple(Outgoing(token, message, reply) for token in ("a", "b", "c")),
                NewTicket("geld", "normal", DE, (CANARY, CANARY), (passage,), after(hours=4)),
                failed=((case.unread[0].id, f"KeyError: {CANARY}"),),
                subscribed=(Subscribe(CANARY, CANARY, WEEK),),
            )
        ],
        NOON,
    )
    assert CANARY in f"{await store.replies([(contact, 'a')])}{await store.chat(contact, '', 9)}"
    assert await store.leads([CANARY]) == [(CANARY, WEEK)]
    assert await store.remind([DayNear(CANARY, WEEK, date(2026, 12, 1), after(hours=1))], after(hours=1), 9) == 1
    await store.expire(after(minutes=1))
    (case,) = await store.take(9)
    assert case.ticket is not None
    moved = replace(case.ticket, version=2)
    change = TicketChange(moved, (TicketEvent("parent_wrote", NOON, None, CANARY),), (CANARY,))
    await store.commit([Done(case, session, (), change=change, rating="good")], NOON)
    kim = replace(person(), id=await store.invite(person(CANARY), b"l" * 32, after(hours=1), NOON))
    await store.accept(b"l" * 32, b"s" * 32, NOON, after(hours=1))
    await store.update_adviser(replace(kim, name=f"Dr. {CANARY}"))
    line = ThreadLine("note", CANARY, NOON, kim.id)
    fragment = Fragment(f"answer {CANARY}", None, CANARY.encode())
    event = TicketEvent("noted", NOON, kim.id, CANARY)
    assert await store.change(AdviserChange(replace(moved, version=3), (event,), line, (fragment,)))
    for outcome in (Rejected(CANARY), Gone(CANARY)):
        (item,) = await store.due(TELEGRAM, NOON, 9)
        assert CANARY in item.address
        await store.record([Record(item.id, outcome, NOON)])
    await store.receive([said("back")])
    await store.seen(contact, ["b"], NOON)
    await store.publish(StoredRevision("r1", {"start.yaml": b"say: Hallo"}, CANARY, NOON))
    shown = f"{await store.thread(moved.id)}{await store.people()}{await store.revision('r1')}"
    assert shown.count(CANARY) >= 8


def said(name: str) -> Received:
    """Return what a parent sends, with the canary in id, address and body."""
    return Received(TELEGRAM, Fragment(f"{name} {CANARY}", f"chat {CANARY}", CANARY.encode()), NOON)


async def test_x02_another_master_key_opens_nothing(tmp_path: Path) -> None:
    """X02: with another key the database is refused, in words that say which key and what to do; nothing is changed."""
    path = tmp_path / "data.sqlite"
    await (await SqliteStore.open(path, master(), lambda: NOON)).close()
    with pytest.raises(
        OperatorError,
        match=r"(?s)Schlüssel in master\.key passt nicht zur Datenbank .*Hilfe: Legen Sie den richtigen zurück",
    ):
        await SqliteStore.open(path, master(b"t" * 32), lambda: NOON)
    await (await SqliteStore.open(path, master(), lambda: NOON)).close()


async def test_the_database_is_its_owners_alone(tmp_path: Path) -> None:
    """The file and its log can be read by nobody else on the machine."""
    store = await SqliteStore.open(tmp_path / "data" / "data.sqlite", master(), lambda: NOON)
    await store.receive([said("m1")])
    assert modes(tmp_path / "data") == {0o600}
    await store.close()


def modes(folder: Path) -> set[int]:
    """Return the modes of a folder's files."""
    return {path.stat().st_mode & 0o777 for path in folder.iterdir()}


async def test_x04_every_column_stands_in_the_reference(tmp_path: Path) -> None:
    """X04: each table and column is listed with how it is kept; sealed ones are blobs; a new one needs a decision."""
    await (await SqliteStore.open(tmp_path / "data.sqlite", master(), lambda: NOON)).close()
    connection = sqlite3.connect(tmp_path / "data.sqlite")
    tables = [name for (name,) in connection.execute("select name from sqlite_schema where type = 'table'")]
    kinds = {
        (table, column): kind
        for table in tables
        if not table.startswith("sqlite_")
        for _, column, kind, *_ in connection.execute(f"pragma table_info({table})")
    }
    connection.close()
    documented = listed()
    assert set(kinds) == set(documented)
    sealed = {place for place, how in documented.items() if how.startswith(("house's key", "contact's key", "master"))}
    assert {kinds[place] for place in sealed} == {"BLOB"}
    assert len(sealed) >= 12


def listed() -> dict[tuple[str, str], str]:
    """Return what the reference says of each column: the rows of its tables, under a heading for each table."""
    found, table = {}, ""
    for line in DOCS.read_text("utf-8").splitlines():
        if heading := re.match(r"### `(\w+)`", line):
            table = heading[1]
        elif table and (row := re.match(r"\| `(\w+)` \| ([^|]+) \|", line)):
            found[table, row[1]] = row[2].strip()
    return found
