"""Where a PostgreSQL database is, how we connect to it, and on which settings we insist. No table, no query of ours.

Promises: no password in any message; every connection is durable and has time limits; a server that is only starting is
waited for; whatever else is wrong becomes one OperatorError that says what to do.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import asyncpg
import structlog

from bot.source.errors import OperatorError
from bot.store.engine import Connection, T

OLDEST = 14
"""The oldest version of PostgreSQL that has what the queries use, and is still cared for by its makers."""

PATIENCE = 30.0
"""Seconds to wait at the start for a database that does not answer yet: on one machine both may have been started."""

FIRST_PAUSE = 0.1
LONGEST_PAUSE = 2.0
"""Seconds between two questions whether it answers."""

SETTINGS: Mapping[str, str] = {
    "application_name": "elternlotse",
    "timezone": "UTC",
    "synchronous_commit": "on",
    "statement_timeout": "30s",
    "lock_timeout": "10s",
    "idle_in_transaction_session_timeout": "10s",
    # Every query finds its rows by an index, from the first row to the millionth. A plan does not
    # depend on what the planner last saw (an empty queue, at night), and stays what the tests have looked at.
    "plan_cache_mode": "force_generic_plan",
    "enable_seqscan": "off",
    "enable_bitmapscan": "off",
    "enable_hashjoin": "off",
    "enable_mergejoin": "off",
    "enable_material": "off",
    "enable_memoize": "off",
    "jit": "off",
}
"""What every connection asks for when it is made."""

PATIENT: Mapping[str, str] = {
    **SETTINGS,
    "statement_timeout": "0",
    "lock_timeout": "0",
    "idle_in_transaction_session_timeout": "0",
}
"""The same for a change of the schema: it takes as long as it takes, and another program waits until it is done."""

INSISTED: Mapping[str, str] = {
    "synchronous_commit": "on",
    "fsync": "on",
    "full_page_writes": "on",
    "server_encoding": "UTF8",
    "transaction_read_only": "off",
}
"""What must be read back from every connection: otherwise nothing is safe that was acknowledged, or nothing can be kept."""

ReadSetting = Callable[[Connection, str], Awaitable[object]]

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Server:
    """A database's address and, where it is not known otherwise, its password."""

    url: str
    password: str | None = field(default=None, repr=False)

    @property
    def name(self) -> str:
        """How messages call it: the address, with its user, without a password and options."""
        scheme, _, place = self.url.partition("?")[0].partition("://")
        user, at, where = place.rpartition("@")
        return f"{scheme}://{user.partition(':')[0]}{at}{where}"

    def options(self, settings: Mapping[str, str] = SETTINGS) -> dict[str, Any]:
        """Return how a connection is made. Statements stay prepared for as long as it lasts."""
        limited = settings["statement_timeout"] != "0"
        return {
            "password": self.password,
            "server_settings": dict(settings),
            "timeout": 10.0,
            "command_timeout": 40.0 if limited else None,  # longer than the server's own: then the network is gone
            "statement_cache_size": 512,
            "max_cached_statement_lifetime": 0,
        }

    async def connect(self, settings: Mapping[str, str] = SETTINGS) -> "asyncpg.Connection[asyncpg.Record]":
        """Return a connection of one's own."""
        return await asyncpg.connect(self.url, **self.options(settings))


async def read_setting(connection: Connection, name: str) -> object:
    """Return what a setting is."""
    return await connection.fetchval("select current_setting($1)", name)


async def insist_on_settings(connection: Connection, read: ReadSetting = read_setting) -> None:
    """Refuse a server that does not keep what it acknowledges, is too old, or cannot be written to; OperatorError."""
    version = connection.get_server_version()
    if version.major < OLDEST:
        raise OperatorError(
            f"PostgreSQL {version.major} ist zu alt, Elternlotse braucht {OLDEST} oder neuer.\n"
            "  = Hilfe: Aktualisieren Sie den Datenbank-Server (pg_upgrade), oder nennen Sie unter »store« einen anderen."
        )
    for name, wanted in INSISTED.items():
        found = await read(connection, name)
        if found != wanted:
            raise OperatorError(_REFUSED[name].format(name=name, found=found, wanted=wanted))


_REFUSED: Mapping[str, str] = {
    **dict.fromkeys(
        ("synchronous_commit", "fsync", "full_page_writes"),
        "PostgreSQL läuft mit {name} = {found}, Elternlotse braucht {wanted}: Sonst ist nichts sicher, was schon"
        " bestätigt wurde.\n"
        "  = Hilfe: Setzen Sie {name} = {wanted} in postgresql.conf, und laden Sie die Einstellungen neu.",
    ),
    "server_encoding": "Die Datenbank hält Texte als {found}, Elternlotse braucht {wanted}.\n"
    "  = Hilfe: Legen Sie eine neue Datenbank an: createdb --encoding=UTF8 --template=template0 NAME",
    "transaction_read_only": "Die Datenbank kann nur gelesen werden.\n"
    "  = Hilfe: Nennen Sie unter »store« den Server, auf dem geschrieben wird, nicht seine Kopie.",
}


# -- the start


async def patiently(server: Server, connect: Callable[[], Awaitable[T]], patience: float = PATIENCE) -> T:
    """Return a connection, or whatever ``connect`` makes; a server that does not answer yet is asked again.

    OperatorError where it cannot be used, or does not answer in all that time.
    """
    loop = asyncio.get_running_loop()
    until, pause = loop.time() + patience, FIRST_PAUSE
    while True:
        try:
            return await connect()
        except _PASSES as error:
            if loop.time() >= until:
                raise OperatorError(_silent(server, error)) from error
            if pause == FIRST_PAUSE:
                log.warning("store.waiting", where=server.name, error=type(error).__name__, seconds=patience)
        except _SAID as error:
            raise OperatorError(_said(server, error)) from error
        await asyncio.sleep(pause)
        pause = min(2 * pause, LONGEST_PAUSE)


_PASSES = (
    OSError,
    asyncpg.CannotConnectNowError,
    asyncpg.PostgresConnectionError,
    asyncpg.TooManyConnectionsError,
    asyncpg.AdminShutdownError,
)
_SAID = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, ValueError)


def _silent(server: Server, error: Exception) -> str:
    return (
        f"Die Datenbank {server.name} antwortet nicht ({_reason(error)}).\n"
        "  = Hilfe: Prüfen Sie, ob PostgreSQL läuft und von diesem Rechner aus erreichbar ist, und ob die Adresse unter"
        " »store« stimmt."
    )


def _said(server: Server, error: Exception) -> str:
    """Say what a server has against us, and what to do."""
    match error:
        case asyncpg.InvalidPasswordError():
            what = "nimmt das Passwort nicht an"
            todo = (
                "Vergleichen Sie ELTERNLOTSE_STORE_PASSWORD (oder die Datei, die ELTERNLOTSE_STORE_PASSWORD_FILE nennt)"
                " mit dem Passwort dieses Benutzers, und den Benutzer in der Adresse."
            )
        case asyncpg.InvalidAuthorizationSpecificationError():
            what = f"lässt uns nicht herein ({_reason(error)})"
            todo = "Legen Sie den Benutzer an (createuser), und erlauben Sie ihm in pg_hba.conf, sich zu verbinden."
        case asyncpg.InvalidCatalogNameError():
            what = "gibt es nicht"
            todo = "Legen Sie sie an: createdb --encoding=UTF8 --owner=BENUTZER NAME"
        case asyncpg.InsufficientPrivilegeError():
            what = f"gibt diesem Benutzer zu wenig Rechte ({_reason(error)})"
            todo = "Machen Sie ihn zum Eigentümer: ALTER DATABASE name OWNER TO benutzer;"
        case _:
            what = f"lässt sich nicht öffnen ({_reason(error)})"
            todo = (
                "Prüfen Sie die Adresse unter »store«, und was der Datenbank-Server in sein Protokoll geschrieben hat."
            )
    return f"Die Datenbank {server.name} {what}.\n  = Hilfe: {todo}"


def _reason(error: Exception) -> str:
    """Return an error's first line; of what the driver says of an address only its kind, since it repeats it."""
    if isinstance(error, ValueError | asyncpg.InterfaceError):
        return type(error).__name__
    return re.sub(r"\s+", " ", str(error).partition("\n")[0]).strip() or type(error).__name__
