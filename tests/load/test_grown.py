"""What growth is measured with: a filled store is one the product opens, the tables say what was measured, and pictures are."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from fakes.postgres import drop_database, fresh_database
from hypothesis import given
from hypothesis import strategies as st

from bot.model import Account, ContactId

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
TELEGRAM = Account("telegram")


@pytest.fixture(autouse=True)
def benchmarks(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The modules of that folder can be imported."""
    monkeypatch.syspath_prepend(BENCHMARKS)
    return


async def address_of(engine: str, folder: Path) -> str:
    """Return where an empty store may be made."""
    return await fresh_database() if engine == "PostgreSQL" else str(folder / "filled.sqlite")


@pytest.mark.parametrize("engine", ["SQLite", "PostgreSQL"])
async def test_a_filled_store_is_one_that_the_house_opens(engine: str, tmp_path: Path) -> None:
    """Everything that was filled in opens: talks, messages, questions; and whoever was filled in can go on talking."""
    from fill import SAID, Wish, chat_of
    from grown import Engine, grown
    from growth import edition_of, repository

    place = Engine(await address_of(engine, tmp_path))
    files = repository()
    await place.fill(edition_of(files), Wish(60, NOON, open_tickets=3, queued=4, unread=5))
    async with grown(place, 60, files) as house:
        store = house.plain
        assert sorted(await store.open_versions()) == [1, 2, 3]
        assert all((await store.first_lines([1, 2, 3])).values())
        assert len((await store.talks(ContactId(0), 100)).sessions) == 60
        contact = await store.contact_of(TELEGRAM, str(chat_of(11)))
        lines = await store.chat(contact, "", 100)
        assert (contact, sum(line.message is not None for line in lines)) == (11, SAID)
        assert len(await store.due(TELEGRAM, NOON, 100)) == 4
        assert len(await store.take(100)) == 5
        await store.release()
        assert await house.converse.step() == 5
        cost = await house.speak(10)
        assert (cost.messages, await store.open_versions() != {}) == (10, True)
        assert (await store.figures())["failed"] == 0
    if engine == "PostgreSQL":
        await drop_database(place.address)


async def test_the_desk_is_told_of_what_changes(tmp_path: Path) -> None:
    """A change reaches every open page of the team that is measured, and the page shows the queue."""
    from deskside import deskside
    from fill import Wish
    from grown import Engine, grown
    from growth import edition_of, repository

    place, files = Engine(str(tmp_path / "desk.sqlite")), repository()
    await place.fill(edition_of(files), Wish(10, NOON, open_tickets=2))
    async with grown(place, 10, files) as house, deskside(house) as team:
        assert await team.move() > 0
        (_, size), versions = await team.page(), await house.plain.open_versions()
        assert (size > 2000, sorted(versions.values())) == (True, [1, 2])


def test_a_table_says_how_much_more_the_largest_costs() -> None:
    """Medians by size, and the ratio of the largest to the smallest; what was not measured is a dash."""
    from sizes import Line, Table, as_json, markdown

    line = Line("a message", "SQLite", "ms", {1000: [1.0, 2.0, 9.0], 10_000: [3.0]})
    short = Line("another", "SQLite", "ms", {10_000: [4.0]})
    table = Table("Contacts", "So much.", [line, short])
    assert markdown([table]).splitlines()[-2:] == [
        "| a message | SQLite | 2 | 3 | ms | 1.50 |",
        "| another | SQLite | – | 4 | ms | 1.00 |",
    ]
    assert as_json([table])["Contacts"][0]["ratio"] == 1.5


VALUES = st.lists(st.floats(0, 1e6), min_size=1, max_size=30)


@given(st.lists(VALUES, min_size=1, max_size=3))
def test_a_picture_shows_every_value_inside_its_frame(curves: list[list[float]]) -> None:
    """Whatever was measured: the picture is sound XML, has a curve for each, and no point lies outside of its panel."""
    from plot import HEIGHT, LEFT, TOP, WIDTH, Curve, Panel, picture

    made = [Curve(f"<{n}>", [(i / 12, value) for i, value in enumerate(each)]) for n, each in enumerate(curves)]
    drawn = ET.fromstring(picture('Memory & "time"', [Panel("Memory", "MB", made)]))  # noqa: S314 - our own
    found = [node for node in drawn.iter() if node.tag.endswith("polyline")]
    points = [tuple(map(float, pair.split(","))) for node in found for pair in node.attrib["points"].split()]
    assert [len(each) for each in curves] == [len(node.attrib["points"].split()) for node in found]
    assert all(LEFT - 0.1 <= x <= WIDTH and TOP - 0.1 <= y <= HEIGHT for x, y in points)
    assert drawn.attrib["aria-label"] == 'Memory & "time"'


def test_a_picture_has_labelled_axes_and_both_grounds() -> None:
    """Title, unit, numbers and minutes are there, and colours for a dark ground."""
    from plot import Curve, Panel, picture

    drawn = picture("Soak", [Panel("Memory", "MB", [Curve("resident", [(0.0, 90.0), (20.0, 130.0)])])])
    words: list[Any] = re.findall(r"<text[^>]*>([^<]*)</text>", drawn)
    assert {"Memory (MB)", "resident", "0", "200", "20", "min"} <= set(words)
    assert "prefers-color-scheme: dark" in drawn
