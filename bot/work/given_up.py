"""What was given up: the counts that an operator should hear of when the house opens."""

from bot.ports import Store

KINDS = {
    "failed": ("Eingänge, an denen das Programm scheiterte", "converse.fragment_failed"),
    "dead": ("unzustellbare Nachrichten", "message_set_aside"),
    "aside": ("Eingänge, die zu keinem Gespräch gehören", ""),
}
"""Figures of the store: how people call them, and the event under which the log names each; empty where it does not."""


async def given_up(store: Store) -> str:
    """Return one line on what was given up, empty where nothing was."""
    figures = await store.figures()
    found = [_line(figures[name], *words) for name, words in KINDS.items() if figures[name]]
    if not found:
        return ""
    return f"Liegen geblieben: {'; '.join(found)}. Einen Befehl zum Wiederholen gibt es noch nicht."


def _line(count: int, what: str, event: str) -> str:
    return f"{what}: {count} (Nummern im Log: {event})" if event else f"{what}: {count}"
