"""The machine's clock jumps while parents talk: a year back, a day on, back and forth; now and then the house is killed.

The real command runs under libfaketime (Debian: ``apt-get install faketime``), which moves its wall clock and leaves the
steady one alone. Posts must be acknowledged all the time, Telegram must be written to, and a reminder come once.
"""

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from load.scene import Cast, Scene, scene, until

FIRST = -1
JUMPS = (-400, -1, 1, 0, 1, -400, 1, 0)
"""Days from the real time, one after the other. The reminder is due today."""
PAUSE = 1.0
"""Seconds of talk between two jumps."""
PHONE = 9999
"""The chat of the parent who wants to be reminded."""
REMINDER = "Sie wollten erinnert werden"
SILENCE = 30.0
"""Seconds within which something must be acknowledged and sent after a jump."""
FESTIVAL = """flow: fest
title: Sommerfest
topic: allgemein
reviewed: {today}
examples: [Wann ist das Fest]
steps:
  erinnern:
    remind: Sollen wir Sie erinnern?
    calendar: fest
    before: 1 Wochen
"""
DAY = """
fest:
  - date: {day}
    source: erfunden, nur zum Testen
"""
MEMORY = ("act", "update", "stream")
"""What must be there whatever the clock says; who comes back after a year is greeted, and not answered as before."""


@dataclass
class Jumps:
    """What was seen. Seconds until the first act was acknowledged, and the first message sent, after each jump."""

    acknowledged: list[float] = field(default_factory=list)
    sent: list[float] = field(default_factory=list)
    reminders: int = 0
    acts: int = 0
    findings: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        """Return it for a person."""
        return (
            f"{len(self.acknowledged)} jumps, {self.acts} acts: acknowledged again within {max(self.acknowledged):.2f} s,"
            f" sent within {max(self.sent):.2f} s, reminded {self.reminders} times\n" + "\n".join(self.findings[:40])
        )


def library() -> Path | None:
    """Return libfaketime, None where it is not installed."""
    return next(iter(sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))), None)


async def jumps(folder: Path, seed: int, faketime: Path, database: str = "") -> Jumps:
    """Let the clock jump."""
    clock, seen = folder / "clock", Jumps()
    clock.write_text(f"{FIRST:+}d")
    async with scene(folder, Cast(seed, 4, 2), database, _faked(faketime, clock)) as played:
        _plan_festival(folder)
        await played.server.start()
        await _subscribe(played)
        async with played.traffic():
            for number, days in enumerate(JUMPS):
                clock.write_text(f"{days:+}d")
                if number % 2 or days == 1:  # a start looks for reminders at once, and finds the posts of the dead house
                    await played.server.kill()
                    await played.server.start()
                await _look(played, seen)
        await played.settle()
        await played.server.stop()
        seen.acts, seen.reminders = played.acknowledged, _reminders(played)
        seen.findings += [each for each in await played.findings(forgiving=True) if _counts(each)]
    return seen


async def _look(played: Scene, seen: Jumps) -> None:
    began, acts, calls = time.monotonic(), played.acknowledged_on_pages, played.sends

    async def acknowledged() -> bool:
        return played.acknowledged_on_pages > acts

    async def sent() -> bool:
        return played.sends > calls

    await until(acknowledged, SILENCE)
    seen.acknowledged.append(time.monotonic() - began)
    await until(sent, SILENCE)
    seen.sent.append(time.monotonic() - began)
    await asyncio.sleep(PAUSE)


async def _subscribe(played: Scene) -> None:
    played.api.say(PHONE, "/start fest_de")
    await played.api.until(lambda: "Sollen wir Sie erinnern?" in played.api.said(PHONE))
    played.api.press(PHONE, "Ja")
    await played.settle()


def _reminders(played: Scene) -> int:
    return sum(text.startswith(REMINDER) for text in played.api.said(PHONE))


def _counts(finding: str) -> bool:
    kind, _, about, *_ = [*finding.split(), ""]
    about = about.rstrip(":")
    return kind == "left:" or about in MEMORY or (kind in {"twice:", "order:"} and about in {"reply", "thread"})


def _faked(faketime: Path, clock: Path) -> Mapping[str, str]:
    return {
        "LD_PRELOAD": str(faketime),
        "FAKETIME_TIMESTAMP_FILE": str(clock),
        "FAKETIME_CACHE_DURATION": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }


def _plan_festival(folder: Path) -> None:
    """Add a flow with a day in a week to be reminded of, a week before."""
    today = date.today()  # noqa: DTZ011 - the house's day and ours are the same, or one apart
    day = today + timedelta(days=7)
    (folder / "flows" / "fest.yaml").write_text(FESTIVAL.format(today=today), "utf-8")
    calendar = folder / "flows" / "calendars" / f"{day.year}.yaml"
    known: Sequence[str] = [calendar.read_text("utf-8")] if calendar.exists() else []
    calendar.write_text("".join([*known, DAY.format(day=day)]), "utf-8")
