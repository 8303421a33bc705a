"""The drill of going back: a day of a house, a backup, the day after it, and what must be there again."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from data_kit import Home
from dump_kit import quietly
from store_kit import NOON, TELEGRAM, asked, case_of, colleague, done, heard, outgoing, received

from bot.app.backing_up import KEEP, back_up
from bot.app.places import master_of, opened_checked
from bot.model import ContactId, Received, TicketId
from bot.services import clock
from bot.store.verify import verify
from bot.store.verify_sealed import Portion


@dataclass(frozen=True)
class Yesterday:
    """What there was when the backup was made."""

    file: Path
    ticket: TicketId
    otto: ContactId
    secrets: Sequence[bytes]


async def yesterday(home: Home, folder: Path) -> Yesterday:
    """Let a house live for a day and be backed up: Lina has a question, and so has Otto, who is erased later."""
    store = await home.store()
    lina = await asked(store, "Linas Frage", address="lina")
    otto = await asked(store, "Ottos Frage", address="otto", account=TELEGRAM)
    await store.commit([done(lina, outgoing("to lina")), done(otto, outgoing("to otto"))], clock.now())
    await colleague(store)
    file = folder / "yesterday.sqlite"
    await back_up(home.place, file, KEEP, NOON, quietly)
    await store.close()
    assert lina.ticket is not None
    return Yesterday(file, lina.ticket.id, otto.contact, secrets_of(file, otto.contact))


def secrets_of(file: Path, contact: int) -> Sequence[bytes]:
    """Return the bytes that must be nowhere once a contact is erased: the key, the address, and what was sealed."""
    connection = sqlite3.connect(file)
    queries = (
        "select wrapped from contact_key where contact = ?",
        "select readable from address where contact = ?",
        "select body from inbound where contact = ?",
        "select body from session where contact = ?",
        "select message from outbox where contact = ?",
        "select trail from ticket where contact = ?",
        "select m.text from message m join ticket t on t.id = m.ticket where t.contact = ?",
    )
    found = [row[0] for query in queries for row in connection.execute(query, (contact,))]
    connection.close()
    assert len(found) >= len(queries)
    return found


async def today(home: Home, before: Yesterday) -> None:
    """Let the house go on: Otto is erased, somebody new comes and is erased too, and somebody else stays."""
    store = await home.store()
    assert await store.erase([before.otto], clock.now()) == 1
    new = await heard(store, "hello", "nora")
    assert await store.erase([new.contact], clock.now()) == 1
    await store.receive([Received(TELEGRAM, received("late", "later").fragment, clock.now())])
    await store.close()


async def insist(home: Home, before: Yesterday) -> None:
    """Make sure that yesterday is there again, without Otto."""
    async with opened_checked(home.place) as side:
        assert [str(each) async for each in verify(side, master_of(home.config, ""), Portion(), quietly)] == []
    store = await home.store()
    thread = await store.thread(before.ticket)
    assert thread is not None
    assert ["Linas Frage"] == [line.text for line in thread.lines]
    assert ["Linas Frage"] == [each.first_line for each in await store.open_tickets()]
    assert ["Kim Öztürk"] == [person.name for person in await store.people()]
    assert None is await store.contact_of(TELEGRAM, "otto")
    assert before.otto in await store.erased(NOON)
    await store.receive([received("again", "lina")])
    assert {"again"} <= {each.fragment.external_id for each in (await case_of(store)).unread}
    await store.close()


async def insist_untouched(home: Home) -> None:
    """Make sure that Otto is still there."""
    store = await home.store()
    assert None is not await store.contact_of(TELEGRAM, "otto")
    await store.close()
