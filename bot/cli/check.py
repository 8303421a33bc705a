"""``elternlotse check``: all problems of all files, with place, sentence and help."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import click

from bot.check.folder import read
from bot.check.load import load
from bot.cli.setting import config_of
from bot.source.problem import Problem, report


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="[PATH…]")
@click.option("--strict", is_flag=True, help="Auch Warnungen zählen als Fehler.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.pass_context
def check(context: click.Context, paths: Sequence[Path], form: str, *, strict: bool) -> None:
    """Prüft Abläufe: ganze Ordner oder einzelne Dateien; ohne PATH den Ordner aus den Einstellungen."""
    problems = [problem for path in paths or [config_of(context).flows] for problem in _problems(path)]
    if form == "json":
        click.echo(json.dumps([_as_json(problem) for problem in problems], ensure_ascii=False, indent=2))
    elif problems:
        click.echo(report(problems))
    bad = [problem for problem in problems if strict or problem.severity == "error"]
    if form == "text":
        click.echo(_summary(problems) if problems else "Alles in Ordnung.")
    context.exit(1 if bad else 0)


def _problems(path: Path) -> Sequence[Problem]:
    """Return the problems of a folder, or of one file within its folder."""
    folder = read(path)
    problems = load(folder.files, str(folder.path)).problems
    only = f"{folder.path}/{folder.only}"
    return [problem for problem in problems if not folder.only or problem.file == only]


def _summary(problems: Sequence[Problem]) -> str:
    errors = sum(problem.severity == "error" for problem in problems)
    return f"\nFehler: {errors}. Warnungen: {len(problems) - errors}."


def _as_json(problem: Problem) -> dict[str, object]:
    known = asdict(problem)
    order = ("file", "line", "column", "code")
    return {
        **{key: known[key] for key in order},
        "severity": problem.severity,
        "message": problem.message,
        "help": problem.help,
    }
