"""``elternlotse flows publish``: what lies in the folder becomes what parents see."""

import click

from bot.app.base import opened
from bot.app.files import files_of
from bot.cli.flows.carry import carry_out
from bot.cli.flows.history import lines_of
from bot.cli.flows.revision import kept
from bot.cli.flows.told import short
from bot.cli.running import run_async
from bot.cli.setting import config_of
from bot.config import Config
from bot.ports import Store
from bot.work.publish import Proposal


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
        for line in await _going_back(base.store, proposal):
            click.echo(line)
        await carry_out(base, proposal, dry_run=dry_run, yes=yes)
        if proposal.differences:
            click.echo("Aufschreiben, wie sie jetzt gehen: elternlotse test --update")


async def _going_back(store: Store, proposal: Proposal) -> list[str]:
    """Say which files would be again as they were before the current revision: somebody else may have changed them."""
    changed = {path for path in {*proposal.files, *proposal.replaced} if _differs(proposal, path)}
    back: set[str] = set()
    seen = {proposal.current}
    async for line in lines_of(store):
        if back == changed:
            break
        if line.revision not in seen:
            seen.add(line.revision)
            earlier = (await kept(store, line.revision)).files
            back |= {path for path in changed if path in proposal.files and earlier.get(path) == proposal.files[path]}
    if not back:
        return []
    which = f"Achtung: Wieder wie früher und nicht wie zuletzt veröffentlicht: {short(sorted(back))}."
    return [f"{which} Hat jemand anders sie geändert? Ansehen: elternlotse flows diff"]


def _differs(proposal: Proposal, path: str) -> bool:
    return proposal.files.get(path) != proposal.replaced.get(path)
