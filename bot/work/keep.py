"""Keeping a verb going: one that breaks is logged and begun again, so that one part's fault does not close the house.

A verb holds nothing that its next beginning needs: what it works on lies in the store.
"""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from bot.ports import Wake

PAUSE = 1.0
"""Seconds until a verb that broke is begun again, twice as long each time in a row."""
LONGEST = 60.0
"""Seconds at most."""
SOUND = 300.0
"""A verb that ran for so many seconds was sound: its next fault is its first."""

STORE_HELP = (
    "The store cannot be read or written. Check the disk (space, rights) and, with PostgreSQL, the server and the way "
    "to it. It goes on by itself. Only a damaged database is restored from a backup (docs/betrieb/sichern.md)."
)
"""What operators are told where a verb's store fails."""

log = structlog.get_logger()


async def again(wake: Wake, bell: str, seconds: float, step: Callable[[], Awaitable[object]]) -> None:
    """Take a step again and again until cancelled: every so many seconds, and at once when the bell rings."""
    listener = wake.listen(bell)
    try:
        while True:
            await step()
            await listener.wait(seconds)
    finally:
        listener.close()


async def kept(name: str, verb: Callable[[], Awaitable[None]], timer: Callable[[], float]) -> None:
    """Run a verb until it ends by itself or is cancelled. ``timer`` gives seconds that never jump."""
    pause = PAUSE
    while True:
        begun = timer()
        try:
            return await verb()
        except Exception as error:  # noqa: BLE001 - whatever it was, the other verbs go on and this one begins again
            pause = PAUSE if timer() - begun > SOUND else pause
            log.error("verb_broke", name=name, error=type(error).__name__, seconds=pause)
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST)
