"""``elternlotse data verify``: what is wrong with what is stored, and what to do."""

import os

import click

from bot.app.places import Place, master_of, opened_checked, place_of, place_of_store
from bot.cli.data.progress import Progress
from bot.cli.running import run_async
from bot.cli.setting import config_beside
from bot.config import Config
from bot.services import clock
from bot.store.verify import verify as look_through
from bot.store.verify_sealed import Portion
from bot.store.verify_words import Finding

SOME = 1000
"""So many rows of each table are opened unless all are wanted."""


@click.command()
@click.argument("database", metavar="[DATENBANK]", required=False)
@click.option("--all", "whole", is_flag=True, help="Öffnet jeden verschlüsselten Wert, nicht nur eine Stichprobe.")
@click.pass_context
def verify(context: click.Context, database: str | None, *, whole: bool) -> None:
    """Sieht die Datenbank ganz durch und sagt, was nicht stimmt; ändert nichts, auch während das Programm läuft.

    Ohne DATENBANK die der Einstellungen, sonst eine Sicherung oder postgresql://…. Endet mit 1, wenn etwas nicht stimmt.
    """
    config = config_beside(context, () if database is None else (database,))
    place = place_of_store(config) if database is None else place_of(database, os.environ)
    turn = clock.now().toordinal()  # each night another sample
    with Progress() as progress:
        found = run_async(_found(config, place, Portion(0 if whole else SOME, turn), progress))
    for each in found:
        click.echo(str(each))
    bad = [each for each in found if not each.note]
    if not bad:
        click.echo(
            f"In Ordnung: {'alles' if whole else 'alles; von den verschlüsselten Werten eine Stichprobe (alle: --all)'}."
        )
    context.exit(int(bool(bad)))


async def _found(config: Config, place: Place, portion: Portion, progress: Progress) -> list[Finding]:
    async with opened_checked(place) as side:
        master = master_of(config, str(place))  # after it: where there is no database, no key is missed
        return [each async for each in look_through(side, master, portion, progress)]
