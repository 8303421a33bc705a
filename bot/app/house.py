"""One program of the house, put together: its verbs, its web application, and who looks after its health."""

import shutil
import time
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path

from starlette.routing import BaseRoute
from starlette.types import ASGIApp

from bot.app.base import Base, Say, Verb
from bot.app.telegram import Messenger
from bot.app.verbs import Part, Verbs
from bot.channels.telegram import TELEGRAM
from bot.channels.telegram_webhook import webhook_routes
from bot.channels.webchat import routes as webchat
from bot.channels.webchat.words import PAGE_WORDS
from bot.check.edition import Edition
from bot.console import house as console
from bot.console.routes import desk_routes
from bot.console.words import DESK_WORDS
from bot.flow.message import Own, interface
from bot.flow.session import Passage
from bot.flow.talk import SOURCE_LANGUAGE
from bot.model import Language
from bot.privacy.keys import FILE_NAME
from bot.services import clock, tokens
from bot.services.meter import PrometheusMeter
from bot.services.wake import Bells
from bot.store.away import is_away
from bot.text.languages import direction
from bot.text.render import label, plain
from bot.web.health import health_routes
from bot.web.pages import Files, Pages
from bot.web.shell import Walls, walled
from bot.web.stream import Streams
from bot.work.health import Health, Senses
from bot.work.media import PublishedMedia
from bot.work.standing import Questions


class House:
    """One program: the whole house, or a part of it. ``telegram`` is None where that channel is off."""

    def __init__(self, base: Base, part: Part, telegram: Messenger | None) -> None:
        self._base = base
        self._config = base.config
        self._telegram = telegram
        self._meter = PrometheusMeter(version("elternlotse"), part, [TELEGRAM])
        self._verbs = Verbs(base, part, telegram, self._meter)
        self._streams = Streams()
        self._health = Health(base.store, clock.now, time.monotonic, [TELEGRAM], self._senses())

    def verbs(self) -> Mapping[str, Verb]:
        """Return every verb by its name."""
        return {**self._verbs.all(), "health": self._health.run}

    async def look_around(self) -> None:
        """Look who is at the desk, so that the first promise to a parent is right."""
        if self._verbs.does("worker"):
            await self._verbs.roster.look()

    async def introduce(self, say: Say) -> None:
        """Say whether Telegram's token works, and give the bot its menu."""
        if self._telegram is not None and self._verbs.does("sender"):
            await self._telegram.introduce(say, lambda: self._edition)

    def end(self) -> None:
        """Begin to end: open pages are let go, and nobody new should come."""
        self._health.end()
        self._streams.end()

    def _senses(self) -> Senses:
        wake = self._base.wake
        return Senses(
            disk_free=lambda: shutil.disk_usage(_there(self._config.data)).free,
            has_key=lambda: self._config.master_key is not None or (self._config.data / "keys" / FILE_NAME).is_file(),
            posts=self._verbs.posts.held,
            streams=lambda: self._streams.count,
            reconnections=lambda: wake.reconnections if isinstance(wake, Bells) else 0,
            longest_step=self._meter.longest_step,
        )

    def application(self) -> ASGIApp:
        """Return the web application: chat, desk, webhooks; of a program without pages, what machines ask it."""
        watched = health_routes(self._health, self._meter)
        if not self._verbs.does("web"):
            return walled(watched, Walls(time.monotonic, tokens.token, is_away=is_away))
        files = Files({**webchat.FILES, **console.FILES})
        pages = Pages([*webchat.TEMPLATES, *console.TEMPLATES], files)
        routes: list[BaseRoute] = [
            *self._hooks(),  # first: what comes most often is found at once
            *watched,
            *self._chat(pages).routes(),
            *desk_routes(self._desk(pages)),
            files.route(),
        ]
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
            is_away=is_away,
        )
        return walled(routes, walls)

    def _hooks(self) -> Sequence[BaseRoute]:
        if self._telegram is None or not self._telegram.by_webhook:
            return ()
        channel = self._telegram.channel
        return webhook_routes(channel, self._telegram.secret, self._verbs.aided(channel), clock.now)

    def _chat(self, pages: Pages) -> webchat.WebChatRoutes:
        base = self._base
        return webchat.WebChatRoutes(
            store=base.store,
            wake=base.wake,
            receive=self._verbs.receive,
            clock=clock.now,
            tokens=tokens.token,
            streams=self._streams,
            pages=pages,
            languages=self._directions,
            words=self._page_words,
            media=PublishedMedia(base.store, lambda: self._edition),
            own_files=self._verbs.own_data,
        )

    def _desk(self, pages: Pages) -> console.Desk:
        base = self._base
        return console.Desk(
            store=base.store,
            questions=Questions(base.store),
            wake=base.wake,
            clock=clock.now,
            tokens=tokens.token,
            topics=lambda: self._edition.revision.topics,
            languages=lambda: self._edition.revision.languages,
            words=lambda language, key: self._edition.catalogs.find(interface(key), language),
            say=self._say,
            pages=pages,
            streams=self._streams,
            settings=console.DeskSettings(
                interfaces=self._interfaces(),
                base_url=self._config.public_url,
                organisation=self._config.organisation,
                keep=self._config.keep,
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


def _there(folder: Path) -> Path:
    """Return a folder, or the nearest one above it that is there: with PostgreSQL nothing may lie in it."""
    return next(each for each in (folder, *folder.absolute().parents) if each.exists())
