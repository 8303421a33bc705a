"""``elternlotse flows rollback``: an earlier revision is published again."""

import click

from bot.app.base import Base, visited
from bot.app.files import files_of
from bot.check.edition import name_of
from bot.cli.flows.carry import carry_out
from bot.cli.flows.history import lines_of
from bot.cli.flows.revision import NOTHING, named
from bot.cli.running import run_async
from bot.cli.setting import config_of
from bot.config import Config
from bot.source.errors import OperatorError


@click.command()
@click.argument("revision", required=False, metavar="[REVISION]")
@click.option("--dry-run", is_flag=True, help="Prüft und sagt, was es bedeuten würde, ohne zu veröffentlichen.")
@click.option("--yes", is_flag=True, help="Fragt nicht nach.")
@click.pass_context
def rollback(context: click.Context, revision: str | None, *, dry_run: bool, yes: bool) -> None:
    """Veröffentlicht eine frühere Fassung wieder; ohne REVISION die vor der jetzigen."""
    run_async(_rollback(config_of(context), revision, dry_run=dry_run, yes=yes))


async def _rollback(config: Config, revision: str | None, *, dry_run: bool, yes: bool) -> None:
    async with visited(config, click.echo) as base:
        name = await _before(base) if revision is None else (await named(base.store, revision)).name
        proposal = await base.publish.recall(name)
        if proposal.is_current:
            click.echo(f"Das ist die veröffentlichte Fassung: {name}.")
            return
        await carry_out(base, proposal, dry_run=dry_run, yes=yes)
        if not dry_run and name_of(files_of(config)) != name:
            click.echo("Der Ordner ist jetzt anders als das Veröffentlichte. Holen: elternlotse flows pull")


async def _before(base: Base) -> str:
    """Return the name of the revision that was published before the current one."""
    current = await base.store.current()
    if not current:
        raise OperatorError(NOTHING)
    async for line in lines_of(base.store):
        if line.revision != current:
            return line.revision
    raise OperatorError(
        "Es gibt nur eine Fassung, also keine davor.\n  = Hilfe: elternlotse flows list zeigt, was veröffentlicht wurde."
    )
