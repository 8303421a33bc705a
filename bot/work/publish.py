"""Publishing: files become the revision that every talk runs on from its next message.

A revision is kept whole in the store, named by the hash of its files; each publishing is a line of the history, with
who and when. Before, it is checked and its golden talks are played: a mistake, or a talk that takes another course, is
refused with file, line and help, and nothing changes. Another wording is published and told. What parents in mid-flow
get by it: ``impact.py``.
"""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import structlog

from bot.check.edition import Edition, Interface, catalogs_of, compose, flows_of
from bot.check.folder import Catalogs, Folder
from bot.check.talks import Difference, play_all
from bot.check.whole import examine
from bot.desk.hours import ZONE
from bot.model import Language
from bot.ports import Clock, Store, StoredRevision, Wake
from bot.source.errors import AuthorError, ContentError, OperatorError
from bot.source.problem import Problem, report
from bot.work.keep import STORE_HELP

EVERY = 5.0
"""Seconds between two looks at what is published."""

NOT_LOADED_HELP = (
    "What was published last cannot be read by this program; talks go on with the revision before. "
    "Update this program and restart it, or go back: elternlotse flows rollback"
)

log = structlog.get_logger()


class TalksDifferError(ContentError):
    """Golden talks take another course: mend the flow, or run ``elternlotse test --update`` and read the result."""

    def __init__(self, found: tuple[Difference, ...]) -> None:
        self.differences = found
        told = "\n\n".join(str(each) for each in found)
        by_hand = all(each.by_hand for each in found)
        super().__init__(
            told if by_hand else f"{told}\n\nIst das neue Gespräch richtig? Dann: elternlotse test --update"
        )


class OvertakenError(OperatorError):
    """Somebody else has published since this was proposed: look again, so that nobody's work is undone unseen."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"Inzwischen hat jemand anders veröffentlicht: Fassung {name}.\n"
            "  = Hilfe: Sehen Sie nach, was anders ist (elternlotse flows diff), und veröffentlichen Sie dann noch einmal."
        )


class UnreadableRevisionError(OperatorError):
    """What is kept in the store is no content for this program: publish the folder, or another revision."""

    def __init__(self, name: str, problems: Iterable[Problem]) -> None:
        super().__init__(
            f"{report(problems)}\n\nDie Fassung {name} kann dieses Programm nicht lesen: Sie stammt von einem anderen"
            " Stand des Programms.\n  = Hilfe: Veröffentlichen Sie den Ordner (elternlotse flows publish) oder eine andere"
            " Fassung (elternlotse flows list zeigt alle)."
        )


@dataclass(frozen=True, slots=True)
class Proposal:
    """What would be published, checked and played.

    ``before`` is what is published now; None where nothing is, or where this program cannot read it. ``current`` is its
    name, or empty, ``replaced`` its files. ``differences`` are the places where golden talks go otherwise than written; ``problems`` are
    warnings, since with errors there is no proposal.
    """

    files: Mapping[str, bytes]
    edition: Edition
    before: Edition | None
    current: str
    replaced: Mapping[str, bytes]
    differences: tuple[Difference, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def name(self) -> str:
        """The revision's name."""
        return self.edition.revision.name

    @property
    def is_current(self) -> bool:
        """Whether this is published already."""
        return self.name == self.current


class Publish:
    """The verb, and what is published now."""

    def __init__(
        self,
        store: Store,
        wake: Wake,
        clock: Clock,
        program: Interface,
        languages: Iterable[Language],
        complete: Iterable[Language] = (),
    ) -> None:
        self._store = store
        self._wake = wake
        self._clock = clock
        self._program = program
        self._languages = tuple(languages)
        self._complete = tuple(complete)
        self._edition: Edition | None = None
        self._refused = ""
        self._loading = asyncio.Lock()

    async def __call__(self, files: Mapping[str, bytes], by: str, folder: str = "flows") -> Proposal:
        """Check and publish; raises AuthorError or TalksDifferError, with everything that is wrong, and changes nothing."""
        proposal = await self.propose(files, folder)
        await self.carry_out(proposal, by)
        return proposal

    async def propose(self, files: Mapping[str, bytes], folder: str = "flows") -> Proposal:
        """Check files and play their talks, without publishing; raises as ``__call__`` does."""
        problems = await asyncio.to_thread(self._problems, files, folder)
        if any(problem.severity == "error" for problem in problems):
            raise AuthorError(problems)
        proposal = await self._proposal(files, folder, problems)
        if course := tuple(each for each in proposal.differences if each.kind == "course"):
            raise TalksDifferError(course)
        return proposal

    async def recall(self, name: str) -> Proposal:
        """Return the proposal to publish an earlier revision again: its talks may go otherwise, and this is told.

        UnreadableRevisionError where the program of today cannot read it.
        """
        stored = await self._store.revision(name)
        if stored is None:
            raise LookupError(name)
        try:
            return await self._proposal(stored.files, "flows", ())
        except AuthorError as error:
            raise UnreadableRevisionError(name, error.problems) from error

    async def carry_out(self, proposal: Proposal, by: str) -> None:
        """Publish a proposal. What is published already stays, and is no new line of the history.

        OvertakenError where something else was published since it was proposed.
        """
        current = await self._store.current()
        if proposal.name == current:
            return
        if proposal.current != current:
            raise OvertakenError(current)
        await self._store.publish(StoredRevision(proposal.name, proposal.files, by, self._clock()))
        self._edition = proposal.edition
        self._wake.ring("published")

    async def edition(self) -> Edition:
        """Return what is published now, also when another process published it a moment ago.

        Where that cannot be read, the edition before stays, so that nobody's talk stops. Raises only while there is none.
        """
        name = await self._store.current()
        if self._edition is None or name not in {self._edition.revision.name, self._refused}:
            async with self._loading:
                await self._load(name)
        return self.newest

    @property
    def newest(self) -> Edition:
        """Return the edition that was current when last looked at; there is one as soon as the house is open."""
        if self._edition is None:
            raise LookupError("nothing is published yet")
        return self._edition

    async def run(self) -> None:
        """Look again and again whether another process has published, until cancelled."""
        bell = self._wake.listen("published")
        try:
            while True:
                await bell.wait(EVERY)
                try:
                    await self.edition()
                except Exception as error:  # noqa: BLE001 - whatever it was, what is published stays
                    log.error("publish.failed", error=type(error).__name__, help=STORE_HELP)
        finally:
            bell.close()

    async def _load(self, name: str) -> None:
        if self._edition is not None and self._edition.revision.name == name:
            return  # somebody else has loaded it meanwhile
        try:
            self._edition = await self._read(name)
        except Exception as error:
            if self._edition is None:
                raise
            self._refused = name
            log.error("publish.not_loaded", name=name, error=type(error).__name__, help=NOT_LOADED_HELP)

    async def _read(self, name: str) -> Edition:
        stored = await self._store.revision(name)
        if stored is None:
            raise LookupError("nothing is published yet")
        try:
            return await asyncio.to_thread(compose, stored.files, self._program, self._languages)
        except AuthorError as error:
            raise UnreadableRevisionError(name, error.problems) from error

    async def _proposal(self, files: Mapping[str, bytes], folder: str, problems: tuple[Problem, ...]) -> Proposal:
        edition = await asyncio.to_thread(compose, files, self._program, self._languages, folder)
        differences = await asyncio.to_thread(_played, edition)
        current = await self._store.current()
        stored = await self._store.revision(current)
        return Proposal(
            files=files,
            edition=edition,
            before=await self._before(current),
            current=current,
            replaced={} if stored is None else stored.files,
            differences=differences,
            problems=problems,
        )

    async def _before(self, current: str) -> Edition | None:
        """Return what is published now; None where nothing is, or this program cannot read it."""
        try:
            edition = await self.edition()
        except (LookupError, UnreadableRevisionError):
            return None
        return edition if edition.revision.name == current else None

    def _problems(self, files: Mapping[str, bytes], folder: str) -> tuple[Problem, ...]:
        """Return what ``elternlotse check`` says about these files."""
        flows, catalogs = Folder(Path(folder), flows_of(files)), Catalogs(catalogs_of(files), ())
        return examine(flows, catalogs, self._clock().astimezone(ZONE).date(), self._complete)


def _played(edition: Edition) -> tuple[Difference, ...]:
    return tuple(difference for played in play_all(edition) for difference in played.differences)
