"""Publishing: files become the revision that every talk runs on from its next message.

A revision is kept whole in the store, named by the hash of its files, with who and when. Before it is published it is
checked, and its golden talks are played. A mistake, or a talk that takes another course, is refused with file, line and
help, and nothing changes. Another wording is published and told; so is what a language loses by it until it is
translated.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import structlog

from bot.check.edition import Edition, Interface, compose, missing, name_of
from bot.check.talks import Difference, play_all
from bot.model import Language
from bot.ports import Clock, Store, StoredRevision, Wake
from bot.source.errors import AuthorError

EVERY = 5.0
"""Seconds between two looks at what is published."""

SHOWN = 3
"""So many missing texts are named."""

log = structlog.get_logger()


class TalksDifferError(Exception):
    """Golden talks take another course: mend the flow, or run ``elternlotse test --update`` and read the result."""

    def __init__(self, found: tuple[Difference, ...]) -> None:
        self.differences = found
        told = "\n\n".join(str(each) for each in found)
        super().__init__(f"{told}\n\nIst das neue Gespräch richtig? Dann: elternlotse test --update")


@dataclass(frozen=True, slots=True)
class Published:
    """What was published.

    ``reworded`` are places where talks say something else than written down; ``lost`` says in words what languages lose
    until they are translated.
    """

    edition: Edition
    reworded: tuple[Difference, ...]
    lost: tuple[str, ...]


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

    async def __call__(self, files: Mapping[str, bytes], by: str, folder: str = "flows") -> Published:
        """Check and publish; raises AuthorError or TalksDifferError, with everything that is wrong, and changes nothing."""
        edition = compose(files, self._program, self._languages, folder)
        found = tuple(difference for played in play_all(edition) for difference in played.differences)
        if course := tuple(each for each in found if each.kind == "course"):
            raise TalksDifferError(course)
        before = await self._before()
        await self._store.publish(StoredRevision(name_of(files), files, by, self._clock()))
        self._edition = edition
        self._wake.ring("published")
        return Published(edition, found, () if before is None else tuple(losses(before, edition)))

    async def edition(self) -> Edition:
        """Return what is published now, also when another process published it a moment ago."""
        name = await self._store.current()
        if self._edition is None or self._edition.revision.name != name:
            stored = await self._store.revision(name)
            if stored is None:
                raise LookupError("nothing is published yet")
            self._edition = compose(stored.files, self._program, self._languages)
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

    async def _before(self) -> Edition | None:
        """Return what was published until now; None where nothing was, or this program refuses it."""
        try:
            return await self.edition()
        except (LookupError, AuthorError):
            return None


def losses(before: Edition, after: Edition) -> Iterable[str]:
    """Yield in words which languages are no longer offered, and which flows a language no longer has."""
    for language in before.revision.languages:
        if language not in after.revision.languages:
            yield f"{language} wird nicht mehr angeboten, bis übersetzt ist: {_named(missing(after, language))}"
    for flow, whole in before.revision.whole.items():
        if flow not in after.revision.flows:
            continue
        for language in sorted(whole & frozenset(after.revision.languages)):
            if language not in after.revision.whole[flow]:
                texts = _named(missing(after, language, flow))
                yield f"»{flow}« erscheint auf {language} vorerst auf Deutsch, bis übersetzt ist: {texts}"


def _named(keys: tuple[str, ...]) -> str:
    more = f" und {len(keys) - SHOWN} weitere" if len(keys) > SHOWN else ""
    return f"{', '.join(keys[:SHOWN])}{more}"
