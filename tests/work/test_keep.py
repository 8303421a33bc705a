"""A verb that breaks begins again; the house stays open."""

import asyncio

import pytest
from structlog.testing import capture_logs

from bot.work import keep
from bot.work.keep import kept


@pytest.fixture
def slept(monkeypatch) -> list[float]:
    """The pauses that were made, none of them in real time."""
    pauses: list[float] = []

    async def pause(seconds: float) -> None:
        pauses.append(seconds)

    monkeypatch.setattr(keep.asyncio, "sleep", pause)
    return pauses


class Verb:
    """Breaks so many times, then ends."""

    def __init__(self, times: int, timer: list[float], lasting: float = 0.0) -> None:
        self.left, self.timer, self.lasting = times, timer, lasting

    async def run(self) -> None:
        self.timer[0] += self.lasting
        if self.left:
            self.left -= 1
            raise RuntimeError("a parent's words")


async def test_a_verb_that_breaks_begins_again_ever_later(slept):
    """The pauses grow up to a minute; the log names the verb and the kind of error, never its text."""
    timer = [0.0]
    with capture_logs() as logs:
        await kept("poll", Verb(9, timer).run, lambda: timer[0])
    assert [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 60.0, 60.0, 60.0] == slept
    assert {("verb_broke", "poll", "RuntimeError")} == {(each["event"], each["name"], each["error"]) for each in logs}
    assert "words" not in str(logs)


async def test_a_verb_that_was_sound_for_long_is_begun_again_soon(slept):
    """A fault a day is not a fault a second."""
    timer = [0.0]
    await kept("poll", Verb(3, timer, lasting=3600.0).run, lambda: timer[0])
    assert [1.0, 1.0, 1.0] == slept


async def test_a_stop_is_no_fault():
    """Cancelling ends it at once."""
    task = asyncio.create_task(kept("poll", asyncio.Event().wait, lambda: 0.0))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
