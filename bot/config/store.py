"""The address of the store: a PostgreSQL URL, whole and without a password, or nothing, which means a SQLite file.

The password comes from the environment, so that the address may stand in a file, in a log and in a message.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote, urlsplit

from bot.config.secret import Secret
from bot.config.values import StoreAddress
from bot.source.errors import OperatorError

STORE = "ELTERNLOTSE_STORE"
"""Names the store in place of the file, for containers that share one ``config.yaml``."""

_SCHEMES = ("postgresql", "postgres")
_SECRETS = frozenset({"password", "sslpassword"})
_EXAMPLE = "postgresql://elternlotse@localhost:5432/elternlotse"


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is wrong with an address (a clause that begins with a verb), and what to do."""

    what: str
    help: str


def trouble_with(url: str) -> Trouble | None:
    """Return what is wrong with an address, None where it can be used. Repeats nothing of it."""
    try:
        split = urlsplit(url)
        secret = split.password is not None or any(name in _SECRETS for name, _ in parse_qsl(split.query))
        sound = split.scheme in _SCHEMES and url.startswith(f"{split.scheme}://") and split.port != 0
        named = bool(unquote(split.path).strip("/")) or "dbname" in dict(parse_qsl(split.query))
    except ValueError:
        secret, sound, named = False, False, False
    if secret:
        return Trouble(
            "enthält ein Passwort: Geheimnisse gehören in die Umgebung.",
            "Löschen Sie es aus der Adresse und setzen Sie ELTERNLOTSE_STORE_PASSWORD, "
            "oder ELTERNLOTSE_STORE_PASSWORD_FILE mit dem Namen einer Datei.",
        )
    if not sound or not url.isprintable() or " " in url:
        return Trouble(
            "ist keine Adresse einer Datenbank.",
            f"Lassen Sie sie leer: dann liegt alles unter »data«. Oder nennen Sie PostgreSQL, zum Beispiel {_EXAMPLE}",
        )
    if not named:
        return Trouble("nennt keine Datenbank.", f"Schreiben Sie ihren Namen ans Ende, zum Beispiel {_EXAMPLE}")
    return None


def address_of(written: str, password: Secret | None, environment: Mapping[str, str]) -> StoreAddress:
    """Return where the store is: as the environment says, or as the file does; OperatorError where that cannot be."""
    named = environment.get(STORE, "").strip()
    trouble = trouble_with(named) if named else None
    if trouble is not None:
        raise OperatorError(f"{STORE} {trouble.what}\n  = Hilfe: {trouble.help}")
    url = named or written
    if password is not None and not url:
        raise OperatorError(
            "ELTERNLOTSE_STORE_PASSWORD ist gesetzt, aber keine Datenbank genannt, für die es gilt.\n"
            f"  = Hilfe: Nennen Sie sie unter »store« in den Einstellungen oder in {STORE}, zum Beispiel {_EXAMPLE}"
        )
    return StoreAddress(
        url.replace("postgres://", "postgresql://", 1) if url.startswith("postgres:") else url, password
    )
