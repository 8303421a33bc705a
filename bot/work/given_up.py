"""What was given up: the counts that an operator should hear of when the house opens."""

from bot.ports import Store

KINDS = {
    "failed": "Eingänge, an denen das Programm scheiterte",
    "dead": "unzustellbare Nachrichten",
    "aside": "Eingänge, die zu keinem Gespräch gehören",
}
"""Figures of the store, and how people call them."""

AGAIN = frozenset({"failed", "dead"})
"""What can be tried again."""


async def given_up(store: Store) -> str:
    """Return one line on what was given up, empty where nothing was."""
    figures = await store.figures()
    found = [f"{what}: {figures[name]}" for name, what in KINDS.items() if figures[name]]
    if not found:
        return ""
    again = any(figures[name] for name in AGAIN)
    help_ = " Ansehen und wiederholen: elternlotse data replay" if again else " Auf sie wartet niemand."
    return f"Liegen geblieben: {'; '.join(found)}.{help_}"
