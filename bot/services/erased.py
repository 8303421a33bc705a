"""The list of the erased: a file beside the database that outlives it, so that a restored backup forgets them too.

One line each, contact and moment in microseconds. A line is there whole and for good, or not at all: what the power cut
off in the middle is taken away with the next line. Names nobody: the numbers mean something only within a backup.
"""

import fcntl
import os
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.model import ContactId

NAME = "erased.ids"
"""How the list is called in the folder of data."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class ErasedList:
    """One list. Several programs may add to it."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / NAME
        self._noted: set[ContactId] = set()

    def add(self, erased: Mapping[ContactId, datetime]) -> None:
        """Note who was erased and when, each once; when this returns it is on the disk."""
        if not erased.keys() - self._noted:
            return
        self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(os.open(self._file, os.O_RDWR | os.O_CREAT, 0o600), "r+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            there = file.read()
            whole = there.rpartition(b"\n")[0] + b"\n" if b"\n" in there else b""
            known = {ContactId(int(line.partition(b" ")[0])) for line in whole.splitlines()}
            lines = [
                f"{contact} {(at - _EPOCH) // _MICROSECOND}\n" for contact, at in erased.items() if contact not in known
            ]
            file.truncate(len(whole))
            file.seek(len(whole))
            file.write("".join(lines).encode())
            file.flush()
            os.fsync(file.fileno())
        self._noted = known | erased.keys()
