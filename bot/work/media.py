"""Finding a file that goes with messages by its address: also one of an earlier revision, which old messages show.

What is published now is at hand. Of earlier revisions the last few that somebody asked for are kept; each is read
from the store once, whole, and only by one at a time.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Mapping

from bot.check.edition import Edition, flows_of
from bot.ports import Store
from bot.text.media import MediaFile, media_files

EARLIER = 2
"""So many earlier revisions are kept at hand. Each has at most what a folder may hold."""


class PublishedMedia:
    """The files of everything that was ever published. ``newest`` is what is published now."""

    def __init__(self, store: Store, newest: Callable[[], Edition]) -> None:
        self._store = store
        self._newest = newest
        self._now: tuple[str, Mapping[str, MediaFile]] = ("", {})
        self._earlier: OrderedDict[str, Mapping[str, MediaFile]] = OrderedDict()
        self._reading = asyncio.Lock()

    async def __call__(self, address: str) -> MediaFile | None:
        """Return the file of this address (``<revision>/<hash>.<ending>``), None where there is none."""
        revision = address.partition("/")[0]
        edition = self._newest()
        if self._now[0] != edition.revision.name:
            self._now = (edition.revision.name, _by_address(edition.media))
        files = self._now[1] if revision == self._now[0] else await self._of_earlier(revision)
        return files.get(address)

    async def _of_earlier(self, revision: str) -> Mapping[str, MediaFile]:
        async with self._reading:
            if revision not in self._earlier:
                stored = await self._store.revision(revision)
                if stored is None:
                    return {}
                files = await asyncio.to_thread(media_files, revision, flows_of(stored.files))  # hashing takes a while
                self._earlier[revision] = _by_address(files)
            self._earlier.move_to_end(revision)
            if len(self._earlier) > EARLIER:
                self._earlier.popitem(last=False)
            return self._earlier[revision]


def _by_address(files: Mapping[str, MediaFile]) -> Mapping[str, MediaFile]:
    return {file.address: file for file in files.values()}
