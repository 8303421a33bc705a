"""Writing a file whole or not at all: what was there stays until the new one is complete."""

import os
import shutil
from contextlib import suppress
from pathlib import Path

from bot.source.errors import OperatorError


def put(place: Path, raw: bytes) -> None:
    """Write a file, with the rights that the one before it had; an OperatorError says what is in the way."""
    try:
        swap(place, raw)
    except OSError as error:
        raise OperatorError(
            f"{place} lässt sich nicht schreiben ({error.strerror}).\n"
            "  = Hilfe: Prüfen Sie die Rechte und den Platz auf der Platte; dann noch einmal."
        ) from error


def swap(place: Path, raw: bytes, before: bytes | None = None) -> None:
    """Write a file; raises OSError, and then nothing has changed.

    Where it is known what was there ``before``, a file that somebody else changed meanwhile stays theirs.
    """
    place.parent.mkdir(parents=True, exist_ok=True)
    draft = place.with_name(f".{place.name}.neu")
    try:
        with draft.open("wb") as file:
            file.write(raw)
            file.flush()
            os.fsync(file.fileno())
        if place.is_file() and not place.is_symlink():
            shutil.copymode(place, draft)
        if before is not None and place.read_bytes() != before:
            raise FileExistsError(17, "Jemand hat sie gerade geändert")
        draft.replace(place)
    finally:
        with suppress(FileNotFoundError):
            draft.unlink()
