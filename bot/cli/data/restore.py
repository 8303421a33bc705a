"""``elternlotse data restore``: back to a backup, without those who were erased since."""

import os
from collections.abc import Sequence
from pathlib import Path

import click

from bot.app.places import place_of
from bot.app.restoring import Wish, erase_again
from bot.app.restoring import restore as bring_back
from bot.cli.data.progress import Progress
from bot.cli.running import run_async
from bot.cli.setting import config_beside


@click.command()
@click.argument("file", metavar="[DATEI]", type=click.Path(path_type=Path), required=False)
@click.option("--replace", is_flag=True, help="Legt eine Datenbank, die schon da ist, vorher zur Seite.")
@click.option(
    "--erased-from",
    "others",
    multiple=True,
    help="Noch eine Datenbank, aus der zu lesen ist, wer gelöscht wurde: Datei oder postgresql://…",
    metavar="DATENBANK",
)
@click.option(
    "--only-erase",
    is_flag=True,
    help="Spielt nichts zurück: Löscht nur wieder, wer gelöscht wurde; nach einem pg_restore.",
)
@click.pass_context
def restore(
    context: click.Context, file: Path | None, others: Sequence[str], *, replace: bool, only_erase: bool
) -> None:
    """Spielt eine Sicherung zurück; wer seitdem gelöscht wurde, bleibt gelöscht.

    Wohin, sagen die Einstellungen: in den Ordner der Daten, oder nach PostgreSQL in eine leere Datenbank.
    """
    if (file is None) != only_erase:
        raise click.UsageError("Nennen Sie die Sicherung. Ohne sie geht nur --only-erase.")
    config, places = config_beside(context, others), tuple(place_of(each, os.environ) for each in others)
    if file is None:
        erased = run_async(erase_again(config, places, click.echo))
        click.echo(f"Wieder gelöscht: {erased}.")
        return
    with Progress() as progress:
        done = run_async(bring_back(config, Wish(file, replace, places), click.echo, progress))
    click.echo(f"Zurückgespielt: {file}. Seit der Sicherung gelöscht und nun wieder gelöscht: {done.erased}.")
    if done.before is not None:
        click.echo(
            f"Die Datenbank von vorher liegt hier: {done.before}. Löschen Sie sie, sobald niemand sie mehr braucht."
        )
    click.echo("Prüfen Sie jetzt: elternlotse data verify. Dann starten Sie.")
