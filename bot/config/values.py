"""The settings as frozen values, with what is usual where nothing is said."""

from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.config.secret import Secret
from bot.model import Language

SOURCE_LANGUAGE = Language("de")
"""The language flows are written in; always offered."""
_ZONE = ZoneInfo("Europe/Berlin")


@dataclass(frozen=True, slots=True)
class Organisation:
    """Who runs the bot, as parents read it on the imprint page. Empty is what nobody has filled in.

    ``address`` has one entry a line. ``responsible`` is who answers for the contents, ``register`` the association's
    entry, ``privacy_contact`` whom to write about personal data (``mail`` where empty). ``source_url`` is where the
    source code of this running version lies (AGPL, section 13).
    """

    name: str
    address: tuple[str, ...] = ()
    represented_by: str = ""
    mail: str = ""
    phone: str = ""
    website: str = ""
    register: str = ""
    responsible: str = ""
    privacy_contact: str = ""
    source_url: str = ""


@dataclass(frozen=True, slots=True)
class Spoken:
    """A language that is offered. ``drafts``: translations nobody has reviewed are sent too, with a notice.

    ``complete``: nothing may be missing in it, and what does not fit on a button stops publishing.
    """

    code: Language
    drafts: bool
    complete: bool = False


@dataclass(frozen=True, slots=True)
class WebChat:
    """The chat page. ``frame_ancestors`` are the pages (origins) that may embed it; none may if empty."""

    frame_ancestors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Telegram:
    """The Telegram channel: on when there is a ``token``. ``mode`` is ``auto polling webhook``.

    ``secret`` is the webhook's; None has it derived from the token. ``name`` is the bot's user name, for links to it;
    it may be empty.
    """

    token: Secret | None = None
    secret: Secret | None = None
    name: str = ""
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
    """What one contact may do, and how long a doubtful message is waited for."""

    flood_messages: int = 20
    flood_seconds: int = 10
    unsure_seconds: int = 30


@dataclass(frozen=True, slots=True)
class Keep:
    """How long things are kept, in days (``newcomers_hours``: in hours). What each means: ``privacy.retention``."""

    received_days: int = 7
    ids_days: int = 40
    sent_days: int = 7
    unseen_days: int = 90
    questions_days: int = 90
    idle_days: int = 180
    newcomers_hours: int = 24


@dataclass(frozen=True, slots=True)
class StoreAddress:
    """Where the store is: ``url`` is a ``postgresql://…`` without a password, or empty for a SQLite file under ``data``.

    ``password`` is None where the server asks for none, or finds it elsewhere (peer, a client certificate).
    """

    url: str = ""
    password: Secret | None = None

    @property
    def postgres(self) -> bool:
        """Whether the store is a PostgreSQL database, which several processes may use."""
        return bool(self.url)


@dataclass(frozen=True, slots=True)
class Config:
    """All settings. ``read`` gives paths as written; in ``read_file``'s, relative ones start where ``config.yaml`` lies.

    ``public_url`` is empty or has no slash at its end. ``master_key`` is None where the key lies in ``data/keys``.
    """

    organisation: Organisation
    languages: tuple[Spoken, ...]
    timezone: ZoneInfo = _ZONE
    host: str = "127.0.0.1"
    port: int = 8080
    public_url: str = ""
    data: Path = Path("data")
    flows: Path = Path("flows")
    locales: Path = Path("locales")
    store: StoreAddress = StoreAddress()
    webchat: WebChat = WebChat()
    telegram: Telegram = Telegram()
    limits: Limits = Limits()
    keep: Keep = Keep()
    master_key: Secret | None = None
