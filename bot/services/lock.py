"""One house at a time on a folder of data, and where that house is reached while it runs.

The lock is the operating system's and ends with the program, however that ends; the file ``run.lock`` stays. In it the
running house keeps its address, for commands beside it. What a killed house has left there is nobody's address.
"""

import fcntl
import os
from pathlib import Path
from types import TracebackType
from typing import Self

from bot.source.errors import OperatorError

FILE_NAME = "run.lock"


class Lock:
    """The only house on a folder, from making this to closing it; OperatorError where another one runs already."""

    def __init__(self, data: Path) -> None:
        self._file = _opened(data)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._file)
            raise OperatorError(
                f"Mit den Daten in {data} läuft schon ein Elternlotse.\n"
                "  = Hilfe: Beenden Sie das laufende Programm, oder wählen Sie in den Einstellungen einen anderen Ordner."
            ) from None
        self.tell("")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.tell("")
        os.close(self._file)

    def tell(self, url: str) -> None:
        """Keep the address at which the house is open; empty while it is not."""
        os.ftruncate(self._file, 0)
        os.pwrite(self._file, url.encode(), 0)


def _opened(data: Path) -> int:
    try:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        return os.open(data / FILE_NAME, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise OperatorError(
            f"Der Ordner {data} für die Daten lässt sich nicht benutzen ({error.strerror}).\n"
            "  = Hilfe: Geben Sie diesem Benutzer das Recht, dort zu lesen und zu schreiben, oder nennen Sie unter"
            " »data« einen anderen Ordner."
        ) from None


def open_at(data: Path) -> str:
    """Return the address of the house that runs on a folder now; empty where none is open."""
    try:
        file = os.open(data / FILE_NAME, os.O_RDONLY)
    except OSError:
        return ""
    try:
        url = os.pread(file, 1000, 0).decode("utf-8", "replace")
        return url if url and _is_held(file) else ""
    finally:
        os.close(file)


def _is_held(file: int) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    return False
