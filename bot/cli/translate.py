"""``elternlotse translate``: bringing the catalogs up to date with the German."""

from collections.abc import Mapping
from pathlib import Path

import click

from bot.app.files import program
from bot.check.folder import read
from bot.check.load import load
from bot.cli.put import put
from bot.cli.setting import config_of
from bot.config import Config
from bot.flow.talk import SOURCE_LANGUAGE
from bot.model import Language
from bot.source.errors import AuthorError
from bot.text.extract import Source
from bot.text.extract import update as updated


@click.group()
def translate() -> None:
    """Hält die Übersetzungen auf dem Stand der deutschen Texte."""


@translate.command()
@click.pass_context
def update(context: click.Context) -> None:
    """Trägt neue und geänderte deutsche Texte in die PO-Dateien aller Sprachen ein."""
    config = config_of(context)
    sources = {"flows.po": flow_sources(config), "bot.po": interface_sources(config)}
    for spoken in config.languages:
        if spoken.code != SOURCE_LANGUAGE:
            for name, texts in sources.items():
                _update(config.locales / spoken.code / "LC_MESSAGES" / name, texts, spoken.code)


def flow_sources(config: Config) -> Mapping[str, Source]:
    """Return every text of the flows, with place and note."""
    folder = read(config.flows)
    loaded = load(folder.files, config.flows.resolve().name, folder.refused)
    if not loaded.sound:
        raise AuthorError(problem for problem in loaded.problems if problem.severity == "error")
    return {key: Source(text.german, text.file, text.line, text.note) for key, text in loaded.texts.items()}


def interface_sources(config: Config) -> Mapping[str, Source]:
    """Return every text of the program."""
    return {key: Source(german) for key, german in program(config.locales).german.items()}


def _update(path: Path, texts: Mapping[str, Source], language: Language) -> None:
    before = path.read_bytes() if path.exists() else b""
    after = updated(before, texts, language)
    if after == before:
        click.echo(f"{path}: unverändert")
        return
    put(path, after)
    click.echo(f"{path}: auf dem neuen Stand ({len(texts)} Texte)")
