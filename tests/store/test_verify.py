"""Each kind of damage is found, on either engine, and a house in which nothing is wrong is called sound."""

import re
import sqlite3
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import asyncpg
import pytest
from dump_kit import filled, place, quietly
from fakes.postgres import postgres_server
from store_kit import ENGINES, NOON, Engine, master, received

from bot.app.places import Place, opened_checked
from bot.config import StoreAddress
from bot.source.errors import OperatorError
from bot.store.postgres import PostgresStore
from bot.store.postgres_server import Server
from bot.store.verify import verify
from bot.store.verify_sealed import Opener, Portion
from bot.store.verify_words import NOTES, WORDS, Finding

CHECKS = Path(__file__).parents[2] / "bot" / "store" / "sql" / "checks"


@pytest.fixture(params=ENGINES, ids=lambda engine: engine.name)
async def full(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Place]:
    """A database in which a house has seen a day."""
    engine: Engine = request.param
    store = await engine.open(tmp_path)
    await filled(store)
    await engine.close(store)
    yield place(engine, tmp_path)
    await engine.remove(tmp_path)


async def found(
    where: Place, secret: bytes = bytes(range(32)), portion: Portion | None = None
) -> dict[str, Sequence[str]]:
    """Return what is wrong: the rows, by check."""
    async with opened_checked(where) as side:
        each = [one async for one in verify(side, master(secret), portion or Portion(), quietly)]
    merged: dict[str, Sequence[str]] = {}
    for one in each:
        merged[one.check] = (*merged.get(one.check, ()), *one.rows)
    return merged


async def spoil(where: Place, *statements: str) -> None:
    """Change a database behind the store's back; references are not looked at."""
    if isinstance(where, Path):
        connection = sqlite3.connect(where, isolation_level=None)
        for statement in statements:
            connection.execute(statement.replace("'\\x", "x'"))
        connection.close()
        return
    other = await asyncpg.connect(where.url)
    await other.execute("set session_replication_role = replica")
    for statement in statements:
        await other.execute(statement)
    await other.close()


async def test_a_sound_house_is_called_sound(full: Place) -> None:
    """Nothing is found where nothing is wrong: not in any state that a day brings."""
    assert {} == await found(full)


async def test_a_new_house_is_sound(tmp_path: Path) -> None:
    """Also one in which nobody was yet."""
    for engine in ENGINES:
        await engine.close(await engine.open(tmp_path))
        assert {} == await found(place(engine, tmp_path))
        await engine.remove(tmp_path)


async def test_looking_changes_nothing_and_disturbs_nobody(tmp_path: Path) -> None:
    """A running house goes on, and it may write while it is looked through."""
    for engine in ENGINES:
        store = await engine.open(tmp_path)
        await filled(store)
        async with opened_checked(place(engine, tmp_path)) as side:
            assert [one async for one in verify(side, master(), Portion(), quietly)] == []
            assert await store.receive([received("m1")])
            with pytest.raises((sqlite3.OperationalError, asyncpg.ReadOnlySQLTransactionError)):
                await getattr(side.connection, "execute_fetchall", getattr(side.connection, "execute", None))(
                    "delete from visit"
                )
        await engine.close(store)
        await engine.remove(tmp_path)


TICKET = "contact, state, version, topic, urgency, language, opened_at, changed_at, promise_at, trail"
DAMAGE = [
    ("inbound_state", "update inbound set state = 'lost' where id = (select min(id) from inbound)"),
    ("inbound_state", "update inbound set state = 'unread' where state = 'read' and id = 1"),
    ("inbound_state", "update inbound set contact = null, address = null where state = 'unread'"),
    ("inbound_state", "update inbound set error = null where state = 'failed'"),
    (
        "inbound_order",
        "update inbound set at = at - 3600000000 where id = (select max(id) from inbound where state = 'unread')",
    ),
    ("contact_lost", "insert into contact (id, made_at) values (500, 1)"),
    ("erased_back", "insert into erased (contact, at) select id, made_at from contact where id = 1"),
    ("key_lost", "delete from contact_key where contact = 1"),
    ("session_version", "update session set version = 0 where contact = 1"),
    ("session_version", "update session set owner = 'nobody' where contact = 1"),
    ("ticket_state", "update ticket set state = 'claimed' where state = 'open'"),
    ("ticket_state", "update ticket set version = 0 where state = 'open'"),
    ("ticket_twice", f"insert into ticket ({TICKET}) select {TICKET} from ticket where state = 'open'"),  # noqa: S608 - a test's own words
    (
        "event_order",
        "insert into ticket_event (ticket, kind, at, detail) select ticket, kind, at - 3600000000, detail from ticket_event",
    ),
    ("feedback_other", "update feedback set contact = contact + 1"),
    ("revision_unpublished", "delete from publishing"),
    ("revision_changed", "update revision set files = '\\x0011'"),
    ("revision_changed", "update revision set name = 'other'"),
    ("revision_lost", "update setting set value = '\\x6e6f6e65' where name = 'current_revision'"),
    ("outbox_state", "update outbox set state = 'lost' where state = 'sent'"),
    ("outbox_state", "update outbox set ended_at = null where state = 'sent'"),
    ("outbox_state", "update outbox set reason = null where state = 'dead'"),
    ("outbox_state", "update outbox set attempts = -1 where state = 'dead'"),
    ("outbox_position", "update outbox set position = 1 where state = 'dead'"),
    ("outbox_twice", "update outbox set token = 'same' where contact = 1"),
    ("outbox_at_once", "update outbox set state = 'sending' where state = 'queued'"),
    (
        "outbox_gone",
        "update address set gone_at = 1 where id = (select max(address) from outbox where state = 'queued')",
    ),
    ("outbox_forgotten", "update address set gone_at = null"),
    ("outbox_astray", "update outbox set account = 'sms' where state = 'dead'"),
    (
        "outbox_astray",
        "update outbox set address = (select address from outbox where state = 'sent') where state = 'dead'",
    ),
    ("dangling", "update message set ticket = 999"),
    ("dangling", "delete from address where id = (select address from outbox where state = 'dead')"),
    ("dangling", "delete from revision"),
    ("unfinished", "insert into setting (name, value) values ('unfinished', '\\x00')"),
    ("migration_changed", "update migration set hash = 'other' where number = 1"),
    ("migration_changed", "insert into migration (number, name, hash, at) values (9999, 'more', 'x', 1)"),
    ("migration_missing", "delete from migration where number = (select max(number) from migration)"),
    ("house_key", "update setting set value = '\\x0100' where name = 'house_key'"),
    ("house_key", "delete from setting where name = 'house_names'"),
]


@pytest.mark.parametrize(
    ("check", "damage"), DAMAGE, ids=[f"{check} {number}" for number, (check, _) in enumerate(DAMAGE)]
)
async def test_damage_is_found(full: Place, check: str, damage: str) -> None:
    """Each kind is found by the check that is for it, with the rows' ids."""
    await spoil(full, damage)
    assert check in await found(full)


SEALED = {
    "contact_key": ("wrapped", "contact"),
    "address": ("readable", "id"),
    "inbound": ("body", "id"),
    "session": ("body", "contact"),
    "outbox": ("message", "id"),
    "adviser": ("name", "id"),
    "ticket": ("trail", "id"),
    "ticket_event": ("detail", "id"),
    "message": ("text", "id"),
    "reminder": ("flow", "id"),
    "publishing": ("published_by", "id"),
}
FURTHER = [("inbound", "error"), ("outbox", "reply"), ("outbox", "reason")]


@pytest.mark.parametrize(("table", "column"), [*((name, column) for name, (column, _) in SEALED.items()), *FURTHER])
async def test_x02_a_value_that_was_moved_is_found(full: Place, table: str, column: str) -> None:
    """X02: a sealed value that stands in another place than its own does not open, and the row is named."""
    key = SEALED[table][1]
    other = "'\\x03000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f'"
    last = f"(select max({key}) from {table} where {column} is not null)"  # noqa: S608 - a test's own words
    await spoil(full, f"update {table} set {column} = {other} where {key} = {last}")  # noqa: S608
    rows = (await found(full))["sealed"]
    assert [row for row in rows if row.startswith(f"{table} ")] != []


async def test_every_sealed_table_is_opened(full: Place) -> None:
    """A new column of bytes is opened by the check, or it is known why not."""
    plain = {"setting.value", "invitation.hash", "login.hash", "revision.files"}
    opened = {f"{table}.{column}" for table, (column, _) in SEALED.items()} | {f"{a}.{b}" for a, b in FURTHER}
    if isinstance(full, StoreAddress):
        connection = await asyncpg.connect(full.url)
        found_columns = await connection.fetch(
            "select table_name || '.' || column_name from information_schema.columns"
            " where data_type = 'bytea' and table_schema = 'public'"
        )
        await connection.close()
    else:
        other = sqlite3.connect(full)
        found_columns = other.execute(
            "select t.name || '.' || c.name from sqlite_schema t, pragma_table_info(t.name) c"
            " where t.type = 'table' and lower(c.type) = 'blob'"
        ).fetchall()
        other.close()
    assert {row[0] for row in found_columns} == plain | opened
    assert set(SEALED) == set(Opener(master(), None).looks())  # type: ignore[arg-type]  # only their names are asked


async def test_another_master_key_is_told_once(full: Place) -> None:
    """Not as a thousand values that do not open."""
    assert ["house_key"] == list(await found(full, secret=bytes(32)))


async def test_a_sample_spreads_over_the_table(full: Place) -> None:
    """Some rows of each table, each night others; after so many nights all of them."""
    await spoil(full, "update message set text = '\\x0300' where id = 2")
    nights = [await found(full, portion=Portion(1, turn)) for turn in range(10)]
    hits = sum(1 for night in nights if "message 2" in night.get("sealed", ()))
    assert 0 < hits < 10


@pytest.mark.parametrize("rows", [1, 3, 1000])
def test_a_sample_is_about_as_large_as_asked_for(rows: int) -> None:
    """And all of a table that is smaller."""
    for count in (0, 1, 5, 999, 1000, 1001, 10**6):
        step = Portion(rows).step(count)
        assert -(-count // step) <= rows or step == 1
    assert 1 == Portion().step(10**6)


# -- the engine's own files


async def test_a_damaged_file_is_found(tmp_path: Path) -> None:
    """SQLite reads its own pages; where they are broken nothing else is asked. Where it cannot be opened, that is told."""
    store = await ENGINES[0].open(tmp_path)
    await filled(store)
    await ENGINES[0].close(store)
    file = tmp_path / "data.sqlite"
    whole, page = file.read_bytes(), sqlite3.connect(file).execute(PAGE).fetchone()[0]
    file.write_bytes(whole[: page * 4096 - 4096] + b"\xff" * 4096 + whole[page * 4096 :])
    async with opened_checked(file) as side:
        (one,) = [each async for each in verify(side, master(), Portion(), quietly)]
    assert "integrity" == one.check
    assert "data restore" in str(one)
    file.write_bytes(whole[:100] + b"\xff" * 20_000 + whole[20_100:])
    with pytest.raises(OperatorError, match="lässt sich nicht lesen"):
        await found(file)


PAGE = "select rootpage from sqlite_schema where name = 'outbox'"


async def test_a_damaged_table_is_found_in_postgres() -> None:
    """A page that PostgreSQL cannot read any more is found by reading everything."""
    with postgres_server() as server:
        store = await PostgresStore.open(Server(server.url), master(), lambda: NOON)
        await filled(store)
        await store.close()
        connection = await asyncpg.connect(server.url)
        await connection.execute("checkpoint")
        path = await connection.fetchval("select pg_relation_filepath('message')")
        await connection.close()
        server.stop()
        file = server.folder / "data" / path
        raw = bytearray(file.read_bytes())
        raw[4000:8000] = b"\xff" * 4000
        file.write_bytes(bytes(raw))
        server.start()
        rows = (await found(StoreAddress(server.url)))["integrity"]
    assert ["message (DataCorruptedError)"] == list(rows)


async def test_an_index_that_lies_is_found_where_amcheck_is_there(tmp_path: Path) -> None:
    """Where PostgreSQL's own extension is installed, every index is looked through, and one that is broken is named."""
    store = await ENGINES[1].open(tmp_path)
    await ENGINES[1].close(store)
    where = place(ENGINES[1], tmp_path)
    await spoil(
        where,
        "create function bt_index_check(index regclass) returns void language plpgsql as $$ begin"
        " if index = 'inbound_contact'::regclass then raise exception 'item order in index \"%\"', index; end if; end $$",
    )
    assert {"integrity": ('item order in index "inbound_contact"',)} == await found(where)
    await ENGINES[1].remove(tmp_path)


async def test_ids_that_would_be_given_again_are_found(full: Place) -> None:
    """A counter that is behind what it has counted."""
    change = "update sqlite_sequence set seq = 1 where name = 'outbox'"
    await spoil(full, change if isinstance(full, Path) else "select setval('outbox_id_seq', 1)")
    assert "id_again" in await found(full)


async def test_what_is_no_database_of_ours_is_refused(tmp_path: Path) -> None:
    """And what is not there at all."""
    sqlite3.connect(tmp_path / "other.sqlite").execute("create table x (y)").connection.close()
    for name, says in (("other.sqlite", "keine Datenbank von Elternlotse"), ("none.sqlite", "gibt es nicht")):
        with pytest.raises(OperatorError, match=says):
            await found(tmp_path / name)


# -- words


def test_every_check_has_its_words_and_its_damage() -> None:
    """No check that nothing has ever set off, and none that would have nothing to say."""
    statements = {
        name for file in CHECKS.glob("*.sql") for name in re.findall(r"-- name: (\w+)", file.read_text("utf-8"))
    }
    alone = {name for name in statements if not name.endswith("_values") and name != "revision_files"}
    assert alone < set(WORDS)
    others = {"integrity", "id_again", "sealed"}
    assert set(WORDS) == {check for check, _ in DAMAGE} | others
    assert set(WORDS) > NOTES


def test_a_finding_names_some_rows_and_counts_the_others() -> None:
    """Never a text, and not a screen full of numbers."""
    said = str(Finding("outbox_state", tuple(map(str, range(1, 9)))))
    assert said.startswith(
        "Fehler: Nachrichten in einem Zustand, den es nicht gibt: 1, 2, 3, 4, 5 und 3 mehr\n  = Hilfe: "
    )
    assert str(Finding("event_order", ("7",))).startswith("Hinweis: ")
