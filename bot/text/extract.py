"""From the texts of the flows and of the program to PO files, and back into them when the German has changed.

A translation belongs to its place (msgctxt), not to likeness: same place, other German, and it is kept as fuzzy with
the old German beside it. Babel only reads and writes.
"""

import io
from collections.abc import Mapping
from dataclasses import dataclass

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po

from bot.model import Language

PLURALS: Mapping[str, str] = {
    "tr": "nplurals=2; plural=(n != 1);",
    "fa": "nplurals=2; plural=(n > 1);",
}
"""Plural forms that Babel has otherwise than CLDR."""


@dataclass(frozen=True, slots=True)
class Source:
    """One text to translate: its German, where it stands, and what the translator should know."""

    german: str
    file: str = ""
    line: int = 0
    note: str = ""


def update(old: bytes, sources: Mapping[str, Source], language: Language) -> bytes:
    """Return the PO file brought up to date: every text there is, in order, with the translations it had."""
    before = read_po(io.BytesIO(old)) if old else Catalog()
    known = {message.context: message for message in before if message.context}
    catalog = Catalog(locale=str(language), project="Elternlotse", charset="utf-8", fuzzy=False)
    catalog.header_comment = f"# Elternlotse, {language}. Ask before you translate a name or an official German word."
    for key, source in sources.items():
        catalog[source.german] = _message(key, source, known.get(key))
    return _written(catalog, language)


def _message(key: str, source: Source, old: Message | None) -> Message:
    translation = "" if old is None else str(old.string or "")
    stale = old is not None and bool(translation) and (old.id != source.german or old.fuzzy)
    previous = () if old is None or not stale else (_previous(old, source),)
    flags = {"python-brace-format"} if "{" in source.german else set()
    return Message(
        source.german,
        translation,
        locations=[(source.file, source.line)] if source.file else [],
        flags=flags | ({"fuzzy"} if stale else set()),
        auto_comments=[source.note] if source.note else [],
        user_comments=[] if old is None else old.user_comments,
        previous_id=previous,
        context=key,
    )


def _previous(old: Message, source: Source) -> str:
    return str(old.id) if old.id != source.german else str(next(iter(old.previous_id), old.id))


def _written(catalog: Catalog, language: Language) -> bytes:
    out = io.BytesIO()
    write_po(out, catalog, width=0, sort_output=False, include_previous=True, omit_header=True)
    plurals = PLURALS.get(language, catalog.plural_forms)
    header = (
        f"{catalog.header_comment}\n"
        'msgid ""\nmsgstr ""\n'
        '"Project-Id-Version: Elternlotse\\n"\n'
        f'"Language: {language}\\n"\n'
        '"MIME-Version: 1.0\\n"\n'
        '"Content-Type: text/plain; charset=utf-8\\n"\n'
        '"Content-Transfer-Encoding: 8bit\\n"\n'
        f'"Plural-Forms: {plurals}\\n"\n\n'
    )
    return header.encode() + out.getvalue()
