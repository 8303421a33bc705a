"""What the tests of whole databases share: a store with something in every table, and databases as places to copy from."""

from dataclasses import replace
from datetime import date
from pathlib import Path

from fakes.postgres import fresh_database
from store_kit import (
    NOON,
    TELEGRAM,
    Engine,
    after,
    asked,
    case_of,
    colleague,
    done,
    heard,
    outgoing,
    person,
    received,
    say,
)

from bot.app.places import Place
from bot.check.edition import name_of
from bot.config import StoreAddress
from bot.desk.ticket import TicketEvent
from bot.flow.effect import Passed, Subscribe
from bot.model import Duration, Gone, Rejected, Sent
from bot.ports import AdviserChange, DayNear, Record, Store, StoredRevision, ThreadLine

WEEK = Duration(1, "Wochen")
SCHOOL = Subscribe("schulanmeldung", "anmeldung", WEEK)
FILES = {"flows/start.yaml": b"flow: start\n", "flows/bild.png": bytes(range(256)) * 40}


async def filled(store: Store) -> None:
    """Let a store have seen a day: every table has rows, and every state of a fragment, message and ticket."""
    await store.publish(StoredRevision(name_of(FILES), FILES, "Kim", NOON))
    await _answered(store)
    await _delivered(store)
    await _reminded(store)
    await _forgotten(store)
    await store.invite(person("Zoe"), b"l" * 32, after(hours=72), NOON)
    assert await store.accept(b"l" * 32, b"s" * 32, NOON, after(hours=12))
    await store.invite(person("Ali"), b"n" * 32, after(hours=72), NOON)
    await store.receive([received("junk", None), received("waits", "jan"), received("waits too", "jan")])


async def _answered(store: Store) -> None:
    """Let one question wait for an adviser and another be closed, and a fragment fail."""
    lina = await asked(store, "Wie geht das?", "Und wann?")
    assert lina.ticket is not None
    failed = ((lina.unread[0].id, "KeyError in flow.engine"),)
    passed = (Passed("start", "wahl", "Geld"),)
    said = (outgoing("a1"), outgoing("a2", head=True))
    await store.commit([replace(done(lina, *said), rating="good", failed=failed, passed=passed)], NOON)
    kim = await colleague(store)
    omar = await asked(store, "Noch eine Frage", address="omar")
    assert omar.ticket is not None
    await store.commit([done(omar)], NOON)
    closed = replace(omar.ticket, state="closed", adviser=None, version=omar.ticket.version + 1)
    line, event = ThreadLine("adviser", "Antwort", NOON, kim.id), TicketEvent("closed", NOON, kim.id)
    assert await store.change(AdviserChange(closed, (event,), line, closed_topic="geld", outcome="answered"))


async def _delivered(store: Store) -> None:
    """Let messages be sent, given up, set aside for one who has gone, and one be on its way."""
    for name in ("sent", "dead", "gone", "way"):
        await say(store, f"hello {name}", outgoing(name), outgoing(f"then {name}"), address=name, account=TELEGRAM)
    outcomes = {"sent": Sent("1"), "dead": Rejected("bad request"), "gone": Gone("blocked")}
    items = await store.due(TELEGRAM, NOON, 9)
    await store.record([Record(item.id, outcomes[item.token], NOON) for item in items if item.token in outcomes])


async def _reminded(store: Store) -> None:
    """Let one contact be reminded of a day, and another have stopped while a reminder waited."""
    for name in ("anna", "eva"):
        (contact,) = await store.receive([received(f"yes {name}", name, account=TELEGRAM)])
        await store.commit([replace(done(await case_of(store, contact)), subscribed=(SCHOOL,))], NOON)
    await store.remind([DayNear("anmeldung", WEEK, date(2026, 12, 1), after(hours=1))], after(hours=2), 500)
    for case in await store.take(64):
        late = replace(outgoing(f"due {case.contact}"), until=after(days=1))
        await store.commit([done(case, late)], after(hours=2))
    (eva,) = await store.receive([received("stop", "eva", account=TELEGRAM, at=after(hours=3))])
    await store.commit([replace(done(await case_of(store, eva)), stopped=True)], after(hours=3))


async def _forgotten(store: Store) -> None:
    """Let one contact go on after the notice, and another with a question be erased."""
    await store.commit([replace(done(await asked(store, "Bleibt das?", address="uli")), agreed="v1")], NOON)
    await store.erase([(await asked(store, "Weg damit", address="mia")).contact], NOON)


async def _forgotten(store: Store) -> None:
    """Let a contact who had a question be erased, and another have agreed to be kept."""
    old = await asked(store, "Bitte vergessen", address="otto")
    assert await store.erase([old.contact], NOON) == 1
    eva = await heard(store, "I agree", "ida")
    await store.commit([replace(done(eva), agreed="1")], NOON)


def quietly(_what: str, _done: int, _of: int) -> None:
    """Show nothing."""


def place(engine: Engine, folder: Path) -> Place:
    """Return where an engine's store of a folder is."""
    if engine.name == "sqlite":
        return folder / "data.sqlite"
    return StoreAddress((folder / "postgres").read_text("utf-8"))


async def empty_place(engine: Engine, folder: Path) -> Place:
    """Return where an engine's next store of a folder will be: nothing is there yet."""
    if engine.name == "postgres":
        (folder / "postgres").write_text(await fresh_database(template="template1"), "utf-8")
    return place(engine, folder)
