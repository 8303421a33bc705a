"""``elternlotse explain``: the page of a problem's code, in the terminal."""

import re
import sys
from collections.abc import Mapping
from pathlib import Path

import click

from bot.source.errors import OperatorError
from bot.source.names import suggest
from bot.source.problem import visible

PLACES = (Path(__file__).parents[2] / "docs" / "problems", Path(sys.prefix) / "share" / "elternlotse" / "problems")
"""Where the pages lie: in a checkout, and where a package was installed from a wheel."""


@click.command()
@click.argument("code", required=False, metavar="[CODE]")
def explain(code: str | None) -> None:
    """Erklärt einen Fehler der Prüfung, zum Beispiel E201; ohne CODE werden alle aufgezählt."""
    pages = pages_in(*PLACES)
    if code is None:
        for name, page in pages.items():
            click.echo(f"{name}  {_title(page).removeprefix(f'{name}: ')}")
        click.echo("\nMehr zu einem davon: elternlotse explain CODE")
        return
    click.echo(shown(pages[known(code, pages)]))


def pages_in(*places: Path) -> Mapping[str, str]:
    """Return every page by its code, from the first of these folders that has any.

    OperatorError says where they should be.
    """
    for place in places:
        found = {path.stem: path.read_text("utf-8") for path in sorted(place.glob("[EW][0-9][0-9][0-9].md"))}
        if found:
            return found
    raise OperatorError(
        f"Die Seiten zu den Fehlern fehlen bei dieser Installation; gesucht in {' und '.join(map(str, places))}.\n"
        "  = Hilfe: Lesen Sie sie im Ordner docs/problems des Projekts, oder richten Sie Elternlotse mit make setup ein."
    )


def known(code: str, pages: Mapping[str, str]) -> str:
    """Return the code that was meant, however it is written; OperatorError names the nearest where there is none."""
    meant = code.strip().strip("[]").upper()
    if meant in pages:
        return meant
    near = suggest(meant, pages)
    help_ = f"Ein ähnlicher Code ist »{near}«." if near else "Alle Codes zeigt: elternlotse explain"
    raise OperatorError(f"Den Code »{visible(code)}« gibt es nicht.\n  = Hilfe: {help_}")


def shown(page: str) -> str:
    """Return a page for reading in a terminal: headings stand out, examples are indented, marks are gone."""
    parts = _FENCE.split(page.strip())  # prose and what stands in fences, by turns
    return "".join(_indented(part) if number % 2 else _prose(part) for number, part in enumerate(parts))


def _indented(text: str) -> str:
    return "\n".join(f"    {line}".rstrip() for line in text.split("\n"))


def _prose(text: str) -> str:
    return _HEADING.sub(lambda found: click.style(found[1], bold=True), _plain(text))


def _title(page: str) -> str:
    return _plain(page.partition("\n")[0].lstrip("# "))


def _plain(text: str) -> str:
    """Return prose without the marks of Markdown; what was code stands in quotation marks."""
    return _CODE.sub(r"»\1\2«", _LINK.sub(r"\1", text)).replace("**", "")


_FENCE = re.compile(r"^```\w*\n(.*?)\n?^```$", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r"^#+ +(.+)$", re.MULTILINE)
_CODE = re.compile(r"``\s?(.+?)\s?``|`([^`]+)`")
_LINK = re.compile(r"\[([^\[\]]+)\]\([^()\s]+\)")
