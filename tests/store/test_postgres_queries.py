"""PostgreSQL's queries: the twins of SQLite's, and none walks through a table that grows, whatever the planner last saw."""

import json
import re
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from fakes.postgres import drop_database, fresh_database

from bot.store import postgres_queries, sqlite_engine
from bot.store.postgres_queries import Adapter, load_queries, statements_of
from bot.store.postgres_server import Server

QUERIES = load_queries()
NAMES = [name for name in QUERIES.available_queries if not name.endswith("_cursor")]
SMALL = {"adviser", "login", "invitation", "migration", "visit", "setting"}
"""Tables that may be walked through: they hold some people, the program's own steps, or the arrows of the flows."""

WALKED = {
    "inbound_failed",  # what operators look at is counted
    "inbound_unread",
    "outbox_due",  # what has waited for days in vain is looked for once in a while
    "outbox_line",
    "ticket_open",  # the desk shows every open question
    "newcomer_since",  # who came within a day
}
"""Indexes that may be read from end to end: they hold only what waits just now."""
MAY_WALK = {
    "figures",
    "set_aside_now",
    "unread_now",
    "open_now",
    "open_tickets",
    "open_versions",
    "said_goodbye",
    "unsaid",
    "past_use",
}
"""Queries that do so; none of them belongs to a message."""
IN_ORDER = {"heads", "history", "newest_house_lines", "next_due", "silent", "talks", "talks_since", "waiting"}
"""Queries that read the first of many: in the index's order, not by sorting all of them."""
NEWEST = {"last_inbound"}
"""Queries that read an index's last entry."""

EVERYTHING = """
insert into contact (made_at) select n from generate_series(1, 5000) n;
insert into contact_key select n, '' from generate_series(1, 5000) n;
insert into address (contact, account, external, readable, made_at)
select n, 'telegram', n, '', n from generate_series(1, 5000) n;
insert into inbound (account, external, contact, address, body, at, state)
select 'telegram', n, n, n, '', n, 'read' from generate_series(1, 5000) n;
insert into past_inbound select 'telegram', n, n from generate_series(1, 5000) n;
insert into session select n, 1, 'flow', null, '', n from generate_series(1, 5000) n;
insert into outbox (contact, address, account, token, message, reply, state, position, queued_at, ended_at)
select n, n, 'telegram', n, '', '', 'sent', 0, n, n from generate_series(1, 5000) n;
insert into ticket (contact, state, version, topic, urgency, language, opened_at, changed_at, promise_at, trail)
select n, 'closed', 1, '', '', '', n, n, n, '' from generate_series(1, 5000) n;
insert into ticket_event (ticket, kind, at, detail) select n, 'opened', n, '' from generate_series(1, 5000) n;
insert into message (ticket, side, at, part, text) select n, 'parent', n, 0, '' from generate_series(1, 5000) n;
insert into feedback (contact, ticket, rating, at) select n, n, 'good', n from generate_series(1, 5000) n;
insert into reminder (contact, name, calendar, before, flow, since, ended_at)
select n, n, n, '1 Tage', '', n, n from generate_series(1, 5000) n;
insert into reminded select n, n, n from generate_series(1, 5000) n;
insert into revision select n, '' from generate_series(1, 500) n;
insert into publishing (revision, published_by, published_at) select n, '', n from generate_series(1, 500) n;
vacuum analyze
"""
"""A house at night: much is kept, nothing waits, and the planner has just looked at it."""


@pytest.fixture
async def connection() -> AsyncIterator[Any]:
    """A connection as the store has it, to an empty database."""
    url = await fresh_database()
    opened = await Server(url).connect()
    yield opened
    await opened.close()
    await drop_database(url)


def written(folder: Path) -> Mapping[str, Sequence[str]]:
    """Return each file's queries as they are declared: names, parameters, kinds."""
    return {
        path.name: re.findall(r"^-- name: (.+)$", path.read_text("utf-8"), re.MULTILINE)
        for path in sorted(folder.glob("*.sql"))
    }


def test_both_engines_have_the_same_queries() -> None:
    """File by file, in one order, the same names with the same parameters and kinds of result."""
    assert written(sqlite_engine.SQL) == written(postgres_queries.SQL)


def test_every_file_of_queries_is_read() -> None:
    """No two queries have one name: then one would silently be the other."""
    assert sorted(NAMES) == sorted(
        re.split(r"[($^!*]", each)[0] for queries in written(postgres_queries.SQL).values() for each in queries
    )


@pytest.mark.parametrize("name", NAMES)
def test_a_query_says_what_it_is_for_and_uses_what_it_is_given(name: str) -> None:
    """Above each query stands a sentence; each parameter that it declares is used, and no other."""
    query = getattr(QUERIES, name)
    assert re.fullmatch(r"[A-Z][^\n]{8,}\.", query.__doc__)
    used = {parameter for statement in statements_of(QUERIES)[name] for parameter in statement.names}
    (declared,) = (
        each for queries in written(postgres_queries.SQL).values() for each in queries if re.match(rf"{name}\(", each)
    )
    assert set(re.findall(r"\w+", declared.partition("(")[2].partition(")")[0])) == used


async def test_no_query_walks_through_a_growing_table(connection: Any) -> None:
    """Planned when everything was empty, a query still searches by index, and so it does with a million contacts."""
    assert await walks(connection) == []


async def test_no_query_walks_after_a_quiet_night(connection: Any) -> None:
    """Planned when much was kept and nothing waited, a query still keeps to its index when ten thousand come at once."""
    for statement in EVERYTHING.split(";"):
        await connection.execute(statement)
    assert await walks(connection) == []


async def test_the_plan_is_really_looked_at(connection: Any) -> None:
    """The tests above see a walk: through a table, through an index from end to end, and one that only sorts."""
    table = await plan_of(connection, "select * from inbound where at = 1 and state = 'unread' and id % 2 = 0")
    index = await plan_of(connection, "select id from outbox order by id")
    order = await plan_of(connection, "select id from outbox where id > 0 order by attempts limit 1")
    assert [len(list(walked("heads", plan))) for plan in (table, index, order)] == [1, 1, 1]


async def walks(connection: Any) -> list[str]:
    """Return which queries walk through what, as they are planned now."""
    return [
        f"{name}: {walk}"
        for name in NAMES
        if name != "make_migration_table"
        for statement in statements_of(QUERIES)[name]
        for walk in walked(name, await plan_of(connection, statement.sql, len(statement.names)))
    ]


async def plan_of(connection: Any, sql: str, parameters: int = 0) -> Mapping[str, Any]:
    """Return the plan that serves for any values, as the store's connections use it."""
    nothing = f"({', '.join(['null'] * parameters)})" if parameters else ""
    await connection.execute(f"prepare looked_at as {sql}")
    (plan,) = json.loads(await connection.fetchval(f"explain (format json) execute looked_at{nothing}"))
    await connection.execute("deallocate looked_at")
    return dict(plan["Plan"])


def walked(name: str, plan: Mapping[str, Any]) -> Iterator[str]:
    """Yield each walk through a table, or through an index without a condition, that a query may not take."""
    kind, table, index = plan["Node Type"], plan.get("Relation Name", ""), plan.get("Index Name", "")
    whole = kind == "Seq Scan" or (kind.startswith("Index") and "Index Cond" not in plan)
    allowed = table in SMALL or (name in MAY_WALK and index in WALKED) or name in NEWEST
    if whole and not allowed:
        yield f"{kind} of {index or table}"
    if kind == "Sort" and name in IN_ORDER:
        yield f"sorts by {plan['Sort Key']}"
    for part in plan.get("Plans", ()):
        yield from walked(name, part)


def test_several_statements_and_their_parameters_are_told_apart() -> None:
    """A query's statements are numbered each for itself; what stands in quotes, or is a cast, is no parameter."""
    adapter = Adapter()
    adapter.process_sql(
        "two", None, "select ':a', :b::bigint from c where d = :b;\nupdate c set d = :a where e = :b;\n"
    )
    assert [(each.sql, each.names) for each in adapter.statements["two"]] == [
        ("select ':a', $1::bigint from c where d = $1", ("b",)),
        ("update c set d = $1 where e = $2", ("a", "b")),
    ]


async def test_p04_what_cannot_be_held_is_sought_in_vain_and_not_written(connection: Any) -> None:
    """P04: a text with NUL or half a character matches nothing; written it is a ValueError, also as one of many."""
    await QUERIES.put_setting(connection, name="a", value=b"x")
    for words in ("\x00", "a\x00", "\ud800"):
        assert await QUERIES.setting(connection, name=words) is None
        with pytest.raises(ValueError, match="cannot be kept"):
            await QUERIES.put_setting(connection, name=words, value=b"x")
        row = {"contact": 1, "name": "n", "calendar": "c", "before": "b", "flow": b"", "at": 1}
        with pytest.raises(ValueError, match="cannot be kept"):
            await QUERIES.put_reminders(connection, [row, row | {"name": words}])
        await QUERIES.mark_seen(connection, contact=1, tokens=["a", words], at=1)
