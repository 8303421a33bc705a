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
    polite, ordinary = told([0.5] * before + [seconds / 100] * 100)
    assert polite == 1
    assert ordinary <= before + 40


def test_i03_who_writes_on_without_end_is_told_once() -> None:
    """I03: an hour of ten messages a second is one flood."""
    assert told([0.1] * 36_000)[0] == 1


def test_i03_a_quick_parent_is_no_flood() -> None:
    """I03: the limit in one burst, and then as fast as the limit allows, is talking."""
    assert told([0.0] * 20 + [0.5] * 200) == (0, 220)


def test_i03_after_a_pause_the_parent_is_heard_again_and_told_again() -> None:
    """I03: so many seconds of silence as the limit has end every flood, however large it was; the next one is told anew."""
    assert told([0.0] * 500 + [10.5]) == (1, 21)
    assert told(([0.0] * 50 + [60.0]) * 3) == (3, 20 + 20 + 20)


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
