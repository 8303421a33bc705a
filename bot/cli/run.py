"""``elternlotse run``: the whole house in one program, or one of several parts of it, until Ctrl+C or SIGTERM."""

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Literal, get_args

import click

from bot.app.base import Base, Verb, base_url
from bot.app.serve import PUBLIC, nothing_more, serve
from bot.app.verbs import Part
from bot.cli.running import run_async
from bot.cli.setting import config_of
from bot.cli.watch import watching
from bot.config import Config

Single = Literal["web", "worker", "sender"]
"""The parts that can be started by themselves."""

SIGNS = (signal.SIGINT, signal.SIGTERM)
PATIENCE = 9.0
"""Seconds for an end in order. A database that does not answer any more is not waited for."""


@click.command()
@click.option(
    "--port", type=click.IntRange(0, 65535), help="Der Port, statt dem in den Einstellungen. 0 nimmt einen freien."
)
@click.option(
    "--only",
    type=click.Choice(get_args(Single)),
    help="Nur einen Teil, neben anderen Programmen: Seiten, Gespräche oder Versand. Nur mit PostgreSQL.",
)
@click.option("--watch", is_flag=True, help="Veröffentlicht, sobald sich ein Ablauf oder eine Übersetzung ändert.")
@click.pass_context
def run(context: click.Context, port: int | None, only: Single | None, *, watch: bool) -> None:
    """Startet alles: Web-Chat, Beratung und, mit TELEGRAM_TOKEN, Telegram."""
    if watch and only is not None:
        raise click.UsageError("»--watch« ist für die Arbeit an Abläufen, mit einem einzigen Programm: ohne »--only«.")
    config, part = config_of(context), only or "all"
    chosen = replace(config, port=_port(config, part) if port is None else port)
    run_async(_until_stopped(chosen, watching if watch else nothing_more, part))


def _port(config: Config, part: Part) -> int:
    """Return where a part listens unless told: one without pages takes any free port, beside one that has them."""
    return config.port if part in PUBLIC else 0


async def _until_stopped(config: Config, further: Callable[[Base], Mapping[str, Verb]], part: Part) -> None:
    _end_on_signals()
    try:
        await serve(config, click.echo, lambda port: _greet(config, port, part), further, part)
    except asyncio.CancelledError:
        click.echo("Elternlotse ist beendet. Alles, was angekommen ist, ist gespeichert.")
    except BaseExceptionGroup as group:
        raise _first(group) from group


def _end_on_signals() -> None:
    """End in order when asked to, and without order where that takes too long: all that was accepted is stored."""
    loop, task = asyncio.get_running_loop(), asyncio.current_task()

    def end() -> None:
        for sign in SIGNS:
            loop.add_signal_handler(sign, _patiently)
        loop.call_later(PATIENCE, _leave)
        if task is not None:
            task.cancel()

    for sign in SIGNS:
        loop.add_signal_handler(sign, end)


def _patiently() -> None:
    """Go on ending: being asked twice must not break off what is being written."""


def _leave() -> None:
    click.echo("Elternlotse ist beendet, ohne auf die Datenbank zu warten. Alles, was angekommen ist, ist gespeichert.")
    sys.stdout.flush()
    os._exit(0)


def _greet(config: Config, port: int, part: Part) -> None:
    if part in PUBLIC:
        _greet_people(config, base_url(config, port), part)
    else:
        click.echo(f"Elternlotse ({part}) läuft. Zustand: {base_url(replace(config, public_url=''), port)}/healthz")
        if part == "sender":
            _greet_telegram(config)
    click.echo("Beenden mit Strg+C.")


def _greet_people(config: Config, base: str, part: Part) -> None:
    click.echo(f"Web-Chat für Eltern:   {base}/chat")
    click.echo(f"Beratung:              {base}/desk")
    if part == "all":
        _greet_telegram(config)
    click.echo("Jemanden einladen:     elternlotse people invite (Koordination: --role coordinator)")


def _greet_telegram(config: Config) -> None:
    telegram = "wird geprüft …" if config.telegram.on else "aus (TELEGRAM_TOKEN ist nicht gesetzt)"
    click.echo(f"Telegram:              {telegram}")


def _first(group: BaseExceptionGroup[BaseException]) -> BaseException:
    error: BaseException = group
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error
