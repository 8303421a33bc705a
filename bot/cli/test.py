"""``elternlotse test``: plays the golden talks, and says what they cover; ``--update`` writes down how they go now."""

from collections.abc import Sequence
from pathlib import Path

import click

from bot.app.files import edition_of
from bot.check.coverage import coverage, summary, table
from bot.check.edition import Edition
from bot.check.talks import Played, play, rewrite
from bot.cli.put import put
from bot.cli.setting import config_of
from bot.config import Config


@click.command()
@click.option("--update", is_flag=True, help="Schreibt die Gespräche so auf, wie sie jetzt laufen.")
@click.option(
    "--coverage", "uncovered", is_flag=True, help="Zeigt, welche Schritte und Tasten in keinem Gespräch vorkommen."
)
@click.pass_context
def test(context: click.Context, *, update: bool, uncovered: bool) -> None:
    """Spielt die Muster-Gespräche neben den Abläufen durch."""
    config = config_of(context)
    edition = edition_of(config)
    if update:
        _update(config, edition)
        edition = edition_of(config)
    found = coverage(edition)
    played = found.played
    differences = [difference for each in played for difference in each.differences]
    for difference in differences:
        click.echo(f"{difference}\n")
    _tell_skipped([each for each in played if each.skipped])
    differ = sum(bool(each.differences) for each in played)
    click.echo(f"Gespräche: {len(played)}. Anders als aufgeschrieben: {differ}.")
    click.echo(f"Abdeckung: {summary(found.flows)}.")
    for line in table(found, edition) if uncovered else ():
        click.echo(line)
    if any(each.differences and not any(found.by_hand for found in each.differences) for each in played):
        click.echo("Ist das neue Gespräch richtig? Dann: elternlotse test --update")
    context.exit(1 if differ else 0)


def _tell_skipped(skipped: Sequence[Played]) -> None:
    for each in skipped:
        click.echo(f"Nicht gespielt: {each.skipped}")
    if skipped:
        click.echo("Zuerst übersetzen: elternlotse translate update, dann die PO-Dateien.\n")


def _update(config: Config, edition: Edition) -> None:
    """Write the talks that go otherwise; all others, and those that cannot be played, stay as they are."""
    for path, talks in edition.loaded.talks.items():
        file = Path(config.flows) / path
        texts = [rewrite(play(talk, edition), edition) for talk in talks]
        put(file, ("\n\n".join(texts) + "\n").encode())
