"""Erasing by an operator's hand: what parents can do themselves, for those who ask by mail."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from bot.app.base import Base
from bot.model import ContactId
from bot.services import clock
from bot.services.erased import ErasedList
from bot.work.forget import TALKS, preview

AT_ONCE = 100
"""So many contacts are erased in one transaction."""
TRIES, PAUSE = 20, 0.5
"""So often, and so many seconds apart, the files are tried to be cleaned while somebody reads them."""
MOST = 1_000_000
"""A dry run counts no further."""

_ALWAYS = datetime(1970, 1, 1, tzinfo=UTC)


async def there(base: Base, contacts: Sequence[ContactId]) -> Mapping[ContactId, datetime]:
    """Return which of these contacts there are, and since when."""
    found = {contact: (await base.store.belongings(contact))["contact"] for contact in contacts}
    return {
        contact: made for contact, rows in found.items() for row in rows if isinstance(made := row["made_at"], datetime)
    }


async def quiet_for(base: Base, days: int) -> AsyncIterator[Sequence[ContactId]]:
    """Yield, page by page, who was not heard of for so many days, has no open question and wants no reminder."""
    before, after = clock.now() - timedelta(days=days), ContactId(0)
    while True:
        page = await base.store.quiet(after, before, TALKS)
        yield page.contacts
        after = page.last
        if not after:
            return


async def erase(base: Base, contacts: Sequence[ContactId]) -> int:
    """Erase contacts, note them in the list of the erased, and ring for whoever shows something of them."""
    gone = 0
    for begin in range(0, len(contacts), AT_ONCE):
        some = contacts[begin : begin + AT_ONCE]
        gone += await base.store.erase(some, clock.now())
        ErasedList(base.config.data).add(await base.store.erased(_ALWAYS))
        base.wake.ring("desk", "erased", *(f"contact:{contact}" for contact in some))
    return gone


async def clean(base: Base) -> bool:
    """Let what was erased leave the files; False where somebody read them all the time."""
    for _ in range(TRIES):
        if await base.store.scrub():
            return True
        await asyncio.sleep(PAUSE)
    return False


async def due(base: Base) -> Mapping[str, int]:
    """Return how much of each kind goes at the next look."""
    return await preview(base.store, base.config.keep, clock.now(), MOST)
