"""What the verbs that forget, and those that show what there is to forget, hear of the store."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.model import ContactId

Belongings = Mapping[str, Sequence[Mapping[str, object]]]
"""What is kept of a contact: rows by table, opened values by column. Moments are in UTC; what was sealed is as it was:
a ``Session``, a ``Message``, a tuple of ``Passage``, the bytes of a fragment, a text."""


@dataclass(frozen=True, slots=True)
class Quiet:
    """Some contacts of whom nobody has heard for long. ``last`` is the last that was looked at, 0 where that was all."""

    contacts: tuple[ContactId, ...]
    last: ContactId
