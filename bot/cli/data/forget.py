"""``elternlotse data forget``: erases everything of some parents, or says what would go."""

from collections.abc import Sequence

import click

from bot.app import erasing
from bot.app.base import Base, visited
from bot.cli.running import run_async
from bot.cli.setting import config_of
from bot.config import Config
from bot.model import ContactId
from bot.privacy.retention import QUIET, RULES
from bot.source.errors import OperatorError


@click.command()
@click.argument("numbers", metavar="[NUMMER]…", nargs=-1, type=click.IntRange(min=1))
@click.option("--idle", type=click.IntRange(min=1), metavar="TAGE", help="Alle, von denen so lange nichts kam.")
@click.option("--dry-run", is_flag=True, help="Sagt nur, was gelöscht würde.")
@click.option("--yes", is_flag=True, help="Fragt nicht nach.")
@click.pass_context
def forget(context: click.Context, numbers: Sequence[int], idle: int | None, *, dry_run: bool, yes: bool) -> None:
    """Löscht alles, was von einem Elternteil gespeichert ist; NUMMER steht in der Beratung (»Elternteil 4711«).

    Das geht auch, während das Programm läuft. Ohne NUMMER zeigt --dry-run, was beim nächsten Mal von selbst gelöscht wird.
    """
    if numbers and idle is not None:
        raise click.UsageError("Entweder Nummern oder --idle.")
    if not numbers and idle is None and not dry_run:
        raise click.UsageError("Wen? Nennen Sie Nummern oder --idle TAGE; --dry-run zeigt nur, was gelöscht würde.")
    config = config_of(context)
    if not numbers and idle is None:
        run_async(_show_due(config))
    else:
        run_async(_forget(config, [ContactId(number) for number in numbers], idle, dry_run=dry_run, yes=yes))


async def _show_due(config: Config) -> None:
    async with visited(config, click.echo) as base:
        counts = await erasing.due(base)
    for rule in (*RULES, QUIET):
        click.echo(f"{counts[rule.kind]:>8}  {rule.what}")


async def _forget(config: Config, contacts: Sequence[ContactId], idle: int | None, *, dry_run: bool, yes: bool) -> None:
    async with visited(config, click.echo) as base:
        found = await _named(base, contacts) if idle is None else await _quiet(base, idle)
        if dry_run or not found:
            click.echo(f"Gelöscht würden: {len(found)}.")
        elif yes or _agreed(len(found)):
            click.echo(f"Gelöscht: {await erasing.erase(base, found)}.")
            if not await erasing.clean(base):
                click.echo(
                    "Achtung: Die Dateien der Datenbank werden gerade gelesen. Was gelöscht ist, verschwindet daraus"
                    " innerhalb einer Stunde, solange das Programm läuft."
                )
        else:
            click.echo("Nichts gelöscht.")


def _agreed(count: int) -> bool:
    """Ask whoever calls, in their own language; whoever says anything else than yes keeps everything."""
    answer: str = click.prompt(
        f"Alles löschen, was von ihnen gespeichert ist (Elternteile: {count})? Das lässt sich nicht rückgängig machen."
        " (ja/nein)",
        default="nein",
        show_default=False,
    )
    return answer.strip().lower() in {"j", "ja", "y", "yes"}


async def _named(base: Base, contacts: Sequence[ContactId]) -> Sequence[ContactId]:
    """Return the contacts that were named; OperatorError where there is one of them not."""
    found = await erasing.there(base, contacts)
    if missing := [str(contact) for contact in contacts if contact not in found]:
        raise OperatorError(
            f"Diese Elternteile gibt es nicht (mehr): {', '.join(missing)}. Nichts ist gelöscht.\n"
            "  = Hilfe: Die Nummer steht in der Beratung bei der Frage: »Elternteil 4711«."
        )
    for contact, since in found.items():
        click.echo(f"Elternteil {contact}, seit {since.astimezone(base.config.timezone):%d.%m.%Y}")
    return list(found)


async def _quiet(base: Base, days: int) -> Sequence[ContactId]:
    return [contact async for page in erasing.quiet_for(base, days) for contact in page]
