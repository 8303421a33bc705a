"""``elternlotse data replay``: what was given up, and trying it again."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

import click

from bot.app.base import Base, visited
from bot.cli.running import run_async
from bot.cli.setting import config_of
from bot.config import Config
from bot.model import InboundId, OutboxId
from bot.ports import DeadMessage, FailedFragment, Replayed
from bot.services import clock
from bot.work.replay import kind, replay_all
from bot.work.replay import replay as try_again

SHOWN = 100
"""So many of each kind are listed."""


@click.command()
@click.argument("ids", metavar="[NUMMER]…", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Wiederholt alles, was liegen geblieben ist.")
@click.pass_context
def replay(context: click.Context, ids: Sequence[str], *, everything: bool) -> None:
    """Zeigt, was liegen geblieben ist, und wiederholt es, sobald die Ursache behoben ist.

    Ohne NUMMER und ohne --all wird nur gezeigt. Eine NUMMER ist eine der Liste: e12 ist ein Eingang, n7 eine Nachricht.
    """
    if ids and everything:
        raise click.UsageError("Entweder --all oder einzelne Nummern.")
    fragments = [InboundId(number) for letter, number in map(_id_of, ids) if letter == "e"]
    messages = [OutboxId(number) for letter, number in map(_id_of, ids) if letter == "n"]
    config = config_of(context)
    if everything or ids:
        run_async(_replay(config, fragments, messages, everything=everything))
    else:
        run_async(_show(config))


def _id_of(written: str) -> tuple[str, int]:
    found = re.fullmatch(r"([en])(\d{1,18})", written)
    if found is None:
        raise click.UsageError(f"»{written}« ist keine Nummer der Liste. Sie sehen aus wie e12 oder n7.")
    return found[1], int(found[2])


async def _show(config: Config) -> None:
    async with visited(config, click.echo) as base:
        figures = await base.store.figures()
        failed = await base.store.failed(InboundId(0), SHOWN)
        dead = await base.store.dead(OutboxId(0), SHOWN)
    now = clock.now()
    _list("Eingänge, an denen das Programm scheiterte", [_fragment(each, now) for each in failed], figures["failed"])
    _list("Nachrichten, die sich nicht zustellen ließen", [_message(each, now) for each in dead], figures["dead"])
    if failed or dead:
        click.echo("Wiederholen: elternlotse data replay --all, oder einzelne mit ihren Nummern.")
    else:
        click.echo("Es ist nichts liegen geblieben, das sich wiederholen lässt.")


def _list(title: str, lines: Sequence[str], count: int) -> None:
    if lines:
        click.echo(f"{title}: {count}")
        for line in lines:
            click.echo(f"  {line}")
    if count > len(lines):
        click.echo(f"  … und {count - len(lines)} weitere")


def _fragment(each: FailedFragment, now: datetime) -> str:
    return f"e{each.id:<8} {each.account}, Kontakt {each.contact}, {_age(now - each.at)}: {kind(each.error)}"


def _message(each: DeadMessage, now: datetime) -> str:
    tried = f"{each.attempts} Versuche" if each.attempts != 1 else "1 Versuch"
    return f"n{each.id:<8} {each.account}, Kontakt {each.contact}, {_age(now - each.at)}, {tried}: {kind(each.reason)}"


def _age(span: timedelta) -> str:
    hours = span // timedelta(hours=1)
    if hours < 1:
        return "gerade eben"
    if hours < 48:
        return f"vor {hours} Stunden" if hours > 1 else "vor 1 Stunde"
    return f"vor {hours // 24} Tagen"


async def _replay(
    config: Config, fragments: Sequence[InboundId], messages: Sequence[OutboxId], *, everything: bool
) -> None:
    async with visited(config, click.echo) as base:
        done = await _again(base, fragments, messages, everything=everything)
    click.echo(f"Noch einmal versucht werden {len(done.fragments)} Eingänge und {len(done.messages)} Nachrichten.")
    asked = {*(f"e{each}" for each in fragments), *(f"n{each}" for each in messages)}
    if left := asked - {*(f"e{each}" for each in done.fragments), *(f"n{each}" for each in done.messages)}:
        click.echo(f"Nicht liegen geblieben (mehr): {', '.join(sorted(left))}.")


async def _again(
    base: Base, fragments: Sequence[InboundId], messages: Sequence[OutboxId], *, everything: bool
) -> Replayed:
    if everything:
        return await replay_all(base.store, base.wake)
    return await try_again(base.store, base.wake, fragments, messages)
