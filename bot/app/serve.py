"""Running one program of the house until cancelled: listen, open, publish and invite where it is the first start.

Several programs may start at once on an empty database: one of them publishes, one invites, the others wait for it.
"""

import asyncio
import errno
import socket
import time
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from functools import partial

from bot.app.base import FIRST_START, Base, Say, Verb, base_url, opened
from bot.app.files import files_of
from bot.app.house import House
from bot.app.telegram import Messenger
from bot.app.verbs import Part, Posts
from bot.check.edition import name_of
from bot.config.values import Config
from bot.desk.hours import know_holidays
from bot.services import clock, collector, tokens
from bot.services.lock import Lock
from bot.source.errors import AuthorError, OperatorError
from bot.web.server import bind, running
from bot.work.given_up import given_up
from bot.work.keep import kept
from bot.work.people import invite

PUBLIC: frozenset[Part] = frozenset({"all", "web"})
"""The parts that people come to."""

START = "start"
"""The post of the one who publishes or invites for the first time."""


def nothing_more(_base: Base) -> Mapping[str, Verb]:
    """Return no further verbs."""
    return {}


async def serve(
    config: Config,
    say: Say,
    ready: Callable[[int], None],
    further: Callable[[Base], Mapping[str, Verb]] = nothing_more,
    part: Part = "all",
) -> None:
    """Run the house, or a part of it, until cancelled. ``ready`` is called with the port once it is open.

    ``further`` returns verbs that run beside the house's own.
    """
    _insist_on_a_shared_store(config, part)
    listener = _bound(config)
    async with AsyncExitStack() as stack:
        stack.callback(listener.close)
        tell = _teller(config, stack) if part in PUBLIC else _unheard
        base = await stack.enter_async_context(opened(config, say))
        await _publish_first(base, say)
        if left := await given_up(base.store):
            say(left)
        telegram = Messenger(config) if config.telegram.on else None
        if telegram is not None:
            await stack.enter_async_context(telegram.channel)
        house = House(base, part, telegram)
        verbs = {**house.verbs(), **further(base)}
        await house.look_around()
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(kept(name, verb, time.monotonic)) for name, verb in verbs.items()]
            stack.callback(lambda: [task.cancel() for task in tasks])
            async with running(house.application(), listener, house.end):
                port = int(listener.getsockname()[1])
                if part in PUBLIC:
                    tell(base_url(config, port))
                    await _invite_first(base, say, port)
                ready(port)
                await _settle()
                await house.introduce(say)
                await asyncio.Event().wait()


async def _settle() -> None:
    """Do what takes a moment and what nobody who already waits should wait for."""
    await asyncio.to_thread(know_holidays, clock.now().year)
    collector.settle()


def _insist_on_a_shared_store(config: Config, part: Part) -> None:
    if part != "all" and not config.store.postgres:
        raise OperatorError(
            f"»--only {part}« geht nur mit PostgreSQL: Eine SQLite-Datei gehört einem einzigen Programm.\n"
            "  = Hilfe: Nennen Sie unter »store« in den Einstellungen eine Datenbank, zum Beispiel"
            " postgresql://elternlotse@localhost:5432/elternlotse, oder starten Sie ohne »--only«."
        )


def _teller(config: Config, stack: AsyncExitStack) -> Callable[[str], None]:
    """Return how commands on this machine learn the house's address.

    On SQLite that is also the lock that keeps a second program away. PostgreSQL needs none: there the first of several
    programs on a machine tells its address, and the others' are as good.
    """
    try:
        return stack.enter_context(Lock(config.data)).tell
    except OperatorError:
        if not config.store.postgres:
            raise
    return _unheard


def _unheard(_url: str) -> None:
    """Tell nobody."""


def _bound(config: Config) -> socket.socket:
    try:
        return bind(config.host, config.port)
    except OSError as error:
        reason = str(error.strerror).partition(" (")[0]
        if error.errno in {errno.EADDRINUSE, errno.EACCES}:
            other = config.port + 1 if 1024 <= config.port < 65535 else 8080
            raise OperatorError(
                f"Der Port {config.port} auf {config.host} ist nicht frei ({reason}).\n"
                f"  = Hilfe: Wählen Sie einen anderen, zum Beispiel: make run PORT={other}"
            ) from error
        raise OperatorError(
            f"Unter »host: {config.host}« kann dieser Rechner nicht lauschen ({reason}).\n"
            "  = Hilfe: Setzen Sie »host« in den Einstellungen auf 127.0.0.1 (nur dieser Rechner), 0.0.0.0 (alle Netze) "
            "oder eine eigene Adresse des Rechners."
        ) from error


async def _publish_first(base: Base, say: Say) -> None:
    """Publish the folder where nothing is published yet; later only say that it differs."""
    if not await base.store.current():
        await Posts(base)[START].held(partial(_publish, base, say))
    edition = await base.publish.edition()
    if _lies_there(base.config) != edition.revision.name:
        say("flows/ ist anders als die veröffentlichte Fassung. Veröffentlichen: elternlotse flows publish")


async def _publish(base: Base, say: Say) -> None:
    if await base.store.current():
        return  # another program was quicker
    edition = (await base.publish(files_of(base.config), FIRST_START, str(base.config.flows))).edition
    say(f"Abläufe veröffentlicht: {len(edition.revision.flows)}, Fassung {edition.revision.name}.")


def _lies_there(config: Config) -> str:
    """Return the name of what lies in the folder; empty where it cannot be read: what is published runs all the same."""
    try:
        return name_of(files_of(config))
    except (AuthorError, OperatorError):
        return ""


async def _invite_first(base: Base, say: Say, port: int) -> None:
    """Print a one-time link as long as nobody belongs to the desk."""
    if not await base.store.people():
        await Posts(base)[START].held(partial(_invite, base, say, port))


async def _invite(base: Base, say: Say, port: int) -> None:
    if await base.store.people():
        return  # another program was quicker
    edition = await base.publish.edition()
    teams = sorted({team for topic in edition.revision.topics.values() for team in topic.teams})
    path = await invite(
        base.store, "Koordination", "coordinator", teams, edition.revision.languages, clock.now(), tokens.token()
    )
    base.wake.ring("people")
    say(f"Erste Anmeldung (einmal, 72 Stunden gültig): {base_url(base.config, port)}{path}")
