"""Pictures, documents and audio beside the flows: how large they may be, and whether they are what their names say.

Only the first bytes are looked at, as far as it takes to know the kind. SVG and HTML are never taken: they can hold
programs.
"""

from collections.abc import Callable, Iterator, Mapping

from bot.flow.build.say import MEDIA
from bot.source.problem import Problem

SIZES: Mapping[str, int] = {"picture": 5_000_000, "document": 16_000_000, "audio": 16_000_000}
"""Bytes of one file: what every channel takes. How much a folder may hold in all, ``folder`` says."""
KINDS: Mapping[str, str] = {ending: kind for kind, endings in MEDIA.items() for ending in endings}
"""What a file is, by its ending."""
ENDINGS = tuple(KINDS)


def limit(path: str) -> int:
    """Return how many bytes a file of this name may have; 0 where it is none of these."""
    return SIZES.get(KINDS.get(_ending(path), ""), 0)


def problems(files: Mapping[str, bytes], name: Callable[[str], str]) -> Iterator[Problem]:
    """Yield what is wrong with these files. ``name`` gives what a problem calls one."""
    for path in sorted(path for path in files if path.endswith(ENDINGS)):
        raw = files[path]
        if len(raw) > limit(path):
            message = f"Die Datei ist größer als {limit(path) // 1_000_000} Megabyte."
            yield Problem(
                name(path), 0, 0, "E107", message, "Machen Sie sie kleiner: Eltern laden sie mit dem Telefon."
            )
        elif not _SIGNS[_ending(path)](raw):
            message = f"Der Inhalt dieser Datei passt nicht zu ihrer Endung {_ending(path)}."
            help_ = f"Speichern Sie sie als {_ending(path)}, oder geben Sie ihr die Endung, die zu ihr gehört."
            yield Problem(name(path), 0, 0, "E127", message, help_)


def _ending(path: str) -> str:
    return next((ending for ending in ENDINGS if path.endswith(ending)), "")


def _webp(raw: bytes) -> bool:
    return raw[:4] == b"RIFF" and raw[8:12] == b"WEBP"


def _mp3(raw: bytes) -> bool:
    """ID3, or a frame of layer III."""
    return raw.startswith(b"ID3") or (raw[:1] == b"\xff" and len(raw) > 1 and raw[1] & 0xE6 == 0xE2)


def _jpeg(raw: bytes) -> bool:
    return raw.startswith(b"\xff\xd8\xff")


_SIGNS: Mapping[str, Callable[[bytes], bool]] = {
    ".jpg": _jpeg,
    ".jpeg": _jpeg,
    ".png": lambda raw: raw.startswith(b"\x89PNG\r\n\x1a\n"),
    ".webp": _webp,
    ".pdf": lambda raw: raw.startswith(b"%PDF-"),
    ".mp3": _mp3,
    ".ogg": lambda raw: raw.startswith(b"OggS"),
    ".m4a": lambda raw: raw[4:8] == b"ftyp",
}
"""How each kind of file begins."""
