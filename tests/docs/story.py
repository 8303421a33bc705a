"""Playing a page of the coordinators' guide as one story: its files are laid in as they are met, its commands are run.

What is to be done with a block stands behind its language, where a reader of the page does not see it:

- ``yaml flows/x.yaml``: the whole file. With ``dazu`` it is written below what is there; with ``schritt`` it takes the
  place of the steps it names, with ``statt name`` of another one; with ``einfügen step`` it
  is an option before the others; with ``steht`` the file must hold it already. The same for ``talk``.
- ``yaml fehler`` and ``yaml richtig``: steps below the lines that the page shows as ``yaml kopf``.
- ``po locales/…``: with ``steht`` the catalog holds these lines, with ``setzen`` these entries take their places.
- ``console``: as in ``shell.py``. With ``eltern`` three parents are in the middle of the flow after it; with ``adresse``
  the settings name where the house is. ``run --watch`` stays running until the next file is laid.

The clock stands still, and all flows of the house were reviewed lately.
"""

import asyncio
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from docs.markdown import ROOT, Fence, Page
from docs.shell import FILES, LAST_LINE, PRODUCT, House, commands, matches
from fakes.talking import talking

from bot.app.files import files_of
from bot.config import read_file

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
REVIEWED = "2026-11-20"
FLOW = "elternsprechtag"
"""The flow that the guide writes."""
SAMPLE = "flows/muster/beispiel.yaml"
"""Where the page of mistakes lays its steps."""


@dataclass
class _Watching:
    """A running house that is to say something once a file has changed."""

    process: subprocess.Popen[str]
    says: str


class Story:
    """A house in which a page is played."""

    def __init__(self, house: House, patch: pytest.MonkeyPatch) -> None:
        self.house = house
        self._head = ""
        self._watching: _Watching | None = None
        patch.setattr("bot.services.clock.now", lambda: NOW)
        patch.setattr("bot.cli.talk.now", lambda: NOW)

    @staticmethod
    def begun(folder: Path, patch: pytest.MonkeyPatch) -> "Story":
        """Open a house in which the project's flows are published."""
        house = House.copied(ROOT, folder)
        for path in (folder / "flows").rglob("*.yaml"):
            text = path.read_text("utf-8")
            path.write_text(re.sub(r"^reviewed: .*$", f"reviewed: {REVIEWED}", text, flags=re.MULTILINE), "utf-8")
        story = Story(house, patch)
        code, said = house.elternlotse("flows", "publish")
        assert 0 == code, said
        return story

    def read_before(self, page: Page) -> None:
        """Have the files that a page writes, with their talks as they go in the end, and publish them."""
        for fence in page.fences:
            if fence.words and fence.language != "console":
                as_written = replace(fence, text=_as_written(page, fence))
                self.lay(replace(as_written, words=tuple(w for w in fence.words if w != "steht")), page.name)
        for command in (["test", "--update"], ["flows", "publish"]):
            code, said = self.house.elternlotse(*command)
            assert 0 == code, said

    def play(self, page: Page) -> None:
        """Do what the page does, in its order."""
        for fence in page.fences:
            place = f"{page.name}:{fence.line}"
            if fence.language == "console":
                self._run(fence, place)
            elif fence.words:
                self.lay(replace(fence, text=_as_written(page, fence)), place)
        assert self._watching is None, f"{page.name}: nothing changes while run --watch runs"

    def lay(self, fence: Fence, place: str) -> None:
        """Do with a file what its block says."""
        match fence.words:
            case ["kopf"]:
                self._head = fence.text
            case ["fehler"]:
                self._write(SAMPLE, self._head + fence.text)
            case ["richtig"]:
                self._write(SAMPLE, self._head + fence.text)
                assert 0 == self.house.shows(["check", "--strict", SAMPLE], "Alles in Ordnung.", place), place
            case [file, "steht"]:
                assert fence.text in self.text(file), f"{place} stands otherwise in\n{self.text(file)}"
            case [file, *how]:
                self._write(file, self._edited(file, fence.text, how, place))
        if self._watching is not None:
            self._watched(place)

    def _edited(self, file: str, text: str, how: Sequence[str], place: str) -> str:
        """Return what a file holds once a block's text is in it."""
        match how:
            case ["dazu"]:
                return self.text(file) + text
            case ["schritt"]:
                return _replaced(self.text(file), text, place)
            case ["statt", old]:
                return _replaced(self.text(file), text, place, old)
            case ["einfügen", step]:
                return _with_option(self.text(file), text, step)
            case ["setzen"]:
                return _translated(self.text(file), text, place)
        for other in how:
            self._lay_beside(file, other)
        return text

    def text(self, file: str) -> str:
        """Return what stands in a file of the house; nothing where there is none."""
        path = self.house.folder / file
        return path.read_text("utf-8") if path.exists() else ""

    def _write(self, file: str, text: str) -> None:
        path = self.house.folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")

    def _lay_beside(self, file: str, other: str) -> None:
        """Lay a picture or a document beside a flow."""
        sample = next((ROOT / "tests/data/small").glob(f"*{Path(other).suffix}"))
        folder = (self.house.folder / file).parent
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copy(sample, folder / other)

    def _run(self, fence: Fence, place: str) -> None:
        if "adresse" in fence.words:
            config = re.sub(
                r"^public_url:.*$",
                "public_url: https://lotse.example.org",
                self.text("config.yaml"),
                flags=re.MULTILINE,
            )
            self._write("config.yaml", config)
        for shown in commands(fence):
            match shown.words:
                case [program, "run"] if program in PRODUCT:
                    said = re.sub(r"localhost:\d+/", "localhost:8080/", self.house.started())
                    assert matches(said, shown.says or "…"), f"{place} shows otherwise than:\n{said}"
                case [program, "run", "--watch"] if program in PRODUCT:
                    self._watch(shown.says or "")
                case [program, *arguments] if program in PRODUCT:
                    assert self.house.shows(arguments, shown.says or "", place) in {0, 1}, place
                case [program, *_]:
                    assert program in FILES, f"{place}: say in docs/story.py what is to be done with {program}"
                    assert 0 == self.house.files(shown.words), place
        if "eltern" in fence.words:
            asyncio.run(self._three_parents())

    async def _three_parents(self) -> None:
        """Let three parents begin the flow, as it is published, and wait for an answer."""
        files = files_of(read_file(self.house.folder / "config.yaml", {}))
        async with talking(self.house.folder / "data", files=files) as opened:
            opened.now = NOW
            for who in ("lina", "ada", "bert"):
                await opened.hear(opened.fragment(who, kind="start", flow=FLOW, language="de"))

    def _watch(self, says: str) -> None:
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1", "TELEGRAM_TOKEN": ""}
        words = (sys.executable, "-m", "bot", "run", "--port", "0", "--watch")
        process = subprocess.Popen(  # noqa: S603 - our own program
            words, cwd=self.house.folder, env=environment, stdout=subprocess.PIPE, text=True
        )
        first, _, then = says.partition(f"{LAST_LINE} Strg+C.\n")
        said = "".join(_until(process, LAST_LINE))
        assert matches(re.sub(r"localhost:\d+/", "localhost:8080/", said), f"{first}{LAST_LINE} Strg+C."), said
        self._watching = _Watching(process, then)

    def _watched(self, place: str) -> None:
        """Compare what a running house says of a change with what the page shows, and stop it."""
        assert self._watching is not None
        process, says = self._watching.process, self._watching.says
        self._watching = None
        said = "".join(_until(process, says.rstrip("\n").rpartition("\n")[2].partition("…")[0]))
        process.terminate()
        process.communicate()
        assert matches(said, says), f"{place} shows otherwise than:\n{said}"


def _until(process: "subprocess.Popen[str]", words: str) -> Iterator[str]:
    """Yield what a process says, to the line that begins with these words."""
    assert process.stdout is not None
    for line in process.stdout:
        yield line
        if line.startswith(words):
            return


def _as_written(page: Page, fence: Fence) -> str:
    """Return what stands in a block with the blanks before its lines: in a flow they mean something."""
    lines = page.text.splitlines(keepends=True)
    return "".join(lines[fence.line : fence.line + fence.text.count("\n")])


def _replaced(text: str, steps: str, place: str, other: str = "") -> str:
    """Put steps in the place of those of the same name, or one in the place of another."""
    for step in re.split(r"^(?=  \S)", steps, flags=re.MULTILINE)[1:]:
        name = re.escape(other or step.strip().partition(":")[0])
        text, count = re.subn(rf"^  {name}:\n(?:   .*\n)*", lambda _, step=step: step, text, flags=re.MULTILINE)
        assert 1 == count, f"{place}: {name} stands there {count} times"
    return text


def _with_option(text: str, option: str, step: str) -> str:
    """Put an option before the others of a step."""
    head, found, rest = text.partition(f"\n  {step}:\n")
    above, options, below = rest.partition("    options:\n")
    assert found, f"there is no step {step}"
    assert options, f"{step} has no options"
    return f"{head}{found}{above}{options}{option}{below}"


def _translated(text: str, entries: str, place: str) -> str:
    """Put entries in the place of those of the same context."""
    for entry in re.split(r"\n\n", entries.strip("\n")):
        context = re.search(r"^msgctxt .*$", entry, re.MULTILINE)
        assert context is not None, place
        blocks = text.split("\n\n")
        held = [number for number, block in enumerate(blocks) if context[0] in block.splitlines()]
        assert 1 == len(held), f"{place}: {context[0]} stands there {len(held)} times"
        blocks[held[0]] = entry
        text = "\n\n".join(blocks)
    return text if text.endswith("\n") else f"{text}\n"
