"""The files that go with messages, each with what is to be known of it before it is loaded, and under which name.

A file's address says what is in it and in which revision it is, nothing else: it can be kept for ever, and guessing one
leads nowhere. Only pictures, documents and audio have one; the flows themselves have none.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from bot.flow.build.say import MEDIA
from bot.text.picture import UNKNOWN, measure

_ENDINGS = tuple(ending for endings in MEDIA.values() for ending in endings)


@dataclass(frozen=True, slots=True)
class MediaFile:
    """One file of a revision.

    ``name`` is what the coordinators called it; ``address`` is ``<revision>/<hash of the bytes>.<ending>``; ``width`` and
    ``height`` are a picture's pixels, 0 where they are not known.
    """

    name: str
    address: str
    body: bytes = field(repr=False)
    width: int = 0
    height: int = 0


def media_files(revision: str, files: Mapping[str, bytes]) -> Mapping[str, MediaFile]:
    """Return those of a revision's files (by path below ``flows/``) that go with messages, by path."""
    return {path: _file(revision, path, raw) for path, raw in _media(files.items())}


def _media(files: Iterable[tuple[str, bytes]]) -> Iterable[tuple[str, bytes]]:
    return ((path, raw) for path, raw in files if path.endswith(_ENDINGS))


def _file(revision: str, path: str, raw: bytes) -> MediaFile:
    name = path.rpartition("/")[2]
    ending = name.rpartition(".")[2]
    width, height = measure(raw) if path.endswith(MEDIA["picture"]) else UNKNOWN
    return MediaFile(name, f"{revision}/{hashlib.sha256(raw).hexdigest()[:32]}.{ending}", raw, width, height)
