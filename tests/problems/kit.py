"""A small valid set of flows to lay faults into, and what the checker says of a folder."""

import shutil
from collections.abc import Collection, Sequence
from datetime import date
from pathlib import Path

from bot.check.folder import catalogs, gather, locate
from bot.check.whole import examine
from bot.model import Language
from bot.source.problem import Problem

VALID = Path(__file__).parent / "valid"
TODAY = date(2026, 9, 1)
"""The day on which the set is valid."""


def laid(folder: Path, source: Path = VALID) -> Path:
    """Copy a set of flows into ``folder/flows``, and return that."""
    return Path(shutil.copytree(source, folder / "flows"))


def problems(path: Path, complete: Collection[Language] = ()) -> Sequence[Problem]:
    """Return all problems of a folder or a file, with the catalogs beside it."""
    found = gather(locate(path))
    return examine(found, catalogs(found.path.resolve().parent / "locales"), TODAY, complete)


def codes(path: Path, complete: Collection[Language] = ()) -> set[str]:
    """Return the codes of all problems of a folder or a file."""
    return {problem.code for problem in problems(path, complete)}
