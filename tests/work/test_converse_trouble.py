"""A store that goes on failing: conversing waits ever longer, says what to do, and is quick again after a success."""

import asyncio
import sqlite3

import pytest
from structlog.testing import capture_logs

LAST = 11
"""The wait at which a test ends the verb."""


class Bell:
    """Never rings: it keeps how long it was waited for, and ends the verb at the last wait."""

    def __init__(self) -> None:
        self.waits: list[float] = []

    async def wait(self, seconds: float) -> frozenset[str]:
        self.waits.append(seconds)
        if len(self.waits) == LAST:
            raise asyncio.CancelledError
        return frozenset()

    def close(self) -> None:
        """Nothing to close."""


def damaged() -> sqlite3.DatabaseError:
    return sqlite3.DatabaseError("database disk image is malformed: a parent's words")


@pytest.fixture
def waits(house, monkeypatch) -> list[float]:
    """The waits of this house's verbs, none of them in real time."""
    bell = Bell()
    monkeypatch.setattr(house.wake, "listen", lambda *_: bell)
    return bell.waits


async def run(house, monkeypatch, steps) -> list:
    """Let converse take these steps, each a number or an error, and return the log."""
    left = iter(steps)

    async def step() -> int:
        outcome = next(left)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    monkeypatch.setattr(house.converse, "step", step)
    with capture_logs() as logs, pytest.raises(asyncio.CancelledError):
        await house.converse.run()
    return logs


async def test_a_store_that_goes_on_failing_is_asked_ever_more_rarely(house, waits, monkeypatch):
    """The pause doubles from half a second to half a minute; no log fills up with one line every half second."""
    logs = await run(house, monkeypatch, [damaged()] * LAST)
    assert [0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0, 30.0, 30.0, 30.0] == waits
    assert LAST == len(logs)


async def test_after_a_success_the_pause_is_short_again(house, waits, monkeypatch):
    """Also when more is waiting to be worked out, and when nothing is."""
    bad = damaged()
    await run(house, monkeypatch, [bad, bad, bad, 1, bad, bad, 0, bad, bad, bad, 0, bad])
    assert [0.5, 1.0, 2.0, 0.5, 1.0, 5.0, 0.5, 1.0, 2.0, 5.0, 0.5] == waits


async def test_converse_says_what_to_do_about_a_damaged_database(house, waits, monkeypatch):
    """Every line names the kind of error and the way out, and none the error's text."""
    logs = await run(house, monkeypatch, [damaged()] * LAST)
    assert {("converse.failed", "DatabaseError")} == {(log["event"], log["error"]) for log in logs}
    assert all("disk" in log["help"] and "backup" in log["help"] for log in logs)
    assert [log["seconds"] for log in logs] == waits
    assert "words" not in str(logs)


async def test_expire_says_what_to_do_about_a_damaged_database(house, monkeypatch):
    """A look that fails counts nothing, and tells operators the same."""

    async def refuse(*_: object) -> int:
        raise damaged()

    monkeypatch.setattr(house.store, "expire", refuse)
    with capture_logs() as logs:
        assert 0 == await house.expire.step()
    assert [("expire.failed", "DatabaseError")] == [(log["event"], log["error"]) for log in logs]
    assert "restored from a backup" in logs[0]["help"]
    assert "words" not in str(logs)
