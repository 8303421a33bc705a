"""``elternlotse talk``: holds a conversation in the terminal, on the flows as they lie in the folder."""

from collections.abc import Mapping

import click

from bot.app import edition_of
from bot.channels import terminal
from bot.check.stage import Shown, Stage
from bot.cli.setting import config_of
from bot.flow.event import Chose, Said, Started
from bot.flow.session import Session
from bot.model import Language
from bot.services.clock import now
from bot.source.errors import OperatorError
from bot.text.understand import understand


@click.command()
@click.argument("flow")
@click.option("--language", default="de", show_default=True, help="Die Sprache des Elternteils, zum Beispiel uk.")
@click.pass_context
def talk(context: click.Context, flow: str, language: str) -> None:
    """Führt ein Gespräch im Terminal. Antworten mit der Nummer oder dem Text."""
    config = config_of(context)
    edition = edition_of(config)
    if flow not in edition.revision.flows:
        raise OperatorError(_unknown("einen Ablauf", flow, list(edition.revision.flows)))
    if language not in edition.revision.languages:
        raise OperatorError(_unknown("die Sprache", language, list(edition.revision.languages)))
    stage = Stage(edition, Session(), now().astimezone(config.timezone))
    _show(stage, stage.hear(Started(flow, Language(language))))
    while (line := _line()) is not None:
        stage.now = now().astimezone(config.timezone)
        pressed = stage.press(line.strip("[] "))
        _show(stage, pressed if pressed is not None else stage.hear(terminal.parse(line)))


def _line() -> str | None:
    """Read a line; None at the end of the input. An empty line is read again."""
    while True:
        try:
            line = input("> ").strip()
        except (EOFError, KeyboardInterrupt):
            return None
        if line:
            return line


def _show(stage: Stage, shown: Shown) -> None:
    numbers = _numbers(stage, max((len(message.buttons) for message in shown.messages), default=0))
    for message in shown.messages:
        click.echo(terminal.shape(message, numbers))
    for effect in shown.effects:
        click.echo(f"! {effect}")
    if not shown.messages and not shown.effects:
        click.echo("  (notiert)")


def _numbers(stage: Stage, most: int) -> Mapping[str, int]:
    """Return the numbers that would be understood now, each by the token of the option it chooses."""
    heard = {n: understand(Said(str(n)), stage.session, stage.edition.words) for n in range(1, most + 1)}
    return {event.token: number for number, event in heard.items() if isinstance(event, Chose)}


def _unknown(what: str, name: str, known: list[str]) -> str:
    return f"Es gibt {what} »{name}« nicht.\n  = Hilfe: Es gibt: {', '.join(known)}."
