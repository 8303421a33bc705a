"""The settings as frozen values, with what is usual where nothing is said."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.config.secret import Secret
from bot.model import Language

SOURCE_LANGUAGE = Language("de")
"""The language flows are written in; always offered."""
_ZONE = ZoneInfo("Europe/Berlin")


@dataclass(frozen=True, slots=True)
class Organisation:
    """Who runs the bot, as parents read it."""

    name: str
    website: str = ""
    mail: str = ""


@dataclass(frozen=True, slots=True)
class Spoken:
    """A language that is offered. ``drafts``: translations nobody has reviewed are sent too, with a notice."""

    code: Language
    drafts: bool


@dataclass(frozen=True, slots=True)
class WebChat:
    """The chat page. ``frame_ancestors`` are the pages (origins) that may embed it; none may if empty."""

    frame_ancestors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Telegram:
    """The Telegram channel: on when there is a ``token``. ``mode`` is ``auto polling webhook``.

    ``secret`` is the webhook's; None has it derived from the token.
    """

    token: Secret | None = None
    secret: Secret | None = None
    api_url: str = "https://api.telegram.org"
    mode: str = "auto"
    messages_per_second: int = 25
    messages_per_chat_second: int = 1

    @property
    def on(self) -> bool:
        """Whether the channel runs at all."""
        return self.token is not None


@dataclass(frozen=True, slots=True)
class Limits:
    """What one contact or one request may do, and how long a doubtful message is waited for."""

    flood_messages: int = 20
    flood_seconds: int = 10
    body_kilobytes: int = 3584
    unsure_seconds: int = 30


@dataclass(frozen=True, slots=True)
class Config:
    """All settings. Paths are as written: relative ones start where ``config.yaml`` lies.

    ``public_url`` is empty or has no slash at its end. ``complete`` are the languages that must have every text.
    ``master_key`` is None where the key lies in ``data/keys``.
    """

    organisation: Organisation
    languages: tuple[Spoken, ...]
    complete: tuple[Language, ...] = ()
    timezone: ZoneInfo = _ZONE
    host: str = "127.0.0.1"
    port: int = 8080
    public_url: str = ""
    data: Path = Path("data")
    flows: Path = Path("flows")
    locales: Path = Path("locales")
    webchat: WebChat = WebChat()
    telegram: Telegram = Telegram()
    limits: Limits = Limits()
    collect_silence: timedelta = timedelta(minutes=10)
    master_key: Secret | None = None
