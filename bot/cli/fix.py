"""``elternlotse check --fix``: writes into the files what ``mend`` would have in them, and says which lines it changed.

A file is replaced at once or not at all. What cannot be written stays as it is, and that is said.
"""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

import click

from bot.check.folder import Folder
from bot.cli.put import swap
from bot.source.mend import mend
from bot.source.problem import Problem, visible

_PERHAPS_MARKS = frozenset({"E101", "E102", "E103", "E105", "E106", "E113", "W101"})
"""Codes that quotation marks may help against."""


def fix_helps(folders: Iterable[Folder], problems: Iterable[Problem]) -> bool:
    """Say whether ``--fix`` would change a file that has problems."""
    files = {problem.file for problem in problems if problem.code in _PERHAPS_MARKS}
    return any(
        mend(raw).changes
        for folder in folders
        for path, raw in folder.files.items()
        if f"{folder.path}/{path}" in files and path.endswith(".yaml")
    )


def fixed(folder: Folder, *, aside: bool) -> Iterator[str]:
    """Write quotation marks into what was asked for and say where; yield what is to be said of files that stay.

    ``aside``: what was changed goes to the error stream, because the output belongs to another program.
    """
    for path in sorted(folder.only or folder.files):
        mended = mend(folder.files[path]) if path in folder.files and path.endswith(".yaml") else None
        if mended is None or not mended.changes:
            continue
        file = folder.path / path
        try:
            _write(file, folder.files[path], mended.raw)
        except OSError as error:
            yield f"{visible(str(file))} wurde nicht geändert: {error.strerror}.\n  = Hilfe: {_AGAIN}"
            continue
        for change in mended.changes:
            said = f"{file}:{change.line}: Anführungszeichen gesetzt: {change.after.strip()}"
            click.echo(visible(said), err=aside)


_AGAIN = "Prüfen Sie, ob Sie die Datei ändern dürfen, und rufen Sie den Befehl noch einmal auf."


def _write(file: Path, before: bytes, after: bytes) -> None:
    """Replace a file's content; one that somebody else changed meanwhile stays theirs."""
    if not os.access(file, os.W_OK):
        raise PermissionError(13, "Die Datei ist schreibgeschützt")
    swap(file, after, before)
