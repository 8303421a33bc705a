"""``elternlotse flows pull``: what is published is written to the folder.

Never loses what exists nowhere else: a file that is not as it was ever published is overwritten or removed only with
``--force``. Each file is there whole, old or new, whenever somebody looks.
"""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import click

from bot.app.base import Base, visited
from bot.app.files import files_of
from bot.check.edition import FLOWS, LOCALES
from bot.cli.flows.history import lines_of
from bot.cli.flows.revision import kept
from bot.cli.put import swap
from bot.cli.running import run_async
from bot.cli.setting import config_of
from bot.config import Config
from bot.source.errors import OperatorError
from bot.source.problem import visible

Files = Mapping[str, bytes]


@click.command()
@click.option(
    "--to",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="ORDNER",
    help="Ein anderer Ordner als der eigene.",
)
@click.option("--force", is_flag=True, help="Überschreibt auch, was noch nie veröffentlicht war.")
@click.pass_context
def pull(context: click.Context, to: Path | None, *, force: bool) -> None:
    """Schreibt das Veröffentlichte in den Ordner der Abläufe und Übersetzungen."""
    config = config_of(context)
    target = config if to is None else replace(config, flows=to / "flows", locales=to / "locales")
    run_async(_pull(config, target, force=force))


async def _pull(config: Config, target: Config, *, force: bool) -> None:
    async with visited(config, click.echo) as base:
        stored = await kept(base.store, await base.store.current())
        there = files_of(target) if target.flows.is_dir() else {}
        differ = [path for path in sorted({*stored.files, *there}) if stored.files.get(path) != there.get(path)]
        if not differ:
            click.echo(f"Der Ordner ist schon wie Fassung {stored.name}.")
            return
        places = {path: _place(target, path) for path in differ}
        own = [] if force else await _never_published(base, {path: there[path] for path in differ if path in there})
        for path in differ:
            click.echo(f"{_what(path, stored.files, there):14} {visible(path)}{'  ← nur hier' if path in own else ''}")
        if own:
            click.echo(f"\n{_REFUSED}", err=True)
            click.get_current_context().exit(1)
        _write(places, stored.files)
        click.echo(f"Der Ordner ist jetzt wie Fassung {stored.name}.")


_REFUSED = (
    "Nichts wurde geschrieben: Was mit »nur hier« bezeichnet ist, war so noch nie veröffentlicht und wäre verloren.\n"
    "  = Hilfe: Ansehen: elternlotse flows diff. Behalten: elternlotse flows publish, oder in einen anderen Ordner holen:"
    " elternlotse flows pull --to ORDNER. Verwerfen: elternlotse flows pull --force"
)


async def _never_published(base: Base, files: Files) -> list[str]:
    """Return the paths of files that are in no revision as they are here."""
    own = dict(files)
    seen: set[str] = set()
    async for line in lines_of(base.store):
        if not own:
            break
        if line.revision not in seen:
            seen.add(line.revision)
            published = (await kept(base.store, line.revision)).files
            own = {path: raw for path, raw in own.items() if published.get(path) != raw}
    return sorted(own)


def _what(path: str, published: Files, there: Files) -> str:
    if path not in there:
        return "neu"
    return "überschrieben" if path in published else "entfernt"


def _place(target: Config, path: str) -> Path:
    """Return where a revision's file belongs; OperatorError where that is not below the folder."""
    root, start = (target.flows, FLOWS) if path.startswith(FLOWS) else (target.locales, LOCALES)
    place = root / path.removeprefix(start)
    if not place.parent.resolve().is_relative_to(root.resolve()):
        raise OperatorError(
            f"{place} liegt nicht im Ordner {root}: Ein Ordner auf dem Weg dorthin ist eine Verknüpfung.\n"
            "  = Hilfe: Legen Sie an ihrer Stelle einen Ordner an."
        )
    return place


def _write(places: Mapping[str, Path], files: Files) -> None:
    """Write what is published, then remove what is not."""
    for path, place in places.items():
        try:
            if path in files:
                swap(place, files[path])
        except OSError as error:
            raise _failed(place, error) from error
    for path, place in places.items():
        try:
            if path not in files:
                place.unlink(missing_ok=True)
        except OSError as error:
            raise _failed(place, error) from error


def _failed(place: Path, error: OSError) -> OperatorError:
    return OperatorError(
        f"{place} lässt sich nicht schreiben ({error.strerror}).\n"
        "  = Hilfe: Prüfen Sie die Rechte und den Platz auf der Platte; dann noch einmal: elternlotse flows pull"
    )
