"""The catalogs: every text in every language, looked up by its reference.

German is the source and always whole. A translation counts only while the German it was made from is unchanged and it
is not marked fuzzy: what is stale is missing, never sent.
"""

import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from babel.messages.pofile import read_po

from bot.flow.message import Text
from bot.flow.talk import SOURCE_LANGUAGE
from bot.model import Language
from bot.source.errors import AuthorError
from bot.source.problem import Problem
from bot.text.languages import own_name
from bot.text.po import Entry, plain

Words = Mapping[str, str]
"""Texts of one domain in one language, by key."""


@dataclass(frozen=True, slots=True)
class Catalogs:
    """All texts. ``german`` by domain; ``translated`` by language and domain."""

    german: Mapping[str, Words]
    translated: Mapping[Language, Mapping[str, Words]]
    offered: tuple[Language, ...] = ()

    def find(self, text: Text, language: Language) -> str:
        """Return a text's template in a language, in German where it is not there; an unknown key shows itself."""
        if text.domain == "language":
            return own_name(Language(text.key))
        if text.domain == "every":
            return " · ".join(self.find(Text("bot", text.key), code) for code in self.offered)
        own = self.translated.get(language, {}).get(text.domain, {}).get(text.key)
        return own or self.german.get(text.domain, {}).get(text.key, text.key)

    def has(self, domain: str, keys: Iterable[str], language: Language) -> bool:
        """Say whether all these texts are there in a language."""
        if language == SOURCE_LANGUAGE:
            return True
        words = self.translated.get(language, {}).get(domain, {})
        return all(key in words for key in keys)


def read_catalog(name: str, raw: bytes, german: Words) -> dict[str, str]:
    """Return what a PO file translates and still may be sent: by key, untouched by fuzzy, empty and stale entries."""
    try:
        entries = _parsed(raw)
    except Exception as error:  # on strange bytes Babel raises whatever it stumbles over
        raise AuthorError([_unreadable(name, error)]) from error
    return {
        entry.context: entry.words
        for entry in entries
        if entry.context and entry.words and not entry.fuzzy and german.get(entry.context) == entry.german
    }


@lru_cache(16)  # the checker and the proof read the same catalogs, one after the other
def _parsed(raw: bytes) -> tuple[Entry, ...]:
    """Return the entries of a PO file, read by the quick reader where the file is plain, else by Babel."""
    entries = plain(raw)
    return by_babel(raw) if entries is None else entries


def by_babel(raw: bytes) -> tuple[Entry, ...]:
    """Return the entries of a PO file that have a context, whatever its form. Plural forms are none of ours."""
    catalog = read_po(io.BytesIO(raw), abort_invalid=True)
    return tuple(
        Entry(message.context, message.id, message.string, message.fuzzy)
        for message in catalog
        if message.context is not None and isinstance(message.id, str) and isinstance(message.string, str)
    )


def _unreadable(name: str, error: Exception) -> Problem:
    message = f"Das ist keine lesbare PO-Datei ({type(error).__name__})."
    return Problem(name, 0, 0, "E400", message, "Öffnen Sie die Datei in Poedit und speichern Sie sie neu.")
