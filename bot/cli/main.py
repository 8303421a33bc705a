"""The command ``elternlotse``: its groups, and how every failure is told.

Exit codes: 0 fine, 1 problems found, 2 wrong usage or setup. Nobody sees a traceback for a mistake of their own.
"""

import sys

import click

from bot.cli.later import Later, LaterGroup
from bot.cli.setting import LOG
from bot.source.errors import ContentError, OperatorError

TABLE = (
    Later("run", "bot.cli.run:run", "Startet alles: Web-Chat, Beratung und, mit TELEGRAM_TOKEN, Telegram."),
    Later(
        "check",
        "bot.cli.check:check",
        "Prüft Abläufe: ganze Ordner oder einzelne Dateien; ohne PATH den Ordner aus den Einstellungen.",
    ),
    Later(
        "explain",
        "bot.cli.explain:explain",
        "Erklärt einen Fehler der Prüfung, zum Beispiel E201; ohne CODE werden alle aufgezählt.",
    ),
    Later(
        "talk",
        "bot.cli.talk:talk",
        "Führt ein Gespräch im Terminal. Antworten mit der Nummer oder dem Text; »~ 3 Tage« lässt Zeit vergehen.",
    ),
    Later("test", "bot.cli.test:test", "Spielt die Muster-Gespräche neben den Abläufen durch."),
    Later("flows", "bot.cli.flows.group:flows", "Veröffentlicht Abläufe und zeigt, was veröffentlicht ist."),
    Later("translate", "bot.cli.translate:translate", "Hält die Übersetzungen auf dem Stand der deutschen Texte."),
    Later("people", "bot.cli.people:people", "Lädt Menschen an die Beratung ein, zeigt sie und sperrt sie."),
    Later("data", "bot.cli.data.group:data", "Sichert, prüft, überträgt und löscht, was gespeichert ist."),
)
"""Every command: its name, where it stands, and its line in the list, which is the first of its own help."""


@click.group(
    cls=LaterGroup, table=TABLE, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.option(
    "--config",
    "path",
    default="config.yaml",
    show_default=True,
    help="Die Datei mit den Einstellungen.",
    metavar="DATEI",
)
@click.option(
    "--log", default="warning", type=click.Choice(["debug", "info", "warning", "error"]), help="Ab wann geloggt wird."
)
@click.pass_context
def elternlotse(context: click.Context, path: str, log: str) -> None:
    """Elternlotse: geführte Gespräche für Eltern, und ein Mensch, wo sie enden."""
    context.obj = path
    context.meta[LOG] = log


def main() -> None:
    """Run the command and turn what went wrong into a message and an exit code."""
    try:
        sys.exit(elternlotse.main(standalone_mode=False))
    except click.exceptions.Abort:
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except ContentError as error:
        click.echo(str(error), err=True)
        sys.exit(1)
    except OperatorError as error:
        click.echo(str(error), err=True)
        sys.exit(2)
