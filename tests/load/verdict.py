"""The judge: reads the store after the last restart and says what was lost, doubled, out of order or left over.

It asks the store through its port alone, and knows nothing of kills. A finding is one line that names the parent and the
thing; its first word is the kind: ``lost``, ``twice``, ``order``, ``left``, ``error``.
"""

import hashlib
import os
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, closing
from pathlib import Path

from load.acts import total
from load.parents import Parent
from load.server import Server

from bot.model import Account, ContactId
from bot.ports import ChatLine
from bot.privacy.keys import key_from_folder
from bot.services import clock
from bot.store.sqlite import SqliteStore

CARD = "Hier hilft sofort jemand."
"""How the help card of the small flows begins."""
LINES = 500


@asynccontextmanager
async def opened(server: Server) -> AsyncIterator[SqliteStore]:
    """Open the store of a server that is stopped."""
    master = key_from_folder(server.folder / "data" / "keys", os.urandom).master
    store = await SqliteStore.open(server.database, master, clock.now)
    try:
        yield store
    finally:
        await store.close()


async def judge(server: Server, parents: Sequence[Parent]) -> list[str]:
    """Return what is wrong; empty where every promise was kept."""
    async with opened(server) as store:
        findings = [finding for parent in parents for finding in await _judge_one(store, parent)]
        figures = await store.figures()
    left = [
        f"left: {count} {name}" for name, count in figures.items() if name in {"unread", "failed", "dead"} and count
    ]
    errors = [f"error: {line}" for line in server.log.read_text("utf-8").splitlines()]
    return [*findings, *left, *errors]


async def _judge_one(store: SqliteStore, parent: Parent) -> list[str]:
    must = total(parent.done)
    contact = await store.contact_of(Account(parent.account), parent.address)
    if contact is None:
        return [f"lost: {parent.who} is not known"] if parent.done else []
    lines = await _all_lines(store, contact)
    words = [line.message.text for line in lines if line.message]
    echoes = [text for text in words if text.startswith("Gezählt: ")]
    cards = sum(text.startswith(CARD) for text in words)
    shown = [line.token for line in lines if line.message]
    return [
        *_received(parent, [line.mine.external_id for line in lines if line.mine]),
        *compare(f"{parent.who} reply", must.echoes, echoes),
        *compare(f"{parent.who} help card", range(must.cards), range(cards)),
        *compare(f"{parent.who} message", range(must.replies), range(len(words))),
        *compare(f"{parent.who} thread", must.noted, await _noted(store, contact)),
        *(() if parent.account == "telegram" else compare(f"{parent.who} stream", shown, parent.seen, cut=True)),
    ]


def _received(parent: Parent, names: Sequence[str]) -> list[str]:
    """Compare what is stored with what was acknowledged. Telegram names its updates itself: there only the count."""
    if parent.account == "telegram":
        return compare(f"{parent.who} update", range(len(parent.done)), range(len(names)))
    return compare(f"{parent.who} act", total(parent.done).names, [name.rpartition(":")[2] for name in names])


async def _all_lines(store: SqliteStore, contact: ContactId) -> Sequence[ChatLine]:
    """Return both sides of a talk from its beginning."""
    lines: list[ChatLine] = []
    cursor = "i0-o0"
    while found := await store.chat(contact, cursor, LINES):
        lines += found
        cursor = found[-1].cursor
    return lines


async def _noted(store: SqliteStore, contact: ContactId) -> Sequence[str]:
    """Return what the parent wrote in their question; where there are two questions, the second is too much."""
    threads = [
        await store.thread(each.ticket.id) for each in await store.open_tickets() if each.ticket.contact == contact
    ]
    return [line.text for thread in threads if thread for line in thread.lines if line.side == "parent"]


def compare(what: str, expected: Sequence[object], found: Sequence[object], *, cut: bool = False) -> list[str]:
    """Say how what was found differs; with ``cut`` its end may be missing (a page that was closed)."""
    expected = expected[: len(found)] if cut else expected
    wanted, there = Counter(expected), Counter(found)
    differences = [
        *(f"lost: {what} {each}" for each in (wanted - there).elements()),
        *(f"twice: {what} {each}" for each in (there - wanted).elements()),
    ]
    if not differences and list(expected) != list(found):
        differences.append(f"order: {what}: {list(found)}")
    return differences


# -- the file itself, as another program sees it


def count(database: Path, rows: str) -> int:
    """Count rows (a table and its condition) while the server runs or lies dead; 0 where there is no such table yet."""
    if not database.exists():
        return 0
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=10)) as connection:
        table = connection.execute("select 1 from sqlite_schema where name = ?", [rows.split(maxsplit=1)[0]]).fetchone()
        if table is None:
            return 0
        return int(connection.execute(f"select count(*) from {rows}").fetchone()[0])  # noqa: S608 - our own words


def digest(database: Path) -> str:
    """Return a fingerprint of everything that is kept."""
    with closing(sqlite3.connect(database)) as connection:
        return hashlib.sha256("\n".join(_rows(connection)).encode()).hexdigest()


def _rows(connection: sqlite3.Connection) -> Iterator[str]:
    """Yield every row. Where the counters of ids stand says nothing about what is kept."""
    return (line for line in connection.iterdump() if "sqlite_sequence" not in line)
