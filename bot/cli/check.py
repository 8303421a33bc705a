"""``elternlotse check``: all problems of all files, with place, sentence and help; ``--fix`` adds quotation marks."""

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import click

from bot.check.collector import without_collector
from bot.check.folder import Asked, Catalogs, Folder, catalogs, gather, locate, together
from bot.check.report import FORMS
from bot.check.whole import examine
from bot.cli.fix import fix_helps, fixed
from bot.cli.setting import config_of
from bot.desk.hours import ZONE
from bot.model import Language
from bot.services import clock
from bot.source.errors import OperatorError
from bot.source.problem import Problem, visible


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path, readable=False), metavar="[PATH…]")
@click.option("--fix", is_flag=True, help="Setzt zuerst Anführungszeichen, wo sie fehlen; sonst ändert es nichts.")
@click.option("--strict", is_flag=True, help="Auch Warnungen zählen als Fehler.")
@click.option("--prove", is_flag=True, help="Geht alle Abläufe in allen Zuständen durch und sagt, was bewiesen ist.")
@click.option(
    "--locales", type=click.Path(path_type=Path, readable=False), metavar="DIR", help="Wo die Übersetzungen liegen."
)
@click.option("--format", "form", type=click.Choice(list(FORMS)), default="text", show_default=True)
@click.pass_context
@without_collector()
def check(
    context: click.Context,
    paths: Sequence[Path],
    locales: Path | None,
    form: str,
    *,
    fix: bool,
    strict: bool,
    prove: bool,
) -> None:
    """Prüft Abläufe: ganze Ordner oder einzelne Dateien; ohne PATH den Ordner aus den Einstellungen.

    Die Übersetzungen liegen im Ordner locales neben dem Ordner, wenn --locales nichts anderes sagt.
    """
    if not paths:
        config = config_of(context)
        paths, locales = [config.flows], locales or config.locales
    if locales is not None and not locales.is_dir():
        raise OperatorError(
            f"Den Ordner {visible(str(locales))} gibt es nicht.\n  = Hilfe: Nennen Sie den Ordner der Übersetzungen."
        )
    asked, trouble = _located(paths)
    if fix:
        trouble += [said for each in asked for said in fixed(gather(each), aside=form != "text")]
    folders = [gather(each) for each in asked]
    read = [(folder, catalogs(where), where) for folder in folders for where in (locales or _beside(folder),)]
    today, complete = clock.now().astimezone(ZONE).date(), _complete(context)
    problems = tuple(_once(one for folder, found, _ in read for one in examine(folder, found, today, complete)))
    said, proven = FORMS[form](problems), True
    if prove and asked:
        said, proven = _proven(said, form, read)
    if asked and (form != "github" or problems or prove):
        click.echo(said)
    if form == "text" and not fix and fix_helps(folders, problems):
        click.echo("Fehlende Anführungszeichen setzt: elternlotse check --fix")
    for line in trouble:
        click.echo(line, err=True)
    bad = any(strict or problem.severity == "error" for problem in problems) or not proven
    context.exit(2 if trouble else int(bad))


def _located(paths: Iterable[Path]) -> tuple[tuple[Asked, ...], list[str]]:
    """Return what is to be checked, each folder once, and what is to be said of paths that lead nowhere."""
    found: list[Asked] = []
    trouble: list[str] = []
    for path in paths:
        try:
            found.append(locate(path))
        except OperatorError as error:
            trouble.append(visible_lines(error))
    return together(found), trouble


def visible_lines(error: OperatorError) -> str:
    """Return an error's lines with nothing in them that steers a terminal."""
    return "\n".join(visible(line) for line in str(error).split("\n"))


def _complete(context: click.Context) -> tuple[Language, ...]:
    """Return the languages in which nothing may be missing; where no settings can be read, there are none."""
    try:
        return tuple(spoken.code for spoken in config_of(context).languages if spoken.complete)
    except OperatorError:
        return ()


def _proven(said: str, form: str, read: Iterable[tuple[Folder, Catalogs, Path]]) -> tuple[str, bool]:
    """Return what was said with what is proven of the folders, and whether all of it is.

    ``read`` are the folders as they were checked, each with its catalogs and the folder these lie in.
    """
    from bot.cli.prove import told, try_to_prove  # noqa: PLC0415 - whoever only checks need not wait for the proof's parts

    tried = [try_to_prove(folder, found, where) for folder, found, where in read]
    return told(said, form, tried), all(each.proven for each in tried)


def _beside(folder: Folder) -> Path:
    beside = folder.path.resolve().parent / "locales"
    return beside if folder.path.is_absolute() else Path(os.path.relpath(beside))


def _once(problems: Iterable[Problem]) -> Iterator[Problem]:
    """Yield each problem once, also where paths overlap and call its file by different names."""
    seen: set[tuple[object, ...]] = set()
    for problem in problems:
        known = (os.path.realpath(problem.file), problem.line, problem.column, problem.code, problem.message)
        if known not in seen:
            seen.add(known)
            yield problem
