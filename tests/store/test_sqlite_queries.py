"""The queries: each says what it is for, each is used, and none walks through a table that grows."""

import re
import sqlite3
from pathlib import Path

import pytest

from bot.store import sqlite_engine
from bot.store.sqlite_schema import MIGRATIONS
from bot.store.steps import read_migrations

QUERIES = sqlite_engine.load_queries()
NAMES = [name for name in QUERIES.available_queries if not name.endswith("_cursor")]
CODE = "\n".join(path.read_text("utf-8") for path in sorted(Path(sqlite_engine.__file__).parent.glob("*.py")))
SMALL = {"adviser", "login", "migration", "sqlite_schema", "visit", "CONSTANT", "lead", "waiting"}
"""May be walked through: some people, the program's own steps, the arrows of the flows, and what is no table at all."""


@pytest.mark.parametrize("name", NAMES)
def test_a_query_says_what_it_is_for(name: str) -> None:
    """Above each query stands a sentence."""
    assert re.fullmatch(r"[A-Z][^\n]{8,}\.", getattr(QUERIES, name).__doc__)


@pytest.mark.parametrize("name", NAMES)
def test_a_query_is_used(name: str) -> None:
    """No query is left behind when its caller goes."""
    assert re.search(rf"(?:queries|put)\.{name}\b", CODE)


def test_every_file_of_queries_is_read() -> None:
    """No two queries have one name: then one would silently be the other."""
    written = [
        name
        for path in sqlite_engine.SQL.glob("*.sql")
        for name in re.findall(r"^-- name: (\w+)", path.read_text("utf-8"), re.MULTILINE)
    ]
    assert sorted(written) == sorted(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_no_query_walks_through_a_growing_table(name: str) -> None:
    """The cost of a message stays the same from a thousand contacts to a million: tables are searched by index."""
    sql = getattr(QUERIES, name).sql
    connection = sqlite3.connect(":memory:")
    connection.executescript("create table migration (number, name, hash, at);")
    for migration in read_migrations(MIGRATIONS):
        connection.executescript(migration.sql)
    values = dict.fromkeys(re.findall(r"(?<!:):(\w+)", sql))
    plan = [row[3] for row in connection.execute(f"explain query plan {sql}", values)]
    connection.close()
    walked = [step for step in plan if step.startswith("SCAN") and "VIRTUAL" not in step and "USING" not in step]
    assert [step for step in walked if step.split()[1] not in SMALL] == []


def test_the_plan_is_really_looked_at() -> None:
    """The test above sees a walk: a query without an index is told from one with."""
    connection = sqlite3.connect(":memory:")
    for migration in read_migrations(MIGRATIONS):
        connection.executescript(migration.sql)
    (step,) = connection.execute("explain query plan select * from inbound where at = 1")
    connection.close()
    assert step[3] == "SCAN inbound"
