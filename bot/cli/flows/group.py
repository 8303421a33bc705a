"""``elternlotse flows``: one file a command. A new command is one more entry here."""

import click

from bot.cli.later import Later, LaterGroup

TABLE = (
    Later(
        "publish",
        "bot.cli.flows.publish:publish",
        "Prüft und veröffentlicht die Abläufe; das nächste Elternteil sieht sie ohne Neustart.",
    ),
    Later(
        "pull",
        "bot.cli.flows.pull:pull",
        "Schreibt das Veröffentlichte in den Ordner der Abläufe und Übersetzungen.",
    ),
    Later(
        "diff",
        "bot.cli.flows.diff:diff",
        "Zeigt, was anders ist: ohne REVISION zwischen dem Veröffentlichten und dem Ordner.",
    ),
    Later(
        "list",
        "bot.cli.flows.show:show",
        "Zeigt die veröffentlichte Fassung, alle früheren, und ob der Ordner anders ist.",
    ),
    Later(
        "rollback",
        "bot.cli.flows.rollback:rollback",
        "Veröffentlicht eine frühere Fassung wieder; ohne REVISION die vor der jetzigen.",
    ),
    Later(
        "draw",
        "bot.cli.flows.draw:draw",
        "Zeichnet einen Ablauf als Bild (SVG), mit Besuchen je Pfeil, sobald es welche gibt.",
    ),
    Later("qr", "bot.cli.flows.qr:qr", "Macht ein Plakat mit einem Code, der einen Ablauf in einer Sprache öffnet."),
)
"""Every command: its name, where it stands, and its line in the list, which is the first of its own help."""


@click.group(cls=LaterGroup, table=TABLE)
def flows() -> None:
    """Veröffentlicht Abläufe und zeigt, was veröffentlicht ist."""
