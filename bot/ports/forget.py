"""What the verbs that forget hear of the store."""

from dataclasses import dataclass

from bot.model import ContactId


@dataclass(frozen=True, slots=True)
class Quiet:
    """Some contacts of whom nobody has heard for long. ``last`` is the last that was looked at, 0 where that was all."""

    contacts: tuple[ContactId, ...]
    last: ContactId
