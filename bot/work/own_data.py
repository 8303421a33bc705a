"""What is kept of a parent, as two files: a page to read in their language, and JSON for programs.

Both are made at the moment they are asked for and kept nowhere. The JSON is everything the store shows of a contact; the
page says the same in words: what is only there for programs is left to the JSON. No adviser is named in either.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec

from bot.check.edition import Edition
from bot.model import Account, ContactId
from bot.ports import Belongings, Clock, Store
from bot.work.own_page import Page, Reads

PAGE, JSON = "elternlotse.html", "elternlotse.json"
"""How the files are called."""


@dataclass(frozen=True, slots=True)
class File:
    """A file for a parent: its name, what it is, and its bytes."""

    name: str
    kind: str
    body: bytes


class OwnData:
    """The verb. ``channels`` understand what the parent sent; ``zone`` is where the page's moments are."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        channels: Mapping[Account, Reads],
        edition: Callable[[], Awaitable[Edition]],
        zone: ZoneInfo,
    ) -> None:
        self._store = store
        self._clock = clock
        self._channels = channels
        self._edition = edition
        self._zone = zone

    async def __call__(self, contact: ContactId) -> Sequence[File]:
        """Return the page and the JSON."""
        kept = await self._store.belongings(contact)
        page = Page(kept, await self._edition(), self._channels, self._clock().astimezone(self._zone))
        return (
            File(PAGE, "text/html; charset=utf-8", page.html().encode("utf-8", "replace")),
            File(JSON, "application/json", as_json(kept, self._clock())),
        )


def as_json(kept: Belongings, now: datetime) -> bytes:
    """Return everything as one JSON object: rows by table, values by column, and when it was made."""
    rows = {
        table: [{name: _builtin(value) for name, value in row.items()} for row in found]
        for table, found in kept.items()
    }
    return msgspec.json.format(msgspec.json.encode({"made_at": now, **rows}), indent=1)


def _builtin(value: object) -> object:
    """Return a value as JSON can say it. A fragment is JSON itself, or text."""
    if isinstance(value, bytes):
        try:
            return msgspec.json.decode(value)
        except (msgspec.DecodeError, RecursionError):
            return value.decode("utf-8", "replace")
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    return msgspec.to_builtins(value)
