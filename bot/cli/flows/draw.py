"""``elternlotse flows draw``: a flow as a picture, with how often each arrow was taken once anybody took one."""

from collections.abc import Mapping
from pathlib import Path

import click

from bot.app.files import edition_of
from bot.check.edition import Edition
from bot.cli.setting import config_of
from bot.config import Config
from bot.flow.graph import Flow
from bot.model import Language
from bot.source.errors import OperatorError
from bot.source.names import hint
from bot.text.draw import draw as drawn
from bot.text.render import label


@click.command()
@click.argument("flow")
@click.option("--language", default="de", show_default=True, help="Die Sprache der Texte im Bild, zum Beispiel ar.")
@click.option("--to", type=click.Path(path_type=Path), help="Die Datei, sonst <flow>.svg; - schreibt ins Terminal.")
@click.pass_context
def draw(context: click.Context, flow: str, language: str, to: Path | None) -> None:
    """Zeichnet einen Ablauf als Bild (SVG), mit Besuchen je Pfeil, sobald es welche gibt."""
    config = config_of(context)
    edition = edition_of(config)
    found = flow_of(edition, flow)
    spoken = language_of(edition, found, language)
    picture = drawn(
        found.name,
        edition.revision.flows,
        lambda text: label(text, edition.catalogs, spoken),
        spoken,
        _visits(config, flow),
    )
    write(picture, to or Path(f"{flow}.svg"))


def flow_of(edition: Edition, name: str) -> Flow:
    """Return a flow by its name; an OperatorError names the nearest where there is none."""
    if name not in edition.revision.flows:
        raise OperatorError(f"Es gibt keinen Ablauf »{name}«.\n  = Hilfe: {hint(name, sorted(edition.revision.flows))}")
    return edition.revision.flows[name]


def language_of(edition: Edition, flow: Flow, code: str) -> Language:
    """Return a language in which a flow is whole; an OperatorError names them where it is not."""
    whole = edition.revision.whole[flow.name]
    if code not in whole:
        known = ", ".join(sorted(whole))
        raise OperatorError(f"»{flow.name}« gibt es nicht ganz auf »{code}«.\n  = Hilfe: Es gibt ihn auf: {known}.")
    return Language(code)


def write(picture: str, to: Path) -> None:
    """Write a picture to its file, or to the terminal where that is called ``-``."""
    if str(to) == "-":
        click.echo(picture, nl=False)
        return
    try:
        to.write_text(picture, encoding="utf-8")
    except OSError as error:
        raise OperatorError(
            f"{to} lässt sich nicht schreiben ({error.strerror}).\n  = Hilfe: Nennen Sie mit --to eine andere Datei."
        ) from None
    click.echo(f"Gezeichnet: {to}")


def _visits(config: Config, flow: str) -> Mapping[tuple[str, str], int]:
    """Return how often each arrow was taken. Where there is no house yet, nobody took one."""
    if not config.data.exists():
        return {}
    from bot.cli.flows.visits import visits  # noqa: PLC0415 - who only writes flows need not wait for the store's parts

    return visits(config, flow)
