"""What the store's tests share: the engines that keep the contract, and short ways to say something."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from fakes.postgres import drop_database, fresh_database

from bot.flow.message import Line as Paragraph
from bot.flow.message import Own, Reply, content
from bot.flow.session import Passage, Session
from bot.model import Account, AdviserId, ContactId, Fragment, Language, Received
from bot.ports import Adviser, Case, Done, NewTicket, Outgoing, Store
from bot.privacy.seal import Master
from bot.store.postgres import PostgresStore
from bot.store.postgres_server import Server
from bot.store.sqlite import SqliteStore
from bot.text.message import Button, Message

NOON = datetime(2026, 11, 24, 12, 0, 0, 123456, tzinfo=UTC)
DE = Language("de")
WEBCHAT = Account("webchat")
TELEGRAM = Account("telegram")
SECRET = bytes(range(32))


def after(**span: float) -> datetime:
    """Return a moment after noon."""
    return NOON + timedelta(**span)


def master(secret: bytes = SECRET) -> Master:
    """Return a master key with the machine's chance."""
    return Master(secret, "master.key", os.urandom)


@dataclass(frozen=True)
class Engine:
    """One engine that keeps the contract: how to open a store on a folder of its own, again and again."""

    name: str
    open: Callable[[Path], Awaitable[Store]]
    close: Callable[[Store], Awaitable[None]]
    remove: Callable[[Path], Awaitable[None]]


async def open_sqlite(folder: Path) -> SqliteStore:
    """Open the SQLite store of a folder."""
    return await SqliteStore.open(folder / "data.sqlite", master(), lambda: NOON)


async def close_sqlite(store: Store) -> None:
    """Close it."""
    assert isinstance(store, SqliteStore)
    await store.close()


async def remove_sqlite(_folder: Path) -> None:
    """Leave the file to the folder's end."""


async def open_postgres(folder: Path, **options: Any) -> PostgresStore:
    """Open the PostgreSQL store of a folder: which database it is stands in a file."""
    note = folder / "postgres"
    if not note.exists():
        note.write_text(await fresh_database(), "utf-8")
    return await PostgresStore.open(Server(note.read_text("utf-8")), master(), lambda: NOON, **options)


async def close_postgres(store: Store) -> None:
    """Close it."""
    assert isinstance(store, PostgresStore)
    await store.close()


async def remove_postgres(folder: Path) -> None:
    """Remove the database of a folder."""
    if (folder / "postgres").exists():
        await drop_database((folder / "postgres").read_text("utf-8"))


ENGINES = (
    Engine("sqlite", open_sqlite, close_sqlite, remove_sqlite),
    Engine("postgres", open_postgres, close_postgres, remove_postgres),
)


async def meddle(store: Store, statement: str, postgres: str = "") -> None:
    """Change what is kept behind the store's back; ``postgres`` where that engine says it otherwise."""
    assert isinstance(store, SqliteStore | PostgresStore)
    if isinstance(store, SqliteStore):
        await store._engine.write(lambda connection: connection.execute_fetchall(statement))
    else:
        await store._engine.write(lambda connection: connection.execute(postgres or statement))


FULL_DISK = (
    "create trigger full before update on inbound begin select raise(abort, 'full'); end",
    """
    create function full_disk() returns trigger language plpgsql as $$ begin raise exception 'full'; end $$;
    create trigger full_disk before update on inbound for each row execute function full_disk()
    """,
)
"""From now on no fragment can be marked as read: the same trouble in the words of either engine."""


def fragment(name: str, address: str | None = "lina", body: bytes = b"{}") -> Fragment:
    """Return a fragment."""
    return Fragment(name, address, body)


def received(name: str, address: str | None = "lina", *, account: Account = WEBCHAT, at: datetime = NOON) -> Received:
    """Return a fragment as it came in."""
    return Received(account, fragment(name, address, f"body of {name}".encode()), at)


def reply(words: str) -> Reply:
    """Return a reference to a message."""
    return Reply((Paragraph(content("flow", "step", "say"), (("name", Own(words)),)),))


def outgoing(token: str, words: str = "Guten Tag", *, head: bool = False) -> Outgoing:
    """Return a message for the outbox."""
    message = Message(words, DE, "ltr", buttons=(Button("c.menu", "Menü"),))
    return Outgoing(token, message, reply(words), head)


def question(*written: str) -> NewTicket:
    """Return a new question."""
    trail = (Passage(content("start", "wahl", "ask"), Own("Geld")),)
    return NewTicket("geld", "normal", DE, written, trail, after(hours=4))


async def case_of(store: Store, contact: ContactId | None = None) -> Case:
    """Return the one case that waits, or the named contact's. It is given back at once: a test has a lot of time."""
    cases = await store.take(64)
    await store.release()
    return next(case for case in cases if contact in {None, case.contact})


def done(case: Case, *said: Outgoing, session: Session | None = None) -> Done:
    """Return a case that is answered."""
    return Done(case, case.session if session is None else session, said)


async def heard(store: Store, name: str, address: str = "lina", account: Account = WEBCHAT) -> Case:
    """Let a contact send something, and return their case."""
    (contact,) = await store.receive([received(name, address, account=account)])
    return await case_of(store, contact)


async def say(store: Store, name: str, *said: Outgoing, address: str = "lina", account: Account = WEBCHAT) -> ContactId:
    """Let a contact send something and be answered."""
    case = await heard(store, name, address, account)
    assert await store.commit([done(case, *said)], NOON) == []
    return case.contact


async def asked(store: Store, *written: str, address: str = "lina", account: Account = WEBCHAT) -> Case:
    """Let a contact bring a question to the queue; return the case that follows, with the ticket."""
    case = await heard(store, f"ask {address}", address, account)
    await store.commit([replace(done(case), new_ticket=question(*written))], NOON)
    return await heard(store, f"then {address}", address, account)


def person(name: str = "Kim Öztürk", role: str = "adviser") -> Adviser:
    """Return somebody who is not known yet."""
    return Adviser(AdviserId(0), name, role, ("nrw",), (DE, Language("tr")), DE)


async def colleague(store: Store, name: str = "Kim Öztürk") -> Adviser:
    """Invite somebody and return them."""
    made = await store.invite(person(name), os.urandom(32), after(hours=72), NOON)
    return next(adviser for adviser in await store.people() if adviser.id == made)


async def together(*work: Awaitable[object]) -> list[object]:
    """Do things at once."""
    return list(await asyncio.gather(*work))
