"""Publishing on every change: the verb behind ``elternlotse run --watch``.

Waits until the files are quiet, so that a burst of saves is one publishing and a half-written file is none. What is not
in order is shown as ``check`` shows it, and what was published stays; no broken file ends the watch.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping

import click

from bot.app.base import Base, Verb
from bot.app.files import files_of
from bot.check import report
from bot.check.edition import name_of
from bot.cli.flows.carry import after, lost, who
from bot.cli.flows.told import coverage, summary
from bot.services.watch import changes
from bot.source.errors import AuthorError, OperatorError
from bot.source.problem import Problem
from bot.work.publish import Publish, TalksDifferError

QUIET = 0.3
"""Seconds in which nothing must change before it is looked at."""

Files = Mapping[str, bytes]


def watching(base: Base) -> Mapping[str, Verb]:
    """Return the verb that publishes the folder of a running house on every change."""
    folders = (base.config.flows, base.config.locales)
    watch = Watch(base.publish, lambda: files_of(base.config), str(base.config.flows), click.echo)
    return {"watch": lambda: watch.run(changes(folders))}


class Watch:
    """The verb. ``read`` returns the files as they lie now; ``pause`` waits."""

    def __init__(
        self,
        publish: Publish,
        read: Callable[[], Files],
        folder: str,
        say: Callable[[str], None],
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._publish = publish
        self._read = read
        self._folder = folder
        self._say = say
        self._pause = pause
        self._tried = ""
        self._told: tuple[Problem, ...] = ()
        self._trouble = ""

    async def run(self, wakes: AsyncIterator[None]) -> None:
        """Look now, and whenever it is woken."""
        await self.look()
        async for _ in wakes:
            await self.look()

    async def look(self) -> None:
        """Publish what lies in the folder, if that is new and in order."""
        try:
            files = await self._quiet()
            if files is not None:
                await self._try(files)
        except (OperatorError, OSError) as error:
            self._complain(str(error))
        except AuthorError as error:
            self._show(error.problems)
        except TalksDifferError as error:
            self._say(f"\n{error}")

    async def _quiet(self) -> Files | None:
        """Return the files once they stay as they are; None where they were tried already."""
        files = await asyncio.to_thread(self._read)
        while (name := name_of(files)) != self._tried:
            await self._pause(QUIET)
            again = await asyncio.to_thread(self._read)
            if name_of(again) == name:
                self._tried, self._trouble = name, ""
                return files
            files = again
        return None

    async def _try(self, files: Files) -> None:
        proposal = await self._publish.propose(files, self._folder)
        if proposal.is_current:
            if any(problem.severity == "error" for problem in self._told):
                self._say(f"\nWieder in Ordnung. Veröffentlicht ist Fassung {proposal.name}.")
            self._told = proposal.problems
            return
        await self._publish.carry_out(proposal, who())
        what = summary(proposal.replaced, proposal.files)
        self._say(f"\nVeröffentlicht: Fassung {proposal.name} ({what}). {coverage(proposal.edition)}")
        for line in (*lost(proposal), *after(proposal)):
            self._say(line)
        self._show(proposal.problems)

    def _show(self, problems: tuple[Problem, ...]) -> None:
        """Show problems as ``check`` does; the same warnings not again and again."""
        if problems and (problems != self._told or any(problem.severity == "error" for problem in problems)):
            self._say(f"\n{report.text(problems)}")
        self._told = problems

    def _complain(self, trouble: str) -> None:
        """Say what stands in the way, once."""
        if trouble != self._trouble:
            self._say(f"\n{trouble}")
        self._trouble, self._tried = trouble, ""
