"""Telegram as the settings want it: the channel, and whether it is asked for its messages or brings them itself."""

import hashlib
import hmac
from collections.abc import Callable

import structlog

from bot.app.base import Say
from bot.channels.telegram import Settings, Telegram
from bot.channels.telegram_webhook import PATH
from bot.check.edition import Edition
from bot.config.values import Config
from bot.services import clock
from bot.source.errors import OperatorError
from bot.text.menu import menus

log = structlog.get_logger()


class Messenger:
    """The channel and how it is used; open ``channel`` before anything is sent. There must be a token."""

    def __init__(self, config: Config) -> None:
        token = config.telegram.token
        assert token is not None, "asked only where a token is set"  # noqa: S101 - the caller looked
        self._token = token.reveal()
        self._config = config
        unsure = float(config.limits.unsure_seconds)
        self.channel = Telegram(Settings(self._token, config.telegram.api_url, unsure=unsure), clock.now)

    @property
    def by_webhook(self) -> bool:
        """Whether the platform brings messages by itself; otherwise it is asked for them."""
        mode = self._config.telegram.mode
        return mode == "webhook" or (mode == "auto" and bool(self._config.public_url))

    @property
    def secret(self) -> str:
        """The webhook's secret: the configured one, or one made of the token, which only the platform and we know."""
        configured = self._config.telegram.secret
        if configured is not None:
            return configured.reveal()
        return hmac.new(self._token.encode(), b"elternlotse webhook", hashlib.sha256).hexdigest()

    async def register(self) -> None:
        """Tell the platform where to bring messages."""
        await self.channel.set_webhook(f"{self._config.public_url}{PATH}", self.secret)

    async def introduce(self, say: Say, edition: Callable[[], Edition]) -> None:
        """Say whether the token works, and give the bot its menu of commands in every language."""
        try:
            name = await self.channel.check()
        except OperatorError as error:
            log.error("telegram.not_on", help=str(error))
            say(f"Telegram: aus. {error}")
            return
        log.info("telegram.is_on", name=name)
        say(f"Telegram: an (@{name})")
        await self.channel.set_commands(menus(edition().catalogs))
