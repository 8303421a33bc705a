"""``elternlotse flows list``: what is published, and what was before."""

from collections.abc import AsyncIterator, Mapping

import click

from bot.app.base import FIRST_START, Base, visited
from bot.app.files import files_of
from bot.check.edition import name_of
from bot.cli.flows.history import lines_of
from bot.cli.flows.revision import kept
from bot.cli.flows.told import coverage, summary
from bot.cli.running import run_async
from bot.cli.setting import config_of
from bot.config import Config
from bot.ports import Publishing, StoredRevision
from bot.source.errors import OperatorError
from bot.source.problem import visible


@click.command(name="list")
@click.pass_context
def show(context: click.Context) -> None:
    """Zeigt die veröffentlichte Fassung, alle früheren, und ob der Ordner anders ist."""
    run_async(_show(config_of(context)))


async def _show(config: Config) -> None:
    async with visited(config, click.echo) as base:
        stored = await base.store.revision(await base.store.current())
        if stored is None:
            click.echo("Noch ist nichts veröffentlicht. Veröffentlichen: elternlotse flows publish")
            return
        click.echo(f"Fassung {stored.name} vom {_when(base, stored)}, {_by(stored.by)}. {await _coverage(base)}")
        click.echo("")
        async for line in _history(base):
            click.echo(line)
        click.echo("")
        click.echo(_folder(base, stored.name))


async def _coverage(base: Base) -> str:
    """Return what languages have, where this program can read what is published."""
    try:
        return coverage(await base.publish.edition())
    except OperatorError:
        return "Dieses Programm kann sie nicht lesen; veröffentlichen Sie den Ordner oder eine andere Fassung."


async def _history(base: Base) -> AsyncIterator[str]:
    """Yield a line for each publishing, newest first: when, which, who, and what changed by it."""
    lines = lines_of(base.store)
    line = await anext(lines, None)
    files = {} if line is None else (await kept(base.store, line.revision)).files
    mark = "jetzt"
    while line is not None:
        older = await anext(lines, None)
        before = {} if older is None else (await kept(base.store, older.revision)).files
        what = _first(files) if older is None else summary(before, files)
        yield f"{_when(base, line)}  {line.revision}  {mark:5}  {_by(line.by)}: {what}"
        line, files, mark = older, before, ""


def _first(files: Mapping[str, bytes]) -> str:
    return f"die erste, {len(files)} Dateien"


def _when(base: Base, line: Publishing | StoredRevision) -> str:
    return f"{line.at.astimezone(base.config.timezone):%d.%m.%Y, %H:%M}"


def _by(name: str) -> str:
    return "beim ersten Start" if name == FIRST_START else f"von {visible(name)}"


def _folder(base: Base, name: str) -> str:
    if name_of(files_of(base.config)) == name:
        return "Der Ordner ist gleich."
    return (
        "Der Ordner ist anders. Ansehen: elternlotse flows diff. Veröffentlichen: elternlotse flows publish."
        " Das Veröffentlichte holen: elternlotse flows pull"
    )
