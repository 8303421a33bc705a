"""A parent who floods gets one polite answer, help still comes at once, and the others notice nothing."""

import asyncio
import statistics
from collections.abc import Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fakes.talking import Talking, talking
from load.acts import HELP
from load.parents import Talk, talk_of
from load.server import Server, prepare
from load.verdict import CARD

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
            {"kind": "text", "text": "/help"},
            {"kind": "press", "token": HELP},
        ):
            await house.hear(house.fragment("ana", **body))
            assert CARD in " ".join(await house.told("ana")), body


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


# -- on a real server

OTHERS = 5
WORDS = 8
"""Words of each of the others, before and during the flood: together less than what is a flood."""
START = {"id": "start", "kind": "start", "language": "de", "flow": "zaehlen"}


@pytest.mark.xdist_group("kill")
async def test_i03_a_flood_is_one_parents_business(tmp_path: Path) -> None:
    """I03: a hundred messages at once get one polite answer and are all kept; help and the others are answered."""
    prepare(tmp_path)
    async with Server(tmp_path) as server, AsyncExitStack() as stack:
        await server.start()
        flooder, *others = [await stack.enter_async_context(talk_of(server, n, START)) for n in range(OTHERS + 1)]
        calm = await words(others, "calm")
        during, _ = await asyncio.gather(words(others, "during"), flood(flooder))
        await flooder.ask({"id": "last", "kind": "press", "token": HELP, "label": "Hilfe"}, CARD)
        said = [line["text"] for line in flooder.lines if line["side"] != "me"]
        await server.stop()
    print(  # noqa: T201 - a figure: shown by -s
        f"p95 of the others: {p95(calm):.0f} ms, during the flood {p95(during):.0f} ms, {p95(during) / p95(calm):.2f} x"
    )
    assert said.count(GERMAN["flood"]) == 1
    assert sum(text.startswith(CARD) for text in said) == 4
    assert sum(text.startswith("Gezählt: ") for text in said) == 19
    assert sum(line["side"] == "me" for line in flooder.lines) == 104
    assert len(calm) == len(during) == OTHERS * WORDS


async def flood(talk: Talk) -> None:
    """Post a hundred messages, one after the other without a pause, and ask for help three times in between."""
    for number in range(100):
        texts = [f"Flut {number}"] + (["112"] if number in {25, 50, 75} else [])
        for text in texts:
            assert await talk.page.post({"id": f"f{number}-{text[0]}", "kind": "text", "text": text}) == 202


async def words(talks: Sequence[Talk], name: str) -> list[float]:
    """Let several parents say words one after the other, all at once; return how long each answer took."""

    async def speak(talk: Talk) -> list[float]:
        acts = [{"id": f"{name}{n}", "kind": "text", "text": f"{name} {n}"} for n in range(WORDS)]
        return [await talk.ask(act, f"Gezählt: \u2068{act['text']}") for act in acts]

    return [seconds for each in await asyncio.gather(*map(speak, talks)) for seconds in each]


def p95(seconds: Sequence[float]) -> float:
    """Return the time, in milliseconds, within which 95 of 100 are answered."""
    return statistics.quantiles(seconds, n=20)[-1] * 1000
