"""The menu of commands that a platform shows: names in ASCII, described in each language it knows."""

from collections.abc import Mapping, Sequence
from typing import Final

from bot.flow.message import interface
from bot.flow.talk import SOURCE_LANGUAGE
from bot.text.catalogs import Catalogs

DESCRIBED: Final[Mapping[str, str]] = {
    "menu": "button.menu",
    "sprache": "language.word",
    "mensch": "button.ask_person",
    "hilfe": "extra.help",
    "deutsch": "extra.german",
    "datenschutz": "button.privacy",
    "meinedaten": "menu.my_data",
    "loeschen": "menu.erase",
}
"""The commands of the menu, and the text that describes each."""

CODE = 2
"""Platforms know languages by codes of two letters (ISO 639-1) only."""


def menus(catalogs: Catalogs) -> Mapping[str, Sequence[tuple[str, str]]]:
    """Return pairs of command and description for each offered language; under the empty code, those for all others."""
    known: dict[str, Sequence[tuple[str, str]]] = {
        language: [(name, catalogs.find(interface(key), language)) for name, key in DESCRIBED.items()]
        for language in catalogs.offered
        if len(language) == CODE
    }
    return {"": known[SOURCE_LANGUAGE], **known}
