"""A parent who floods gets one polite answer, help still comes at once, and the others notice nothing."""

import asyncio
import random
import statistics
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fakes.talking import Talking, talking
from load.acts import HELP, Act, Script
from load.parents import Page, page_of
from load.server import Server, prepare

from bot.flow.session import Session
from bot.text.interface import GERMAN
from bot.work.flood import FloodLimit, count, first_too_many, flooded

LIMIT = FloodLimit(20, 10)
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


# -- what a flood is


def told(gaps: Sequence[float], limit: FloodLimit = LIMIT) -> tuple[int, int]:
    """Return how many polite answers and how many ordinary ones follow messages that come after these gaps (seconds)."""
    session, now, polite, ordinary = Session(), NOON, 0, 0
    for gap in gaps:
        now += timedelta(seconds=gap)
        session = count(session, now, limit)
        polite += first_too_many(session)
        ordinary += not flooded(session)
    return polite, ordinary


@pytest.mark.parametrize("before", [0, 1, 5, 9, 15])
@pytest.mark.parametrize("seconds", [0.0, 1.0, 5.0, 10.0])
def test_i03_a_hundred_messages_are_answered_once_whenever_they_come(before: int, seconds: float) -> None:
    """I03: also where the parent has talked just before, and however the hundred are spread over ten seconds."""
    assert told([0.5] * before + [seconds / 100] * 100) == (1, 20)


def test_i03_more_than_the_limit_within_its_seconds_is_a_flood_wherever_they_begin() -> None:
    """I03: one message more than twenty in ten seconds; the same at the edge of ten seconds is none."""
    assert told([0.0, *[9.0 / 19] * 19, 0.9]) == (1, 20)
    assert told([0.0, 9.5, *[0.0] * 18, 0.5, 0.0]) == (1, 21)
    assert told([0.0] * 20 + [10.0]) == (0, 21)


def test_i03_who_writes_on_without_end_is_told_once() -> None:
    """I03: an hour of ten messages a second is one flood."""
    assert told([0.1] * 36_000) == (1, 20)


def test_i03_a_quick_parent_is_no_flood() -> None:
    """I03: as fast as the limit allows is talking, also for long."""
    assert told([0.5] * 500) == (0, 500)


def test_i03_after_a_flood_a_parent_who_writes_slowly_is_heard_again() -> None:
    """I03: a pause ends every flood, however large it was, and so does slowness; the next flood is told anew."""
    assert told([0.0] * 500 + [10.0]) == (1, 21)
    assert told([0.0] * 500 + [1.0] * 20) == (1, 31)
    assert told(([60.0] + [0.0] * 50) * 3) == (3, 60)


def test_i03_a_clock_that_jumps_back_mutes_nobody() -> None:
    """I03: after a flood and a clock set back by an hour the parent is heard."""
    assert told([0.0] * 50 + [-3600.0]) == (1, 21)


# -- in a talk


async def test_i03_c01_help_is_answered_in_a_flood_however_it_is_asked_for(tmp_path: Path) -> None:
    """I03, C01: by the words, the number, the command and the button."""
    async with talking(tmp_path) as house:
        await flooded_house(house)
        for body in (
            {"kind": "text", "text": "112"},
            {"kind": "text", "text": "Hilfe"},
            {"kind": "text", "text": "/hilfe"},
            {"kind": "press", "token": "c.hilfe"},
        ):
            await house.hear(house.fragment("ana", **body))
            assert "Hier hilft sofort jemand." in " ".join(await house.told("ana")), body


async def test_i03_the_first_line_of_a_question_is_kept_in_a_flood(tmp_path: Path) -> None:
    """I03: whoever was asked for their question and writes it during a flood has written it."""
    async with talking(tmp_path) as house:
        await house.say("ana", "/start")
        await house.press("ana", "Deutsch")
        await house.say("ana", *["/menu"] * 17)
        await house.say("ana", "/mensch", "Erste Zeile", "Zweite Zeile", "Dritte Zeile")
        house.pass_time(seconds=30)
        await house.press("ana", "Fertig")
        (thread,) = await house.store.open_tickets()
        whole = await house.store.thread(thread.ticket.id)
        assert whole is not None
        assert [line.text for line in whole.lines] == ["Erste Zeile", "Zweite Zeile", "Dritte Zeile"]


async def flooded_house(house: Talking) -> None:
    """Let a parent flood."""
    await house.say("ana", "/start")
    await house.press("ana", "Deutsch")
    await house.say("ana", *["/menu"] * 30)
