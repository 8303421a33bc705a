"""The files as they lie in the folders, and the program's own words: what commands need that open no house."""

from pathlib import Path

from bot.channels.webchat.words import PAGE_WORDS
from bot.check.edition import Edition, Interface, compose
from bot.check.edition import files_of as revision_files
from bot.check.folder import catalogs
from bot.check.folder import read as read_folder
from bot.config.values import Config
from bot.console.words import DESK_WORDS
from bot.model import Language
from bot.source.errors import AuthorError, OperatorError
from bot.text.catalogs import Words, read_catalog
from bot.text.interface import GERMAN


def edition_of(config: Config) -> Edition:
    """Return the edition of the files as they lie in the folders now."""
    languages = [spoken.code for spoken in config.languages]
    return compose(files_of(config), program(config.locales), languages, str(config.flows))


def files_of(config: Config) -> dict[str, bytes]:
    """Return what a revision is made of: the flows and the content catalogs, by path."""
    if not config.flows.is_dir():
        raise OperatorError(
            f"Den Ordner {config.flows} gibt es nicht.\n"
            "  = Hilfe: Nennen Sie in config.yaml unter »flows« den Ordner mit den Abläufen."
        )
    folder, found = read_folder(config.flows), catalogs(config.locales)
    if problems := (*folder.problems, *found.problems):
        raise AuthorError(problems)
    return revision_files(folder.files, found.files)


def program(locales: Path) -> Interface:
    """Return the program's own words, German and translated (``bot.po``)."""
    chat = {f"chat.{key}": german for key, german in PAGE_WORDS.items()}
    german = {**GERMAN, **chat, **DESK_WORDS}
    translated: dict[Language, Words] = {
        Language(path.parent.parent.name): read_catalog(str(path), path.read_bytes(), german)
        for path in sorted(locales.glob("*/LC_MESSAGES/bot.po"))
    }
    return Interface(german, translated, frozenset({**GERMAN, **chat}))
