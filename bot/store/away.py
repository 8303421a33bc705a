"""Whether an error means that the database is away: then waiting helps, and the caller may be told to come again.

Anything else, such as a statement that does not fit its table, is a fault of ours and stays one.
"""

import sqlite3

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
    from bot.store.postgres_engine import COLLIDED, LOST, UnknownOutcomeError  # noqa: PLC0415 - a driver that few need

    return isinstance(error, (*LOST, *COLLIDED, UnknownOutcomeError))
