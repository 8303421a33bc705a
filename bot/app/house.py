"""The running parts of one house, put together: channels, verbs, and the web application with chat, desk and webhooks."""

import hashlib
import hmac
import random
import time
from collections.abc import Mapping
from functools import partial

import structlog
from starlette.routing import BaseRoute
from starlette.types import ASGIApp

from bot.app.base import Base, Say, Verb
from bot.channels.house import House as HouseChannel
from bot.channels.telegram import TELEGRAM, Telegram
from bot.channels.telegram import Settings as TelegramSettings
from bot.channels.telegram_webhook import PATH as TELEGRAM_PATH
from bot.channels.telegram_webhook import webhook_routes
from bot.channels.webchat import routes as webchat
from bot.channels.webchat.channel import ACCOUNT as WEBCHAT
from bot.channels.webchat.channel import WebChat
from bot.channels.webchat.words import PAGE_WORDS
from bot.check.edition import Edition
from bot.console import house as console
from bot.console.routes import desk_routes
from bot.console.words import DESK_WORDS
from bot.flow.message import Own, interface
from bot.flow.session import Passage
from bot.flow.talk import SOURCE_LANGUAGE
from bot.model import HOUSE, Account, Language
from bot.ports import Channel
from bot.services import clock, tokens
from bot.source.errors import OperatorError
from bot.text.languages import direction
from bot.text.menu import menus
from bot.text.render import label, plain
from bot.web.pages import Files, Pages
from bot.web.shell import Walls, walled
from bot.web.stream import Streams
from bot.work.case import Rules
from bot.work.converse import Converse
from bot.work.deliver import Deliver
from bot.work.expire import Expire
from bot.work.first_aid import FirstAid
from bot.work.flood import FloodLimit
from bot.work.media import PublishedMedia
from bot.work.pace import Rates
from bot.work.poll import Poll
from bot.work.receive import Receive
from bot.work.remind import Remind
from bot.work.roster import Roster

log = structlog.get_logger()


class House:
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
