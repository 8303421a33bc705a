"""``elternlotse data copy``: everything into another database, row by row, compared at the end."""

import os
from pathlib import Path

import click

from bot.app.copying import copy_all
from bot.app.places import place_of
from bot.cli.data.progress import Progress
from bot.cli.running import run_async
from bot.services.lock import open_at


@click.command()
@click.argument("source", metavar="VON")
@click.argument("target", metavar="NACH")
def copy(source: str, target: str) -> None:
    """Überträgt alles in eine neue Datenbank: von SQLite nach PostgreSQL oder zurück.

    VON und NACH sind eine SQLite-Datei oder postgresql://…; ein Passwort steht in ELTERNLOTSE_STORE_PASSWORD.
    """
    here, there = place_of(source, os.environ), place_of(target, os.environ)
    with Progress() as progress:
        copied = run_async(copy_all(here, there, progress))
    click.echo(
        f"{sum(each.count for each in copied.values())} Zeilen aus {len(copied)} Tabellen übertragen und verglichen."
    )
    click.echo("Beide Datenbanken öffnet derselbe Schlüssel (data/keys/master.key oder ELTERNLOTSE_MASTER_KEY).")
    if isinstance(here, Path) and open_at(here.parent):
        click.echo("Das Programm läuft noch auf der alten Datenbank: Was seit dem Anfang der Übertragung kam, fehlt.")
