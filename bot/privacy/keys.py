"""Where the master key comes from: a secret of the setup, or a file made at the first start.

The file is the key's 32 bytes as one line of base64, so it can be printed, kept in a safe, and given as a secret.
Knows of a database only whether it is there. Everything that is wrong with a key is an OperatorError that says what to
do.
"""

import base64
import binascii
import os
import stat
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bot.privacy.seal import KEY_LENGTH, Master, Random
from bot.source.errors import OperatorError

FILE_NAME = "master.key"


@dataclass(frozen=True, slots=True)
class FoundKey:
    """A master key and whether it was made just now: then somebody must be told to keep a copy of ``file``."""

    master: Master
    file: Path
    new: bool


def key_from_secret(secret: str, origin: str, random: Random) -> Master:
    """Return the master key given as base64 text; ``origin`` is the setting's name, for the message."""
    return Master(_decode(secret, origin), origin, random)


def insist_on_key(folder: Path, inhabited: Callable[[], bool], database: str) -> None:
    """Refuse a database that holds something while this folder's key is missing: a key made anew could not read it."""
    file = folder / FILE_NAME
    try:
        lost = inhabited() and not file.exists()  # in this order: a first start beside us makes the key first
    except OSError as error:
        raise _unusable(file, error) from error
    if lost:
        raise OperatorError(
            f"Der Schlüssel {file} fehlt, obwohl es die Datenbank {database} gibt.\n"
            "  = Hilfe: Legen Sie Ihre Sicherung des Schlüssels an diese Stelle zurück, oder setzen Sie"
            " ELTERNLOTSE_MASTER_KEY wieder.\n"
            "    Ohne ihn kann niemand die Daten lesen. Wollen Sie ohne sie neu anfangen, räumen Sie die Datenbank weg."
        )


def key_from_folder(folder: Path, random: Random) -> FoundKey:
    """Return the master key of this folder; make folder (0700) and file (0600) where there is none yet."""
    file = folder / FILE_NAME
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _refuse_open_mode(folder, 0o700)
        new = not file.exists() and _write_once(file, base64.b64encode(random(KEY_LENGTH)) + b"\n", random)
        _refuse_open_mode(file, 0o600)
        text = file.read_text("ascii", errors="replace")
    except OSError as error:
        raise _unusable(file, error) from error
    return FoundKey(Master(_decode(text, str(file)), str(file), random), file, new)


def _unusable(file: Path, error: OSError) -> OperatorError:
    return OperatorError(
        f"Der Schlüssel {file} lässt sich nicht benutzen ({error.strerror}).\n"
        "  = Hilfe: Geben Sie diesem Benutzer das Recht, dort zu lesen und zu schreiben."
    )


def _refuse_open_mode(path: Path, mode: int) -> None:
    """Refuse what others on this machine could read."""
    found = stat.S_IMODE(path.stat().st_mode)
    if found & 0o077:
        raise OperatorError(
            f"{path} ist für andere auf diesem Rechner offen (Rechte {found:04o}).\n"
            f"  = Hilfe: Rufen Sie auf: chmod {mode:o} {path}"
        )


def _write_once(file: Path, content: bytes, random: Random) -> bool:
    """Write a file that appears whole or not at all; return False, and leave it, where another process was quicker."""
    draft = file.with_name(f".{random(8).hex()}.draft")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        os.link(draft, file)
    except FileExistsError:
        return False
    finally:
        draft.unlink()
    _settle(file.parent)
    return True


def _settle(folder: Path) -> None:
    """Make sure that the folder's new entry survives a power cut."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _decode(text: str, origin: str) -> bytes:
    try:
        secret = base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        secret = b""
    if len(secret) != KEY_LENGTH:
        raise OperatorError(
            f"In {origin} steht kein Schlüssel: Es müssen {KEY_LENGTH} Bytes als base64 sein (44 Zeichen).\n"
            "  = Hilfe: Legen Sie Ihre Sicherung des Schlüssels zurück. Ohne ihn kann niemand die Daten lesen."
        )
    return secret
