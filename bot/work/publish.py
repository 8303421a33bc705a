"""Publishing: files become the revision that every talk runs on from its next message.

A revision is kept whole in the store, named by the hash of its files, with who and when. Before it is published it is
checked, and its golden talks are played; what does not hold is refused with file, line and help, and nothing changes.
"""

from collections.abc import Iterable, Mapping

import structlog

from bot.check.edition import FLOWS, Edition, Interface, compose, name_of
from bot.check.talks import Difference, differences, parse
from bot.model import Language
from bot.ports import Clock, Store, StoredRevision, Wake

EVERY = 5.0
"""Seconds between two looks at what is published."""

log = structlog.get_logger()


class TalksDifferError(Exception):
    """Golden talks go otherwise than written: mend the flow, or run ``elternlotse test --update`` and read the result."""

    def __init__(self, found: tuple[Difference, ...]) -> None:
        self.differences = found
        super().__init__("\n\n".join(str(each) for each in found))


class Publish:
    """The verb, and what is published now."""

    def __init__(
        self, store: Store, wake: Wake, clock: Clock, program: Interface, languages: Iterable[Language]
    ) -> None:
        self._store = store
        self._wake = wake
        self._clock = clock
        self._program = program
        self._languages = tuple(languages)
        self._edition: Edition | None = None

    async def __call__(self, files: Mapping[str, bytes], by: str) -> Edition:
        """Check and publish; raises AuthorError or TalksDifferError, with everything that is wrong, and changes nothing."""
        edition = self.compose(files)
        if found := tuple(play_all(edition)):
            raise TalksDifferError(found)
        await self._store.publish(StoredRevision(name_of(files), files, by, self._clock()))
        self._edition = edition
        self._wake.ring("published")
        return edition

    async def edition(self) -> Edition:
        """Return what is published now, also when another process published it a moment ago."""
        name = await self._store.current()
        if self._edition is None or self._edition.revision.name != name:
            stored = await self._store.revision(name)
            if stored is None:
                raise LookupError("nothing is published yet")
            self._edition = self.compose(stored.files)
        return self._edition

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
                    log.error("publish.not_loaded", error=type(error).__name__)
        finally:
            bell.close()

    def compose(self, files: Mapping[str, bytes]) -> Edition:
        """Check files and make an edition of them."""
        return compose(files, self._program, self._languages)


def play_all(edition: Edition) -> Iterable[Difference]:
    """Play every golden talk of an edition; yield where one goes otherwise than written."""
    for path, raw in sorted(edition.loaded.talks.items()):
        for talk in parse(f"{FLOWS}{path}", raw):
            yield from differences(talk, edition)
