"""The log: one JSON line an event, on standard error, with allow-listed fields only.

Ids, counts, kinds of errors and places in the code may be logged; texts, names, numbers, addresses and tokens may not.
A field that is not on the list is left out, whatever it holds; line breaks and steering characters are escaped. Where the
log itself finds no room, its lines are lost and the house goes on.
"""

import logging
import sys
from collections.abc import Callable, MutableMapping
from contextlib import suppress
from typing import Any, TextIO, cast

import structlog

FIELDS = frozenset(
    {
        "event", "level", "timestamp", "account", "attempt", "contact", "count", "code", "days", "error", "fragment", "fragments", "help",
        "id", "item", "method", "name", "path", "places", "seconds", "status", "where", "why",
    }
)  # fmt: skip
"""What may be logged."""


def configure(level: str = "warning", stream: TextIO | None = None) -> None:
    """Log from this level on; libraries that log by ``logging`` are silenced below errors, and never with their texts."""
    logging.basicConfig(level=logging.CRITICAL, force=True)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            _allowed,
            structlog.processors.JSONRenderer(ensure_ascii=True),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.PrintLoggerFactory(cast("TextIO", _Patient(stream or sys.stderr))),
        cache_logger_on_first_use=False,
    )


def _allowed(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    return {name: value for name, value in event.items() if name in FIELDS}


class _Patient:
    """A stream whose faults are nobody's: whoever logs that the disk is full must not fall over the log on it."""

    def __init__(self, stream: TextIO) -> None:
        self.write = _suppressed(stream.write)
        self.flush = _suppressed(stream.flush)


def _suppressed(work: Callable[..., object]) -> Callable[..., None]:
    def suppressed(*words: object) -> None:
        with suppress(OSError):
            work(*words)

    return suppressed
