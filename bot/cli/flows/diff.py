"""``elternlotse flows diff``: what differs between what is published and the folder, or between two revisions."""

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import click

from bot.app.base import Base, visited
from bot.app.files import files_of
from bot.check.changes import Side, compare
from bot.check.edition import flows_of
from bot.check.load import load
from bot.cli.flows.difference import told
from bot.cli.flows.revision import kept, named
from bot.cli.running import run_async
from bot.cli.setting import config_of
from bot.config import Config
from bot.ports import StoredRevision
from bot.source.problem import visible

Files = Mapping[str, bytes]


@click.command()
@click.argument("revisions", nargs=-1, metavar="[REVISION] [REVISION]")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "unified"]),
    default="text",
    show_default=True,
    help="In Worten, oder Zeile für Zeile.",
)
@click.pass_context
def diff(context: click.Context, revisions: Sequence[str], form: str) -> None:
    """Zeigt, was anders ist: ohne REVISION zwischen dem Veröffentlichten und dem Ordner.

    Mit einer: zwischen ihr und dem Ordner. Mit zweien: zwischen beiden.
    """
    if len(revisions) > 2:
        raise click.UsageError("Höchstens zwei Fassungen lassen sich vergleichen.")
    run_async(_diff(config_of(context), revisions, form))


@dataclass(frozen=True, slots=True)
class _One:
    """One side of the comparison, with what it is called."""

    name: str
    files: Files


async def _diff(config: Config, revisions: Sequence[str], form: str) -> None:
    async with visited(config, click.echo) as base:
        old, new = await _sides(base, revisions)
    if old.files == new.files:
        click.echo(f"Kein Unterschied zwischen {old.name} und {new.name}.")
        return
    if form == "unified":
        for line in _unified(old, new):
            click.echo(line)
        return
    click.echo(f"Von {old.name} zu {new.name}:")
    for line in told(compare(_side(old.files), _side(new.files))):
        click.echo(line)


async def _sides(base: Base, revisions: Sequence[str]) -> tuple[_One, _One]:
    if not revisions:
        found = await kept(base.store, await base.store.current())
        return _One(f"veröffentlichter Fassung {found.name}", found.files), _folder(base)
    old = _stored(await named(base.store, revisions[0]))
    return old, _stored(await named(base.store, revisions[1])) if len(revisions) == 2 else _folder(base)


def _stored(revision: StoredRevision) -> _One:
    return _One(f"Fassung {revision.name}", revision.files)


def _folder(base: Base) -> _One:
    return _One("Ordner", files_of(base.config))


def _side(files: Files) -> Side:
    return Side(files, load(flows_of(files)))


def _unified(old: _One, new: _One) -> Iterator[str]:
    for path in sorted({*old.files, *new.files}):
        before, now = old.files.get(path), new.files.get(path)
        if before == now:
            continue
        if _is_text(before) and _is_text(now):
            names = (f"{old.name}: {path}", f"{new.name}: {path}")
            yield from (
                visible(line) for line in difflib.unified_diff(_lines(before), _lines(now), *names, lineterm="")
            )
        else:
            yield f"{path}: {_size(before)} → {_size(now)}"


def _is_text(raw: bytes | None) -> bool:
    try:
        return "\0" not in (raw or b"").decode("utf-8")
    except UnicodeDecodeError:
        return False


def _lines(raw: bytes | None) -> list[str]:
    return (raw or b"").decode("utf-8").splitlines()


def _size(raw: bytes | None) -> str:
    return "nicht da" if raw is None else f"{len(raw)} Bytes"
