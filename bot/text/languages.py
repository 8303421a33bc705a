"""What a language's code means: its own name, what people call it, and its direction of writing."""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Final

from babel import Locale, UnknownLocaleError

from bot.model import Language
from bot.text.fold import fold

_OWN_NAMES: Final[Mapping[str, str]] = {
    "ku": "Kurdî (Kurmancî)",
    "sr_Latn": "Bosanski · Hrvatski · Srpski",
    "fa_AF": "دری",
}
"""Names that differ from what CLDR calls the language."""

_AS_WELL: Final[Mapping[str, tuple[str, ...]]] = {"sr_Latn": ("sr", "hr", "bs"), "ku": ("kmr",)}
"""Languages that are read and spoken under another one's code: who types their name means it."""

_PARTS: Final = re.compile("[·()]")


def own_name(language: Language) -> str:
    """Return a language's name in itself, such as ``Türkçe``; an unknown code's name is the code."""
    if language in _OWN_NAMES:
        return _OWN_NAMES[language]
    locale = _locale(language)
    name = None if locale is None else locale.get_display_name(language)
    return language if name is None else name[:1].upper() + name[1:]


@lru_cache(1024)  # looked at for every text typed at the question for the language
def names(language: Language, others: tuple[Language, ...]) -> frozenset[str]:
    """Return what people call a language, folded: its code, its own name, and its name in the other languages."""
    called = (part for name in _called(language, others) for part in (name, *_PARTS.split(name)))
    return frozenset(filter(None, map(fold, called)))


def _called(language: Language, others: tuple[Language, ...]) -> Iterator[str]:
    yield language
    yield own_name(language)
    codes = (language, language.partition("_")[0], *_AS_WELL.get(language, ()))
    for locale in filter(None, map(_locale, (language, *others))):
        yield from (locale.languages[code] for code in codes if code in locale.languages)


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
