"""``elternlotse flows``: one file a command. A new command is one more line here."""

import click

from bot.cli.flows.diff import diff
from bot.cli.flows.draw import draw
from bot.cli.flows.publish import publish
from bot.cli.flows.pull import pull
from bot.cli.flows.qr import qr
from bot.cli.flows.rollback import rollback
from bot.cli.flows.show import show


@click.group()
def flows() -> None:
    """Veröffentlicht Abläufe und zeigt, was veröffentlicht ist."""


for command in (publish, pull, diff, show, rollback, draw, qr):
    flows.add_command(command)
