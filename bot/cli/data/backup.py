"""``elternlotse data backup``: a consistent copy while everything goes on."""

from pathlib import Path

import click

from bot.app.backing_up import KEEP, back_up
from bot.app.places import place_of_store
from bot.cli.data.progress import Progress
from bot.cli.running import run_async
from bot.cli.setting import config_of
from bot.services import clock


@click.command()
@click.argument("where", metavar="ZIEL", type=click.Path(path_type=Path))
@click.option(
    "--keep",
    type=click.IntRange(1, 3650),
    default=KEEP,
    show_default=True,
    help="In einem Ordner: nach so vielen Tagen wird eine Sicherung entfernt.",
    metavar="TAGE",
)
@click.pass_context
def backup(context: click.Context, where: Path, keep: int) -> None:
    """Sichert die Datenbank, während das Programm läuft: in eine neue Datei oder in einen Ordner.

    In einem Ordner heißt die Datei nach Datum und Uhrzeit, und Sicherungen, die zu alt sind, werden entfernt.
    """
    store = place_of_store(config_of(context))
    with Progress() as progress:
        made = run_async(back_up(store, where, keep, clock.now(), progress))
    click.echo(f"Gesichert und geprüft: {made.file} ({made.size / (1 << 20):.1f} MB).")
    if made.removed:
        click.echo(f"Entfernt, weil älter als {keep} Tage: {', '.join(file.name for file in made.removed)}.")
    click.echo("Der Schlüssel ist nicht dabei. Ohne ihn kann niemand die Sicherung lesen.")
