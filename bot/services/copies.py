"""Copies of the database that the program itself lays beside it: before an upgrade, and when a backup is restored.

Whoever was erased still stands in them, so they go when a backup would. What people put there is not touched.
"""

from datetime import datetime
from pathlib import Path

COPIES = ("backup-before-*.sqlite", "*-bis-*.sqlite")
"""How the program calls its copies; what SQLite keeps beside them goes with them."""


def drop_copies(folder: Path, before: datetime) -> int:
    """Delete the copies of a folder that were last written before a moment; return how many."""
    old = [path for pattern in COPIES for path in folder.glob(pattern) if path.stat().st_mtime < before.timestamp()]
    for path in old:
        for each in (path, *path.parent.glob(f"{path.name}-*")):
            each.unlink(missing_ok=True)
    return len(old)
