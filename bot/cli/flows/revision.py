"""A revision as people name it: by its name, or by as many first characters as nobody else's name has."""

from collections.abc import Sequence

from bot.ports import Store, StoredRevision
from bot.source.errors import OperatorError

SHOWN = 5
"""So many of several revisions are named."""


async def named(store: Store, prefix: str) -> StoredRevision:
    """Return the one revision whose name begins so; OperatorError where there is none, or more than one."""
    names = await store.revisions(prefix.lower()) if prefix else ()
    if len(names) != 1:
        raise OperatorError(_several(prefix, names[:SHOWN], len(names)) if names else _none(prefix))
    return await kept(store, names[0])


async def kept(store: Store, name: str) -> StoredRevision:
    """Return a revision that is in the store."""
    found = await store.revision(name)
    if found is None:
        raise OperatorError(NOTHING)
    return found


NOTHING = "Noch ist nichts veröffentlicht.\n  = Hilfe: Veröffentlichen: elternlotse flows publish"


def _none(prefix: str) -> str:
    return f"Eine Fassung »{prefix}« gibt es nicht.\n  = Hilfe: elternlotse flows list zeigt alle."


def _several(prefix: str, names: Sequence[str], number: int) -> str:
    more = "" if number <= len(names) else " …"
    listed = f"{', '.join(names)}{more}"
    return f"Mit »{prefix}« beginnen {number} Fassungen: {listed}.\n  = Hilfe: Schreiben Sie mehr Zeichen."
