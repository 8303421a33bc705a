"""The history of publishings, read page by page: however long it is, little of it is in memory."""

from collections.abc import AsyncIterator

from bot.ports import Publishing, Store

PAGE = 100


async def lines_of(store: Store) -> AsyncIterator[Publishing]:
    """Yield every publishing, newest first."""
    before = 0
    while page := await store.history(before, PAGE):
        for line in page:
            yield line
        before = page[-1].id
