"""A PostgreSQL database comes up to date whole or not at all, and what cannot be used is refused in words."""

import sqlite3
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from fakes.postgres import Server as Cluster
from fakes.postgres import drop_database, fresh_database, postgres_server
from postgres_kit import opened, outside
from store_kit import NOON, case_of, done, heard, master, outgoing, received, say, together

from bot.source.errors import OperatorError
from bot.store.postgres import PostgresStore, inhabited
from bot.store.postgres_schema import MIGRATIONS
from bot.store.postgres_server import Server
from bot.store.sqlite_schema import MIGRATIONS as SQLITE_MIGRATIONS
from bot.store.steps import Migration, read_migrations

OURS = read_migrations(MIGRATIONS)
NEXT = Migration(
    len(OURS) + 1,
    f"{len(OURS) + 1:04}_more",
    "-- a step; with a semicolon in its words\nalter table contact add column more text;\n"
    "create table more (id bigint primary key, said text default ';');\n",
)


@pytest.fixture
async def url() -> AsyncIterator[str]:
    """A database in which nothing is yet."""
    made = await fresh_database(template="template1")
    yield made
    await drop_database(made)


async def start(url: str, migrations: Sequence[Migration] = OURS) -> None:
    """Start and stop a program that has these migrations."""
    await (await opened(url, migrations=migrations)).close()


async def read(url: str, statement: str) -> list[tuple[object, ...]]:
    """Read a database as another program."""
    async with outside(url) as connection:
        return [tuple(row) for row in await connection.fetch(statement)]


def test_our_steps_are_numbered_without_a_gap() -> None:
    """The program's migrations count from 1, by their files' names."""
    assert [migration.number for migration in OURS] == list(range(1, len(OURS) + 1))
    assert [migration.name[:5] for migration in OURS] == [f"{migration.number:04}_" for migration in OURS]


async def test_a_first_start_makes_the_schema(url: str) -> None:
    """Each step is noted with its hash; before, nothing that needs a key was there, and afterwards there is."""
    assert not await inhabited(Server(url))
    await start(url)
    applied = await read(url, "select number, name, hash from migration")
    assert applied == [(migration.number, migration.name, migration.hash) for migration in OURS]
    assert await inhabited(Server(url))


async def test_d15_an_older_database_is_brought_up_to_date_once(url: str) -> None:
    """D15: a database of the release before opens with everything in it; a second start changes nothing more."""
    store = await opened(url)
    await store.receive([received("m1")])
    await store.close()
    for _ in range(2):
        await start(url, (*OURS, NEXT))
    assert await read(url, "select id, more from contact") == [(1, None)]
    store = await opened(url, migrations=(*OURS, NEXT))
    assert [each.fragment.external_id for each in (await case_of(store)).unread] == ["m1"]
    await store.close()


async def test_d15_a_step_that_fails_changes_nothing(url: str) -> None:
    """D15: a step that breaks off in the middle is not there at all; the mended one then goes through."""
    await start(url)
    columns = (
        "select table_name, column_name from information_schema.columns where table_schema = 'public' order by 1, 2"
    )
    before = await read(url, columns)
    with pytest.raises(OperatorError, match=r"(?s)lässt sich nicht öffnen.*Hilfe: "):
        await start(url, (*OURS, replace(NEXT, sql=NEXT.sql + "create table oops (;\n")))
    assert await read(url, columns) == before
    await start(url, (*OURS, NEXT))
    assert await read(url, "select count(*) from more") == [(0,)]


async def test_a_step_that_was_changed_is_refused(url: str) -> None:
    """A migration whose text is another than the one applied is named, with what to do."""
    await start(url)
    changed = replace(OURS[0], sql=OURS[0].sql + "-- a word more\n")
    with pytest.raises(OperatorError, match=f"(?s)anderen Wortlaut von {OURS[0].name}.*git checkout"):
        await start(url, (changed, *OURS[1:]))


async def test_a_newer_database_is_refused(url: str) -> None:
    """An older program does not touch a newer program's database, and says how to go on."""
    await start(url, (*OURS, NEXT))
    with pytest.raises(OperatorError, match=f"(?s)neueren Elternlotse \\({NEXT.name}\\).*Aktualisieren Sie"):
        await start(url)


async def test_programs_that_start_together_make_one_schema(url: str) -> None:
    """Programs that start together on a new database all come up, with the same keys."""
    stores = await together(*(opened(url) for _ in range(3)))
    one, two, three = (store for store in stores if isinstance(store, PostgresStore))
    await one.receive([received("m1")])
    case = await case_of(two)
    await two.commit([done(case, outgoing("a"))], NOON)
    assert list(await three.replies([(case.contact, "a")])) == ["a"]
    for store in (one, two, three):
        await store.close()


@pytest.mark.parametrize("table", ["customer (id int)", "migration (id int)", "contact (id int)"])
async def test_another_programs_database_is_refused(url: str, table: str) -> None:
    """A database with somebody else's tables, whatever they are called, is refused in words and left as it is."""
    tables = "select tablename from pg_tables where schemaname = 'public'"
    async with outside(url) as connection:
        await connection.execute(f"create table {table}")
    before = await read(url, tables)
    assert not await inhabited(Server(url))
    with pytest.raises(OperatorError, match=r"(?s)Tabellen eines anderen Programms.*createdb"):
        await start(url)
    assert await read(url, tables) == before


async def test_another_key_is_refused(url: str) -> None:
    """A master key that does not fit is told by its origin and the database's name."""
    await start(url)
    with pytest.raises(OperatorError, match=r"(?s)master\.key passt nicht zur Datenbank postgresql://.*den richtigen"):
        await PostgresStore.open(Server(url), master(b"x" * 32), lambda: NOON)


# -- no way in


@pytest.fixture(scope="module")
def guarded() -> Iterator[Cluster]:
    """A server that asks some users for a password."""
    with postgres_server() as server:
        rules = server.folder / "pg_hba.conf"
        rules.write_text("local all lotse scram-sha-256\nlocal all kein_weg reject\nlocal all all trust\n", "utf-8")
        rules.chmod(0o644)
        server.use(f"hba_file={rules}")
        yield server


@pytest.fixture
async def roles(guarded: Cluster) -> Cluster:
    """Its users: one with a password, one who may not come in, one who may do nothing; and a database of old texts."""
    async with outside(guarded.url) as connection:
        if not await connection.fetchval("select count(*) from pg_roles where rolname = 'lotse'"):
            await connection.execute("create role lotse login password 'richtig'")
            await connection.execute("create role kein_weg login; create role gast login")
            await connection.execute("create database leer owner lotse")
            await connection.execute("create database alt encoding 'LATIN1' template template0")
    return guarded


@pytest.mark.parametrize(
    ("user", "database", "password", "words"),
    [
        ("lotse", "leer", "falsch", r"nimmt das Passwort nicht an.*ELTERNLOTSE_STORE_PASSWORD"),
        ("lotse", "leer", None, r"nimmt das Passwort nicht an.*ELTERNLOTSE_STORE_PASSWORD"),
        ("niemand", "leer", None, r"lässt uns nicht herein \(role .niemand. does not exist\).*createuser"),
        ("kein_weg", "leer", None, r"lässt uns nicht herein .*pg_hba\.conf"),
        ("elternlotse", "fehlt", None, r"//fehlt gibt es nicht.*createdb"),
        ("gast", "leer", None, r"zu wenig Rechte.*ALTER DATABASE"),
        ("elternlotse", "alt", None, r"hält Texte als LATIN1.*createdb --encoding=UTF8"),
    ],
)
async def test_what_is_in_the_way_is_told(
    roles: Cluster, user: str, database: str, password: str | None, words: str
) -> None:
    """Each way in that does not work is one message: what, and what to do; no password in it, nor in the server's name."""
    server = Server(roles.database(database, user), password)
    with pytest.raises(
        OperatorError, match=f"(?s){words}".replace("//fehlt", "postgresql://elternlotse@/fehlt")
    ) as told:
        await PostgresStore.open(server, master(), lambda: NOON, patience=0)
    assert "falsch" not in str(told.value) + repr(server) + repr(told.value.__cause__)


async def test_the_right_password_lets_in(roles: Cluster) -> None:
    """With its password the owner of an empty database sets it up."""
    store = await PostgresStore.open(Server(roles.database("leer", "lotse"), "richtig"), master(), lambda: NOON)
    await store.receive([received("m1")])
    assert len((await case_of(store)).unread) == 1
    await store.close()


@pytest.mark.parametrize("url", ["postgresql://[::1", "postgresql://h:99999/x", "postgresql://localhost:nix/x"])
async def test_an_address_that_is_none_is_told(url: str) -> None:
    """An address that the driver does not understand is an operator's error, without a word of it."""
    with pytest.raises(OperatorError, match=r"(?s)= Hilfe: Prüfen Sie"):
        await PostgresStore.open(Server(url), master(), lambda: NOON, patience=0)


async def test_an_older_server_serves_as_well() -> None:
    """What is written and read with PostgreSQL 16 is as with 18."""
    with postgres_server(version=16) as server:
        store = await opened(server.url)
        contact = await say(store, "m1", outgoing("a"))
        case = await heard(store, "m2")
        assert (case.contact, case.version, list(await store.replies([(contact, "a")]))) == (contact, 1, ["a"])
        await store.close()


def test_the_address_that_is_told_has_no_secret(tmp_path: Path) -> None:
    """How a database is called in messages: user, host and name, neither password nor options."""
    server = Server(f"postgresql://lotse:geheim@db.example:5432/eltern?sslmode=require&passfile={tmp_path}", "auch")
    assert (server.name, "geheim" in server.name, "auch" in repr(server)) == (
        "postgresql://lotse@db.example:5432/eltern",
        False,
        False,
    )


async def test_both_engines_have_the_same_tables(url: str) -> None:
    """Every table has the same columns, and in them the same may be missing: rows go from one to the other as they are."""
    await start(url)
    asked = """
        select table_name, column_name, is_nullable = 'YES' as optional
        from information_schema.columns where table_schema = 'public' order by 1, 2
    """
    theirs = await read(url, asked)
    file = sqlite3.connect(":memory:")
    file.execute("create table migration (number not null, name not null, hash not null, at not null)")
    for migration in read_migrations(SQLITE_MIGRATIONS):
        file.executescript(migration.sql)
    ours = file.execute("""
        select t.name, c.name, not (c."notnull" or c.pk) from sqlite_schema t, pragma_table_info(t.name) c
        where t.type = 'table' and t.name not like 'sqlite%' order by 1, 2
    """).fetchall()
    file.close()
    assert [(table, column, bool(optional)) for table, column, optional in ours] == theirs
