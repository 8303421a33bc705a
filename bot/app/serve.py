"""Running the whole house in one process until cancelled: listen, open, publish and invite where it is the first start."""

import asyncio
import errno
import socket
import time
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack

from bot.app.base import FIRST_START, Base, Say, Verb, base_url, opened
from bot.app.files import files_of
from bot.app.house import House
from bot.check.edition import name_of
from bot.config.values import Config
from bot.desk.hours import know_holidays
from bot.services import clock, tokens
from bot.services.lock import Lock
from bot.source.errors import AuthorError, OperatorError
from bot.web.server import bind, running
from bot.work.given_up import given_up
from bot.work.keep import kept
from bot.work.people import invite


def nothing_more(_base: Base) -> Mapping[str, Verb]:
    """Return no further verbs."""
    return {}


async def serve(
    config: Config,
    say: Say,
    ready: Callable[[int], None],
    further: Callable[[Base], Mapping[str, Verb]] = nothing_more,
) -> None:
    """Run everything until cancelled. ``ready`` is called with the port once the house is open.

    ``further`` returns verbs that run beside the house's own.
    """
    listener = _bound(config)
    async with AsyncExitStack() as stack:
        stack.callback(listener.close)
        lock = stack.enter_context(Lock(config.data))
        base = await stack.enter_async_context(opened(config, say))
        know_holidays(clock.now().year)
        await _publish_first(base, say)
        if left := await given_up(base.store):
            say(left)
        house = House(base)
        if config.telegram.on:
            await stack.enter_async_context(house.telegram())
        verbs = {**house.verbs(), **further(base)}
        await house.roster.look()
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(kept(name, verb, time.monotonic)) for name, verb in verbs.items()]
            stack.callback(lambda: [task.cancel() for task in tasks])
            async with running(house.application(), listener, house.streams.end):
                port = int(listener.getsockname()[1])
                lock.tell(base_url(config, port))
                await _invite_first(base, say, port)
                ready(port)
                await house.introduce(say)
                await asyncio.Event().wait()


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
        edition = (await base.publish(files_of(base.config), FIRST_START, str(base.config.flows))).edition
        say(f"Abläufe veröffentlicht: {len(edition.revision.flows)}, Fassung {edition.revision.name}.")
        return
    edition = await base.publish.edition()
    if _lies_there(base.config) != edition.revision.name:
        say("flows/ ist anders als die veröffentlichte Fassung. Veröffentlichen: elternlotse flows publish")


def _lies_there(config: Config) -> str:
    """Return the name of what lies in the folder; empty where it cannot be read: what is published runs all the same."""
    try:
        return name_of(files_of(config))
    except (AuthorError, OperatorError):
        return ""


async def _invite_first(base: Base, say: Say, port: int) -> None:
    """Print a one-time link as long as nobody belongs to the desk."""
    if await base.store.people():
        return
    edition = await base.publish.edition()
    teams = sorted({team for topic in edition.revision.topics.values() for team in topic.teams})
    path = await invite(
        base.store, "Koordination", "coordinator", teams, edition.revision.languages, clock.now(), tokens.token()
    )
    base.wake.ring("people")
    say(f"Erste Anmeldung (einmal, 72 Stunden gültig): {base_url(base.config, port)}{path}")
