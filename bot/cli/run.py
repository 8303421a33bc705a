"""``elternlotse run``: the whole house in one process, until Ctrl+C or SIGTERM."""

import asyncio
import signal
from collections.abc import Callable, Mapping
from dataclasses import replace

import click

from bot.app.base import Base, Verb, base_url
from bot.app.serve import nothing_more, serve
from bot.cli.running import run_async
from bot.cli.setting import config_of
from bot.cli.watch import watching
from bot.config import Config


@click.command()
@click.option(
    "--port", type=click.IntRange(0, 65535), help="Der Port, statt dem in den Einstellungen. 0 nimmt einen freien."
)
@click.option("--watch", is_flag=True, help="Veröffentlicht, sobald sich ein Ablauf oder eine Übersetzung ändert.")
@click.pass_context
def run(context: click.Context, port: int | None, *, watch: bool) -> None:
    """Startet alles: Web-Chat, Beratung und, mit TELEGRAM_TOKEN, Telegram."""
    config = config_of(context)
    chosen = config if port is None else replace(config, port=port)
    run_async(_until_stopped(chosen, watching if watch else nothing_more))


async def _until_stopped(config: Config, further: Callable[[Base], Mapping[str, Verb]]) -> None:
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    for sign in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(sign, task.cancel if task is not None else loop.stop)
    try:
        await serve(config, click.echo, lambda port: _greet(config, port), further)
    except asyncio.CancelledError:
        click.echo("Elternlotse ist beendet. Alles, was angekommen ist, ist gespeichert.")
    except BaseExceptionGroup as group:
        raise _first(group) from group


def _greet(config: Config, port: int) -> None:
    base = base_url(config, port)
    click.echo(f"Web-Chat für Eltern:   {base}/chat")
    click.echo(f"Beratung:              {base}/desk")
    telegram = "wird geprüft …" if config.telegram.on else "aus (TELEGRAM_TOKEN ist nicht gesetzt)"
    click.echo(f"Telegram:              {telegram}")
    click.echo("Jemanden einladen:     elternlotse people invite (Koordination: --role coordinator)")
    click.echo("Beenden mit Strg+C.")


def _first(group: BaseExceptionGroup[BaseException]) -> BaseException:
    error: BaseException = group
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error
