"""What a language's code means: its own name and its direction of writing."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from babel import Locale, UnknownLocaleError

from bot.model import Language

_OWN_NAMES: Final[Mapping[str, str]] = {
    "ku": "Kurdî (Kurmancî)",
    "sr_Latn": "Bosanski · Hrvatski · Srpski",
    "fa_AF": "دری",
}
"""Names that differ from what CLDR calls the language."""


def own_name(language: Language) -> str:
    """Return a language's name in itself, such as ``Türkçe``; an unknown code's name is the code."""
    if language in _OWN_NAMES:
        return _OWN_NAMES[language]
    locale = _locale(language)
    name = None if locale is None else locale.get_display_name(language)
    return language if name is None else name[:1].upper() + name[1:]


@lru_cache(256)  # asked for several times a message
def direction(language: Language) -> str:
    """Return ``rtl`` for languages written from right to left, else ``ltr``."""
    locale = _locale(language)
    return "ltr" if locale is None else str(locale.text_direction)


def _locale(language: Language) -> Locale | None:
    try:
        return Locale.parse(language)
    except (UnknownLocaleError, ValueError):
        return None
