"""``elternlotse test``: plays the golden talks; ``--update`` writes down how they go now."""

from collections.abc import Sequence
from pathlib import Path

import click

from bot.app import files_of, program
from bot.check.edition import FLOWS, Edition, compose
from bot.check.talks import parse, rewrite
from bot.cli.setting import config_of
from bot.config import Config
from bot.work.publish import play_all


@click.command()
@click.option("--update", is_flag=True, help="Schreibt die Gespräche so auf, wie sie jetzt laufen.")
@click.pass_context
def test(context: click.Context, *, update: bool) -> None:
    """Spielt die Muster-Gespräche neben den Abläufen durch."""
    config = config_of(context)
    edition = edition_of(config)
    if update:
        _update(config.flows, edition)
        edition = edition_of(config)
    found = list(play_all(edition))
    for difference in found:
        click.echo(f"{difference}\n")
    count = sum(len(parse(path, raw)) for path, raw in edition.loaded.talks.items())
    click.echo(f"Gespräche: {count}. Anders als aufgeschrieben: {len(found)}.")
    if found:
        click.echo("Ist das neue Gespräch richtig? Dann: elternlotse test --update")
    context.exit(1 if found else 0)


def edition_of(config: Config) -> Edition:
    """Return the edition of the files as they lie in the folders now."""
    languages = [spoken.code for spoken in config.languages]
    return compose(files_of(config), program(config.locales), languages)


def _update(folder: Path, edition: Edition) -> None:
    for path, raw in edition.loaded.talks.items():
        talks: Sequence[str] = [rewrite(talk, edition) for talk in parse(f"{FLOWS}{path}", raw)]
        (folder / path).write_text("\n".join(talks), encoding="utf-8")
