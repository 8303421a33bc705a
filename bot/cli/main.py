"""The command ``elternlotse``: its groups, and how every failure is told.

Exit codes: 0 fine, 1 problems found, 2 wrong usage or setup. Nobody sees a traceback for a mistake of their own.
"""

import sys

import click

from bot.cli import check, explain, people, run, talk, translate
from bot.cli import test as golden
from bot.cli.flows.group import flows
from bot.services.logs import configure
from bot.source.errors import AuthorError, OperatorError
from bot.work.publish import TalksDifferError


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
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
    configure(log)


for command in (run.run, check.check, explain.explain, talk.talk, golden.test, flows, translate.translate, people.people):
    elternlotse.add_command(command)


def main() -> None:
    """Run the command and turn what went wrong into a message and an exit code."""
    try:
        sys.exit(elternlotse.main(standalone_mode=False))
    except click.exceptions.Abort:
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except (AuthorError, TalksDifferError) as error:
        click.echo(str(error), err=True)
        sys.exit(1)
    except OperatorError as error:
        click.echo(str(error), err=True)
        sys.exit(2)
