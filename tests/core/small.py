"""A small set of flows with every kind of step, for tests of the core."""

from collections.abc import Mapping
from pathlib import Path

from bot.check.edition import Edition, Interface, compose
from bot.model import Language
from bot.text.interface import GERMAN

SMALL = Path(__file__).parent.parent / "data" / "small"
DE = Language("de")
PROGRAM = Interface(GERMAN, {}, frozenset(GERMAN))


def small_files() -> dict[str, bytes]:
    """Return the small flows as a revision's files."""
    paths = (path for path in sorted(SMALL.rglob("*")) if path.is_file())
    return {f"flows/{path.relative_to(SMALL).as_posix()}": path.read_bytes() for path in paths}


def made(files: Mapping[str, bytes], *languages: str) -> Edition:
    """Return an edition of files, offered in German and the given languages."""
    return compose(files, PROGRAM, [DE, *map(Language, languages)])
