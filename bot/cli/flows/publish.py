"""``elternlotse flows publish``: what lies in the folder becomes what parents see."""

import click

from bot.app import files_of, opened
from bot.cli.flows.carry import carry_out
from bot.cli.setting import config_of, run_async
from bot.config import Config


@click.command()
@click.option("--dry-run", is_flag=True, help="Prüft und sagt, was es bedeuten würde, ohne zu veröffentlichen.")
@click.option("--yes", is_flag=True, help="Fragt nicht nach.")
@click.pass_context
def publish(context: click.Context, *, dry_run: bool, yes: bool) -> None:
    """Prüft und veröffentlicht die Abläufe; das nächste Elternteil sieht sie ohne Neustart."""
    run_async(_publish(config_of(context), dry_run=dry_run, yes=yes))


async def _publish(config: Config, *, dry_run: bool, yes: bool) -> None:
    async with opened(config, click.echo) as base:
        proposal = await base.publish.propose(files_of(config), str(config.flows))
        if proposal.is_current:
            click.echo(f"Das war schon veröffentlicht: Fassung {proposal.name}.")
            return
        await carry_out(base, proposal, dry_run=dry_run, yes=yes)
        if proposal.differences:
            click.echo("Aufschreiben, wie sie jetzt gehen: elternlotse test --update")
