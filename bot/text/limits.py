"""What each channel can show, as data. Sources: the platforms' documentation; the web chat's are our own choice."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bot.model import Account

ENDINGS: Final[Mapping[str, tuple[str, ...]]] = {
    "picture": (".jpg", ".jpeg", ".png"),
    "document": (".pdf",),
    "audio": (".mp3", ".ogg", ".m4a"),
}
"""How files end that every platform shows as what they are: a ``.webp`` is a sticker on some."""


@dataclass(frozen=True, slots=True)
class Limits:
    """A channel's limits, in characters (UTF-16 units for ``text`` and ``caption``) and buttons.

    ``label`` is the length up to which a button's label is shown whole; a longer one gives way to its short form.
    ``heading`` is true where a person's message needs a line that says so; elsewhere the page shows it. ``body`` is the
    longest text above buttons, ``caption`` the longest beside a file. Up to ``few`` options are buttons; more are rows of
    a list, with labels of ``row`` characters. ``attaches`` is true where files and pages to open are shown beside the
    text; elsewhere the text names them.
    """

    text: int
    buttons: int
    label: int
    heading: bool = True
    body: int = 8000
    caption: int = 8000
    row: int = 80
    few: int = 100
    attaches: bool = False

    def room(self, options: int) -> int:
        """Return how long a label may be where so many options are offered."""
        return self.label if options <= self.few else self.row


LIMITS: Final[Mapping[Account, Limits]] = {
    Account("webchat"): Limits(text=8000, buttons=100, label=80, heading=False, attaches=True),
    Account("telegram"): Limits(text=4096, buttons=100, label=40, body=4096, caption=1024, row=40),
    Account("terminal"): Limits(text=8000, buttons=100, label=80, attaches=True),
    Account("whatsapp"): Limits(text=4096, buttons=9, label=20, body=1024, caption=1024, row=24, few=2),
}
"""On WhatsApp the last place of every message that waits is "Mehr …": so of three buttons two are options, and of ten
rows nine."""
