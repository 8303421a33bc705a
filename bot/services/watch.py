"""Waiting until something changes in folders: told by the system where it can, looked at again and again where not.

Promises only to wake, soon after a change and in any case every few seconds: whoever is woken looks for themselves.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import structlog
from watchfiles import awatch

EVERY = 2.0
"""Seconds after which it wakes also without a change: network drives and renamed folders say nothing."""

DEBOUNCE = 400
"""Milliseconds in which changes count as one."""

log = structlog.get_logger()


async def changes(folders: Sequence[Path]) -> AsyncIterator[None]:
    """Yield soon after files below these folders have changed, and every few seconds; never ends."""
    there = [folder for folder in folders if folder.is_dir()]
    for polling in (False, True):
        try:
            async for _ in awatch(
                *there,
                debounce=DEBOUNCE,
                rust_timeout=int(EVERY * 1000),
                yield_on_timeout=True,
                force_polling=polling,
                ignore_permission_denied=True,
            ):
                yield
        except (OSError, RuntimeError, ValueError) as error:  # too many watches, no such system call, a folder is gone
            log.warning("watch.not_told", error=type(error).__name__, help="Files are looked at every few seconds.")
    while True:
        await asyncio.sleep(EVERY)
        yield
