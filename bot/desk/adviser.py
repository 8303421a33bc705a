"""A person at the desk: a value, as the store keeps it and the routing reads it."""

from dataclasses import dataclass
from datetime import datetime

from bot.model import AdviserId, Language


@dataclass(frozen=True, slots=True)
class Adviser:
    """A person at the desk. ``role`` is ``adviser`` or ``coordinator``; ``interface`` the language of their pages."""

    id: AdviserId
    name: str
    role: str
    teams: tuple[str, ...]
    languages: tuple[Language, ...]
    interface: Language
    disabled_at: datetime | None = None
