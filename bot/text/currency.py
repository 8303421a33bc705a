"""Whether a text speaks of euros, in any language: by the sign, the code, or the language's own word (CLDR)."""

from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.numbers import get_currency_name

from bot.model import Language
from bot.text.fold import fold

_EVERYWHERE = ("eur", "avro", "evro", "ewro", "yuuro", fold("یۆرۆ"))
"""Words that are written besides those that CLDR knows."""
_STEM = 3
"""So many letters of the word stay the same in all its cases."""


def names_euro(text: str, language: Language) -> bool:
    """Say whether a text names the currency."""
    if "€" in text:
        return True
    folded = fold(text)
    return any(stem in folded for stem in (*_EVERYWHERE, *_stems(language)))


@lru_cache(64)
def _stems(language: Language) -> tuple[str, ...]:
    try:
        locale = Locale.parse(language)
    except (UnknownLocaleError, ValueError):
        return ()
    names = {get_currency_name("EUR", count, locale=locale) for count in (None, 1, 2, 5)}
    return tuple({fold(name)[:_STEM] for name in names})
