"""Whether an error means that the database is away: then waiting helps, and the caller may be told to come again.

Anything else, such as a statement that does not fit its table, is a fault of ours and stays one.
"""

import sqlite3
import traceback

_CODES = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CANTOPEN,
    }
)
"""What SQLite says of a disk that is full, gone or slow, or of a file that somebody else keeps."""


def is_away(error: BaseException) -> bool:
    """Say whether the database, or the way to it, was the trouble."""
    if isinstance(error, sqlite3.OperationalError):
        kind = getattr(error, "sqlite_errorcode", 0) & 0xFF  # what is above it says more, to nobody here
        return kind in _CODES
    if isinstance(error, OSError):
        return _is_from_here(error)
    from bot.store.postgres_engine import COLLIDED, LOST, UnknownOutcomeError  # noqa: PLC0415 - a driver that few need

    return isinstance(error, (*LOST, *COLLIDED, UnknownOutcomeError))


def _is_from_here(error: BaseException) -> bool:
    """Say whether an error came through the store: a file or a pipe of somebody else's breaks with the same kinds."""
    through = (frame.f_globals.get("__name__", "") for frame, _ in traceback.walk_tb(error.__traceback__))
    return any(name.startswith(f"{__package__}.") for name in through)
