"""``elternlotse flows qr``: a poster whose code opens a flow in a language."""

from pathlib import Path

import click

from bot.app.files import edition_of
from bot.cli.flows.draw import flow_of, language_of, write
from bot.cli.setting import config_of
from bot.config import Config
from bot.flow.message import interface
from bot.source.errors import OperatorError
from bot.text.poster import Poster, draw_poster
from bot.text.render import label


@click.command()
@click.argument("flow")
@click.option("--language", default="de", show_default=True, help="Die Sprache, in der das Gespräch beginnt.")
@click.option("--channel", type=click.Choice(["webchat", "telegram"]), help="Wohin der Code führt; sonst, was es gibt.")
@click.option(
    "--to", type=click.Path(path_type=Path), help="Die Datei, sonst <flow>_<sprache>.svg; - schreibt ins Terminal."
)
@click.pass_context
def qr(context: click.Context, flow: str, language: str, channel: str | None, to: Path | None) -> None:
    """Macht ein Plakat mit einem Code, der einen Ablauf in einer Sprache öffnet."""
    config = config_of(context)
    edition = edition_of(config)
    found = flow_of(edition, flow)
    spoken = language_of(edition, found, language)
    poster = Poster(
        title=label(found.title, edition.catalogs, spoken),
        sentence=label(interface("poster.scan"), edition.catalogs, spoken),
        house=config.organisation.name,
        link=link(config, flow, language, channel or ("webchat" if config.public_url else "telegram")),
        language=spoken,
    )
    write(draw_poster(poster), to or Path(f"{flow}_{language}.svg"))


def link(config: Config, flow: str, language: str, channel: str) -> str:
    """Return the address that opens a flow in a language; an OperatorError says which setting it lacks."""
    if channel == "webchat" and config.public_url:
        return f"{config.public_url}/chat?flow={flow}&lang={language}"
    if channel == "telegram" and config.telegram.name:
        return f"https://t.me/{config.telegram.name}?start={flow}_{language}"
    setting = "public_url" if channel == "webchat" else "channels.telegram.name"
    raise OperatorError(
        f"Wohin soll der Code führen? In den Einstellungen fehlt »{setting}«.\n"
        f"  = Hilfe: Tragen Sie in config.yaml »public_url« oder »channels.telegram.name« ein."
    )
