"""Whatever a small store holds: copied there and back it is the same, to the last bit."""

import sqlite3
import tempfile
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from random import Random
from typing import Any

from dump_kit import empty_place, filled, quietly
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from store_kit import ENGINES, NOON, master

from bot.app.copying import copy_all
from bot.app.places import Place, opened_source
from bot.store.dump import STAYS, Fingerprint, fingerprint
from bot.store.sqlite import SqliteStore

SQLITE, POSTGRES = ENGINES
EDGES = {
    "INTEGER": (0, 1, -1, 2**62, -(2**63), 2**63 - 1),
    "TEXT": ("", " ", "ä", "'\"\\;--", "مرحبا", "𝄞", "a\nb\t\r", "\u202e", "x" * 3000),
    "BLOB": (b"", b"\x00", b"\x00\xff" * 5, bytes(range(256)), b"\\x00", b"y" * 70_000),
}


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(0, 2**32), rows=st.integers(0, 12))
async def test_there_and_back_every_row_is_the_same(seed: int, rows: int) -> None:
    """Every kind of value in every column of every table, by way of the other engine: equal hashes, equal counters."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        store = await SqliteStore.open(folder / "data.sqlite", master(), lambda: NOON)
        await store.close()
        fill(folder / "data.sqlite", Random(seed), rows)  # noqa: S311 - the same seed, the same rows
        between = await empty_place(POSTGRES, folder)
        try:
            there = await copy_all(folder / "data.sqlite", between, quietly)
            back = await copy_all(between, folder / "back.sqlite", quietly)
            whole = await said_of(folder / "data.sqlite")
            assert whole == await said_of(between) == await said_of(folder / "back.sqlite")
            assert whole[0] == there == back
        finally:
            await POSTGRES.remove(folder)


async def said_of(where: Place) -> tuple[Mapping[str, Fingerprint], Mapping[str, int]]:
    """Return the rows' fingerprints and the counters of a place."""
    async with opened_source(where) as rows:
        prints = {table.name: await fingerprint(rows, table, quietly) for table in rows.tables}
        return prints, await rows.sequences()


def fill(file: Path, chance: Random, rows: int) -> None:
    """Put rows of any values into every table, whose references lead somewhere; those that would be there twice stay out."""
    connection = sqlite3.connect(file, isolation_level=None)
    connection.execute("pragma foreign_keys = on")
    connection.execute("begin immediate")
    names = [name for (name,) in connection.execute("select name from sqlite_schema where type = 'table'")]
    left = [name for name in names if name not in STAYS and not name.startswith("sqlite_")]
    while left:
        for name in [each for each in left if not parents(connection, each) & set(left) - {each}]:
            for _ in range(rows):
                put(connection, name, chance)
            left.remove(name)
    connection.execute("commit")
    connection.close()


def parents(connection: sqlite3.Connection, table: str) -> set[str]:
    """Return the tables that a table refers to."""
    return {row[2] for row in connection.execute("select * from pragma_foreign_key_list(?)", (table,))}


def put(connection: sqlite3.Connection, table: str, chance: Random) -> None:
    """Put one row into a table, if its parents have any."""
    row = {
        name: value(kind, chance)
        for name, kind, needed in columns(connection, table)
        if needed or chance.random() < 0.7
    }
    references: defaultdict[int, list[Any]] = defaultdict(list)
    for each in connection.execute("select * from pragma_foreign_key_list(?)", (table,)):
        references[each[0]].append(each)
    for reference in sorted(references.values(), key=len):
        parent, theirs = reference[0][2], [each[4] for each in reference]
        found = connection.execute(f"select {', '.join(theirs)} from {parent}").fetchall()  # noqa: S608 - the schema's names
        if not found:
            return
        row |= dict(zip([each[3] for each in reference], chance.choice(found), strict=True))
    marks = ", ".join("?" * len(row))
    names = ", ".join(f'"{name}"' for name in row)
    connection.execute(f"insert or ignore into {table} ({names}) values ({marks})", tuple(row.values()))  # noqa: S608


def columns(connection: sqlite3.Connection, table: str) -> list[tuple[str, str, bool]]:
    """Return a table's columns: name, kind, and whether there must be a value."""
    found = connection.execute('select name, type, "notnull" or pk > 0 from pragma_table_info(?)', (table,))
    return [(name, kind.upper(), bool(needed)) for name, kind, needed in found]


def value(kind: str, chance: Random) -> int | str | bytes:
    """Return any value of a kind, often one at an edge."""
    if chance.random() < 0.3:
        return chance.choice(EDGES[kind])
    match kind:
        case "INTEGER":
            return chance.randint(1, 2**40)
        case "TEXT":
            return "".join(
                chr(chance.choice((32, 97, 228, 1575, 0x1F600)) + chance.randint(0, 9))
                for _ in range(chance.randint(0, 9))
            )
        case _:
            return chance.randbytes(chance.randint(0, 99))


async def test_the_values_reach_every_table(tmp_path: Path) -> None:
    """The property above is about something: with enough rows no table stays empty."""
    store = await SqliteStore.open(tmp_path / "data.sqlite", master(), lambda: NOON)
    await filled(store)
    await store.close()
    fill(tmp_path / "data.sqlite", Random(1), 12)  # noqa: S311 - a test is the same each time
    prints, _ = await said_of(tmp_path / "data.sqlite")
    assert [name for name, each in prints.items() if each.count < 3] == []
