"""``elternlotse run --watch``: published on every change, once it is quiet, and never half; no broken file ends it."""

import asyncio
import re
import shutil
from collections.abc import AsyncIterator, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from core.small import small_files
from fakes.process import ROOT, product, write_config
from fakes.talking import Talking, talking

from bot.check.edition import name_of
from bot.cli.watch import Watch
from bot.services import watch as system
from bot.services.watch import changes
from bot.source.errors import OperatorError

FILES = small_files()
SMALL = ROOT / "tests" / "data" / "small"


def asking(words: str) -> dict[str, bytes]:
    """Return the small flows with another question."""
    kind = FILES["flows/kind.yaml"].replace(b"Wie alt ist Ihr Kind?", words.encode())
    return {**FILES, "flows/kind.yaml": kind}


BROKEN = {**FILES, "flows/kind.yaml": b"flow: kind\nsteps: [\n"}
HALF = {**FILES, "flows/kind.yaml": FILES["flows/kind.yaml"][:60]}


@dataclass
class Desk:
    """A folder as it is seen at each look, and what was said. The last state stays."""

    states: list[Mapping[str, bytes] | Exception]
    said: list[str] = field(default_factory=list)

    def read(self) -> Mapping[str, bytes]:
        state = self.states.pop(0) if len(self.states) > 1 else self.states[0]
        if isinstance(state, Exception):
            raise state
        return state

    async def pause(self, _seconds: float) -> None:
        return


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[Talking]:
    """A house with the small flows published."""
    async with talking(tmp_path) as opened:
        yield opened


def watch(house: Talking, desk: Desk) -> Watch:
    """Return a watch over a folder."""
    return Watch(house.publish, desk.read, "flows", desk.said.append, desk.pause)


async def looks(house: Talking, desk: Desk, times: int) -> str:
    """Look so many times; return what was said."""
    watching = watch(house, desk)
    for _ in range(times):
        await watching.look()
    return "\n".join(desk.said)


async def names(house: Talking) -> list[str]:
    """Return what was published, oldest first."""
    return [line.revision for line in reversed(await house.store.history(0, 99))]


async def test_a_change_is_published_and_told(house):
    """With its revision, what changed, and what languages have."""
    said = await looks(house, Desk([asking("Wie alt?")]), 1)
    assert [name_of(FILES), name_of(asking("Wie alt?"))] == await names(house)
    assert f"Veröffentlicht: Fassung {name_of(asking('Wie alt?'))} (geändert: kind). Abläufe je Sprache: de " in said


async def test_nothing_changed_says_nothing(house):
    """However often it is woken."""
    assert "" == await looks(house, Desk([FILES]), 3)
    assert 1 == len(await names(house))


async def test_a_burst_of_saves_is_one_publishing(house):
    """As long as something changes between two looks, it waits; half of a change is never published."""
    burst = [HALF, asking("a?"), asking("ab?"), BROKEN, asking("abc?"), asking("abc?")]
    said = await looks(house, Desk(list(burst)), 1)
    assert [name_of(FILES), name_of(asking("abc?"))] == await names(house)
    assert "error" not in said


async def test_a_broken_file_is_shown_like_check_does_and_ends_nothing(house):
    """File, line, caret, help and the sum; once; and the next good state is published."""
    desk = Desk([BROKEN])
    watching = watch(house, desk)
    for _ in range(3):
        await watching.look()
    (shown,) = desk.said
    assert re.search(r"^flows/kind.yaml:\d+:\d+: error\[E101\]: .*\n.*\|$", shown, re.MULTILINE)
    assert "= Hilfe:" in shown
    assert re.search(r"\n\nFehler: 1. Warnungen: \d+.$", shown)
    assert 1 == len(await names(house))
    desk.states[:] = [asking("Wie alt?")]
    await watching.look()
    assert name_of(asking("Wie alt?")) == (await names(house))[-1]


async def test_a_mistake_taken_back_is_told(house):
    """Nothing new is published, but it is good to know that all is well."""
    desk = Desk([BROKEN])
    watching = watch(house, desk)
    await watching.look()
    desk.states[:] = [FILES]
    await watching.look()
    assert f"Wieder in Ordnung. Veröffentlicht ist Fassung {name_of(FILES)}." in desk.said[-1]
    desk.states[:] = [BROKEN]
    await watching.look()
    assert "error[E101]" in desk.said[-1], "and broken again it is told again"


async def test_warnings_are_shown_once(house):
    """The same warnings are not repeated with every save."""
    warned = {**asking("a?"), "flows/start.yaml": FILES["flows/start.yaml"].replace(b"Menue", b"Menue") + b"# x\n"}
    without = {path: raw for path, raw in warned.items() if path != "flows/safety.yaml"}
    again = {**without, "flows/kind.yaml": asking("b?")["flows/kind.yaml"]}
    desk = Desk([without])
    watching = watch(house, desk)
    await watching.look()
    desk.states[:] = [again]
    await watching.look()
    assert 1 == "\n".join(desk.said).count("[W104]")
    assert name_of(again) == (await names(house))[-1]


async def test_a_talk_that_goes_otherwise_is_shown_and_not_published(house):
    """With both courses and what to do."""
    talk = {**FILES, "flows/kind.talk": b"flow: kind\n> /start kind\nEins\nZwei\n"}
    said = await looks(house, Desk([talk]), 2)
    assert 1 == said.count("läuft anders als aufgeschrieben")
    assert 1 == len(await names(house))


@pytest.mark.parametrize(
    "trouble", [OperatorError("Den Ordner gibt es nicht."), PermissionError("nein"), FileNotFoundError("weg")]
)
async def test_a_folder_that_cannot_be_read_is_told_once_and_looked_at_again(house, trouble):
    """It may be back in a moment; then the change is published as always."""
    desk = Desk([trouble])
    watching = watch(house, desk)
    for _ in range(3):
        await watching.look()
    assert [f"\n{trouble}"] == desk.said
    desk.states[:] = [asking("a?")]
    await watching.look()
    assert name_of(asking("a?")) == (await names(house))[-1]


async def test_it_looks_at_once_and_at_every_wake(house):
    """A folder that differs at the start is published without waiting for the next change."""
    desk = Desk([asking("a?")])
    seen: list[int] = []

    async def wakes() -> AsyncIterator[None]:
        for words in ("b?", "c?"):
            seen.append(len(await names(house)))
            desk.states[:] = [asking(words)]
            yield

    await watch(house, desk).run(wakes())
    assert ([2, 3], 4) == (seen, len(await names(house)))


# -- what the system tells


async def test_a_change_wakes_it(tmp_path, monkeypatch):
    """Also one in a folder below, made by replacing a file; and not only by the clock."""
    monkeypatch.setattr(system, "EVERY", 3600.0)
    (tmp_path / "tief").mkdir()
    async with asyncio.timeout(20), aclosing(changes([tmp_path])) as wakes:
        waiting = asyncio.ensure_future(anext(wakes))
        while not waiting.done():
            (tmp_path / "tief" / "neu").write_text("a", "utf-8")
            (tmp_path / "tief" / "neu").replace(tmp_path / "tief" / "x.yaml")
            await asyncio.wait({waiting}, timeout=0.2)


@pytest.mark.parametrize("there", [[], ["weg"]])
async def test_folders_that_are_not_there_are_looked_at_again_and_again(tmp_path, monkeypatch, there):
    """Nothing can be watched, so it wakes by the clock."""
    monkeypatch.setattr(system, "EVERY", 0.01)
    async with asyncio.timeout(20), aclosing(changes([tmp_path / name for name in there])) as wakes:
        for _ in range(3):
            await anext(wakes)


@pytest.mark.parametrize("failing", [1, 2])
async def test_where_the_system_tells_nothing_it_polls_and_then_goes_by_the_clock(tmp_path, monkeypatch, failing):
    """Too many watches, or no such call: each way down still wakes."""
    tried: list[bool] = []

    async def awatch(*_folders: Path, force_polling: bool, **_options: object) -> AsyncIterator[None]:
        tried.append(force_polling)
        if len(tried) <= failing:
            raise OSError("OS file watch limit reached")
        yield

    monkeypatch.setattr(system, "awatch", awatch)
    monkeypatch.setattr(system, "EVERY", 0.01)
    async with asyncio.timeout(20), aclosing(changes([tmp_path])) as wakes:
        await anext(wakes)
        await anext(wakes)
    assert [False, True] == tried


# -- all of it


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A configuration with flows of one's own."""
    shutil.copytree(SMALL, tmp_path / "flows")
    return write_config(tmp_path, flows=tmp_path / "flows")


async def test_a_running_house_publishes_what_is_saved(config):
    """From the file to what parents are asked, in one process; a broken file between changes nothing."""
    file = config.parent / "flows" / "kind.yaml"
    async with product(config, "run", "--port", "0", "--watch") as house:
        await house.started()
        file.write_text(file.read_text("utf-8") + "  kaputt\n", "utf-8")
        await house.said("Fehler: 1. Warnungen: ")
        assert "kind.yaml:" in house.output
        sound = (SMALL / "kind.yaml").read_text("utf-8").replace("Wie alt ist Ihr Kind?", "Wie alt ist es?")
        file.write_text(sound, "utf-8")
        await house.said("(geändert: kind)")
        assert 0 == await house.stop()
