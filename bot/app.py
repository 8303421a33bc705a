"""The composition root: from a Config to running parts. Nothing else constructs an adapter.

``opened`` gives what commands need (store, publishing); ``serve`` runs the whole house in one process until cancelled.
"""

import asyncio
import errno
import hashlib
import hmac
import os
import random
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import structlog
from starlette.routing import BaseRoute
from starlette.types import ASGIApp

from bot.channels.house import House as HouseChannel
from bot.channels.telegram import TELEGRAM, Telegram
from bot.channels.telegram import Settings as TelegramSettings
from bot.channels.telegram_webhook import PATH as TELEGRAM_PATH
from bot.channels.telegram_webhook import webhook_routes
from bot.channels.webchat import routes as webchat
from bot.channels.webchat.channel import ACCOUNT as WEBCHAT
from bot.channels.webchat.channel import WebChat
from bot.channels.webchat.words import PAGE_WORDS
from bot.check.edition import CATALOG, FLOWS, LOCALES, Edition, Interface, compose, name_of
from bot.check.folder import read as read_folder
from bot.config.values import Config
from bot.console import house as console
from bot.console.routes import desk_routes
from bot.console.words import DESK_WORDS
from bot.flow.message import Own, interface
from bot.flow.session import Passage
from bot.flow.talk import SOURCE_LANGUAGE
from bot.model import HOUSE, Account, Language
from bot.ports import Channel
from bot.privacy.keys import insist_on_key, key_from_folder, key_from_secret
from bot.services import clock, tokens
from bot.services.lock import Lock
from bot.services.wake import Bells
from bot.source.errors import AuthorError, OperatorError
from bot.store.sqlite import SqliteStore
from bot.text.catalogs import Words, read_catalog
from bot.text.interface import GERMAN
from bot.text.languages import direction
from bot.text.menu import menus
from bot.text.render import label, plain
from bot.web.pages import Files, Pages
from bot.web.server import bind, running
from bot.web.shell import Walls, walled
from bot.web.stream import Streams
from bot.work.case import Rules
from bot.work.converse import Converse
from bot.work.deliver import Deliver
from bot.work.expire import Expire
from bot.work.first_aid import FirstAid
from bot.work.flood import FloodLimit
from bot.work.given_up import given_up
from bot.work.keep import kept
from bot.work.media import PublishedMedia
from bot.work.pace import Rates
from bot.work.people import invite
from bot.work.poll import Poll
from bot.work.publish import Publish
from bot.work.receive import Receive
from bot.work.remind import Remind
from bot.work.roster import Roster

FIRST_START = "erster Start"
"""Who published what the first start published: nobody."""

log = structlog.get_logger()

Say = Callable[[str], None]
"""Tell the operator something."""

Verb = Callable[[], Awaitable[None]]
"""What runs as long as the house is open."""


@dataclass(frozen=True, slots=True)
class Base:
    """What every part and every command stands on."""

    config: Config
    store: SqliteStore
    wake: Bells
    publish: Publish


@asynccontextmanager
async def opened(config: Config, say: Say) -> AsyncIterator[Base]:
    """Open the store, and close it at the end. Tells where the keys lie when they were just made."""
    database = config.data / "elternlotse.sqlite"
    if config.master_key is None:
        insist_on_key(config.data / "keys", database)
        found = key_from_folder(config.data / "keys", os.urandom)
        master = found.master
        if found.new:
            say(f"Neuer Schlüssel: {found.file}. Bitte sichern Sie diese Datei getrennt von der Datenbank. "
                "Ohne sie kann niemand die Daten lesen.")  # fmt: skip
    else:
        master = key_from_secret(config.master_key.reveal(), "ELTERNLOTSE_MASTER_KEY", os.urandom)
    store = await SqliteStore.open(database, master, clock.now)
    try:
        wake = Bells()
        languages = [spoken.code for spoken in config.languages if spoken.drafts or spoken.code == SOURCE_LANGUAGE]
        complete = [spoken.code for spoken in config.languages if spoken.complete]
        publish = Publish(store, wake, clock.now, program(config.locales), languages, complete)
        yield Base(config, store, wake, publish)
    finally:
        await store.close()


def program(locales: Path) -> Interface:
    """Return the program's own words, German and translated (``bot.po``)."""
    chat = {f"chat.{key}": german for key, german in PAGE_WORDS.items()}
    german = {**GERMAN, **chat, **DESK_WORDS}
    translated: dict[Language, Words] = {
        Language(path.parent.parent.name): read_catalog(str(path), path.read_bytes(), german)
        for path in sorted(locales.glob("*/LC_MESSAGES/bot.po"))
    }
    return Interface(german, translated, frozenset({**GERMAN, **chat}))


def edition_of(config: Config) -> Edition:
    """Return the edition of the files as they lie in the folders now."""
    languages = [spoken.code for spoken in config.languages]
    return compose(files_of(config), program(config.locales), languages, str(config.flows))


def files_of(config: Config) -> dict[str, bytes]:
    """Return what a revision is made of: the flows and the content catalogs, by path."""
    if not config.flows.is_dir():
        raise OperatorError(
            f"Den Ordner {config.flows} gibt es nicht.\n"
            "  = Hilfe: Nennen Sie in config.yaml unter »flows« den Ordner mit den Abläufen."
        )
    folder = read_folder(config.flows)
    if folder.problems:
        raise AuthorError(folder.problems)
    flows = {f"{FLOWS}{path}": raw for path, raw in folder.files.items()}
    catalogs = {
        f"{LOCALES}{path.parent.parent.name}{CATALOG}": path.read_bytes()
        for path in sorted(config.locales.glob("*/LC_MESSAGES/flows.po"))
    }
    return {**flows, **catalogs}


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
        await _publish_first(base, say)
        if left := await given_up(base.store):
            say(left)
        house = _House(base)
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
    if name_of(files_of(base.config)) != edition.revision.name:
        say("flows/ ist anders als die veröffentlichte Fassung. Veröffentlichen: elternlotse flows publish")


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


def base_url(config: Config, port: int) -> str:
    """Return where the house is reached: its public address, or this machine."""
    host = "localhost" if config.host in {"127.0.0.1", "0.0.0.0", "::", "::1"} else config.host  # noqa: S104 - compared, not bound
    return config.public_url or f"http://{host}:{port}"


class _House:
    """The running parts, put together."""

    def __init__(self, base: Base) -> None:
        self._base = base
        self._config = base.config
        self.receive = Receive(base.store, base.wake)
        self.roster = Roster(base.store, base.wake)
        self.streams = Streams()
        self._telegram: Telegram | None = None

    def telegram(self) -> Telegram:
        """Return the Telegram channel; it has to be opened."""
        settings = self._config.telegram
        assert settings.token is not None, "asked only where a token is set"  # noqa: S101 - the caller looked
        self._telegram = Telegram(
            TelegramSettings(
                settings.token.reveal(), settings.api_url, unsure=float(self._config.limits.unsure_seconds)
            )
        )
        return self._telegram

    def verbs(self) -> Mapping[str, Verb]:
        """Return every verb by its name."""
        base = self._base
        channels: dict[Account, Channel] = {HOUSE: HouseChannel(), WEBCHAT: WebChat()}
        if self._telegram is not None:
            channels[TELEGRAM] = self._telegram
        limits = self._config.limits
        flood = FloodLimit(limits.flood_messages, limits.flood_seconds)
        rules = Rules(self.roster.outlook, self._config.timezone, flood, tokens.token)
        converse = Converse(base.store, base.wake, clock.now, channels, base.publish.edition, rules)
        expire = Expire(base.store, base.wake, clock.now)
        remind = Remind(base.store, base.wake, clock.now, base.publish.edition, self._config.timezone)
        return {
            "receive": self.receive.run,
            "converse": converse.run,
            "expire": expire.run,
            "remind": remind.run,
            "roster": self.roster.run,
            "publish": base.publish.run,
            **self._telegram_verbs(),
        }

    def _telegram_verbs(self) -> Mapping[str, Verb]:
        if self._telegram is None:
            return {}
        base, settings = self._base, self._config.telegram
        rates = Rates(overall=float(settings.messages_per_second), chat=float(settings.messages_per_chat_second))
        deliver = Deliver(base.store, self._telegram, base.wake, clock.now, rates, random.random, time.monotonic)
        if self._webhook():
            url = f"{self._config.public_url}{TELEGRAM_PATH}"
            hook = partial(self._telegram.set_webhook, url, self._webhook_secret())
            return {"deliver": deliver.run, "webhook": hook}
        poll = Poll(self._telegram, self._telegram, self._aided(self._telegram), clock.now)
        return {"deliver": deliver.run, "poll": poll.run}

    def _aided(self, channel: Channel) -> FirstAid:
        return FirstAid(self.receive, channel, lambda: self._edition, clock.now, tokens.token)

    async def introduce(self, say: Say) -> None:
        """Say whether Telegram's token works, and give the bot its menu of commands in every language."""
        if self._telegram is None:
            return
        try:
            name = await self._telegram.check()
        except OperatorError as error:
            log.error("telegram.not_on", help=str(error))
            say(f"Telegram: aus. {error}")
            return
        log.info("telegram.is_on", name=name)
        say(f"Telegram: an (@{name})")
        await self._telegram.set_commands(menus(self._edition.catalogs))

    def application(self) -> ASGIApp:
        """Return the web application: chat, desk, webhooks."""
        files = Files({**webchat.FILES, **console.FILES})
        pages = Pages([*webchat.TEMPLATES, *console.TEMPLATES], files)
        routes: list[BaseRoute] = [
            *self._chat(pages).routes(),
            *desk_routes(self._desk(pages)),
            files.route(),
        ]
        if self._telegram is not None and self._webhook():
            routes += webhook_routes(self._telegram, self._webhook_secret(), self._aided(self._telegram), clock.now)
        frames = (
            {"/chat": " ".join(self._config.webchat.frame_ancestors)} if self._config.webchat.frame_ancestors else {}
        )
        walls = Walls(
            now=time.monotonic,
            new_id=tokens.token,
            base_url=self._config.public_url,
            exempt=["/webhook/"],
            frames=frames,
            rates={**webchat.RATES, **console.RATES},
            style=files.url("web/plain.css"),
        )
        return walled(routes, walls)

    def _chat(self, pages: Pages) -> webchat.WebChatRoutes:
        base = self._base
        return webchat.WebChatRoutes(
            store=base.store,
            wake=base.wake,
            receive=self.receive,
            clock=clock.now,
            tokens=tokens.token,
            streams=self.streams,
            pages=pages,
            languages=self._directions,
            words=self._page_words,
            media=PublishedMedia(base.store, lambda: self._edition),
        )

    def _desk(self, pages: Pages) -> console.Desk:
        base = self._base
        return console.Desk(
            store=base.store,
            wake=base.wake,
            clock=clock.now,
            tokens=tokens.token,
            topics=lambda: self._edition.revision.topics,
            languages=lambda: self._edition.revision.languages,
            words=lambda language, key: self._edition.catalogs.find(interface(key), language),
            say=self._say,
            pages=pages,
            streams=self.streams,
            settings=console.DeskSettings(
                interfaces=self._interfaces(),
                base_url=self._config.public_url,
                organisation=self._config.organisation,
            ),
        )

    @property
    def _edition(self) -> Edition:
        return self._base.publish.newest

    def _directions(self) -> Mapping[str, str]:
        return {code: direction(code) for code in self._edition.revision.languages}

    def _page_words(self, language: str) -> Mapping[str, str]:
        find = self._edition.catalogs.find
        return {key: find(interface(f"chat.{key}"), Language(language)) for key in PAGE_WORDS}

    def _interfaces(self) -> tuple[Language, ...]:
        """Return the languages in which every word of the desk is there."""
        catalogs = self._edition.catalogs
        whole = (code for code in catalogs.translated if catalogs.has("bot", DESK_WORDS, code))
        return (SOURCE_LANGUAGE, *whole)

    def _say(self, passage: Passage) -> tuple[str, str]:
        """Return a station of a parent's way in German."""
        catalogs = self._edition.catalogs
        answer = passage.answer
        words = answer.words if isinstance(answer, Own) else label(answer, catalogs, SOURCE_LANGUAGE)
        return plain(catalogs.find(passage.question, SOURCE_LANGUAGE)), words

    def _webhook(self) -> bool:
        mode = self._config.telegram.mode
        return mode == "webhook" or (mode == "auto" and bool(self._config.public_url))

    def _webhook_secret(self) -> str:
        """Return the configured secret, or one made of the token, which only the platform and we know."""
        settings = self._config.telegram
        if settings.secret is not None:
            return settings.secret.reveal()
        token = "" if settings.token is None else settings.token.reveal()
        return hmac.new(token.encode(), b"elternlotse webhook", hashlib.sha256).hexdigest()
