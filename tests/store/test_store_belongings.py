"""The contract of showing what is kept: everything of one contact, nothing of anybody else, each column decided."""

import sqlite3
from dataclasses import replace
from pathlib import Path

from store_kit import (
    NOON,
    TELEGRAM,
    Engine,
    done,
    heard,
    meddle,
    open_sqlite,
    outgoing,
    received,
    say,
)
from test_store_forget import with_everything

from bot.flow.session import Session
from bot.model import ContactId
from bot.ports import Store
from bot.store.belongings import NOBODYS, SHOWN, UNREADABLE, UNSHOWN
from bot.text.message import Message


async def test_x04_every_column_is_decided(tmp_path: Path) -> None:
    """X04: each column of each table is shown to its contact, or not with a reason; a new one fails here."""
    await (await open_sqlite(tmp_path)).close()
    connection = sqlite3.connect(tmp_path / "data.sqlite")
    there = {
        (table, column)
        for (table,) in connection.execute("select name from sqlite_schema where type = 'table'")
        if not table.startswith("sqlite_")
        for _, column, *_ in connection.execute(f"pragma table_info({table})")
    }
    connection.close()
    shown = {(table, column) for table, columns in SHOWN.items() for column in columns}
    unshown = {(table, column) for table, columns in UNSHOWN.items() for column in columns}
    others = {(table, column) for table, column in there if table in NOBODYS}
    assert shown | unshown | others == there
    assert len(shown) + len(unshown) + len(others) == len(there)
    assert all(NOBODYS.values())
    assert all(reason for columns in UNSHOWN.values() for reason in columns.values())


async def test_x04_a_table_that_leads_to_a_contact_is_nobodys_never(tmp_path: Path) -> None:
    """X04: what is called nobody's refers to no contact, directly or over another table."""
    await (await open_sqlite(tmp_path)).close()
    connection = sqlite3.connect(tmp_path / "data.sqlite")
    for table in NOBODYS:
        parents = {row[2] for row in connection.execute(f"pragma foreign_key_list({table})")}
        assert parents <= {"adviser", "revision"}, table
    connection.close()


async def test_x04_everything_of_a_contact_is_there(store: Store) -> None:
    """X04: every table with rows, opened: words, answers, address, question with its thread; moments in UTC."""
    mine = (await with_everything(store)).case.contact
    await say(store, "end", outgoing("b", "Auf Wiedersehen"), account=TELEGRAM)
    kept = await store.belongings(mine)
    assert set(kept) == set(SHOWN)
    for table, rows in kept.items():
        assert rows or table == "newcomer", table
        assert all(set(row) == set(SHOWN[table]) for row in rows), table
    assert [row["readable"] for row in kept["address"]] == ["lina"]
    assert b"body of end" in [row["body"] for row in kept["inbound"]]
    assert "Auf Wiedersehen" in [row["message"].text for row in kept["outbox"] if isinstance(row["message"], Message)]
    assert [(row["side"], row["text"]) for row in kept["message"]] == [("parent", "Eine Frage")]
    assert [row["kind"] for row in kept["ticket_event"]] == ["opened", "claimed"]
    assert [row["flow"] for row in kept["reminder"]] == ["a"]
    assert [(row["version"], row["at"]) for row in kept["consent"]] == [("v1", NOON)]
    assert isinstance(kept["session"][0]["body"], Session)


async def test_x04_no_adviser_and_no_note_is_shown(store: Store) -> None:
    """X04: what colleagues wrote for themselves, and who they are, is about others."""
    mine = (await with_everything(store)).case.contact
    shown = f"{await store.belongings(mine)}"
    assert "intern" not in shown
    assert "adviser" not in shown
    assert "Öztürk" not in shown


async def test_x04_nothing_of_another_contact_is_shown(store: Store) -> None:
    """X04: two who have everything see their own."""
    lina, omar = await with_everything(store, "lina"), await with_everything(store, "omar")
    assert "omar" not in f"{await store.belongings(lina.case.contact)}"
    assert "lina" not in f"{await store.belongings(omar.case.contact)}"


async def test_x03_of_the_erased_nothing_is_shown(store: Store) -> None:
    """X03: after erasing there is nothing to show; nor of somebody who never was."""
    mine = (await with_everything(store)).case.contact
    await store.erase([mine], NOON)
    assert await store.belongings(mine) == dict.fromkeys(SHOWN, ())
    assert await store.belongings(ContactId(4711)) == dict.fromkeys(SHOWN, ())


async def test_who_has_only_just_come_is_shown_that(store: Store) -> None:
    """A contact without a key yet: the fragment and since when; nothing else."""
    case = await heard(store, "m1")
    kept = await store.belongings(case.contact)
    assert {table for table, rows in kept.items() if rows} == {"contact", "newcomer", "address", "inbound"}
    assert [row["readable"] for row in kept["address"]] == ["lina"]


async def test_what_does_not_open_is_said_to_be_there(store: Store) -> None:
    """Changed on the disk: the row is shown, its words are not; everything else is."""
    mine = await say(store, "m1", outgoing("a"))
    await meddle(store, "update outbox set message = x'00ff'", r"update outbox set message = '\x00ff'")
    kept = await store.belongings(mine)
    assert [row["message"] for row in kept["outbox"]] == [UNREADABLE]
    assert [row["body"] for row in kept["inbound"]] == [b"body of m1"]


async def test_only_an_heir_has_a_goodbye(store: Store) -> None:
    """Who talks, or has written and was not answered yet, is nobody's heir."""
    mine = await say(store, "m1", outgoing("a"))
    assert await store.goodbye(mine) is None
    case = await heard(store, "m2", "omar")
    assert await store.goodbye(case.contact) is None
    await store.commit([replace(done(case), goodbye=outgoing("bye", "Alles Gute"))], NOON)
    heir = await store.contact_of(case.account, "omar")
    assert heir is not None
    line = await store.goodbye(heir)
    assert line is not None
    assert line.message is not None
    assert (line.token, line.message.text, line.at) == ("bye", "Alles Gute", NOON)
    await store.receive([received("m3", "omar")])
    assert await store.goodbye(heir) is None


async def test_a_message_is_found_by_its_token_for_its_own_contact_only(store: Store) -> None:
    """One message of one's own; no other's, and none that is not there."""
    mine, theirs = await say(store, "m1", outgoing("a")), await say(store, "m2", outgoing("b"), address="omar")
    line = await store.line(mine, "a")
    assert line is not None
    assert (line.token, line.at) == ("a", NOON)
    assert await store.line(theirs, "a") is None
    assert await store.line(mine, "x\x00") is None


async def test_it_is_the_same_after_a_restart(engine: Engine, tmp_path: Path) -> None:
    """What is shown lies in the store, not in a program."""
    store = await engine.open(tmp_path)
    mine = (await with_everything(store)).case.contact
    before = await store.belongings(mine)
    await engine.close(store)
    store = await engine.open(tmp_path)
    assert await store.belongings(mine) == before
    await engine.close(store)
