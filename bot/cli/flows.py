"""``elternlotse flows``: publishing, and what is published."""

import getpass
import os

import click

from bot.app import FIRST_START, Base, files_of, opened
from bot.check.edition import Edition, name_of
from bot.cli.setting import config_of, run_async
from bot.config import Config
from bot.work.publish import Published


@click.group()
def flows() -> None:
    """Veröffentlicht Abläufe und zeigt, was veröffentlicht ist."""


@flows.command()
@click.pass_context
def publish(context: click.Context) -> None:
    """Prüft und veröffentlicht die Abläufe; das nächste Elternteil sieht sie ohne Neustart."""
    run_async(_publish(config_of(context)))


@flows.command(name="list")
@click.pass_context
def show(context: click.Context) -> None:
    """Zeigt die veröffentlichte Fassung und ob der Ordner anders ist."""
    run_async(_show(config_of(context)))


async def _publish(config: Config) -> None:
    async with opened(config, click.echo) as base:
        before = await base.store.current()
        published = await base.publish(files_of(config), _who(), str(config.flows))
        edition = published.edition
        if edition.revision.name == before:
            click.echo(f"Das war schon veröffentlicht: Fassung {before}.")
            return
        click.echo(f"Veröffentlicht: Fassung {edition.revision.name}. {_coverage(edition)}")
        _tell(published)


def _tell(published: Published) -> None:
    """Say what is to be done after publishing."""
    for loss in published.lost:
        click.echo(f"Achtung: {loss}")
    if published.lost:
        click.echo("Übersetzen: elternlotse translate update, dann die PO-Dateien; danach wieder veröffentlichen.")
    if published.reworded:
        count = len({(each.file, each.line) for each in published.reworded})
        click.echo(
            f"An {count} Stellen sagen Muster-Gespräche jetzt etwas anderes. Aufschreiben: elternlotse test --update"
        )


def _who() -> str:
    """Return who publishes: the user's name on this machine, or their number where there is no name."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid())


async def _show(config: Config) -> None:
    async with opened(config, click.echo) as base:
        click.echo(await _published(base))


async def _published(base: Base) -> str:
    stored = await base.store.revision(await base.store.current())
    if stored is None:
        return "Noch ist nichts veröffentlicht. Veröffentlichen: elternlotse flows publish"
    edition = await base.publish.edition()
    same = name_of(files_of(base.config)) == stored.name
    state = "Der Ordner ist gleich." if same else "Der Ordner ist anders. Veröffentlichen: elternlotse flows publish"
    when = stored.at.astimezone(base.config.timezone)
    who = "beim ersten Start" if stored.by == FIRST_START else f"von {stored.by}"
    return f"Fassung {stored.name} vom {when:%d.%m.%Y, %H:%M}, {who}. {_coverage(edition)}\n{state}"


def _coverage(edition: Edition) -> str:
    flows_of = edition.revision.whole.values()
    parts = [f"{code} {sum(code in whole for whole in flows_of)}" for code in edition.revision.languages]
    return f"Abläufe je Sprache: {', '.join(parts)}."
