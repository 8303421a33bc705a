"""The clock jumps while parents talk: a year back, a day on, back and forth; now and then the house is killed as well.

Posts must be acknowledged all the time, Telegram must be written to whatever the clock says, a message that has to wait
a second may not wait a year, and a reminder comes once.

``jumps`` moves the clock of a victim while it runs. ``fudged`` starts the product's own command again and again under
datefudge (Debian: ``apt-get install datefudge``), which moves the wall clock of a whole process from its start on,
SQLite's too. (libfaketime 0.9.10 could move it while it runs, but lets CPython's own waiting fail.)
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from pathlib import Path
from time import monotonic
from zoneinfo import ZoneInfo

from load.scene import Cast, Scene, scene, until

DAY = 86_400
ZONE = ZoneInfo("Europe/Berlin")
JUMPS = (-400, -1, 1, 0, 1, -400, 1, 0)
"""Days from the real time, one after the other. The reminder is due today."""
PAUSE = 0.5
"""Seconds of talk between two jumps."""
PHONE = 9999
"""The chat of the parent who wants to be reminded."""
REMINDER = "Sie wollten erinnert werden"
QUESTION = "Sollen wir Sie erinnern?"
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
DATE = """
fest:
  - date: {day}
    source: erfunden, nur zum Testen
"""
LONG = 40
"""Days after which things are old, and go."""


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


async def jumps(folder: Path, seed: int, database: str = "", days: Sequence[int] = JUMPS) -> Jumps:
    """Let the clock of a victim jump while it runs; before every second jump it is killed."""
    clock = folder / "clock"
    async with scene(folder, Cast(seed, 4, 2), database) as played:

        async def jump(number: int, day: int) -> None:
            if number % 2 or day == 1:  # a start looks for reminders at once, and finds the posts of the dead house
                await played.server.kill()
                _set(clock, day)
                await played.server.bear("--clock", str(clock))
            _set(clock, day)

        return await _jumps(played, jump, days)


async def fudged(folder: Path, seed: int, library: Path, database: str = "", days: Sequence[int] = JUMPS) -> Jumps:
    """Kill the product's own command at every jump, and start it on a machine whose clock is wrong by so many days."""
    async with scene(folder, Cast(seed, 4, 2), database) as played:

        async def jump(_number: int, day: int) -> None:
            await played.server.kill()
            played.server.environment |= {"LD_PRELOAD": str(library), "DATEFUDGE": str(-_wrong_by(day))}
            await played.server.start()

        return await _jumps(played, jump, days)


def datefudge() -> Path | None:
    """Return where datefudge's library is, None where it is not installed."""
    return next(iter(sorted(Path("/usr/lib").glob("*/datefudge/datefudge.so"))), None)


async def _jumps(played: Scene, jump: Callable[[int, int], Awaitable[None]], days: Sequence[int]) -> Jumps:
    seen, aged = Jumps(), _Aged(played)
    _plan_festival(played.server.folder)
    await jump(1, -1)
    await _subscribe(played)
    async with played.traffic():
        for number, day in enumerate(days):
            played.api.fault("limited", wait=1, times=2)  # two messages have to wait a second when the clock jumps
            await _two_wait(played)
            aged.begin(day)
            await jump(number, day)
            await _look(played, seen)
            aged.end(day)
    await played.settle()
    await played.server.stop()
    seen.acts = played.acknowledged
    seen.reminders = sum(text.startswith(REMINDER) for text in played.api.said(PHONE))
    seen.findings += [each for each in await played.findings(forgiving=True) if aged.counts(each)]
    return seen


class _Aged:
    """What was said while the clock was far behind: once it is right again that is old, and may be forgotten."""

    def __init__(self, played: Scene) -> None:
        self._parents = played.parents
        self._since: dict[str, int] = {}
        self._names: set[str] = set()

    def begin(self, day: int) -> None:
        """Note that the clock is about to jump to this day."""
        if day < -LONG:
            self._since = {parent.who: len(parent.done) for parent in self._parents}

    def end(self, day: int) -> None:
        """Note that the clock has jumped to this day a moment ago."""
        if day >= -LONG:
            for parent in self._parents:
                begun = self._since.pop(parent.who, len(parent.done))
                self._names |= {act.name for act in parent.done[begun:]}

    def counts(self, finding: str) -> bool:
        """Tell whether a finding is one: who comes back after a year is greeted, and not answered as before."""
        kind, _, about, name = ([*finding.split(), *[""] * 4])[:4]
        match kind, about.rstrip(":"):
            case "lost:", "act":
                return name not in self._names
            case "lost:", "is":
                return True
            case (("twice:" | "order:"), ("act" | "update" | "reply")):
                return True
            case _:
                return kind == "left:"


async def _two_wait(played: Scene) -> None:
    sends = played.sends

    async def tried() -> bool:
        return played.sends >= sends + 2

    await until(tried, SILENCE)


async def _look(played: Scene, seen: Jumps) -> None:
    began, acts, sends = monotonic(), played.acknowledged_on_pages, played.sends

    async def acknowledged() -> bool:
        return played.acknowledged_on_pages > acts

    async def sent() -> bool:
        return played.sends > sends

    await until(acknowledged, SILENCE)
    seen.acknowledged.append(monotonic() - began)
    await until(sent, SILENCE)
    seen.sent.append(monotonic() - began)
    await asyncio.sleep(PAUSE)


async def _subscribe(played: Scene) -> None:
    played.api.say(PHONE, "/start fest_de")
    await played.api.until(lambda: QUESTION in played.api.said(PHONE))
    played.api.press(PHONE, "Ja")
    await played.settle()


def _set(clock: Path, day: int) -> None:
    """Let a victim's clock be wrong by so many days, at once."""
    draft = clock.with_suffix(".draft")
    draft.write_text(str(_wrong_by(day)), "ascii")
    draft.replace(clock)


def _wrong_by(day: int) -> int:
    """Return so many days in seconds, from noon: nobody is reminded at night, whenever this is run."""
    now = datetime.now(ZONE)
    return day * DAY + round((datetime.combine(now.date(), time(12), ZONE) - now).total_seconds())


def _plan_festival(folder: Path) -> None:
    """Add a flow with a day in a week to be reminded of, a week before."""
    today = datetime.now(ZONE).date()
    day = today + timedelta(days=7)
    (folder / "flows" / "fest.yaml").write_text(FESTIVAL.format(today=today), "utf-8")
    calendar = folder / "flows" / "calendars" / f"{day.year}.yaml"
    known = calendar.read_text("utf-8") if calendar.exists() else ""
    calendar.write_text(known + DATE.format(day=day), "utf-8")
