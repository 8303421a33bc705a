"""What each channel can show, as data. Sources: the platforms' documentation; the web chat's are our own choice."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bot.model import Account


@dataclass(frozen=True, slots=True)
class Limits:
    """A channel's limits, in characters (UTF-16 units for ``text``), buttons and bytes.

    ``label`` is the length up to which a button's label is shown whole; a longer one gives way to its short form.
    ``heading`` is true where a person's message needs a line that says so; elsewhere the page shows it.
    """

    text: int
    buttons: int
    label: int
    heading: bool = True


LIMITS: Final[Mapping[Account, Limits]] = {
    Account("webchat"): Limits(text=8000, buttons=100, label=80, heading=False),
    Account("telegram"): Limits(text=4096, buttons=100, label=40),
    Account("terminal"): Limits(text=8000, buttons=100, label=80),
}
