"""``elternlotse data``: one file a command. A new command is one more entry here."""

import click

from bot.cli.later import Later, LaterGroup

TABLE = (
    Later(
        "backup",
        "bot.cli.data.backup:backup",
        "Sichert die Datenbank, während das Programm läuft: in eine neue Datei oder in einen Ordner.",
    ),
    Later(
        "restore",
        "bot.cli.data.restore:restore",
        "Spielt eine Sicherung zurück; wer seitdem gelöscht wurde, bleibt gelöscht.",
    ),
    Later(
        "verify",
        "bot.cli.data.verify:verify",
        "Sieht die Datenbank ganz durch und sagt, was nicht stimmt; ändert nichts, auch während das Programm läuft.",
    ),
    Later(
        "replay",
        "bot.cli.data.replay:replay",
        "Zeigt, was liegen geblieben ist, und wiederholt es, sobald die Ursache behoben ist.",
    ),
    Later(
        "copy",
        "bot.cli.data.copy:copy",
        "Überträgt alles in eine neue Datenbank: von SQLite nach PostgreSQL oder zurück.",
    ),
    Later(
        "forget",
        "bot.cli.data.forget:forget",
        "Löscht alles, was von einem Elternteil gespeichert ist; NUMMER steht in der Beratung (»Elternteil 4711«).",
    ),
    Later(
        "export",
        "bot.cli.data.export:export",
        "Schreibt alles, was von einem Elternteil gespeichert ist, in zwei Dateien; NUMMER steht in der Beratung.",
    ),
)
"""Every command: its name, where it stands, and its line in the list, which is the first of its own help."""


@click.group(cls=LaterGroup, table=TABLE)
def data() -> None:
    """Sichert, prüft, überträgt und löscht, was gespeichert ist."""
