"""Secrets: from the environment or a file it names, and never shown by anything that prints values."""

import hmac
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import NoReturn

from bot.source.errors import OperatorError


class Secret:
    """A value that must not be seen: only ``reveal`` shows it."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """Return the value, for the one who needs it."""
        return self._value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and hmac.compare_digest(self._value.encode(), other._value.encode())

    __hash__ = None  # type: ignore[assignment]  # a secret is no key of a table

    def __reduce__(self) -> NoReturn:
        raise TypeError("Ein Geheimnis wird nicht abgelegt.")

    def __repr__(self) -> str:
        return "Secret(…)"


def secret_of(name: str, environment: Mapping[str, str]) -> Secret | None:
    """Return a secret of the environment, or of the file that ``<name>_FILE`` names; None where there is none."""
    value, file = environment.get(name, ""), environment.get(f"{name}_FILE", "")
    if value and file:
        _stop(f"{name} und {name}_FILE sind beide gesetzt.", "Setzen Sie nur eines von beiden.")
    if file:
        value = _secret_file(f"{name}_FILE", Path(file))
    if not value.isprintable() or " " in value:
        _stop(f"{name} enthält Leerzeichen oder Steuerzeichen.", "Kopieren Sie den Wert noch einmal, ohne Leerzeichen.")
    return Secret(value) if value else None


def _secret_file(name: str, path: Path) -> str:
    try:
        mode = path.stat().st_mode
        raw = path.read_bytes()
    except OSError as error:
        _stop(f"{name} nennt eine Datei, die sich nicht lesen lässt ({error.strerror}).", "Prüfen Sie Pfad und Rechte.")
    if mode & (stat.S_IROTH | stat.S_IWOTH):
        _stop(f"Die Datei in {name} kann jeder auf diesem Rechner lesen.", f"Rufen Sie auf: chmod 600 {path}")
    if not raw.strip() or len(raw) > 4096 or not raw.isascii():
        _stop(f"Die Datei in {name} enthält keinen brauchbaren Wert.", "Legen Sie den Wert in eine einzige Zeile.")
    return raw.decode("ascii").strip()


def _stop(message: str, help_: str) -> NoReturn:
    raise OperatorError(f"{message}\n  = Hilfe: {help_}")
