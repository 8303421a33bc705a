"""``elternlotse talk``: holds a conversation in the terminal, on the flows as they lie in the folder.

The clock stands still but for ``~ 3 Tage``. With ``--save`` the talk begins where golden talks begin, with the language
chosen and at their hour, so that what was held plays as it was written down.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

import click

from bot.app.files import edition_of
from bot.channels import terminal
from bot.check.golden import TIME_HELP, GoldenTalk, Turn, duration_of
from bot.check.stage import Shown, Stage
from bot.check.talks import act, record, stage_of
from bot.cli.setting import config_of
from bot.flow.event import Chose, Said
from bot.flow.session import Session
from bot.flow.values import latin_digits
from bot.model import Language
from bot.services.clock import now
from bot.source.errors import OperatorError
from bot.text.understand import understand


@click.command()
@click.argument("flow")
@click.option("--language", default="de", show_default=True, help="Die Sprache des Elternteils, zum Beispiel uk.")
@click.option("--save", metavar="NAME", help="Schreibt das Gespräch unter diesem Namen neben den Ablauf (.talk).")
@click.pass_context
def talk(context: click.Context, flow: str, language: str, save: str | None) -> None:
    """Führt ein Gespräch im Terminal. Antworten mit der Nummer oder dem Text; »~ 3 Tage« lässt Zeit vergehen."""
    config = config_of(context)
    edition = edition_of(config)
    if flow not in edition.revision.flows:
        raise OperatorError(_unknown("einen Ablauf", flow, list(edition.revision.flows)))
    if language not in edition.revision.languages:
        raise OperatorError(_unknown("die Sprache", language, list(edition.revision.languages)))
    spoken = Language(language)
    if save is None:
        list(_held(Stage(edition, Session(), now().astimezone(config.timezone)), f"> /start {flow}_{language}"))
        return
    stage = stage_of(spoken, edition)
    click.echo(f"Aufgeschriebene Gespräche beginnen immer am {stage.now:%d.%m.%Y um %H:%M} Uhr.\n", err=True)
    turns = tuple(_held(stage, f"> /start {flow}"))
    file = Path(edition.loaded.texts[f"{flow}/title"].file).parent / f"{flow}.talk"
    _append(file, record(GoldenTalk(str(file), 1, flow, spoken, (" ".join(save.split()),), turns, ""), edition))
    click.echo(f"\nAufgeschrieben: {file}. Nachspielen: elternlotse test")
    if stage.fell_back:
        click.echo(f"»{flow}« ist auf {language} nicht vollständig. Gespielt wird es erst, wenn alles übersetzt ist.")


def _held(stage: Stage, start: str) -> Iterator[Turn]:
    """Hold a talk until the input ends; yield what was done, as golden talks write it."""
    first = Turn(0, start)
    _show(stage, act(stage, first) or Shown((), ()))
    yield first
    while (line := _line()) is not None:
        turn = _turn(stage, line)
        shown = None if turn is None else act(stage, turn)
        if turn is None:
            click.echo(f"  {TIME_HELP}")
        elif shown is None:
            click.echo("  Diese Taste ist hier nicht zu sehen.")
        else:
            _show(stage, shown)
            yield turn


def _turn(stage: Stage, line: str) -> Turn | None:
    """Return what a line does; None where the time it lets pass is none."""
    if line.startswith("~"):
        passes = duration_of(line[1:])
        return None if passes is None else Turn(0, line, passes=passes)
    words = line.strip("[] ")
    label = words if stage.token_of(words) else _numbered(stage, words)
    return Turn(0, f"> [{label}]" if label else f"> {line}")


def _numbered(stage: Stage, words: str) -> str:
    """Return the label of the option that a number chooses; empty where it is none, or the label would not find it."""
    heard = understand(Said(words), stage.session, stage.edition.words)
    if not isinstance(heard, Chose) or not latin_digits(words).strip(" .)").isdigit():
        return ""
    label = stage.label_of(heard.token)
    return label if stage.token_of(label) == heard.token else ""


def _line() -> str | None:
    """Read a line, as golden talks keep it; None at the end of the input. An empty line is read again."""
    while True:
        try:
            line = " ".join(input("> ").split())
        except (EOFError, KeyboardInterrupt):
            return None
        if line:
            return line


def _append(file: Path, text: str) -> None:
    """Write a talk below those that are there."""
    try:
        before = file.read_bytes() if file.exists() else b""
        gap = "" if not before else "\n" if before.endswith(b"\n") else "\n\n"
        with file.open("a", encoding="utf-8", newline="\n") as opened:
            opened.write(f"{gap}{text}\n")
    except OSError as error:
        raise OperatorError(
            f"{file} lässt sich nicht schreiben ({error.strerror}). Das Gespräch war:\n\n{text}\n\n"
            "  = Hilfe: Geben Sie sich das Recht, in diesen Ordner zu schreiben, oder fügen Sie den Text selbst ein."
        ) from None


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
