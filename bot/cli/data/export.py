"""``elternlotse data export``: everything that is kept of a parent, as the two files that they get themselves."""

import os
from pathlib import Path

import click

from bot.app import erasing
from bot.app.base import visited
from bot.app.exporting import files_of
from bot.cli.running import run_async
from bot.cli.setting import config_of
from bot.config import Config
from bot.model import ContactId
from bot.source.errors import OperatorError


@click.command()
@click.argument("number", metavar="NUMMER", type=click.IntRange(min=1))
@click.option(
    "--to",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(),
    metavar="ORDNER",
    help="Wohin die Dateien kommen; ohne: hierher.",
)
@click.pass_context
def export(context: click.Context, number: int, folder: Path) -> None:
    """Schreibt alles, was von einem Elternteil gespeichert ist, in zwei Dateien; NUMMER steht in der Beratung.

    Eine ist zum Lesen, in der Sprache des Elternteils, die andere für Programme. Nur ihr Besitzer kann sie lesen.
    """
    run_async(_export(config_of(context), ContactId(number), folder))


async def _export(config: Config, contact: ContactId, folder: Path) -> None:
    async with visited(config, click.echo) as base:
        if not await erasing.there(base, [contact]):
            raise OperatorError(
                f"Elternteil {contact} gibt es nicht (mehr).\n"
                "  = Hilfe: Die Nummer steht in der Beratung bei der Frage: »Elternteil 4711«."
            )
        if not await base.store.current():
            raise OperatorError("Noch ist nichts veröffentlicht.\n  = Hilfe: Starten Sie einmal: elternlotse run")
        files = await files_of(base, contact)
    for file in files:
        stem, _, ending = file.name.rpartition(".")
        place = folder / f"{stem}-{contact}.{ending}"
        _write(place, file.body)
        click.echo(f"Geschrieben: {place}")


def _write(place: Path, body: bytes) -> None:
    """Write a new file for its owner alone; what is there already is not written over."""
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(body)
    except FileExistsError as error:
        raise OperatorError(
            f"{place} gibt es schon.\n  = Hilfe: Legen Sie die Datei weg, oder nennen Sie einen anderen Ordner: --to"
        ) from error
    except OSError as error:
        raise OperatorError(
            f"{place} lässt sich nicht schreiben ({error.strerror}).\n"
            "  = Hilfe: Prüfen Sie die Rechte und den Platz auf der Platte; dann noch einmal."
        ) from error
